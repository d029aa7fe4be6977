"""The Result card, and what `define_metric` changes about it, the run table and the charts."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from sitegen.charts.packs import Packs
from sitegen.config import Config, MetricOptions, ProjectOptions
from sitegen.derive.facts import MetricDefinition, WholeRun
from sitegen.pages.columns import table_columns
from sitegen.pages.formatting import zone_of
from sitegen.pages.headline import headlines
from sitegen.pages.home import home_page
from sitegen.pages.results import results_of
from sitegen.pages.sections import chart_data
from sitegen.pages.sources import curves_of, metric_sources
from tests.sitegen.pages.conftest import Files
from tests.sitegen.pages.fixture_site import make_project, make_run, make_site
from tests.sitegen.pages.html_check import read_page

LABELLED = ProjectOptions(metrics={"val/acc": MetricOptions(label="Accuracy")})


def shown(
    definitions: dict[str, MetricDefinition], options: ProjectOptions = LABELLED
) -> list[tuple[str, str]]:
    """Names and notes of the Result card."""
    run = make_run(definitions=definitions, user_summary={}, texts={})
    facts, _ = results_of(run, headlines(make_project([run]), LABELLED), LABELLED)
    return [(fact.name, fact.note.split(" at ")[0]) for fact in facts]


def test_metrics_have_their_labels() -> None:
    """The headline first."""
    assert shown({})[0] == ("Accuracy", "max")


def test_chosen_summaries_are_told() -> None:
    """Each on a line of its own; a metric without a summary and a hidden one are left to the table."""
    told = shown(
        {
            "val/acc": MetricDefinition(summary=("mean", "min")),
            "val/loss": MetricDefinition(summary=("none",)),
            "grad_norm": MetricDefinition(is_hidden=True),
        }
    )
    assert told == [("Accuracy", "mean"), ("Accuracy", "min"), ("train/loss", "min")]


def test_metrics_left_out_are_counted() -> None:
    """Those of the table that the card does not name, however they are called there."""
    run = make_run(definitions={"grad_norm": MetricDefinition(is_hidden=True)}, user_summary={}, texts={})
    facts, left = results_of(run, headlines(make_project([run]), LABELLED), LABELLED)
    assert (len(facts), left) == (3, 1)


def test_an_unset_value_is_told_apart_from_a_text() -> None:
    """So that it can be dim."""
    run = make_run(user_summary={"best": None, "why": "", "note": "–"}, summary={}, texts={})
    facts, _ = results_of(run, (), ProjectOptions())
    assert [(fact.value, fact.is_empty) for fact in facts] == [("–", True), ("empty", True), ("–", False)]


def test_chosen_summaries_are_columns() -> None:
    """In the order in which they were chosen."""
    definitions = {
        "val/acc": MetricDefinition(summary=("mean", "max")),
        "val/loss": MetricDefinition(summary=("none",)),
    }
    project = make_project([make_run(1, definitions=definitions), make_run(2)])
    options = ProjectOptions()
    columns = table_columns(project, options, headlines(project, options))
    keys = [column.view.key for column in columns if column.view.group == "metric"]
    assert keys[:2] == ["val/acc.mean", "val/acc.max"]
    assert not any(key.startswith("val/loss.") for key in keys)


def test_hidden_metrics_have_no_chart(composed: Callable[..., Files]) -> None:
    """Neither on the run's page nor on the project's; the table of metrics has them."""
    run = make_run(definitions={"grad*": MetricDefinition(is_hidden=True)})
    files = composed(make_site(make_project([run])))
    for path in ("digits/index.html", f"digits/runs/{run.id}.html"):
        read_page(files[path])
        headings = re.findall(r'<h3 title="([^"]+)"', files[path].decode())
        assert {"val/acc", "val/loss", "train/loss"} <= set(headings)
        assert "grad_norm" not in headings
    assert ">grad_norm<" in files[f"digits/runs/{run.id}.html"].decode()


def test_labels_stand_on_the_first_page() -> None:
    """On the card and in the list of the newest runs."""
    config = Config(projects={"digits": LABELLED})
    page = home_page(make_site(make_project([make_run(1), make_run(2)])), config, zone_of("UTC"))
    assert page.projects[0].headline == "Accuracy"
    assert {run.metric for run in page.recent} == {"Accuracy max"}


def test_a_chart_names_the_step_metric_that_all_its_runs_have() -> None:
    """Runs that have another axis, or none, cannot share it: then it counts in steps."""
    placed = [with_axis(make_run(number), "epoch") for number in (1, 2)]
    packs = Packs({}, {}, {}, {})
    mixed = [*placed, with_axis(make_run(3), "n")]
    for runs, name in ((placed, "epoch"), ([*placed, make_run(3)], ""), (mixed, "")):
        sources = metric_sources(curves_of(runs).metrics, {}, packs, "digits", ProjectOptions(), (), {})
        entries = {entry["metric"]: entry for entry in chart_data(sources, 200)["charts"]}
        assert entries["val/acc"].get("x", "") == name
        assert "x" not in entries["val/loss"]


def with_axis(run: WholeRun, name: str) -> WholeRun:
    """The run with a step metric for one of its metrics."""
    return replace(
        run,
        series=tuple(replace(one, x_metric=name) if one.metric == "val/acc" else one for one in run.series),
    )


@pytest.mark.parametrize(("starts_infinite", "word"), [(True, "∞"), (False, "NaN")])
def test_the_first_bad_value_is_named(starts_infinite: bool, word: str) -> None:
    """An infinity is not called NaN, be it at the end of a curve or all there is of it."""
    run = make_run(user_summary={}, texts={})
    bad = {
        metric: replace(one, ends_bad=True, first_bad_step=7, starts_infinite=starts_infinite)
        for metric, one in run.summary.items()
    }
    facts, _ = results_of(replace(run, summary=bad), [], LABELLED)
    assert facts[0].note.endswith(f"then {word} from step 7")
    nothing = {metric: replace(one, count=0, last=None, min=None, max=None) for metric, one in bad.items()}
    facts, _ = results_of(replace(run, summary=nothing), [], LABELLED)
    assert facts[0].value == word
