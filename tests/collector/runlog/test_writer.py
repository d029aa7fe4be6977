"""Writing lines, also to disks that refuse them."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from collector.runlog.lines import LINE_LIMIT
from tests.collector.runlog.written import new_writer, note, read, texts

RealWrite = Callable[[int, bytes], int]


class Disk:
    """Stands before os.write: takes everything until told to refuse, or to take only a part."""

    def __init__(self) -> None:
        self.room: int | None = None
        self.error = errno.ENOSPC
        self.write: RealWrite = os.write

    def __call__(self, file: int, line: bytes) -> int:
        if self.room is None:
            return self.write(file, line)
        if self.room == 0:
            raise OSError(self.error, os.strerror(self.error))
        taken = self.write(file, line[: self.room])
        self.room -= taken
        return taken


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    disk = Disk()
    monkeypatch.setattr("collector.runlog.writer.os.write", disk)
    return disk


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "x.records.jsonl"


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        self.now += 0.25
        return self.now


def test_record_is_in_the_file_when_write_returns(log: Path) -> None:
    """Nothing waits in memory: another process sees the line at once."""
    writer = new_writer(log)
    assert writer.write(note("one"))
    assert texts(log) == ["one"]
    head = read(log)[0][0]
    assert (head["k"], head["format"], head["pid"]) == ("head", 1, os.getpid())


def test_file_of_another_process_start_is_never_appended_to(log: Path) -> None:
    """A name that exists already is refused, whatever is in it."""
    log.write_bytes(b"precious")
    with pytest.raises(FileExistsError):
        new_writer(log)
    assert log.read_bytes() == b"precious"


def test_times_count_up_when_the_wall_clock_goes_back(log: Path) -> None:
    """Times come from the monotonic clock; the wall clock is read once, for the header."""
    walls = iter([5000.0, 1000.0, 10.0])
    writer = new_writer(log, monotonic=Clock(), now=lambda: next(walls))
    for i in range(3):
        writer.write(note(str(i)))
    records = read(log)[0]
    times = [record["t"] for record in records]
    assert times == sorted(times)
    assert records[0]["started"] == 5000.0


def test_full_disk_loses_nothing_that_fits_in_memory(log: Path, disk: Disk) -> None:
    """Refused records wait, are written when there is room again, and keep their order."""
    told: list[str] = []
    writer = new_writer(log, monotonic=Clock(), on_trouble=told.append)
    assert writer.write(note("before"))
    disk.room = 0
    assert [writer.write(note(f"full {i}")) for i in range(5)] == [False] * 5
    assert writer.waiting == 5
    assert told[0].startswith("ENOSPC")
    disk.room = None
    assert writer.write(note("after"))
    assert texts(log) == ["before", *(f"full {i}" for i in range(5)), "after"]
    assert (writer.dropped, writer.trouble, read(log)[1]) == (0, "", [])


@pytest.mark.parametrize("room", range(1, 200, 3))
def test_half_written_line_harms_no_other(log: Path, disk: Disk, room: int) -> None:
    """Wherever the disk stops inside a line, the line is written again and the piece is one bad line."""
    writer = new_writer(log, monotonic=Clock())
    writer.write(note("first"))
    disk.room = room
    for i in range(4):
        writer.write(note(f"record {i}"))
    disk.room = None
    writer.write(note("last"))
    writer.close()
    assert texts(log) == ["first", *(f"record {i}" for i in range(4)), "last"]
    assert {bad.kind for bad in read(log)[1]} <= {"torn"}
    assert len(read(log)[1]) <= 1


def test_memory_has_its_limit_and_losses_are_counted(log: Path, disk: Disk) -> None:
    """When the disk stays full and memory is used up, records are given up, and every one is counted."""
    writer = new_writer(log, monotonic=Clock(), ring_limit=1000)
    disk.room = 0
    for i in range(50):
        writer.write(note(f"{i:02}"))
    waiting = writer.waiting
    assert 0 < waiting < 20
    assert writer.dropped == 50 - waiting
    disk.room = None
    assert writer.retry()
    assert texts(log) == [f"{i:02}" for i in range(waiting)]


def test_close_counts_what_could_not_be_written(log: Path, disk: Disk) -> None:
    """At the end nothing disappears silently: the number of records given up is the result."""
    writer = new_writer(log, monotonic=Clock())
    disk.room = 0
    writer.write(note("lost"))
    assert writer.close(wait_seconds=0) == 1
    assert not writer.write(note("too late"))


@pytest.mark.parametrize("number", [errno.EFBIG, errno.EIO, errno.ESTALE])
def test_broken_file_is_followed_by_another(log: Path, disk: Disk, number: int) -> None:
    """Where only this file is at fault, its waiting records go to a new one that names the old."""
    writer = new_writer(log, monotonic=Clock())
    writer.write(note("old"))
    disk.room, disk.error = 0, number
    writer.write(note("waits"))
    assert writer.needs_successor()
    disk.room = None
    second = log.with_name("y.records.jsonl")
    writer.move_to(str(second), [note("preamble")])
    writer.write(note("new"))
    assert texts(log) == ["old"]
    assert texts(second) == ["preamble", "waits", "new"]
    head = read(second)[0][0]
    assert (head["after"], head["started"]) == ("x", read(log)[0][0]["started"])


def test_preamble_of_a_new_file_has_no_secrets(log: Path, disk: Disk) -> None:
    """What a new file repeats is looked at for secrets like everything else."""
    writer = new_writer(log)
    second = log.with_name("y.records.jsonl")
    token = "ghp_" + "aB3dE5gH7j" * 4
    writer.move_to(str(second), [{"k": "run", "name": f"try {token}", "notes": token}])
    assert token[:20] not in second.read_text()
    assert "try [redacted" in second.read_text()


def test_deleted_file_is_noticed(log: Path) -> None:
    """A file whose name is gone takes lines that nobody will find."""
    writer = new_writer(log)
    assert not writer.is_displaced()
    log.unlink()
    assert writer.is_displaced()


def test_descriptor_that_others_took_over_is_noticed(log: Path, tmp_path: Path) -> None:
    """A program that closes all descriptors and opens its own files does not get our lines for long."""
    writer = new_writer(log)
    with (tmp_path / "theirs").open("wb") as theirs:
        os.dup2(theirs.fileno(), writer.fd)
        assert writer.is_displaced()


def test_record_over_the_limit_is_given_up(log: Path) -> None:
    """No line may be longer than a reader's patience."""
    writer = new_writer(log)
    assert not writer.write(note("x" * LINE_LIMIT))
    assert writer.write(note("x" * (LINE_LIMIT - 200)))
    assert writer.dropped == 1
    assert len(texts(log)) == 1


@pytest.mark.parametrize("value", [float("nan"), 1 + 2j, object(), b"x", {1: 2}, "\ud800", 2**70])
def test_record_that_is_no_json_raises_nothing(log: Path, value: Any) -> None:
    """A record that can not be encoded is counted; NaN would become null, so records are made elsewhere."""
    writer = new_writer(log)
    writer.write({"k": "note", "level": "info", "text": value})
    assert writer.write(note("next"))
    assert texts(log)[-1] == "next"


def test_sync_asks_only_when_something_is_new(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is not asked every second of a run that logs once an hour."""
    synced: list[int] = []
    monkeypatch.setattr("collector.runlog.writer._fdatasync", synced.append)
    writer = new_writer(log)
    for _ in range(3):
        assert writer.sync()
    writer.write(note("x"))
    assert writer.sync()
    assert len(synced) == 2


@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
def test_forked_child_can_not_write_into_the_file(log: Path) -> None:
    """A child that goes on with its parent's writer leaves no line there."""
    writer = new_writer(log)
    child = os.fork()
    if child == 0:
        written = writer.write(note("child"))
        os._exit(1 if written or writer.is_open else 0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert writer.write(note("parent"))
    assert texts(log) == ["parent"]


def test_threads_share_a_file(log: Path) -> None:
    """Sixteen threads write 500 records each: all are there, none is damaged."""
    writer = new_writer(log)

    def work(number: int) -> None:
        for i in range(500):
            writer.write(note(f"{number} {i}"))

    threads = [threading.Thread(target=work, args=[number]) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = texts(log)
    assert (len(found), len(set(found)), read(log)[1]) == (8000, 8000, [])


@pytest.fixture
def alarm() -> Iterator[Callable[[Callable[..., Any], float], None]]:
    def start(handler: Callable[..., Any], seconds: float) -> None:
        signal.signal(signal.SIGALRM, handler)
        signal.setitimer(signal.ITIMER_REAL, seconds, seconds)

    yield start
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)


def test_signal_handler_may_write(log: Path, alarm: Callable[..., None]) -> None:
    """A handler that interrupts a write, also one to a refusing disk, neither hangs nor loses a line."""
    writer = new_writer(log)
    written: dict[str, list[bool]] = {"main": [], "handler": []}

    def handler(*_: object) -> None:
        written["handler"].append(writer.write(note("handler")))

    alarm(handler, 0.0005)
    while len(written["handler"]) < 200:
        written["main"].append(writer.write(note("main")))
    signal.setitimer(signal.ITIMER_REAL, 0)
    found = texts(log)
    assert all(written["main"] + written["handler"])
    assert {who: found.count(who) for who in written} == {who: len(acks) for who, acks in written.items()}
    assert read(log)[1] == []


def test_error_of_a_signal_handler_is_the_users(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A TimeoutError that the script's own handler raises inside a write is not taken for the disk's."""

    def interrupted(file: int, line: bytes) -> int:
        raise TimeoutError("the user's alarm")

    writer = new_writer(log)
    monkeypatch.setattr("collector.runlog.writer.os.write", interrupted)
    with pytest.raises(TimeoutError):
        writer.write(note("x"))
    monkeypatch.undo()
    assert writer.write(note("y"))
    assert writer.trouble == ""


_LIMITED = """
import resource, sys
from tests.collector.runlog.written import new_writer, note
from pathlib import Path
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
writer = new_writer(Path(sys.argv[1]))
written = [writer.write(note(f"{i:05}" + "x" * 100)) for i in range(400)]
print(sum(written), writer.waiting, writer.dropped, writer.needs_successor())
"""


def test_file_size_limit_of_the_kernel(log: Path) -> None:
    """Under a real RLIMIT_FSIZE every record said to be written is whole, and the rest is accounted for."""
    done = subprocess.run(
        [sys.executable, "-c", _LIMITED, str(log)], capture_output=True, text=True, check=True, timeout=60
    )
    written, waiting, dropped, needs_successor = done.stdout.split()
    assert needs_successor == "True"
    assert int(written) + int(waiting) == 400
    assert dropped == "0"
    assert len(texts(log)) == int(written) > 50


def test_full_file_system(tmp_path: Path) -> None:
    """On a real full tmpfs nothing acknowledged is lost, and writing recovers when space returns."""
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", small], capture_output=True)
    if mounted.returncode:
        pytest.skip("mounting a small tmpfs needs root")
    try:
        ballast = small / "ballast"
        ballast.write_bytes(b"x" * 32_000)
        writer = new_writer(small / "x.records.jsonl", monotonic=Clock())
        outcome = [writer.write(note(f"{i:05}")) for i in range(760)]
        assert 50 < sum(outcome) < 760
        assert writer.waiting == 760 - sum(outcome)
        ballast.unlink()
        assert writer.close() == 0
        assert texts(small / "x.records.jsonl") == [f"{i:05}" for i in range(760)]
    finally:
        subprocess.run(["umount", "--lazy", small], check=True)
