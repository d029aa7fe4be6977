"""The console on disk is bounded, indexed and never in the way."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from collector.wrapper.consolelog import WAITING_BYTES, ConsoleLog, ConsolePlace, merge

KB = 1000


class Kept:
    """A log in a folder, with the lines of its index."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.descriptor = os.open(folder, os.O_RDONLY)
        self.lines: list[dict[str, Any]] = []

    def begin(self, log: ConsoleLog) -> None:
        log.begin(ConsolePlace(self.descriptor, "w0", self.lines.append))

    def read(self, name: str) -> bytes:
        return (self.folder / name).read_bytes()


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    """A folder for a log."""
    place = Kept(tmp_path)
    yield place
    os.close(place.descriptor)


def test_head_stays_and_two_tails_rotate(kept: Kept) -> None:
    """The head is kept for good; of what follows the newest two pieces are."""
    log = ConsoleLog(head_bytes=10 * KB, tail_bytes=4 * KB)
    kept.begin(log)
    text = b"".join(b"%09d\n" % number for number in range(3000))
    for start in range(0, len(text), 700):
        log.put(1, text[start : start + 700])
        log.flush(5)
    log.close(5)
    assert kept.read("w0.log") == text[: 10 * KB]
    tails = sorted(path.name for path in kept.folder.glob("*.tail-*"))
    assert tails == ["w0.tail-4.log", "w0.tail-5.log"]
    assert b"".join(map(kept.read, tails)) == text[10 * KB + 12 * KB :]
    missing = [line["n"] for line in kept.lines if line.get("f") in ("tail-1", "tail-2", "tail-3")]
    assert sum(missing) == 12 * KB


def test_index_covers_every_byte(kept: Kept) -> None:
    """The pieces of each file follow each other without a gap."""
    log = ConsoleLog(head_bytes=2 * KB, tail_bytes=KB)
    kept.begin(log)
    for number in range(50):
        log.put(1 + number % 2, b"%d" % (number % 10) * 70)
    log.close(5)
    ends: dict[str, int] = {}
    for line in (line for line in kept.lines if line["k"] == "out"):
        name = line.get("f", "head")
        assert line["o"] == ends.get(name, 0)
        ends[name] = line["o"] + line["n"]
    assert ends == {"head": 2 * KB, "tail-1": KB, "tail-2": 500}


def test_pieces_before_the_start_are_kept(kept: Kept) -> None:
    """Output that comes while the folder is being made is written later."""
    log = ConsoleLog()
    log.put(1, b"early\n")
    kept.begin(log)
    log.close(5)
    assert kept.read("w0.log") == b"early\n"


def test_what_the_disk_cannot_follow_is_counted(kept: Kept) -> None:
    """More than may wait is dropped, and its bytes are counted in the index."""
    log = ConsoleLog()
    for _ in range(10):
        log.put(1, b"x" * (WAITING_BYTES // 5))
    kept.begin(log)
    log.close(5)
    kept_bytes = len(kept.read("w0.log"))
    assert kept_bytes == 5 * (WAITING_BYTES // 5)
    assert sum(line["n"] for line in kept.lines if line["k"] == "skip") == kept_bytes


def test_end_is_remembered() -> None:
    """The last 64 kB can be asked for, whatever is written."""
    log = ConsoleLog()
    log.discard()
    for number in range(30_000):
        log.put(2, b"%07d\n" % number)
    assert log.recall().endswith(b"0029999\n")
    assert len(log.recall()) == 64 << 10
    log.put(1, b"late\n")
    assert log.recall().startswith(b"late\n")
    assert log.recall().endswith(b"0029999\n")


def test_neighbours_are_joined() -> None:
    """Pieces of one stream that follow each other become one, and order is kept."""
    from collections import deque

    assert merge(deque([(1, b"a"), (1, b"b"), (2, b"c"), (1, b"d")])) == [(1, b"ab"), (2, b"c"), (1, b"d")]
