"""Alerts, the recorder's notes and artifacts on a run's page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sitegen.derive.facts import Alert, ArtifactVersion, RecorderNote, WholeRun
from sitegen.pages.said import alert_views, artifact_rows, known_artifacts
from tests.sitegen.pages.conftest import Files
from tests.sitegen.pages.fixture_site import make_project, make_run, make_site
from tests.sitegen.pages.html_check import read_page

LOGGED = ArtifactVersion("", "net", "model", "v3", "ab12" * 16, 2, 25_600, ("best", "latest"))
USED = replace(LOGGED, files=None, bytes=None, aliases=("best",), project="far")


def page_of(composed: Callable[..., Files], *runs: WholeRun) -> str:
    files = composed(make_site(make_project(list(runs))))
    html = files[f"digits/runs/{runs[0].id}.html"]
    read_page(html)
    return html.decode()


def test_alerts_are_told_newest_first() -> None:
    """With step and time; a text that repeats the title is told once."""
    alerts = (Alert("Slow", "Slow ", "info", 1.0, None), Alert("NaN", "in loss", "error", 65.0, 20.0))
    last, first = alert_views(replace(make_run(), alerts=alerts))
    assert (last.title, last.text, last.when, last.after) == (
        "NaN",
        "in loss",
        "at step 20",
        "1 m 05 s after the start",
    )
    assert (first.text, first.when) == ("", "")


def test_alerts_stand_above_the_result(composed: Callable[..., Files]) -> None:
    """Five of them; those before are folded away."""
    alerts = tuple(Alert(f"Alert {number}", "<b>", "warn", float(number), 1.0) for number in range(7))
    html = page_of(composed, make_run(alerts=alerts))
    assert html.index("Alert 6") < html.index("Alert 2") < html.index("2 before") < html.index("Alert 1")
    assert html.index("Alert 0") < html.index(">Result<")
    assert "&lt;b&gt;" in html


def test_the_recorders_notes_are_told(composed: Callable[..., Files]) -> None:
    """Warnings in the open, remarks folded."""
    notes = (RecorderNote("ranks share no id", True), RecorderNote("'x' means nothing here", False))
    html = page_of(composed, make_run(recorder_notes=notes))
    assert html.index("What the recorder warns of") < html.index("ranks share no id")
    assert html.index("1 remark of the recorder") < html.index("means nothing here")
    assert "of the recorder" not in page_of(composed, make_run())


def test_the_size_of_a_used_artifact_is_from_the_run_that_logged_it() -> None:
    """And is not known where no run of the project logged it."""
    run = make_run(used_artifacts=(USED,), logged_artifacts=(LOGGED,))
    used, logged = artifact_rows(run, known_artifacts([run]))
    assert (used.role, used.name, used.size, used.files) == ("used", "far/net", "25.6 kB", "2")
    assert (logged.role, logged.name, logged.digest) == ("logged", "net", "ab12ab12ab12")
    assert artifact_rows(run, {})[0].size == artifact_rows(run, {})[0].files == "–"


def test_artifacts_have_a_table_of_their_own(composed: Callable[..., Files]) -> None:
    """And a tab that leads to it, in runs that have any."""
    maker, user = make_run(1, logged_artifacts=(LOGGED,)), make_run(2, used_artifacts=(USED,))
    html = page_of(composed, user, maker)
    assert 'href="#artifacts"' in html
    assert "25.6 kB" in html
    assert 'title="' + "ab12" * 16 in html
    assert 'id="artifacts"' not in page_of(composed, make_run())


def test_warnings_and_errors_are_counted_in_table_and_first_page(composed: Callable[..., Files]) -> None:
    """The run table has a column for them as soon as a run has one; what is only told does not count."""
    loud = tuple(
        Alert(f"Alert {number}", "", level, 1.0, 1.0) for number, level in enumerate(("warn", "error"))
    )
    runs = [make_run(0, alerts=(*loud, Alert("Told", "", "info", 1.0, 1.0))), make_run(1)]
    files = composed(make_site(make_project(runs)))
    table = files["digits/index.html"].decode()
    assert '<th scope="col" data-key="alerts"' in table
    home = files["index.html"].decode()
    assert "<span>1 with alerts</span>" in home
    assert "<span>2 alerts</span></small>" in home
    quiet = composed(make_site(make_project([make_run(1)])))
    assert 'data-key="alerts"' not in quiet["digits/index.html"].decode()
    assert "alert" not in quiet["index.html"].decode().replace("alerts.css", "")
