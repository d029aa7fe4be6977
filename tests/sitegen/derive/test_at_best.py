"""Values at another metric's best step."""

from __future__ import annotations

from pathlib import Path

import pytest

from sitegen.derive.goals import named_goal
from tests.sitegen.logs import ProcessLog, only_run


def test_other_metrics_are_taken_at_the_best_step(tmp_path: Path) -> None:
    """The latest value up to that step counts; what came only later is left out."""
    log = ProcessLog(tmp_path)
    for step, (accuracy, loss) in enumerate([(0.5, 3.0), (0.9, 2.0), (0.8, 1.0)]):
        log.log(step, {"val/acc": accuracy, "train/loss": loss})
    log.log(5, {"late": 7.0})

    facts = only_run(tmp_path)
    assert facts.at_best["val/acc"] == {"train/loss": 2.0}
    assert facts.at_best["train/loss"] == {"val/acc": 0.8}


@pytest.mark.parametrize(
    ("name", "goal"),
    [("val/loss", "min"), ("valLoss", "min"), ("top1", "max"), ("class_0", None), ("loss/lr", "min")],
)
def test_names_tell_what_is_better(name: str, goal: str | None) -> None:
    """The last word that tells decides."""
    assert named_goal(name) == goal
