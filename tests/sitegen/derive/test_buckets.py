"""Buckets say the truth about the points in them, whatever the points are."""

from __future__ import annotations

import math
import struct

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sitegen.derive.buckets import MOST_BUCKETS, WHOLE_POINTS, bucket_width, series_of
from sitegen.derive.facts import SERIES_COLUMNS_BUCKETS, SERIES_COLUMNS_FULL, Series
from sitegen.derive.points import Curve

ODD = st.sampled_from([math.nan, math.inf, -math.inf, 0.0, -0.0, 1e40, -1e300, 5e-324, 1e-40])
VALUES = st.lists(st.one_of(st.floats(width=32), st.floats(-10, 10), ODD), min_size=1, max_size=60)


def curve_of(values: list[float], metric: str = "m") -> Curve:
    """A curve with these values at the steps 0, 2, 4, …, half a second apart."""
    count = len(values)
    steps = [2.0 * row for row in range(count)]
    y = pl.Series("y", values, dtype=pl.Float64)
    return Curve(metric, 0, pl.Series(steps), pl.Series([0.5 * row for row in range(count)]), y)


def narrow(value: float) -> float:
    """The nearest float32."""
    return float(struct.unpack("f", struct.pack("f", value))[0])


def is_near(shown: float, value: float) -> bool:
    """Whether a value survived as float32, or as float64 where float32 has no room for it."""
    return shown == value or (abs(value) < 3.4e38 and shown == narrow(value))


def rows(series: Series) -> list[dict[str, float]]:
    """The buckets of a series."""
    return pl.DataFrame(dict(series.columns)).to_dicts()


@given(block=VALUES, repeats=st.integers(40, 120), extra=VALUES)
@settings(max_examples=60, deadline=None)
def test_every_bucket_is_true(block: list[float], repeats: int, extra: list[float]) -> None:
    """First, last, extremes, counts and steps of each bucket are those of its points."""
    values = (block * repeats * (1 + WHOLE_POINTS // (len(block) * repeats)) + extra)[: WHOLE_POINTS * 4]
    values += [1.0] * (WHOLE_POINTS + 1 - len(values))
    (series,) = series_of("run", [curve_of(values)])
    width, buckets = series.width, rows(series)
    assert series.points == len(values)
    assert len(buckets) == math.ceil(len(values) / width) <= MOST_BUCKETS
    for number, bucket in enumerate(buckets):
        inside = values[number * width : (number + 1) * width]
        finite = [value for value in inside if math.isfinite(value)]
        assert (bucket["n"], bucket["bad"]) == (len(finite), len(inside) - len(finite))
        assert bucket["step0"] == 2.0 * number * width
        assert bucket["step1"] == bucket["step0"] + 2.0 * (len(inside) - 1)
        assert (bucket["t0"], bucket["t1"]) == (bucket["step0"] / 4, bucket["step1"] / 4)
        if finite:
            assert is_near(bucket["first"], finite[0])
            assert is_near(bucket["last"], finite[-1])
            assert is_near(bucket["min"], min(finite))
            assert is_near(bucket["max"], max(finite))
        else:
            assert all(math.isnan(bucket[name]) for name in ("first", "last", "min", "max", "mean"))
        bad = [place for place, value in enumerate(inside) if not math.isfinite(value)]
        assert_lost(bucket, bad, inside)


def assert_lost(bucket: dict[str, float], bad: list[int], inside: list[float]) -> None:
    """The exact step of the first value that is not finite, and every kind there is."""
    if not bad:
        assert math.isnan(bucket.get("bad_step", math.nan))
        assert not bucket.get("bad_kinds")
        return
    assert bucket["bad_step"] == bucket["step0"] + 2.0 * bad[0]
    assert bucket["bad_t"] == bucket["bad_step"] / 4
    kinds = {1 if math.isnan(inside[at]) else 2 if inside[at] > 0 else 4 for at in bad}
    assert bucket["bad_kinds"] == sum(kinds)


@given(st.integers(1, 10**9))
def test_width_is_the_smallest_that_fits(points: int) -> None:
    """At most MOST_BUCKETS buckets, and half the width would give more."""
    width = bucket_width(points)
    assert width & (width - 1) == 0
    if points <= WHOLE_POINTS:
        assert width == 1
    else:
        assert math.ceil(points / width) <= MOST_BUCKETS < math.ceil(points / (width // 2))


def test_short_series_are_whole() -> None:
    """Up to WHOLE_POINTS every point is there, NaN and infinities as they are."""
    values = [math.nan, math.inf, *range(WHOLE_POINTS - 2)]
    (series,) = series_of("run", [curve_of([float(value) for value in values])])
    assert series.width == 1
    assert tuple(series.columns) == SERIES_COLUMNS_FULL
    assert len(series.columns["y"]) == WHOLE_POINTS
    assert math.isnan(series.columns["y"][0])


def test_series_of_one_pass_do_not_mix() -> None:
    """Curves bucketed together give what each gives alone."""
    curves = [curve_of([float(n * i % 97) for i in range(2001 + 700 * n)], f"m{n}") for n in range(5)]
    together = series_of("run", curves)
    for curve, found in zip(curves, together, strict=True):
        (alone,) = series_of("run", [curve])
        assert tuple(found.columns) == SERIES_COLUMNS_BUCKETS
        assert rows(found) == rows(alone)
        assert found.width == alone.width


def test_types_of_buckets() -> None:
    """Values are float32 where that holds them, counts uint32, axes float64."""
    (small,) = series_of("run", [curve_of([0.5] * 3000)])
    (large,) = series_of("run", [curve_of([0.5] * 2999 + [1e39])])
    kinds = {name: column.dtype for name, column in small.columns.items()}
    assert {kinds[name] for name in ("first", "last", "min", "max", "mean")} == {pl.Float32}
    assert {kinds[name] for name in ("step0", "step1", "t0", "t1")} == {pl.Float64}
    assert {kinds[name] for name in ("n", "bad")} == {pl.UInt32}
    assert large.columns["max"].dtype == pl.Float64
    assert large.columns["max"].max() == 1e39
    assert large.columns["mean"][0] == pytest.approx(0.5)
