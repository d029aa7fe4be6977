"""Tests of which metrics stand for a run."""

from __future__ import annotations

import pytest

from sitegen.config import MetricOptions, ProjectOptions
from sitegen.pages.headline import goal_of, headlines
from tests.sitegen.pages.fixture_site import demo_runs, full_series, make_project, make_run, summary_of


@pytest.mark.parametrize(
    ("metric", "goal"),
    [
        ("val/acc", "max"), ("train/loss", "min"), ("eval/rougeL_f1", "max"), ("perplexity", "min"),
        ("lr", None), ("valLoss", "min"), ("episode_return", "max"), ("class_0", None), ("glass", None),
        ("test/top1", "max"),
    ],
)  # fmt: skip
def test_the_words_of_a_name_say_which_direction_is_better(metric: str, goal: str | None) -> None:
    """Whole words only: 'glass' is no loss."""
    assert goal_of(metric, ProjectOptions()) == goal


def test_configuration_outranks_the_name() -> None:
    """A loss to be maximised is the user's to say."""
    assert goal_of("train/loss", ProjectOptions(metrics={"*loss": MetricOptions(goal="max")})) == "max"


def test_held_out_results_come_first_and_background_last() -> None:
    """Accuracy on held-out data before losses, learning rates and norms at the end."""
    chosen = headlines(make_project(demo_runs()), ProjectOptions())
    assert [one.metric for one in chosen] == ["val/acc", "val/loss", "train/loss", "grad_norm"]


def test_constants_come_after_curves() -> None:
    """A value logged once is a result, but no curve to show."""
    run = make_run(0)
    once = full_series(run.id, "test/acc", [1.0], [0.9])
    run = make_run(0, series=[*run.series, once], summary={**run.summary, "test/acc": summary_of(once)})
    assert headlines(make_project([run]), ProjectOptions())[-1].metric == "test/acc"
