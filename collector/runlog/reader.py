"""Read run logs that may be growing, torn or damaged: whole lines are kept, the rest is counted.

Memory is bounded by `limit`; a reader resumes at the byte offset where the last one stopped.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from collector.runlog.lines import LINE_LIMIT, Damage, are_intact, check
from collector.runlog.sound import sound_head

CHUNK_BYTES = 8 << 20
"""Bytes read at a time unless told otherwise; never less than one line."""


class BadLine(NamedTuple):
    """A line that could not be used, and where it stands."""

    number: int
    """Line number, from 1."""
    offset: int
    """Byte offset of its first byte."""
    size: int
    """Bytes, its newline not counted."""
    kind: str
    """'torn', 'corrupt', 'foreign' or 'too long'."""
    why: str


class Chunk(NamedTuple):
    """The usable lines of a piece of a file."""

    lines: list[bytes]
    """Intact lines without newline: each a JSON object whose last member is "c"."""
    numbers: Sequence[int]
    """Line number of each of them."""
    bad: list[BadLine]
    next_offset: int
    """Where to read on; a torn tail stays before it, for the next read."""
    next_number: int
    """Number of the first line that was not read."""
    torn: bool
    """Whether the file ends in the middle of a line."""
    at_end: bool
    """Whether everything up to the present end of the file was read."""
    shrunk: bool
    """Whether the file is shorter than the offset: it was cut or replaced, so read it anew."""


def read_lines(path: str, offset: int = 0, limit: int = CHUNK_BYTES, number: int = 1) -> Chunk:
    """The intact lines from a byte offset on, at most about `limit` bytes of them."""
    with open(path, "rb", buffering=0, opener=_open_regular) as file:
        size = file.seek(0, io.SEEK_END)
        if size < offset:
            return Chunk([], [], [], offset, number, False, True, True)
        file.seek(offset)
        block = _read_fully(file, max(limit, LINE_LIMIT + 1))
        end = block.rfind(b"\n") + 1
        reached_end = offset + len(block) >= size
        if end == 0 and len(block) > LINE_LIMIT:
            return _skip_long_line(file, offset, len(block), number)
    lines, numbers, bad, seen = _sort_lines(block[:end], offset, number)
    torn = reached_end and end < len(block)
    return Chunk(lines, numbers, bad, offset + end, number + seen, torn, reached_end, False)


def iterate_chunks(path: str, offset: int = 0, limit: int = CHUNK_BYTES, number: int = 1) -> Iterator[Chunk]:
    """Every chunk of a file from an offset to its present end."""
    while True:
        chunk = read_lines(path, offset, limit, number)
        yield chunk
        if chunk.at_end or chunk.next_offset == offset:
            return
        offset, number = chunk.next_offset, chunk.next_number


def read_records(path: str) -> tuple[list[dict[str, Any]], list[BadLine]]:
    """Every intact record of a file without its checksum, and the lines that were not; a torn tail is one."""
    import orjson  # 2 ms; the paths of this module that only check lines do without

    records: list[dict[str, Any]] = []
    bad: list[BadLine] = []
    for chunk in iterate_chunks(path):
        bad.extend(chunk.bad)
        for number, line in zip(chunk.numbers, chunk.lines, strict=True):
            try:
                record = orjson.loads(line)
                del record["c"]
            except (ValueError, TypeError, KeyError) as error:
                bad.append(BadLine(number, -1, len(line), "foreign", f"sealed, but not an object: {error}"))
            else:
                records.append(record)
        if chunk.torn:
            bad.append(_torn_tail(path, chunk))
    return records, bad


def _open_regular(path: str, flags: int) -> int:
    """Opens a file; a pipe that lies among the logs must not stop us."""
    import errno
    import stat

    file = os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise OSError(errno.EINVAL, "it is no regular file", path)
    return file


def read_header(path: str) -> dict[str, Any] | None:
    """The header of a log file, or None where its first line is not one yet."""
    import orjson

    try:
        with open(path, "rb", buffering=0, opener=_open_regular) as file:
            first = file.read(LINE_LIMIT).split(b"\n", 1)
    except OSError:
        return None
    if len(first) < 2 or isinstance(check(first[0]), Damage):
        return None
    try:
        record = orjson.loads(first[0])
    except ValueError:
        return None
    return sound_head(record)


def _read_fully(file: io.FileIO, wanted: int) -> bytes:
    block = file.read(wanted)
    # A raw read may give less than is there; a short one is repeated until the file has no more.
    while 0 < len(block) < wanted:
        more = file.read(wanted - len(block))
        if not more:
            break
        block += more
    return block


class _Sorted(NamedTuple):
    lines: list[bytes]
    numbers: Sequence[int]
    bad: list[BadLine]
    seen: int


def _sort_lines(block: bytes, offset: int, number: int) -> _Sorted:
    lines = block.split(b"\n")
    lines.pop()
    if are_intact(lines):
        return _Sorted(lines, range(number, number + len(lines)), [], len(lines))
    return _sort_damaged_lines(lines, offset, number)


def _sort_damaged_lines(lines: list[bytes], offset: int, number: int) -> _Sorted:
    kept: list[bytes] = []
    numbers: list[int] = []
    bad: list[BadLine] = []
    for i, line in enumerate(lines):
        checked = check(line)
        if not isinstance(checked, Damage):
            kept.append(checked)
            numbers.append(number + i)
        elif line.strip(b"\r"):  # an empty line lost nothing
            bad.append(BadLine(number + i, offset, len(line), checked.kind, checked.why))
        offset += len(line) + 1
    return _Sorted(kept, numbers, bad, len(lines))


def _skip_long_line(file: io.FileIO, offset: int, seen: int, number: int) -> Chunk:
    """Pass over a line without end in bounded memory; without any newline it may still be growing."""
    size = seen
    while block := file.read(LINE_LIMIT):
        found = block.find(b"\n")
        if found >= 0:
            size += found
            why = f"{size} bytes, and a line has at most {LINE_LIMIT}"
            bad = [BadLine(number, offset, size, "too long", why)]
            return Chunk([], [], bad, offset + size + 1, number + 1, False, False, False)
        size += len(block)
    return Chunk([], [], [], offset, number, True, True, False)


def _torn_tail(path: str, chunk: Chunk) -> BadLine:
    with open(path, "rb", buffering=0, opener=_open_regular) as file:
        size = file.seek(0, io.SEEK_END) - chunk.next_offset
    return BadLine(chunk.next_number, chunk.next_offset, size, "torn", "the file ends in the middle of it")
