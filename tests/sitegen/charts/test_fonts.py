"""The font that exported charts bring along."""

from __future__ import annotations

import base64
import struct
import zlib

import pytest

from sitegen.charts import fonts


@pytest.fixture(scope="module", params=fonts.WEIGHTS.values())
def face(request: pytest.FixtureRequest) -> dict[str, object]:
    return fonts.face(request.param)


def file_of(face: dict[str, object]) -> bytes:
    return zlib.decompress(base64.b64decode(str(face["file"])))


def test_names_and_numbers_can_be_written(face: dict[str, object]) -> None:
    """Letters of Latin, Greek and Cyrillic, and the signs of axes are there, each with its width."""
    text = str(face["text"])
    assert set(" 0123456789.,-−–×…±≤≥∞αβμσΔßéżЖя/()[]{}=<>&'\"") <= set(text)
    assert len(text) == len(face["glyphs"]) == len(face["widths"])  # type: ignore[arg-type]
    widths = dict(zip(text, face["widths"], strict=True))  # type: ignore[call-overload]
    assert widths[" "] < widths["0"] == widths["9"] < widths["W"]


def test_a_glyph_of_two_characters_is_there_for_both() -> None:
    """Where a release of the font draws both spaces with one glyph, a PDF tells only the last of them."""
    assert fonts.with_twins({0xA0: 3, 0x41: 5}) == {0x20: 3, 0xA0: 3, 0x41: 5}
    assert fonts.with_twins({0x2D: 1, 0xAD: 2}) == {0x2D: 1, 0xAD: 2}


def test_the_file_is_whole(face: dict[str, object]) -> None:
    """Every table is at its place with its sum, and the characters lead to their glyphs."""
    file = file_of(face)
    assert len(file) == face["size"]
    tables = fonts.read_tables(file)
    assert list(tables) == sorted(tables)
    for at, content in enumerate(tables.values()):
        tag, total, start, size = struct.unpack(">4sLLL", file[12 + 16 * at : 28 + 16 * at])
        body = content if tag != b"head" else content[:8] + bytes(4) + content[12:]
        words = struct.unpack(f">{(len(body) + 3) // 4}L", body + bytes(-len(body) % 4))
        assert total == sum(words) & 0xFFFFFFFF, tag
        assert start % 4 == 0
        assert start + size <= len(file)
    whole = struct.unpack(f">{len(file) // 4}L", file)
    assert sum(whole) & 0xFFFFFFFF == 0xB1B0AFBA
    assert mapped(tables["cmap"], ord("W")) == dict(zip(str(face["text"]), face["glyphs"], strict=True))["W"]  # type: ignore[call-overload]


def mapped(table: bytes, letter: int) -> int:
    """The glyph of a character, found as a browser finds it."""
    body = table[12:]
    count = struct.unpack(">H", body[6:8])[0] // 2
    places = (14, 16 + 2 * count, 16 + 4 * count)
    columns = [struct.unpack(f">{count}H", body[at : at + 2 * count]) for at in places]
    for end, start, delta in zip(*columns, strict=True):
        if start <= letter <= end:
            return int((letter + delta) & 0xFFFF)
    return 0


def test_the_script_is_the_same_each_time() -> None:
    """A build is a function of its input: so is what it brings along."""
    assert fonts.make() == fonts.make()
