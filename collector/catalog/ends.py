"""The first and the last lines of a log file: what a look at a run needs of a file of any size."""

from __future__ import annotations

import os
from typing import Any, NamedTuple

from collector.runlog.lines import Damage, check
from collector.runlog.sound import LATEST, is_sound, sound_head

HEAD_BYTES = 48 << 10
TAIL_BYTES = 48 << 10
"""About a hundred metric rows of ten numbers, or a quarter of an hour of system samples."""

_READ = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
"""A pipe that lies among the logs must not stop us."""


class Ends(NamedTuple):
    """Lines of a file, damaged ones included; a torn tail is left out."""

    size: int
    head: list[bytes]
    tail: list[bytes]
    """Empty where `head` is the whole file."""

    @property
    def lines(self) -> list[bytes]:
        """All that was read, in order."""
        return self.head + self.tail if self.tail else self.head

    @property
    def is_whole(self) -> bool:
        """Whether nothing of the file was left out."""
        return not self.tail


def read_ends(path: str, head_bytes: int = HEAD_BYTES, tail_bytes: int = TAIL_BYTES) -> Ends:
    """Both ends of a file; everything where they meet."""
    file = os.open(path, _READ)
    try:
        size = os.fstat(file).st_size
        if size <= head_bytes + tail_bytes:
            return Ends(size, _whole_lines(_read(file, size)), [])
        head = _whole_lines(_read(file, head_bytes))
        os.lseek(file, size - tail_bytes, os.SEEK_SET)
        tail = _read(file, tail_bytes)
    finally:
        os.close(file)
    return Ends(size, head, _whole_lines(tail[tail.find(b"\n") + 1 :]))


def intact_record(line: bytes) -> dict[str, Any] | None:
    """The record of a line, None where it is damaged or not ours."""
    import orjson

    body = check(line)
    if isinstance(body, Damage):
        return None
    try:
        record = orjson.loads(body)
    except ValueError:
        return None
    return record if is_sound(record) else sound_head(record)


def seconds_of(record: dict[str, Any]) -> float:
    """The time of a record within its file, 0 where it has none that makes sense."""
    t = record.get("t")
    is_number = isinstance(t, (int, float)) and not isinstance(t, bool)
    return float(t) if is_number and -LATEST <= t <= LATEST else 0.0  # type: ignore[operator,arg-type]


def _whole_lines(block: bytes) -> list[bytes]:
    lines = block.split(b"\n")
    lines.pop()
    return lines


def _read(file: int, wanted: int) -> bytes:
    pieces = []
    while wanted > 0:
        piece = os.read(file, wanted)
        if not piece:
            break
        pieces.append(piece)
        wanted -= len(piece)
    return b"".join(pieces)
