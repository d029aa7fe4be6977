"""Sparklines show gaps, peaks and lone points, in a text of bounded length."""

import math
import re

import pytest

from sitegen.charts.points import points, thinned
from sitegen.charts.sparkline import overlay, path
from tests.sitegen.charts.made import bucketed, whole

PLACE = re.compile(r"[ML](-?[\d.]+),(-?[\d.]+)")


def places(text: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in PLACE.findall(text)]


def test_a_peak_of_one_point_in_thousands_reaches_the_top() -> None:
    """Thinning keeps every extreme."""
    values = [0.0] * 5000
    values[1234] = 9.0
    heights = [y for _, y in places(path(whole(values), 80, 20))]
    assert min(heights) == 1
    assert heights.count(1) == 1


def test_a_bucket_s_extremes_are_drawn() -> None:
    """A series of buckets shows the least and the most of each."""
    values = [0.0] * 640
    values[100], values[400] = -5.0, 5.0
    heights = [y for _, y in places(path(bucketed(values, 64), 80, 20))]
    assert (min(heights), max(heights)) == (1, 19)


def test_nan_breaks_the_line() -> None:
    """What was not a number is a gap, not a bridge."""
    assert path(whole([1.0, 2.0, math.nan, 2.0, 1.0]), 80, 20).count("M") == 2


def test_a_lone_point_is_a_dash() -> None:
    """One value is visible although it has no neighbour."""
    assert path(whole([3.0]), 80, 20) == "M39.5,10h1"


def test_a_constant_lies_in_the_middle() -> None:
    """A series without range is a level line at half height."""
    assert {y for _, y in places(path(whole([0.5] * 10), 80, 20))} == {10}


@pytest.mark.parametrize("values", [[], [math.nan] * 3, [math.inf, -math.inf]])
def test_nothing_finite_is_no_path(values: list[float]) -> None:
    """Without a finite value there is nothing to draw."""
    assert path(whole(values), 80, 20) == ""


def test_extreme_magnitudes_stay_in_the_box() -> None:
    """A range that overflows a float is scaled all the same."""
    for x, y in places(path(whole([-1.7e308, 1.7e308, 0.0]), 80, 20)):
        assert 0 <= x <= 80
        assert 0 <= y <= 20


def test_the_text_is_bounded() -> None:
    """A million points are no longer than a few hundred."""
    values = [math.sin(at / 50) + at % 7 for at in range(100_000)]
    assert len(path(whole(values), 80, 20)) < 2500


def test_overlaid_curves_share_one_scale() -> None:
    """Two runs side by side can be compared by eye."""
    low, high = overlay([whole([0.0, 1.0]), whole([2.0, 4.0])], 80, 20)
    assert places(low) == [(1, 19), (79, 14.5)]
    assert places(high) == [(1, 10), (79, 1)]


def test_thinned_points_are_points_of_the_series() -> None:
    """Thinning chooses and never invents."""
    every = [(float(at), math.sin(at)) for at in range(1000)]
    kept = thinned(every, 20)
    assert set(kept) <= set(every)
    assert kept[0] == every[0]
    assert kept[-1] == every[-1]
    assert len(kept) <= 80


def test_points_of_a_bucket_with_lost_values_end_in_a_gap() -> None:
    """Non-finite values inside a bucket are not silently bridged."""
    assert any(math.isnan(y) for _, y in points(bucketed([1.0, math.nan, 2.0, 3.0], 2)))
