"""Series as charts draw them: whole when short, else in buckets that keep every extreme.

Buckets are `width` consecutive points, whatever their steps, so one set serves every x axis. All series of a
run are bucketed in one pass over a single sorted key (series x 2^32 + bucket), which Polars aggregates ten
times faster than two keys.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import polars as pl

from sitegen.derive.facts import SERIES_COLUMNS_BUCKETS, SERIES_COLUMNS_FULL, Series
from sitegen.derive.points import Curve

WHOLE_POINTS = 2000
"""A series of at most so many points is kept as it is."""

MOST_BUCKETS = 320

_VALUE_COLUMNS = ("first", "last", "min", "max", "mean")

NAN, POSITIVE, NEGATIVE = 1, 2, 4
"""Kinds of values that are not finite, as bits of `bad_kinds`."""

_FLOAT32_RANGE = (1.2e-38, 3.4e38)
"""Magnitudes that float32 holds with all its digits; a series beyond them keeps float64."""


def bucket_width(points: int) -> int:
    """The smallest power of two that gives at most MOST_BUCKETS buckets; 1 keeps the points."""
    if points <= WHOLE_POINTS:
        return 1
    return 1 << (-(-points // MOST_BUCKETS) - 1).bit_length()


def series_of(run_id: str, curves: Sequence[Curve]) -> tuple[Series, ...]:
    """The series of a run's curves, in their order, as charts first show them."""
    return series_at(run_id, curves, [bucket_width(len(curve.y)) for curve in curves])


def series_at(run_id: str, curves: Sequence[Curve], widths: Sequence[int]) -> tuple[Series, ...]:
    """The series of these curves in buckets of these widths; width 1 is every point."""
    sized = list(zip(curves, widths, strict=True))
    bucketed = iter(_bucketed([(curve, width) for curve, width in sized if width > 1]))
    found = []
    for curve, width in sized:
        columns = next(bucketed) if width > 1 else _whole(curve)
        found.append(Series(run_id, curve.metric, curve.rank, len(curve.y), width, columns))
    return tuple(found)


def _whole(curve: Curve) -> dict[str, pl.Series]:
    return dict(zip(SERIES_COLUMNS_FULL, (curve.step, curve.t, curve.y), strict=True))


def _bucketed(sized: Sequence[tuple[Curve, int]]) -> list[dict[str, pl.Series]]:
    if not sized:
        return []
    table = _aggregated(_keyed(sized))
    found, start = [], 0
    for curve, width in sized:
        count = -(-len(curve.y) // width)
        part = table.slice(start, count)
        columns = {name: part[name] for name in SERIES_COLUMNS_BUCKETS} | _narrowed(part)
        found.append(columns | _lost(curve, width, count) if (part["bad"] > 0).any() else columns)
        start += count
    return found


def _keyed(sized: Sequence[tuple[Curve, int]]) -> pl.DataFrame:
    """All points with the key of their bucket; in order of key, since each curve is in order of row."""
    frames = []
    for number, (curve, width) in enumerate(sized):
        row = pl.int_range(len(curve.y), dtype=pl.UInt64)
        bucket = row // width + (number << 32)
        frames.append(pl.select(bucket.alias("key"), step=curve.step, t=curve.t, y=curve.y))
    return pl.concat(frames, rechunk=True)


def _aggregated(points: pl.DataFrame) -> pl.DataFrame:
    finite = pl.when(pl.col("y").is_finite()).then(pl.col("y"))
    return (
        points.lazy()
        .with_columns(pl.col("key").set_sorted(), finite.alias("finite"))
        .group_by("key", maintain_order=True)
        .agg(
            pl.col("step").first().alias("step0"),
            pl.col("step").last().alias("step1"),
            pl.col("t").first().alias("t0"),
            pl.col("t").last().alias("t1"),
            pl.col("finite").drop_nulls().first().alias("first"),
            pl.col("finite").drop_nulls().last().alias("last"),
            pl.col("finite").min().alias("min"),
            pl.col("finite").max().alias("max"),
            pl.col("finite").mean().alias("mean"),
            pl.col("finite").count().cast(pl.UInt32).alias("n"),
            pl.col("finite").null_count().cast(pl.UInt32).alias("bad"),
        )
        .with_columns(pl.col(_VALUE_COLUMNS).fill_null(float("nan")))
        .collect()
    )


def _lost(curve: Curve, width: int, buckets: int) -> dict[str, pl.Series]:
    """Where the first value of each bucket that is not finite stands, and which kinds there are."""
    y = pl.col("y")
    kinds = y.is_nan().any() * NAN + (y == math.inf).any() * POSITIVE + (y == -math.inf).any() * NEGATIVE
    first = (
        pl.DataFrame({"step": curve.step, "t": curve.t, "y": curve.y})
        .with_row_index("row")
        .filter(~y.is_finite())
        .group_by(pl.col("row") // width, maintain_order=True)
        .agg(
            pl.col("step").first().alias("bad_step"),
            pl.col("t").first().alias("bad_t"),
            kinds.cast(pl.UInt32).alias("bad_kinds"),
        )
    )
    every = pl.DataFrame({"row": pl.int_range(buckets, dtype=pl.UInt32, eager=True)})
    found = every.join(first, on="row", how="left", maintain_order="left")
    return {
        "bad_step": found["bad_step"].fill_null(math.nan),
        "bad_t": found["bad_t"].fill_null(math.nan),
        "bad_kinds": found["bad_kinds"].fill_null(0),
    }


def _narrowed(part: pl.DataFrame) -> dict[str, pl.Series]:
    """The value columns as float32, unless that would lose a value's magnitude."""
    smallest, largest = _FLOAT32_RANGE
    magnitude = pl.col(_VALUE_COLUMNS).abs()
    is_beyond = (magnitude > largest) | ((magnitude < smallest) & (magnitude > 0))
    values = part.select(_VALUE_COLUMNS)
    if values.select(pl.any_horizontal(is_beyond.any())).item():
        return {name: values[name] for name in _VALUE_COLUMNS}
    return {name: values[name].cast(pl.Float32) for name in _VALUE_COLUMNS}
