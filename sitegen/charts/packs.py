"""Series as data chunks for the page: containers of packed columns, sized for loading.

Columns that several series share, as steps mostly are, stand in a chunk once.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sitegen.charts.columns import Column, ColumnPool
from sitegen.charts.container import chunk_file, container
from sitegen.charts.deflate import Piece
from sitegen.derive.facts import ProjectFacts, RunFacts, Series
from sitegen.derive.machine import is_compared

GROUP_RUNS = 8
"""A group of runs ends, on average, after so many: where the hash of a run's id says so.

Small groups suit readers who draw a few runs of a thousand, and builds in which one run has grown; large ones
have fewer files.
"""

MAX_GROUP_RUNS = 32
TARGET_BYTES = 200_000
"""Size of a chunk file that the packing aims at, by the estimate below."""


@dataclass(frozen=True)
class Packs:
    """Chunk files and where each metric is in them."""

    files: Mapping[str, bytes]
    """File name to content; the name is the chunk's id and '.js'."""
    index: Mapping[str, tuple[str, ...]]
    """Metric to the names of the files that hold its series."""
    system: Mapping[str, tuple[str, ...]]
    """The same for system metrics."""
    spans: Mapping[str, tuple[int, int]]
    """File name to the first and last position, in the order of the project's runs, of the runs inside."""


@dataclass
class _Draft:
    """A chunk being filled."""

    kind: str
    series: list[tuple[int, RunFacts, Series, dict[str, int]]] = field(default_factory=list)
    """Position and run of each series, and where its columns stand by their names."""
    columns: list[Column] = field(default_factory=list)
    slots: dict[int, int] = field(default_factory=dict)
    estimate: float = 0

    def add(self, position: int, run: RunFacts, series: Series, columns: Mapping[str, Column]) -> None:
        for column in columns.values():
            if id(column) not in self.slots:
                self.slots[id(column)] = len(self.columns)
                self.columns.append(column)
                self.estimate += column.estimate
        slots = {name: self.slots[id(column)] for name, column in columns.items()}
        self.series.append((position, run, series, slots))


def project_packs(project: ProjectFacts) -> Packs:
    """Chunks for a project's page, group of runs by group of runs."""
    return joined([(group.start, group_packs(project.runs[group])) for group in run_groups(project.runs)])


def group_packs(runs: Sequence[RunFacts]) -> Packs:
    """Chunks for a project's page that hold these runs: metrics by name; positions count from the first."""
    pool = ColumnPool()
    drafts = _fill("metric", _by_metric((at, run, run.series) for at, run in enumerate(runs)), pool)
    drafts += _fill(
        "system", _by_metric((at, run, compared(run.system)) for at, run in enumerate(runs)), pool
    )
    return _pack(drafts)


def compared(system: Sequence[Series]) -> list[Series]:
    """The system metrics that a project's page draws."""
    return [series for series in system if is_compared(series.metric)]


def joined(groups: Sequence[tuple[int, Packs]]) -> Packs:
    """The packs of several groups, each with the position of its first run."""
    index: dict[str, list[str]] = {}
    system: dict[str, list[str]] = {}
    spans = {}
    for start, packs in groups:
        for whole, part in ((index, packs.index), (system, packs.system)):
            for metric, names in part.items():
                whole.setdefault(metric, []).extend(names)
        spans.update({name: (start + first, start + last) for name, (first, last) in packs.spans.items()})
    files = {name: content for _, packs in groups for name, content in packs.files.items()}
    return Packs(files, _frozen(index), _frozen(system), spans)


def run_packs(run: RunFacts) -> Packs:
    """Chunks for one run's page."""
    pool = ColumnPool()
    drafts = _fill("metric", _by_metric([(0, run, run.series)]), pool)
    drafts += _fill("system", _by_metric([(0, run, run.system)]), pool)
    return _pack(drafts)


def run_groups(runs: Sequence[RunFacts]) -> Iterator[slice]:
    """Groups of runs, the oldest first, cut where ids say: a late run does not move its followers."""
    end = len(runs)
    for position in range(len(runs) - 1, -1, -1):
        if position == 0 or ends_group(runs[position].id) or end - position == MAX_GROUP_RUNS:
            yield slice(position, end)
            end = position


@lru_cache(maxsize=1 << 16)
def ends_group(run_id: str) -> bool:
    """Whether a group of runs ends after this one."""
    return zlib.crc32(run_id.encode("utf-8", "surrogatepass")) % GROUP_RUNS == 0


Placed = tuple[int, RunFacts, Series]


def _by_metric(runs: Iterable[tuple[int, RunFacts, Sequence[Series]]]) -> list[Placed]:
    placed = [(position, run, series) for position, run, all_series in runs for series in all_series]
    # Stable: within a metric and run the ranks stay in their order, newest run first.
    placed.sort(key=lambda at: (at[2].metric, at[0], at[2].rank))
    return placed


def _fill(kind: str, placed: Iterable[Placed], pool: ColumnPool) -> list[_Draft]:
    drafts: list[_Draft] = []
    for position, run, series in placed:
        if not drafts or drafts[-1].estimate >= TARGET_BYTES:
            drafts.append(_Draft(kind))
        drafts[-1].add(position, run, series, pool.columns(series.columns))
    return drafts


def _pack(drafts: Sequence[_Draft]) -> Packs:
    contents = [chunk_file(_container(draft)) for draft in drafts]
    files: dict[str, bytes] = {}
    spans: dict[str, tuple[int, int]] = {}
    indexes: dict[str, dict[str, list[str]]] = {"metric": {}, "system": {}}
    for draft, (name, content) in zip(drafts, contents, strict=True):
        files[name] = content
        positions = [position for position, *_ in draft.series]
        spans[name] = (min(positions), max(positions))
        for _, _, series, _ in draft.series:
            names = indexes[draft.kind].setdefault(series.metric, [])
            if name not in names:
                names.append(name)
    return Packs(files, _frozen(indexes["metric"]), _frozen(indexes["system"]), spans)


def _frozen(index: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    return {metric: tuple(names) for metric, names in index.items()}


def _container(draft: _Draft) -> list[Piece]:
    series = [_series_entry(run, one, slots) for _, run, one, slots in draft.series]
    return container(series, draft.columns)


def _series_entry(run: RunFacts, series: Series, slots: Mapping[str, int]) -> dict[str, Any]:
    return {
        "run": series.run_id,
        "metric": series.metric,
        "rank": series.rank,
        "points": series.points,
        "width": series.width,
        "started": run.started,
        "cols": slots,
    }
