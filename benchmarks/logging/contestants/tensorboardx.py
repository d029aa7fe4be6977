"""tensorboardX: a call per scalar, and a queue with a thread that writes event files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

TITLE = "tensorboardX"
PACKAGE = "tensorboardX"

_writers: list[Any] = []


def start(folder: str) -> Callable[[dict[str, float]], object]:
    """A writer, called once per scalar because it has no call for several."""
    from itertools import count

    from tensorboardX import SummaryWriter

    writer = SummaryWriter(folder)
    _writers.append(writer)
    steps, add = count(), writer.add_scalar

    def log(row: dict[str, float]) -> None:
        step = next(steps)
        for name, number in row.items():
            add(name, number, step)

    return log


def finish() -> None:
    """Flush and close."""
    _writers.pop().close()


def read(folder: str) -> list[float]:
    """The whole records of the event files, in the package's own message type."""
    from pathlib import Path

    from tensorboardX.proto.event_pb2 import Event

    found = []
    for file in Path(folder).rglob("*tfevents*"):
        for body in _records(file.read_bytes()):
            event = Event()
            event.ParseFromString(body)
            found += [value.simple_value for value in event.summary.value if value.tag == "count"]
    return found


def _records(content: bytes) -> Iterator[bytes]:
    # Length, its checksum, body, its checksum.
    import struct

    at = 0
    while at + 12 <= len(content):
        (length,) = struct.unpack_from("<Q", content, at)
        if at + 16 + length > len(content):
            return
        yield content[at + 12 : at + 12 + length]
        at += 16 + length
