"""What is kept between builds is used only as it was written."""

from pathlib import Path

import pytest

from sitegen.charts.cached import remember


def test_what_was_made_once_is_not_made_again(tmp_path: Path) -> None:
    """The second call reads the file."""
    assert remember(tmp_path, "name", lambda: b"made") == b"made"
    assert remember(tmp_path, "name", lambda: b"again") == b"made"


@pytest.mark.parametrize("damage", [b"", b"made", b"\0" * 200, b"0" * 64 + b"\nmade"])
def test_a_damaged_file_is_made_anew(tmp_path: Path, damage: bytes) -> None:
    """A torn or flipped script would break every page of a site whose build succeeded."""
    remember(tmp_path, "name", lambda: b"made")
    (tmp_path / "name").write_bytes(damage)
    assert remember(tmp_path, "name", lambda: b"whole") == b"whole"
    assert remember(tmp_path, "name", lambda: b"unused") == b"whole"


def test_a_flipped_bit_is_noticed(tmp_path: Path) -> None:
    """Also in the middle of a file of the right length."""
    remember(tmp_path, "name", lambda: b"x" * 1000)
    kept = bytearray((tmp_path / "name").read_bytes())
    kept[500] ^= 1
    (tmp_path / "name").write_bytes(bytes(kept))
    assert remember(tmp_path, "name", lambda: b"anew") == b"anew"
