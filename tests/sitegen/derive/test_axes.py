"""Step metrics as x axes."""

from __future__ import annotations

from pathlib import Path

import pytest

from sitegen.derive.buckets import WHOLE_POINTS
from tests.sitegen.logs import ProcessLog, only_run, series


def test_each_point_has_the_latest_value_of_its_step_metric(tmp_path: Path) -> None:
    """Carried over rows that lack it; before its first value that one; NaN of it is no place."""
    log = ProcessLog(tmp_path / "logs")
    log.record("define", metric="val/*", step_metric="epoch", step_sync=True)
    for row in (
        {"val/acc": 0.1},
        {"val/acc": 0.2, "epoch": 3},
        {"val/acc": 0.3, "epoch": float("nan")},
        {"val/acc": 0.4},
        {"val/acc": 0.5, "epoch": 4, "loss": 1.0},
    ):
        log.log(int(10 * row["val/acc"]), row)
    run = only_run(tmp_path / "logs")
    acc = series(run, "val/acc")
    assert (acc.x_metric, acc.columns["x"].to_list()) == ("epoch", [3.0, 3.0, 3.0, 3.0, 4.0])
    assert series(run, "loss").x_metric == series(run, "epoch").x_metric == ""


def test_buckets_have_the_step_metric_at_their_ends(tmp_path: Path) -> None:
    """And metrics that were logged together share these columns."""
    log = ProcessLog(tmp_path / "logs")
    log.record("define", metric="*", step_metric="epoch")
    count = WHOLE_POINTS + 100
    for step in range(count):
        log.log(step, {"a": 1.0, "b": 2.0, "epoch": step // 100})
    run = only_run(tmp_path / "logs")
    a, b = series(run, "a"), series(run, "b")
    starts = range(0, count, a.width)
    assert a.columns["x0"].to_list() == [start // 100 for start in starts]
    assert a.columns["x0"] is b.columns["x0"]
    assert a.columns["x1"].to_list() == [(min(start + a.width, count) - 1) // 100 for start in starts]


@pytest.mark.parametrize("step_metric", ["nothing", "a"])
def test_a_step_metric_that_was_not_logged_is_no_axis(tmp_path: Path, step_metric: str) -> None:
    """Nor is a metric its own."""
    log = ProcessLog(tmp_path / "logs")
    log.record("define", metric="a", step_metric=step_metric)
    log.log(0, {"a": 1.0})
    assert set(series(only_run(tmp_path / "logs"), "a").columns) == {"step", "t", "y"}
