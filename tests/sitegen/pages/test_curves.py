"""Small pictures of curves keep what a reader would want to have seen."""

from __future__ import annotations

import math

import polars

from sitegen.derive.facts import Series
from sitegen.pages.curves import SPARK_LETTERS, SPARK_PLACES, sketch, spark_code
from tests.sitegen.charts.made import run_of, whole


def spiked(count: int, at: int) -> list[float]:
    return [100.0 if place == at else math.sin(place / 50) for place in range(count)]


def test_a_single_spike_is_in_every_small_picture() -> None:
    """One value of two thousand that stands out is drawn, wherever it stands."""
    for at in (0, 1, 777, 1998, 1999):
        series = whole(spiked(2000, at))
        drawn = sketch([(run_of("run-a", [series]), series)], 200, 80)
        assert drawn is not None
        assert drawn.high == "100"
        assert SPARK_LETTERS[-1] in spark_code(series)


def test_a_small_picture_stays_small() -> None:
    """The text of a curve does not grow with its points."""
    series = whole([math.sin(place / 9) for place in range(2000)])
    drawn = sketch([(run_of("run-a", [series]), series)], 200, 80)
    assert drawn is not None
    assert len(drawn.curves[0].path) < 700
    assert len(spark_code(series)) == SPARK_PLACES


def test_buckets_give_their_extremes() -> None:
    """A bucketed curve is drawn by the lowest and highest values of its buckets."""
    floats = {name: [0.0, 64.0] for name in ("step0", "t0")} | {
        name: [63.0, 127.0] for name in ("step1", "t1")
    }
    values = {
        "first": [1.0, 1.0],
        "last": [1.0, 1.0],
        "min": [-5.0, 1.0],
        "max": [1.0, 9.0],
        "mean": [1.0, 1.0],
    }
    columns = {name: polars.Series(name, column) for name, column in (floats | values).items()}
    series = Series("run-a", "loss", 0, 128, 64, columns)
    drawn = sketch([(run_of("run-a", [series]), series)], 200, 80)
    assert drawn is not None
    assert (drawn.low, drawn.high) == ("-5", "9")


def test_what_is_not_finite_is_left_out() -> None:
    """A curve of which nothing is finite has no picture, and says so by being none."""
    series = whole([math.nan, math.inf, -math.inf])
    assert sketch([(run_of("run-a", [series]), series)], 200, 80) is None
    assert spark_code(series) == ""
