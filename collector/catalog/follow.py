"""A run that goes on while it is watched: new rows, new output and the state, as the files grow."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from collector.catalog.ends import TAIL_BYTES, intact_record
from collector.catalog.glance import Look, look_at
from collector.runlog.history import Row, row_of
from collector.runlog.paths import METRICS_SUFFIX, find_run
from collector.runlog.reader import iterate_chunks, read_header

KEPT_POINTS = 2000
"""Latest values of a metric that are kept for a sparkline."""

CONSOLE_TAIL_BYTES = 8 << 10
"""Output from before the watching began that is shown."""


class NewRow(NamedTuple):
    """A row that was logged since the last look."""

    rank: int
    row: Row


class Follower:
    """Watches the rows of a run from the ends of its files on."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.look: Look = look_at(folder)
        self.points: dict[str, deque[float]] = {}
        """The latest values of each metric of the lowest rank that logs it."""
        self._ranks: dict[str, int] = {}
        self._places: dict[str, int] = {}
        self._heads: dict[str, dict[str, object]] = {}

    def refresh(self) -> list[NewRow]:
        """Looks again; the rows that are new, in order of time. The first time those near the end are."""
        self._follow_move()
        self.look = look_at(self.folder)
        found = [new for name in self._metrics_files() for new in self._read(name)]
        found.sort(key=lambda new: new.row.wall)
        for new in found:
            self._keep(new)
        return found

    def _follow_move(self) -> None:
        """A script may name another project, and the folder of its run moves there."""
        if not os.path.isdir(self.folder):
            root = os.path.dirname(os.path.dirname(os.path.abspath(self.folder)))
            self.folder = find_run(root, os.path.basename(self.folder)) or self.folder

    def _metrics_files(self) -> list[str]:
        try:
            return sorted(name for name in os.listdir(self.folder) if name.endswith(METRICS_SUFFIX))
        except OSError:  # moved to another project, or removed, while it was watched
            return []

    def _read(self, name: str) -> Iterator[NewRow]:
        path = os.path.join(self.folder, name)
        head = self._heads.get(name) or read_header(path)
        if head is None:
            return
        self._heads[name] = head
        started, rank = _number(head.get("started")), int(_number(head.get("rank")))
        try:
            for chunk in iterate_chunks(path, self._place(name, path)):
                if chunk.shrunk:  # replaced by a shorter one: what comes now is new
                    self._places[name] = 0
                    return
                self._places[name] = chunk.next_offset
                for line in chunk.lines:
                    row = _row(line, started)
                    if row is not None:
                        yield NewRow(rank, row)
        except OSError:
            return

    def _place(self, name: str, path: str) -> int:
        if name not in self._places:
            with open(path, "rb") as file:
                size = file.seek(0, os.SEEK_END)
                if size > TAIL_BYTES:
                    file.seek(size - TAIL_BYTES)
                    self._places[name] = size - TAIL_BYTES + len(file.readline())
        return self._places.get(name, 0)

    def _keep(self, new: NewRow) -> None:
        for metric, value in new.row.values.items():
            if isinstance(value, str) or value is None:
                continue
            name = self.look.overlay.metric(metric)
            rank = self._ranks.get(name)
            if rank is None or new.rank < rank:
                self._ranks[name] = new.rank
                self.points[name] = deque(maxlen=KEPT_POINTS)
            if new.rank == self._ranks[name]:
                self.points[name].append(float(value))


class ConsoleFollower:
    """Watches what the command of a run prints, as bytes."""

    def __init__(self, follower: Follower) -> None:
        self._follower = follower
        self._places: dict[str, int] = {}
        self._is_begun = False

    def refresh(self) -> bytes:
        """What was printed since the last look; the first time the end of what there is."""
        pieces = []
        for name in self._files():
            path = os.path.join(self._follower.folder, "console", name)
            try:
                with open(path, "rb") as file:
                    size = file.seek(0, os.SEEK_END)
                    start = self._places.get(name)
                    if start is None:
                        start = 0 if self._is_begun else max(0, size - CONSOLE_TAIL_BYTES)
                    file.seek(min(start, size))
                    pieces.append(file.read(1 << 20))
                    self._places[name] = file.tell()
            except OSError:
                continue
        self._is_begun = True
        return b"".join(pieces)

    def _files(self) -> list[str]:
        try:
            names = [
                name
                for name in os.listdir(os.path.join(self._follower.folder, "console"))
                if name.endswith(".log")
            ]
        except OSError:
            return []
        # r0-….log is the head of what r0-….tail-2.log goes on with.
        return sorted(names, key=lambda name: (name.split(".")[0], _tail_number(name)))


def _tail_number(name: str) -> int:
    middle = name.removesuffix(".log").partition(".tail-")[2]
    return int(middle) if middle.isascii() and middle.isdigit() else 0


def _row(line: bytes, started: float) -> Row | None:
    record = intact_record(line) if line.startswith(b'{"k":"log"') else None
    try:
        return None if record is None else row_of(record, started)
    except (KeyError, TypeError, ValueError, AttributeError):  # sealed, but not by our writer
        return None


def _number(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else 0.0
