"""What charts mark of a run: restarts, artifacts, alerts."""

from __future__ import annotations

from pathlib import Path

from sitegen.derive.facts import Annotation
from sitegen.pages.pagedata import MOST_ANNOTATIONS, run_entries
from tests.sitegen.logs import EPOCH, ProcessLog, only_run
from tests.sitegen.pages.fixture_site import make_run


def test_restarts_artifacts_and_loud_alerts_are_annotations(tmp_path: Path) -> None:
    """In order of time; a restart stands at the first step of its attempt, a version of an artifact once."""
    first = ProcessLog(tmp_path / "logs")
    for step in range(4):
        first.log(step, {"loss": 1.0})
    net = {"name": "net", "type": "model", "version": "v0", "digest": "ab" * 32, "files": 1, "bytes": 3}
    first.record("artifact", 1.0, aliases=["latest"], **net)
    first.record("artifact", 1.0, aliases=["best"], **net)
    first.record("alert", title="Hello", text="", level="INFO", step=3)
    again = ProcessLog(tmp_path / "logs", attempt=2, start=EPOCH + 60)
    again.log(3, {"loss": 0.9})
    again.record("alert", 1.0, title="Loss rises", text="", level="WARN", step=3)
    assert only_run(tmp_path / "logs").annotations == (
        Annotation("artifact", 5.0, None, "net:v0"),
        Annotation("restart", 60.0, 3.0, "2"),
        Annotation("alert", 62.0, 3.0, "Loss rises"),
    )


def test_a_run_that_began_once_has_none(tmp_path: Path) -> None:
    """Its page's data does not even have the key."""
    log = ProcessLog(tmp_path / "logs")
    log.log(1, {"loss": 1.0})
    run = only_run(tmp_path / "logs")
    assert run.annotations == ()
    assert "annotations" not in run_entries([run], {run.id: run.id})[0]


def test_a_page_keeps_restarts_and_alerts_before_artifacts() -> None:
    """Of too many the newest artifacts stay, and all stand in order of time."""
    saved = tuple(Annotation("artifact", float(at), None, f"net:v{at}") for at in range(1, 100))
    run = make_run(0, annotations=(Annotation("restart", 0.0, 7.0, "2"), *saved))
    [entry] = run_entries([run], {run.id: run.id})
    kept = entry["annotations"]
    assert len(kept) == MOST_ANNOTATIONS
    assert kept[0] == ("restart", 0.0, 7.0, "2")
    assert [one[3] for one in kept[1:]] == [f"net:v{at}" for at in range(77, 100)]
