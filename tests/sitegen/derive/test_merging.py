"""Steps, attempts and ranks become one curve per metric and rank."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sitegen.logs import EPOCH, ProcessLog, only_run, points, series


def test_later_value_of_a_step_wins(tmp_path: Path) -> None:
    """Several calls at one step make one row; of a name logged twice the later value counts."""
    log = ProcessLog(tmp_path / "logs")
    log.log(0, {"a": 1.0})
    log.log(0, {"b": 2.0})
    log.log(0, {"a": 3.0})
    log.log(1, {"a": 4.0})
    run = only_run(tmp_path / "logs")
    assert points(run, "a") == [(0.0, 3.0), (1.0, 4.0)]
    assert points(run, "b") == [(0.0, 2.0)]
    assert run.superseded == 0


def test_steps_that_go_back_are_kept_in_order(tmp_path: Path) -> None:
    """A step logged late stands where it belongs, with its own time."""
    log = ProcessLog(tmp_path / "logs")
    for step in (0, 1.5, 3, 2, -1):
        log.log(step, {"a": step * 10.0})
    run = only_run(tmp_path / "logs")
    assert points(run, "a") == [(-1, -10), (0, 0), (1.5, 15), (2, 20), (3, 30)]
    assert series(run, "a").columns["t"].to_list() == [5.0, 1.0, 2.0, 4.0, 3.0]


@pytest.mark.parametrize("width", [2, 300])
def test_a_later_attempt_supersedes(tmp_path: Path, width: int) -> None:
    """From its first step on a new attempt counts; what it replaced is counted, in either form of table."""
    names = [f"m{number}" for number in range(width)]
    first = ProcessLog(tmp_path / "logs")
    for step in range(6):
        first.log(step, dict.fromkeys(names, float(step)))
    second = ProcessLog(tmp_path / "logs", attempt=2, start=EPOCH + 100)
    for step in (4, 5, 6):
        second.log(step, dict.fromkeys(names, step + 0.5))
    run = only_run(tmp_path / "logs")
    assert points(run, "m1") == [(0, 0), (1, 1), (2, 2), (3, 3), (4, 4.5), (5, 5.5), (6, 6.5)]
    assert run.superseded == 2 * width
    assert run.attempts == 2
    assert series(run, "m1").columns["t"].to_list()[4:] == [101.0, 102.0, 103.0]


def test_an_attempt_that_logged_nothing_supersedes_nothing(tmp_path: Path) -> None:
    """A second attempt that died at once leaves the first one's values."""
    ProcessLog(tmp_path / "logs").log(5, {"a": 1.0})
    ProcessLog(tmp_path / "logs", attempt=2, start=EPOCH + 9)
    run = only_run(tmp_path / "logs")
    assert points(run, "a") == [(5, 1.0)]
    assert run.superseded == 0


def test_each_rank_has_its_curve(tmp_path: Path) -> None:
    """Ranks are not mixed; the summary is that of the lowest rank that logged the metric."""
    for rank in (0, 1, 2):
        log = ProcessLog(tmp_path / "logs", rank=rank, world=3)
        log.log(0, {"speed": 10.0 + rank})
        if rank == 2:
            log.log(1, {"val/acc": 0.9})
    run = only_run(tmp_path / "logs")
    assert [(one.metric, one.rank) for one in run.series] == [
        ("speed", 0),
        ("speed", 1),
        ("speed", 2),
        ("val/acc", 2),
    ]
    assert run.summary["speed"].last == 10.0
    assert run.summary["val/acc"].rank == 2
    assert run.ranks == (0, 1, 2)
    assert run.world_size == 3


def test_metrics_logged_together_share_their_steps(tmp_path: Path) -> None:
    """Charts store equal steps once, so columns of equal rows are the same object."""
    log = ProcessLog(tmp_path / "logs")
    for step in range(20):
        log.log(step, {"a": 1.0, "b": 2.0} | ({"c": 3.0, "d": 4.0} if step % 5 == 0 else {}))
    run = only_run(tmp_path / "logs")
    assert series(run, "a").columns["step"] is series(run, "b").columns["step"]
    assert series(run, "c").columns["step"] is series(run, "d").columns["step"]
    assert series(run, "c").columns["step"].to_list() == [0, 5, 10, 15]
