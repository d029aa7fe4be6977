"""The process that searches output for metrics: pieces in, rows out, and nothing else.

It is a process of its own because a search holds the interpreter: beside a thread that searches it, a flood
would be passed on at 7 MB/s, and not at all while a user's pattern takes its time.
"""

from __future__ import annotations

import json
import os
import re
import signal
from collections.abc import Iterator, Sequence
from socket import socket, socketpair
from typing import NamedTuple, NoReturn

from collector.parsing.rows import Row, Rows
from collector.parsing.stream import Lines

HEAD_BYTES = 5
"""One byte for the stream, four for the length."""
MOST_DESCRIPTORS = 4096
READ_BYTES = 1 << 18
BEFORE = 0
"""Number of no stream: a traceback that was begun in earlier output is not gone on with."""


class Searcher(NamedTuple):
    """The process, and the connection to it."""

    pid: int
    connection: socket


def start_searcher(patterns: Sequence[re.Pattern[str]], before: Sequence[str] = ()) -> Searcher:
    """Start it; to be called while this process has one thread. Steps count on from the files `before`."""
    ours, theirs = socketpair()
    pid = os.fork()
    if pid == 0:
        _search_to_the_end(theirs, patterns, before)
    theirs.close()
    return Searcher(pid, ours)


def frame(stream: int, piece: bytes) -> bytes:
    """A piece of output as the process takes it."""
    return bytes([stream]) + len(piece).to_bytes(4, "big") + piece


def _search_to_the_end(
    connection: socket, patterns: Sequence[re.Pattern[str]], before: Sequence[str]
) -> NoReturn:
    try:
        # The ends of all that flows through our parent: held here, they would never seem closed.
        own = connection.fileno()
        nothing = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(nothing, number)
        os.closerange(3, own)
        os.closerange(own + 1, MOST_DESCRIPTORS)
        signal.set_wakeup_fd(-1)
        _search(connection, patterns, before)
    finally:
        os._exit(0)


def _search(connection: socket, patterns: Sequence[re.Pattern[str]], before: Sequence[str]) -> None:
    rows = Rows(patterns)
    _catch_up(rows, before)
    lines: dict[int, Lines] = {}
    for stream, piece in _pieces(connection):
        own = lines.setdefault(stream, Lines())
        found = [row for _, line in own.feed(piece) if (row := rows.read(line, stream)) is not None]
        _send(connection, found)
    for stream, own in lines.items():
        found = [row for _, line in own.finish() if (row := rows.read(line, stream)) is not None]
        _send(connection, found)


def _catch_up(rows: Rows, before: Sequence[str]) -> None:
    """Read what was searched by a process that was killed, whose rows are logged, so that counts go on."""
    lines = Lines()
    for path in before:
        try:
            with open(path, "rb") as file:
                while piece := file.read(READ_BYTES):
                    for _, line in lines.feed(piece):
                        rows.read(line, BEFORE)
        except OSError:
            continue


def _pieces(connection: socket) -> Iterator[tuple[int, bytes]]:
    with connection.makefile("rb") as file:
        while len(head := file.read(HEAD_BYTES)) == HEAD_BYTES:
            yield head[0], file.read(int.from_bytes(head[1:], "big"))


def _send(connection: socket, rows: Sequence[Row]) -> None:
    if rows:
        connection.sendall(b"".join(json.dumps([row.step, row.values]).encode() + b"\n" for row in rows))
