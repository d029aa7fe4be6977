"""The curves of a run: one per metric and rank, merged, in order of step.

Within an attempt the later value of a step counts. A later attempt replaces what earlier ones logged from its
first step on; what was replaced is counted.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

import polars as pl

from sitegen.ingest.tables import CELL_SCHEMA, History


@dataclass(frozen=True)
class Curve:
    """Every point of a metric of one rank; steps strictly increase, values may be NaN or infinite."""

    metric: str
    rank: int
    step: pl.Series
    t: pl.Series
    y: pl.Series


@dataclass
class Curves:
    """All curves of a history, and how many values were left out for a later attempt's."""

    found: list[Curve] = field(default_factory=list)
    superseded: int = 0


@dataclass(frozen=True)
class _Span:
    """Consecutive rows of one attempt of a rank."""

    attempt: int
    start: int
    rows: int
    rewound: float | None


def curves_of(history: History) -> Curves:
    """The curves of a history, sorted by metric, then rank."""
    curves = Curves()
    for rank, spans in _spans_by_rank(history):
        start, rows = spans[0].start, sum(span.rows for span in spans)
        frame = history.rows.slice(start, rows)
        cells = None if history.cells is None else _cells_between(history.cells, start, rows)
        if len({span.attempt for span in spans}) > 1:
            kept = _not_superseded(frame["step"], spans)
            curves.superseded += _values_in(frame, cells, ~kept)
            frame, cells = _keep(frame, cells, kept)
        if cells is None:
            curves.found += _wide_curves(frame, history.names, rank)
        else:
            curves.found += _long_curves(frame, cells, history.names, rank)
    curves.found.sort(key=lambda curve: (curve.metric, curve.rank))
    return curves


def first_steps(history: History) -> dict[tuple[int, int], float]:
    """By rank and attempt the step of its first row, from which on it replaces earlier attempts."""
    return {
        (rank, span.attempt): _limit(span, float(history.rows["step"][span.start]))
        for rank, spans in _spans_by_rank(history)
        for span in reversed(spans)
    }


def _spans_by_rank(history: History) -> Iterator[tuple[int, list[_Span]]]:
    spans, start = [], 0
    for part in history.parts:
        spans.append((part.rank, _Span(part.attempt, start, part.rows, part.rewound)))
        start += part.rows
    for rank, found in groupby(spans, key=lambda pair: pair[0]):
        yield rank, [span for _, span in found]


def _not_superseded(step: pl.Series, spans: list[_Span]) -> pl.Series:
    """Which rows count: those below the first step of every later attempt."""
    first = spans[0].start
    limits: dict[int, float] = {}
    for span in reversed(spans):
        limits[span.attempt] = _limit(span, float(step[span.start - first]))
    keep = []
    for span in spans:
        later = [limit for attempt, limit in limits.items() if attempt > span.attempt]
        steps = step.slice(span.start - first, span.rows)
        keep.append(steps < min(later, default=float("inf")))
    return pl.concat(keep)


def _limit(span: _Span, first_step: float) -> float:
    """The step from which on rows of earlier attempts do not count."""
    if span.rewound is None:
        return first_step
    return min(first_step, math.nextafter(span.rewound, math.inf))


def _values_in(frame: pl.DataFrame, cells: pl.DataFrame | None, rows: pl.Series) -> int:
    if cells is not None:
        return int(rows.gather(cells["row"]).sum())
    dropped = frame.filter(rows).drop("step", "t")
    return sum(len(dropped) - column.null_count() for column in dropped)


def _keep(
    frame: pl.DataFrame, cells: pl.DataFrame | None, kept: pl.Series
) -> tuple[pl.DataFrame, pl.DataFrame | None]:
    if cells is None:
        return frame.filter(kept), None
    return frame, cells.filter(kept.gather(cells["row"]))


def _cells_between(cells: pl.DataFrame, start: int, rows: int) -> pl.DataFrame:
    """The cells of these rows, counted from the first of them."""
    inside = cells.filter(pl.col("row").is_between(start, start + rows, closed="left"))
    return inside.with_columns((pl.col("row") - start).cast(CELL_SCHEMA["row"]))


def _wide_curves(frame: pl.DataFrame, names: tuple[str, ...], rank: int) -> Iterator[Curve]:
    """One curve per column. Columns with gaps in the same rows share their steps, as charts do."""
    shared: list[tuple[pl.Series, pl.Series, pl.Series]] = []
    step, t = frame["step"], frame["t"]
    is_ordered = _strictly_increases(step)
    for number, name in enumerate(names):
        y = frame[f"m{number}"].alias("y")
        if y.null_count() == len(y):
            continue
        if y.null_count() == 0:
            axes = step, t
        else:
            axes = _shared_axes(shared, y.is_not_null(), step, t)
            y = y.drop_nulls()
        yield Curve(name, rank, *axes, y) if is_ordered else _merged(name, rank, *axes, y)


def _shared_axes(
    shared: list[tuple[pl.Series, pl.Series, pl.Series]], mask: pl.Series, step: pl.Series, t: pl.Series
) -> tuple[pl.Series, pl.Series]:
    for known, known_step, known_t in shared:
        if known.equals(mask):
            return known_step, known_t
    shared.append((mask, step.filter(mask), t.filter(mask)))
    return shared[-1][1], shared[-1][2]


def _long_curves(
    frame: pl.DataFrame, cells: pl.DataFrame, names: tuple[str, ...], rank: int
) -> Iterator[Curve]:
    ordered = cells.sort("metric", "row")
    step, t = frame["step"].gather(ordered["row"]), frame["t"].gather(ordered["row"])
    start, axes, rows = 0, (step.clear(), t.clear()), ordered["row"].clear()
    for metric, count in ordered.group_by("metric", maintain_order=True).len().iter_rows():
        if not rows.equals(own := ordered["row"].slice(start, count)):
            rows, axes = own, (step.slice(start, count), t.slice(start, count))
        y = ordered["value"].slice(start, count).alias("y")
        start += count
        curve = Curve(names[metric], rank, *axes, y)
        yield curve if _strictly_increases(axes[0]) else _merged(names[metric], rank, *axes, y)


def _strictly_increases(step: pl.Series) -> bool:
    return len(step) < 2 or bool((step.slice(1) > step.slice(0, len(step) - 1)).all())


def _merged(name: str, rank: int, step: pl.Series, t: pl.Series, y: pl.Series) -> Curve:
    """The curve in order of step, of equal steps the one that was written last."""
    frame = pl.DataFrame([step.alias("step"), t.alias("t"), y]).sort("step", maintain_order=True)
    is_last = pl.col("step").ne_missing(pl.col("step").shift(-1))
    kept = frame.filter(is_last)
    return Curve(name, rank, kept["step"], kept["t"], kept["y"])
