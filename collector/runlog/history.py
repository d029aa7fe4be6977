"""What a run logged, read back: rows in order, and per metric the few numbers that sum it up.

Memory does not grow with the log: values are folded as they are read. Only a metric whose steps went back is
read a second time, with all its values in memory.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from collector.runlog.paths import METRICS_SUFFIX
from collector.runlog.reader import iterate_chunks, read_header
from collector.runlog.sound import is_sound
from collector.runlog.values import join_number

Folders = str | Sequence[str]
"""The folder of a run, or those of several that were joined: the attempts of each follow those before it."""

Step = float | int
Value = float | int | bool | str | None


class Row(NamedTuple):
    """One call of `log`, as it was made."""

    step: Step
    wall: float
    """Seconds since 1970."""
    values: dict[str, Value]


class MetricSummary(NamedTuple):
    """One metric in a few numbers; NaN and infinities are counted and otherwise left out."""

    finite: int
    """Number of finite values."""
    first: float | None = None
    last: float | None = None
    min: float | None = None
    max: float | None = None
    mean: float | None = None
    first_step: Step | None = None
    last_step: Step | None = None
    min_step: Step | None = None
    max_step: Step | None = None
    nan_count: int = 0
    inf_count: int = 0


class LogFile(NamedTuple):
    """A metrics file and what its header says."""

    path: str
    rank: int
    attempt: int
    started: float
    rewound: float | None = None
    """Last step of earlier attempts that counts, where the run was rewound."""


def metrics_files(folder: Folders, rank: int | None = None) -> list[LogFile]:
    """The metrics files of a run by rank, attempt and start; a file without a header yet is left out."""
    found: list[LogFile] = []
    for one in [folder] if isinstance(folder, str) else folder:
        before = max((file.attempt for file in found), default=0)
        found += [file._replace(attempt=file.attempt + before) for file in _files_in(one, rank)]
    return sorted(found, key=lambda file: (file.rank, file.attempt, file.started, file.path))


def _files_in(folder: str, rank: int | None) -> list[LogFile]:
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return []
    found = []
    for name in names:
        path = os.path.join(folder, name)
        header = read_header(path) if name.endswith(METRICS_SUFFIX) else None
        if header is not None and rank in (None, header.get("rank", 0)):
            started = float(header.get("started", 0.0))
            rank_of_file, attempt = int(header.get("rank", 0)), int(header.get("attempt", 1))
            found.append(LogFile(path, rank_of_file, attempt, started, header.get("rewound")))
    return found


def read_rows(file: LogFile, offset: int = 0) -> Iterator[tuple[Row, int]]:
    """Every intact row of a file from an offset on, each with the offset from which to read on."""
    import orjson  # first need

    for chunk in iterate_chunks(file.path, offset):
        for line in chunk.lines:
            if line.startswith(b'{"k":"log"'):
                record = orjson.loads(line)
                if is_sound(record):
                    yield row_of(record, file.started), chunk.next_offset


def row_of(record: Mapping[str, Any], started: float) -> Row:
    """A `log` record as it was logged: exact values in the place of their nulls, texts beside numbers."""
    values: dict[str, Value] = dict(record["m"])
    for name, exact in record.get("x", {}).items():
        values[name] = join_number(None, exact)
    values.update(record.get("s", {}))
    return Row(record["step"], started + record["t"], values)


def merged_rows(folder: Folders, rank: int = 0) -> list[Row]:
    """The history of a rank: one row per step in order of first use, later values and attempts winning."""
    merged: dict[Step, Row] = {}
    files = metrics_files(folder, rank)
    limits = _limits(files)
    rows = [(file.attempt, row) for file in files for row, _ in read_rows(file)]
    for attempt, row in sorted(rows, key=lambda pair: (pair[0], pair[1].wall)):
        if row.step >= limits[attempt]:
            continue
        before = merged.get(row.step)
        values = row.values if before is None else before.values | row.values
        merged[row.step] = Row(row.step, row.wall if before is None else before.wall, values)
    return list(merged.values())


class Summary:
    """Folds the history of one rank, and goes on where it stopped when the log has grown."""

    def __init__(self, folder: Folders, rank: int = 0) -> None:
        self.folder = folder
        self.rank = rank
        self._offsets: dict[str, int] = {}
        self._folds: dict[str, _Fold] = {}
        self._limits: dict[int, float] = {}
        self._texts: dict[str, str] = {}

    def refresh(self) -> dict[str, MetricSummary]:
        """The summary of every metric logged up to now, in the order of first use."""
        files = metrics_files(self.folder, self.rank)
        limits = _limits(files)
        if limits != self._limits or len({file.attempt for file in files}) < len(files):
            # Another attempt changes what counts, and several files of one attempt interleave: begin anew.
            self._offsets, self._folds, self._texts, self._limits = {}, {}, {}, limits
        for file in files:
            self._fold_file(file)
        back = {name for name, fold in self._folds.items() if fold.went_back}
        exact = _fold_exactly(self.folder, self.rank, back) if back else {}
        return {name: (exact[name] if name in exact else fold.result()) for name, fold in self._folds.items()}

    @property
    def texts(self) -> dict[str, str]:
        """The latest text per name, as of the last `refresh`."""
        return self._texts

    def _fold_file(self, file: LogFile) -> None:
        limit = self._limits[file.attempt]
        for row, next_offset in read_rows(file, self._offsets.get(file.path, 0)):
            self._offsets[file.path] = next_offset
            if row.step >= limit:
                continue
            for name, value in row.values.items():
                if isinstance(value, str):
                    self._texts[name] = value
                elif value is not None:
                    self._folds.setdefault(name, _Fold()).add(row.step, float(value))


class _Fold:
    """Folds values that come with rising steps; a repeated step replaces the value before."""

    def __init__(self) -> None:
        self.step: Step | None = None
        self.value = 0.0
        self.went_back = False
        self.total = 0.0
        self.summary = MetricSummary(0)

    def add(self, step: Step, value: float) -> None:
        if self.step is not None and step < self.step:
            self.went_back = True
        if self.step is not None and step != self.step:
            self.summary, self.total = _take(self.summary, self.total, self.step, self.value)
        self.step, self.value = step, value

    def result(self) -> MetricSummary:
        """The numbers so far, the latest value included although a repeated step may still replace it."""
        if self.step is None:
            return self.summary
        summary, total = _take(self.summary, self.total, self.step, self.value)
        return summary._replace(mean=total / summary.finite if summary.finite else None)


def _take(before: MetricSummary, total: float, step: Step, value: float) -> tuple[MetricSummary, float]:
    if math.isnan(value):
        return before._replace(nan_count=before.nan_count + 1), total
    if math.isinf(value):
        return before._replace(inf_count=before.inf_count + 1), total
    changed: dict[str, Any] = {"finite": before.finite + 1, "last": value, "last_step": step}
    if before.first is None:
        changed |= {"first": value, "first_step": step}
    if before.min is None or value < before.min:
        changed |= {"min": value, "min_step": step}
    if before.max is None or value > before.max:
        changed |= {"max": value, "max_step": step}
    return before._replace(**changed), total + value


def _fold_exactly(folder: Folders, rank: int, names: set[str]) -> dict[str, MetricSummary]:
    files = metrics_files(folder, rank)
    limits = _limits(files)
    latest: dict[str, dict[Step, float]] = {name: {} for name in names}
    found = (
        (file.attempt, row.wall, row.step, name, row.values[name])
        for file in files
        for row, _ in read_rows(file)
        if row.step < limits[file.attempt]
        for name in names.intersection(row.values)
    )
    for _, _, step, name, value in sorted(found, key=lambda entry: entry[:2]):
        if value is not None and not isinstance(value, str):
            latest[name].pop(step, None)  # a replaced value moves to where it was replaced
            latest[name][step] = float(value)
    folds = {name: _Fold() for name in names}
    for name, fold in folds.items():
        for at, number in latest[name].items():
            fold.add(at, number)
    return {name: fold.result() for name, fold in folds.items()}


def _limits(files: list[LogFile]) -> dict[int, float]:
    """Per attempt the step from which a later attempt supersedes it."""
    limits: dict[int, float] = {}
    limit = math.inf
    for attempt in sorted({file.attempt for file in files}, reverse=True):
        limits[attempt] = limit
        mine = [file for file in files if file.attempt == attempt]
        firsts = [_first_step(file) for file in mine]
        firsts += [math.nextafter(file.rewound, math.inf) for file in mine if file.rewound is not None]
        limit = min([limit, *(first for first in firsts if first is not None)])
    return limits


def _first_step(file: LogFile) -> float | None:
    for row, _ in read_rows(file):
        return float(row.step)
    return None
