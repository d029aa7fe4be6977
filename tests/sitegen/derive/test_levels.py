"""Every level of a curve tells the truth about its points, and the finest are the points."""

from __future__ import annotations

import math
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from sitegen.config import Config
from sitegen.derive.buckets import MOST_BUCKETS, WHOLE_POINTS, bucket_width
from sitegen.derive.levels import FACTOR, LEAST_GAIN, level_widths, levels_of
from sitegen.derive.runs import derive_run
from sitegen.discover import discover
from sitegen.ingest.run import read_run
from tests.sitegen.logs import EPOCH, ProcessLog


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


def test_levels_are_of_the_curves_that_count(tmp_path: Path) -> None:
    """Finer levels of a resumed run have the points of its overview, none that a later attempt replaced."""
    count = WHOLE_POINTS + 500
    first = ProcessLog(tmp_path / "logs")
    for step in range(count):
        first.log(step, {"loss": 1.0})
    second = ProcessLog(tmp_path / "logs", attempt=2, start=EPOCH + 2 * count)
    for step in range(count - 300, count + 100):
        second.log(step, {"loss": 2.0})
    [source] = discover(Config(runs_dir=(tmp_path / "logs",)))
    tables = read_run(source)
    [overview] = derive_run(tables).series
    [raw] = levels_of(tables).metrics
    assert raw.points == overview.points == count + 100
    assert raw.columns["y"].to_list() == [1.0] * (count - 300) + [2.0] * 400
