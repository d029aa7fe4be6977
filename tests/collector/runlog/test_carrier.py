"""What is in a parcel arrives, whole and in order, whatever happened on the way."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("there is no spool on Windows", allow_module_level=True)

from collector.runlog import carrier, spool
from collector.runlog.carrier import Carrier, first_to_carry, is_abandoned, take_lock
from collector.runlog.spool import Parcel, open_parcel

METRICS, RECORDS = "r0-x.metrics.jsonl", "r0-x.records.jsonl"


@pytest.fixture
def there(tmp_path: Path) -> Path:
    """Where the parcel belongs."""
    return tmp_path / "mount" / "demo" / "run-1"


@pytest.fixture
def parcel(tmp_path: Path, there: Path) -> Iterator[Parcel]:
    base = tmp_path / "spool"
    base.mkdir()
    parcel = open_parcel(str(base), str(there))
    yield parcel
    parcel.release()


@pytest.fixture
def run(parcel: Parcel) -> Path:
    """What stands for the run's folder."""
    return Path(parcel.run_folder)


def put(path: Path, content: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    with path.open("ab") as file:
        file.write(content)


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_everything_arrives_and_the_parcel_goes(parcel: Parcel, run: Path, there: Path) -> None:
    """Segments, console, files and media are at their places, and nothing is left in the spool."""
    for name in (METRICS, RECORDS, "console/w0-x.log", "console/w0-x.index.jsonl"):
        put(run / name, name.encode() * 100_000)
    put(run / "files/diff.patch", b"patch")
    put(run / "files/train.log", b"the user's")
    put(run / "media/aa.png", b"picture")
    expected = contents(run)
    parcel.release()
    assert Carrier(parcel.folder).run()
    assert contents(there) == expected
    assert not Path(parcel.folder).exists()
    assert parcel.is_delivered


def test_rounds_carry_what_is_new(parcel: Parcel, run: Path, there: Path) -> None:
    """A file that grows is appended to; media leave the local disk, and may be put there again."""
    one = Carrier(parcel.folder)
    for number in range(3):
        put(run / METRICS, b"line %d\n" % number)
        put(run / "media/aa.png", b"picture")
        one._round()
        assert (there / METRICS).read_bytes() == (run / METRICS).read_bytes()
        assert not (run / "media/aa.png").exists()
    assert (there / "media/aa.png").read_bytes() == b"picture"


def test_records_never_run_ahead(
    parcel: Parcel, run: Path, there: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A record that speaks of a row or a file is carried after it, also when both come during a round."""
    put(run / RECORDS, b"first\n")
    one = Carrier(parcel.folder)
    copy = Carrier._copy

    def write_meanwhile(self: Carrier, folder: str, name: str) -> None:
        copy(self, folder, name)
        put(run / METRICS, b"row\n")
        put(run / RECORDS, b"speaks of the row\n")

    monkeypatch.setattr(Carrier, "_copy", write_meanwhile)
    put(run / "files/x", b"x")
    one._round()
    assert (there / RECORDS).read_bytes() == b"first\n"
    monkeypatch.undo()
    one._round()
    assert (there / RECORDS).read_bytes() == b"first\nspeaks of the row\n"
    assert (there / METRICS).read_bytes() == b"row\n"


@pytest.mark.parametrize("kept", [0, 1, 7, 100, 3000, (1 << 20) + 5, 1_500_000])
def test_another_goes_on_where_one_was_killed(parcel: Parcel, run: Path, there: Path, kept: int) -> None:
    """Whatever part of a file has arrived, the next carrier brings the rest."""
    whole = os.urandom(1_500_000).replace(b"\0", b"1")
    put(run / METRICS, whole)
    there.mkdir(parents=True)
    (there / METRICS).write_bytes(whole[:kept])
    parcel.release()
    assert Carrier(parcel.folder).run()
    assert (there / METRICS).read_bytes() == whole


def test_pages_that_the_server_forgot_are_sent_again(parcel: Parcel, run: Path, there: Path) -> None:
    """Zeros in the middle at the destination are a lost page."""
    put(run / METRICS, b"a" * 10_000)
    there.mkdir(parents=True)
    (there / METRICS).write_bytes(b"a" * 4096 + bytes(4096))
    parcel.release()
    assert Carrier(parcel.folder).run()
    assert (there / METRICS).read_bytes() == b"a" * 10_000


@pytest.mark.parametrize("local", [b"a" * 50, b"a" * 50 + bytes(30)])
def test_local_disk_that_forgot_its_end_spoils_nothing(
    parcel: Parcel, run: Path, there: Path, local: bytes
) -> None:
    """After a power failure here, what was carried before it stays as it was."""
    put(run / METRICS, local)
    there.mkdir(parents=True)
    (there / METRICS).write_bytes(b"a" * 100)
    parcel.release()
    assert Carrier(parcel.folder).run()
    assert (there / METRICS).read_bytes() == b"a" * 100


def test_file_of_somebody_else_is_left_alone(parcel: Parcel, run: Path, there: Path) -> None:
    """Bytes that are neither ours nor zeros are not overwritten; the parcel stays, and says why."""
    put(run / METRICS, b"ours\n" * 10)
    there.mkdir(parents=True)
    (there / METRICS).write_bytes(b"theirs\n")
    parcel.release()
    assert not Carrier(parcel.folder, patience_seconds=0).run()
    assert (there / METRICS).read_bytes() == b"theirs\n"
    assert parcel.progress().trouble == "EEXIST: another file is in the place of ours"
    assert parcel.progress().left_bytes == 50


def test_destination_that_refuses_and_recovers(parcel: Parcel, run: Path, there: Path) -> None:
    """A folder that can not be made is told, and carried to once it can."""
    (there.parent.parent).mkdir()
    there.parent.write_text("in the way")
    put(run / METRICS, b"row\n")
    one = Carrier(parcel.folder)
    assert not one._try_round(is_last=False)
    assert parcel.progress().left_bytes == 4
    assert parcel.progress().trouble.startswith(("EEXIST", "ENOTDIR"))
    there.parent.unlink()
    assert one._try_round(is_last=False)
    assert parcel.progress() == (4, 0, "")
    assert (there / METRICS).read_bytes() == b"row\n"


def test_destination_that_was_deleted_is_made_again(parcel: Parcel, run: Path, there: Path) -> None:
    """Whoever deletes the run at its destination gets it again, whole."""
    put(run / METRICS, b"one\n")
    put(run / "files/x", b"x")
    one = Carrier(parcel.folder)
    one._round()
    shutil.rmtree(there)
    put(run / METRICS, b"two\n")
    one._round()
    assert contents(there) == {METRICS: b"one\ntwo\n", "files/x": b"x"}


def test_destination_that_was_moved_is_followed(parcel: Parcel, run: Path, there: Path) -> None:
    """A run may be moved to another project while it is carried."""
    put(run / METRICS, b"one\n")
    one = Carrier(parcel.folder)
    one._round()
    moved = there.parent.parent / "other" / there.name
    moved.parent.mkdir()
    there.rename(moved)
    put(run / METRICS, b"two\n")
    put(run / "files/x", b"x")
    parcel.release()
    assert one.run()
    assert contents(moved) == {METRICS: b"one\ntwo\n", "files/x": b"x"}
    assert not there.exists()


def test_deleted_pieces_of_output_are_deleted_there(parcel: Parcel, run: Path, there: Path) -> None:
    """The wrapper keeps the last pieces of long output; so does the destination."""
    put(run / "console/w0-x.tail-1.log", b"old")
    one = Carrier(parcel.folder)
    one._round()
    (run / "console/w0-x.tail-1.log").unlink()
    put(run / "console/w0-x.tail-2.log", b"new")
    one._round()
    assert contents(there) == {"console/w0-x.tail-2.log": b"new"}


def test_drafts_stay(parcel: Parcel, run: Path, there: Path) -> None:
    """A file that is still being written, or whose writer was killed, is no file of the run."""
    put(run / "media/aa.png.123.part", b"half")
    put(run / "files/x.part-123", b"half")
    parcel.release()
    assert Carrier(parcel.folder).run()
    assert contents(there) == {}


def test_lock_of_the_owner_ends_with_it(parcel: Parcel) -> None:
    """A parcel is abandoned when its process closes it or dies, and only one carrier has it."""
    assert not is_abandoned(parcel.folder)
    parcel.release()
    assert is_abandoned(parcel.folder)
    lock = take_lock(parcel.folder)
    assert lock is not None
    assert take_lock(parcel.folder) is None
    assert parcel.has_carrier()
    os.close(lock)
    assert not parcel.has_carrier()


def test_comparison_ends_at_the_first_difference(tmp_path: Path) -> None:
    """The offset to carry from is exact, also beyond the first block."""
    ours = tmp_path / "ours"
    ours.write_bytes(b"x" * (carrier.BLOCK_BYTES + 1000))
    theirs = tmp_path / "theirs"
    theirs.write_bytes(b"x" * (carrier.BLOCK_BYTES + 77))
    with theirs.open("rb") as file:
        assert first_to_carry(str(ours), file.fileno()) == carrier.BLOCK_BYTES + 77


def test_base_must_be_private(tmp_path: Path) -> None:
    """A folder that others may look into, or a link that somebody put there, is no place for a spool."""
    env = {
        "COLLECT_SPOOL": "always",
        "COLLECT_SPOOL_DIR": str(tmp_path / "disk"),
        "XDG_STATE_HOME": str(tmp_path),
    }
    first, second = spool.bases(env, [])[:2]
    assert spool.choose_base("/x", env) == first
    assert Path(first).stat().st_mode & 0o777 == 0o700
    Path(first).chmod(0o755)
    assert spool.choose_base("/x", env) == second
    Path(first).rmdir()
    Path(first).symlink_to(tmp_path)
    assert spool.choose_base("/x", env) == second


def test_remains_are_tidied_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A parcel whose carrier was killed while it deleted it goes later; one that is being made stays."""
    base = tmp_path / "spool"
    base.mkdir(0o700)
    monkeypatch.setattr("collector.runlog.spool.bases", lambda *_: [str(base)])
    for name, age in (("remains", 7200), ("new", 10)):
        put(base / name / "state", b"{}")
        os.utime(base / name, (time.time() - age,) * 2)
    assert spool.sweep({}) == 0
    assert [path.name for path in base.iterdir()] == ["new"]


def test_choice_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only mounts that may stall are spooled, unless told otherwise; what is meant must be clear."""
    monkeypatch.setattr(
        "collector.runlog.mounts.remote_type", lambda path, _: "nfs" if path == "/net" else None
    )
    env = {"XDG_STATE_HOME": str(tmp_path)}
    assert spool.choose_base("/net", env) == str(tmp_path / "runpress-spool")
    assert spool.choose_base("/disk", env) is None
    assert spool.choose_base("/net", {**env, "COLLECT_SPOOL": "never"}) is None
    assert spool.choose_base("/disk", {**env, "COLLECT_SPOOL": "always"}) == str(tmp_path / "runpress-spool")
    monkeypatch.setattr("collector.runlog.spool._is_usable", lambda _: False)
    assert spool.choose_base("/net", env) == ""
    with pytest.raises(Exception, match="COLLECT_SPOOL=allways is not known"):
        spool.choose_base("/disk", {**env, "COLLECT_SPOOL": "allways"})
