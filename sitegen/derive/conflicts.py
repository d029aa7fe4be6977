"""Processes that were one rank of a run at the same time, and which of their values count.

They are no attempts, of which each begins after the one before has died, and no ranks: two trainings were
given one run id, or the ranks of one do not know their numbers. Their curves are neither mixed nor added: of
a metric that several of them logged, the curve of the one that began last counts from its first step on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import NamedTuple

import polars as pl

from sitegen.ingest.tables import CELL_SCHEMA, History, Part, Segment

OTHER_CLOCK_SECONDS = 60.0
"""Clocks of two hosts may differ: only rows that overlap by more than this were logged at the same time."""


@dataclass(frozen=True)
class Conflict:
    """Several processes that logged the same metrics, as the same rank, at the same time."""

    rank: int
    processes: tuple[Segment, ...]
    """The first segment of each, in order of start."""
    seconds: float
    """For how long at least two of them logged."""
    metrics: int
    """Metrics that more than one of them logged."""
    left_out: int
    """Values that do not count."""


@dataclass(frozen=True)
class Settled:
    """A run in which each value that counts does so once."""

    history: History
    segments: tuple[Segment, ...]
    conflicts: tuple[Conflict, ...] = ()


@dataclass
class _Process:
    """The rows of one process; `first` and `last` are their times."""

    segments: list[Segment]
    spans: list[tuple[int, int]]
    first: float
    last: float


class _Shared(NamedTuple):
    """Cells of metrics that several processes logged, of which some do not count."""

    metrics: int
    dropped: pl.DataFrame
    """Row and metric of each value that does not count."""


def settle(history: History, segments: Sequence[Segment]) -> Settled:
    """Leave out what other processes logged of the same metrics at the same time."""
    settled = Settled(history, tuple(segments))
    if len(history.parts) < 2:
        return settled
    for group in _at_once(history, segments):
        settled = _settle_group(settled, group)
    return settled


def _at_once(history: History, segments: Sequence[Segment]) -> Iterator[list[_Process]]:
    """The processes of each rank that logged at the same time, by their first rows."""
    for processes in _by_rank(history, {segment.name: segment for segment in segments}):
        group = processes[:1]
        for process in processes[1:]:
            if not any(_overlap(before, process) > 0 for before in group):
                if len(group) > 1:
                    yield group
                group = []
            group.append(process)
        if len(group) > 1:
            yield group


def _by_rank(history: History, segments: dict[str, Segment]) -> Iterator[list[_Process]]:
    start = 0
    parts: list[tuple[int, Part]] = []
    for part in history.parts:
        parts.append((start, part))
        start += part.rows
    for _, found in groupby(parts, key=lambda pair: pair[1].rank):
        processes: dict[tuple[str | None, int], _Process] = {}
        for first_row, part in found:
            segment = segments.get(part.segment)
            # A child that was handed the run of its parent logs for it, and that is no conflict.
            if segment is not None and segment.pid and not segment.is_child:
                _add(processes, segment, first_row, history.rows["t"].slice(first_row, part.rows))
        yield sorted(processes.values(), key=lambda process: (process.first, process.segments[0].name))


def _add(
    processes: dict[tuple[str | None, int], _Process], segment: Segment, first_row: int, t: pl.Series
) -> None:
    first, last = float(t.min() or 0.0), float(t.max() or 0.0)  # type: ignore[arg-type]
    known = processes.setdefault((segment.host, segment.pid), _Process([], [], first, last))
    known.segments.append(segment)
    known.spans.append((first_row, len(t)))
    known.first, known.last = min(known.first, first), max(known.last, last)


def _overlap(before: _Process, after: _Process) -> float:
    """Seconds in which both logged, less what their clocks may differ; not positive where they did not."""
    is_one_clock = before.segments[0].host == after.segments[0].host
    return min(before.last, after.last) - after.first - (0.0 if is_one_clock else OTHER_CLOCK_SECONDS)


def _settle_group(settled: Settled, group: list[_Process]) -> Settled:
    attempt = max(segment.attempt for process in group for segment in process.segments)
    names = {segment.name for process in group for segment in process.segments}
    shared = _shared(settled.history, group)
    history = _without(settled.history, shared.dropped)
    # None of them is a later attempt of another: that would hide all of the other's rows.
    parts = tuple(replace(part, attempt=attempt) if part.segment in names else part for part in history.parts)
    segments = tuple(replace(one, attempt=attempt) if one.name in names else one for one in settled.segments)
    conflicts = settled.conflicts
    if shared.metrics:
        seconds = min(max(process.last for process in group[:-1]), group[-1].last) - group[1].first
        processes = tuple(process.segments[0] for process in group)
        rank = processes[0].rank
        conflicts += (Conflict(rank, processes, max(seconds, 0.0), shared.metrics, shared.dropped.height),)
    return Settled(replace(history, parts=parts), segments, conflicts)


def _shared(history: History, group: list[_Process]) -> _Shared:
    cells = pl.concat([_cells(history, process.spans, owner) for owner, process in enumerate(group)])
    firsts = cells.group_by("metric", "owner").agg(first=pl.col("step").get(pl.col("row").arg_min()))
    several = firsts.filter(pl.len().over("metric") > 1)
    # A value counts below the first step of every process that began later and logged the metric too.
    limits = several.sort("metric", "owner", descending=[False, True]).with_columns(
        limit=pl.col("first").cum_min().shift(1).over("metric")
    )
    found = cells.join(limits.drop_nulls("limit"), on=["metric", "owner"]).filter(
        pl.col("step") >= pl.col("limit")
    )
    return _Shared(several["metric"].n_unique(), found.select("row", "metric"))


def _cells(history: History, spans: Sequence[tuple[int, int]], owner: int) -> pl.DataFrame:
    """Row, metric and step of every value in these rows."""
    parts = [_cells_between(history, start, rows) for start, rows in spans]
    found = pl.concat(parts).with_columns(owner=pl.lit(owner, pl.UInt32))
    return found.with_columns(step=history.rows["step"].gather(found["row"]))


def _cells_between(history: History, start: int, rows: int) -> pl.DataFrame:
    if history.cells is not None:
        inside = pl.col("row").is_between(start, start + rows, closed="left")
        return history.cells.filter(inside).select("row", "metric")
    parts = [pl.DataFrame(schema={name: CELL_SCHEMA[name] for name in ("row", "metric")})]
    for number in range(len(history.names)):
        there = history.rows[f"m{number}"].slice(start, rows).is_not_null().arg_true().cast(pl.UInt32)
        row = (there + start).alias("row")
        parts.append(row.to_frame().with_columns(metric=pl.lit(number, CELL_SCHEMA["metric"])))
    return pl.concat(parts)


def _without(history: History, dropped: pl.DataFrame) -> History:
    if dropped.is_empty():
        return history
    if history.cells is not None:
        return replace(
            history,
            cells=history.cells.join(dropped, on=["row", "metric"], how="anti", maintain_order="left"),
        )
    columns = []
    for (number,), found in dropped.group_by("metric", maintain_order=True):
        column = history.rows[f"m{number}"].clone()
        columns.append(column.scatter(found["row"], None))
    return replace(history, rows=history.rows.with_columns(columns).rechunk())
