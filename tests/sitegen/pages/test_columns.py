"""Tests of the run table's columns."""

from __future__ import annotations

import math

from sitegen.config import MetricOptions, ProjectOptions
from sitegen.pages.columns import (
    best_value,
    cells_of,
    config_column,
    json_value,
    metric_column,
    table_columns,
)
from sitegen.pages.headline import headlines
from tests.sitegen.pages.fixture_site import demo_runs, make_project, make_run


def columns_of(options: ProjectOptions) -> dict[str, str]:
    project = make_project(demo_runs())
    return {
        one.view.key: one.view.note for one in table_columns(project, options, headlines(project, options))
    }


def test_columns_chosen_from_the_data_are_state_what_varies_results_and_times() -> None:
    """Settings that never differ are no columns; what few runs set stands behind."""
    assert columns_of(ProjectOptions()) == {
        "state": "", "cfg.lr": "", "cfg.seed": "", "val/acc.max": "max", "spark": "", "val/loss.min": "min",
        "train/loss.min": "min", "grad_norm.last": "last", "test/acc": "set", "duration": "", "started": "",
    }  # fmt: skip


def test_what_most_runs_vary_stands_before_what_one_run_sets() -> None:
    """A setting of a single odd run does not push the searched ones out of sight."""
    runs = [make_run(number, config={"lr": 0.1 * number, "seed": number % 3}) for number in range(6)]
    runs.append(make_run(6, config={"lr": 0.1, "seed": 0, "always odd": "yes"}))
    project = make_project(runs)
    columns = table_columns(project, ProjectOptions(), headlines(project, ProjectOptions()))
    assert [one.view.key for one in columns if one.view.group == "config"] == [
        "cfg.lr",
        "cfg.seed",
        "cfg.always odd",
    ]


def test_a_nested_setting_is_called_by_its_last_part_where_that_is_its_own() -> None:
    """Two settings that end alike keep their whole names; the end of a name may also be nothing."""
    keys = ("optim.lr", "optim.decay", "head.lr", "seed", "odd.")
    project = make_project([make_run(0, config=dict.fromkeys(keys, 1))])
    labels = {key: config_column(project, key).view.label for key in keys}
    assert labels == {
        "optim.lr": "optim.lr", "optim.decay": "decay", "head.lr": "head.lr", "seed": "seed", "odd.": "odd.",
    }  # fmt: skip


class Comparisons(str):
    """A key that counts how often it is looked at."""

    __slots__ = ()
    count = 0

    def rpartition(self, sep: str, /) -> tuple[str, str, str]:
        Comparisons.count += 1
        return super().rpartition(sep)


def test_names_of_many_settings_do_not_look_at_each_other() -> None:
    """A configuration of 40,000 settings took minutes when each name was compared with all."""
    keys = tuple(Comparisons(f"block{number}.width") for number in range(200))
    project = make_project([make_run(0, config={"lr": 1})], config_keys=keys)
    for key in keys:
        config_column(project, key)
    assert Comparisons.count <= 2 * len(keys)


def test_configured_columns_are_taken_in_their_order() -> None:
    """Metrics with a statistic, settings, facts of the run; an unknown name is left out."""
    options = ProjectOptions(
        columns=("val/acc.mean", "cfg.optimizer", "state", "train/loss", "nothing", "tags", "val/loss.best"),
        metrics={"val/acc": MetricOptions(label="Accuracy", unit="%")},
    )
    assert columns_of(options) == {
        "val/acc.mean": "mean (%)", "cfg.optimizer": "", "state": "", "train/loss.min": "min", "tags": "",
        "val/loss.min": "min",
    }  # fmt: skip


def test_the_best_value_is_marked_only_where_one_is_better() -> None:
    """All alike, or no direction: no mark."""
    runs = make_project(demo_runs()).runs
    accuracy = metric_column("val/acc", "", ProjectOptions())
    values = [accuracy.value(run) for run in runs]
    marked = [
        run.name for run, cell in zip(runs, cells_of(accuracy, runs, values), strict=True) if cell.is_best
    ]
    assert len(marked) == 1
    assert best_value(accuracy, values) == max(values)
    assert best_value(accuracy, [0.5] * 3) is None
    assert best_value(metric_column("grad_norm", "", ProjectOptions()), [1.0, 2.0]) is None


def test_a_last_value_that_is_not_finite_says_so() -> None:
    """The cell of a diverged run is NaN, not its last good value."""
    run = make_run(7, nan_from=23)
    last = metric_column("train/loss", "last", ProjectOptions())
    value = last.value(run)
    assert math.isnan(value)
    (cell,) = cells_of(last, [run], [value])
    assert (cell.text, cell.is_bad) == ("NaN", True)


def test_a_metric_that_ended_in_nan_marks_its_best_value() -> None:
    """A good smallest loss must not hide that the run diverged; the step is told on asking."""
    diverged, fine = make_run(7, nan_from=23), make_run(6)
    least = metric_column("train/loss", "", ProjectOptions())
    runs = (diverged, fine)
    bad, good = cells_of(least, runs, [least.value(run) for run in runs])
    assert (bad.alarm, bad.is_bad, good.alarm) == ("NaN", False, "")
    assert bad.title.endswith("; ended in NaN, first at step 230")
    (last,) = cells_of(metric_column("train/loss", "last", ProjectOptions()), [diverged], [math.nan])
    assert (last.text, last.alarm) == ("NaN", "")


def test_values_for_the_page_are_json() -> None:
    """NaN and infinities are words, whole floats short, huge integers text."""
    given = [None, 0.5, 2.0, math.nan, -math.inf, True, 2**60, "a\u202e", [1, 2]]
    assert [json_value(value) for value in given] == [
        None, 0.5, 2, "NaN", "-Infinity", "true", str(2**60), "a⟦RLO⟧", "1, 2",
    ]  # fmt: skip
