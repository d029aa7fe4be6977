"""Follows the metrics files of a run as they grow, from byte offset to byte offset."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from collector.rules.judge import Firing, Judge
from collector.runlog.history import row_of
from collector.runlog.paths import METRICS_SUFFIX
from collector.runlog.reader import iterate_chunks, read_header

READ_BYTES = 1 << 20


class _Source(NamedTuple):
    """A metrics file that is followed."""

    path: str
    rank: int
    started: float


class Following:
    """The metrics files of one attempt, each with the offset up to which it was judged."""

    def __init__(self, judge: Judge, wants: Callable[[Mapping[str, Any]], bool]) -> None:
        self._judge = judge
        self._wants = wants
        """Whether a file is to be followed, told by its header."""
        self._sources: dict[str, _Source | None] = {}
        self._offsets: dict[str, int] = {}
        self._needles: list[bytes] = []

    def read_on(self, folder: str) -> Iterator[Firing]:
        """Judge what was written since the last time."""
        for name in _metrics_files(folder):
            source = self._source(folder, name)
            if source is not None:
                yield from self._read(source._replace(path=os.path.join(folder, name)), name)

    def _source(self, folder: str, name: str) -> _Source | None:
        if name not in self._sources:
            header = read_header(os.path.join(folder, name))
            if header is None:
                return None
            rank, started = int(header.get("rank", 0)), float(header.get("started", 0.0))
            self._sources[name] = _Source(name, rank, started) if self._wants(header) else None
        return self._sources[name]

    def _read(self, source: _Source, name: str) -> Iterator[Firing]:
        try:
            for chunk in iterate_chunks(source.path, self._offsets.get(name, 0), READ_BYTES):
                yield from self._judge_lines(source, chunk.lines)
                self._offsets[name] = chunk.next_offset
        except OSError:
            return  # moved or removed at this moment: the next look tells

    def _judge_lines(self, source: _Source, lines: list[bytes]) -> Iterator[Firing]:
        import orjson  # first need

        last = len(lines) - 1
        for at, line in enumerate(lines):
            if line.startswith(b'{"k":"keys"'):
                self._judge.learn([str(one) for one in orjson.loads(line)["keys"]])
                self._needles = [orjson.dumps(one) for one in self._judge.metrics]
            # A row without a metric of the rules only moves the step on, and the last of them does that.
            elif line.startswith(b'{"k":"log"') and (at == last or self._matters(line)):
                row = row_of(orjson.loads(line), source.started)
                yield from self._judge.add_row(source.rank, float(row.step), row.wall, row.values)

    def _matters(self, line: bytes) -> bool:
        return self._judge.needs_every_row or any(needle in line for needle in self._needles)


def _metrics_files(folder: str) -> list[str]:
    try:
        return sorted(name for name in os.listdir(folder) if name.endswith(METRICS_SUFFIX))
    except OSError:
        return []
