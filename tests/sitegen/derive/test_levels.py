"""Every level of a curve tells the truth about its points, and the finest are the points."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from sitegen.derive.buckets import MOST_BUCKETS, WHOLE_POINTS, bucket_width
from sitegen.derive.levels import FACTOR, LEAST_GAIN, level_widths


@given(st.integers(1, 10**10))
def test_levels_lead_from_the_overview_to_the_points(points: int) -> None:
    """Each is at most 64 times finer than what is drawn before it, and none is loaded in vain."""
    widths = level_widths(points)
    if points <= WHOLE_POINTS:
        assert widths == ()
        return
    assert widths[-1] == 1
    former = bucket_width(points)
    for width in widths:
        assert LEAST_GAIN <= former // width <= FACTOR * LEAST_GAIN
        former = width
    assert math.ceil(points / bucket_width(points)) <= MOST_BUCKETS
