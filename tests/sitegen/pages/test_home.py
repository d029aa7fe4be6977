"""What the first page says about projects and their newest runs."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timezone

from sitegen.config import Config
from sitegen.derive.facts import ProjectFacts, SiteFacts
from sitegen.pages.home import home_page
from sitegen.pages.views import HomePage
from tests.sitegen.pages.fixture_site import demo_runs, full_series, make_project, make_run, summary_of


def page_of(*projects: ProjectFacts) -> HomePage:
    """The first page of a site with these projects."""
    return home_page(SiteFacts(projects), Config(), timezone.utc)


def test_the_only_project_shows_more_of_its_metrics() -> None:
    """It has the page to itself; metrics without a better direction stay away, and no tile is left over."""
    (card,) = page_of(make_project(demo_runs())).projects
    shown = [card.headline, *(metric.headline for metric in card.others)]
    assert len(shown) % 2 == 0
    assert "grad_norm" not in shown
    assert all(metric.best and metric.best_run and metric.sketch for metric in card.others)


def test_of_several_projects_each_shows_its_headline() -> None:
    """Cards beside each other stay small."""
    first = make_project(demo_runs())
    second = replace(first, name="other", slug="other")
    assert [card.others for card in page_of(first, second).projects] == [(), ()]


def test_a_run_that_diverged_is_marked_among_the_newest() -> None:
    """Its best value alone would look like success."""
    runs = [
        replace(run, summary={"train/loss": run.summary["train/loss"]})
        for run in (make_run(7, nan_from=23), make_run(6))
    ]
    alarms = {run.name: run.alarm for run in page_of(make_project(runs)).recent}
    marked = alarms[runs[0].name]
    assert marked is not None
    assert (marked.text, marked.title) == ("NaN", "ended in NaN, first at step 230")
    assert alarms[runs[1].name] is None


def test_a_metric_without_two_finite_points_has_no_picture() -> None:
    """Two points of which one is NaN are no curve; the card says what there is without one."""
    run = make_run(1)
    series = tuple(
        full_series(run.id, one.metric, [0.0, 1.0], [0.5, math.nan]) for one in run.series if one.rank == 0
    )
    summary = {one.metric: summary_of(one) for one in series}
    (card,) = page_of(make_project([replace(run, series=series, summary=summary)])).projects
    assert card.sketch is None
    assert all(metric.sketch for metric in card.others)


def test_open_runs_are_counted_in_the_page() -> None:
    """Those that may be alive are told with their heartbeats; the others are lost for certain."""
    heard = {"alive": 0.0, "late": 290.0, "gone": 301.0, "slow": 301.0, "other": 9000.0}
    runs = [
        replace(make_run(number), id=name, state="open", last_heard=1e9 - silent, beat_seconds=beat)
        for number, (name, silent) in enumerate(heard.items())
        for beat in [60.0 if name == "slow" else 10.0]
    ]
    done = replace(make_run(7), state="finished", last_heard=1e9)
    first, second = make_project(runs), replace(make_project([done]), last_activity=1e9, slug="b", name="b")
    card, other = page_of(replace(first, last_activity=1e9), second).projects
    [part] = card.counts
    assert (part.word, part.count, part.lost) == ("open", 5, 2)
    assert sorted(part.open.split()) == ["1000000000/10", "999999699/60", "999999710/10"]
    assert [(one.word, one.open, one.lost) for one in other.counts] == [("finished", "", 0)]
