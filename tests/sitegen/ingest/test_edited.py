"""Corrections of runs in a site: names, settings, renamed and merged metrics, joined and hidden runs."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from collector.catalog.glance import look_at
from collector.housekeeping.edit import write_edit
from sitegen.discover import discover
from tests.sitegen.logs import EPOCH, ProcessLog, config_of, facts_of, only_run, points


def correct(folder: Path, at: float = EPOCH + 1000, **members: Any) -> str:
    return write_edit(look_at(str(folder)), {"k": "edit", **members}, "test-host", now=at)


def test_names_settings_and_tags_are_as_corrected(tmp_path: Path) -> None:
    """A correction outranks what the run recorded, also what it records later, and the run says so."""
    log = ProcessLog(tmp_path / "runlogs")
    log.record("run", name="old", tags=["x"])
    log.record("config", v={"lr": 0.1, "opt": {"name": "adam", "eps": 1}})
    config = {"lr": 0.2, "huge": None}
    correct(log.folder, run={"name": "new"}, add=["y"], config=config, x={"huge": "NaN"}, unset=["opt.eps"])
    log.record("run", name="later", seconds=5000.0)
    run = only_run(tmp_path / "runlogs")
    assert (run.name, run.tags) == ("new", ("x", "y"))
    assert {name: value for name, value in run.config.items() if name != "huge"} == {
        "lr": 0.2,
        "opt.name": "adam",
    }
    assert math.isnan(run.config["huge"])
    (note,) = run.edits
    assert note.at == pytest.approx(EPOCH + 1000, abs=1)
    assert note.words[:2] == ("changed name to new", "added tag y")


@pytest.mark.parametrize("width", [2, 300])
def test_a_renamed_metric_takes_everything_along(tmp_path: Path, width: int) -> None:
    """Its curve, summary, text and definition; in wide tables and in long ones."""
    log = ProcessLog(tmp_path / "runlogs")
    log.record("define", metric="loss", goal="minimize", summary=["min"])
    for step in range(5):
        log.log(step, {"loss": float(step), **{f"m{number}": 1.0 for number in range(width)}, "said": "hi"})
    correct(log.folder, metrics={"loss": "train/loss", "said": "words"})
    run = only_run(tmp_path / "runlogs")
    assert points(run, "train/loss") == [(step, float(step)) for step in range(5)]
    assert "loss" not in run.summary
    assert run.summary["train/loss"].max == 4.0
    assert (run.goals, run.texts) == ({"train/loss": "min"}, {"words": "hi"})
    assert run.definitions["train/loss"].summary == ("min",)
    assert points(run, "m1")[0] == (0, 1.0)


@pytest.mark.parametrize("width", [0, 300])
def test_metrics_that_come_to_one_name_are_one(tmp_path: Path, width: int) -> None:
    """Values of both; of a row with both, the one that had the name counts."""
    log = ProcessLog(tmp_path / "runlogs")
    more = {f"m{number}": 1.0 for number in range(width)}
    log.log(0, {"old": 1.0, **more})
    log.log(1, {"old": 2.0, "new": 20.0})
    log.log(2, {"new": 30.0})
    correct(log.folder, metrics={"old": "new"})
    run = only_run(tmp_path / "runlogs")
    assert points(run, "new") == [(0, 1.0), (1, 20.0), (2, 30.0)]


def test_joined_runs_are_one_run(tmp_path: Path) -> None:
    """The second one's attempts follow, its rows supersede, its end counts; the name is the first one's."""
    root = tmp_path / "runlogs"
    first, second = ProcessLog(root, "a-aaaaaa"), ProcessLog(root, "b-bbbbbb", start=EPOCH + 500)
    first.record("run", name="first")
    first.record("config", v={"lr": 1})
    for step in range(4):
        first.log(step, {"loss": 10.0 + step})
    first.end("failed", exit=1)
    second.record("run", name="second")
    second.record("config", v={"lr": 2})
    for step in range(2, 6):
        second.log(step, {"loss": 20.0 + step})
    second.end()
    correct(first.folder, joins=["b-bbbbbb"])
    run = only_run(root)
    assert (run.id, run.name, run.state, run.attempts) == ("a-aaaaaa", "first", "finished", 2)
    assert points(run, "loss") == [(0, 10.0), (1, 11.0), (2, 22.0), (3, 23.0), (4, 24.0), (5, 25.0)]
    assert (run.superseded, run.config) == (2, {"lr": 2})


def test_hidden_runs_and_undone_corrections(tmp_path: Path) -> None:
    """A hidden run is in no site; a correction that was taken back leaves no trace."""
    root = tmp_path / "runlogs"
    log, other = ProcessLog(root, "a-aaaaaa"), ProcessLog(root, "b-bbbbbb")
    log.log(0, {"loss": 1.0})
    other.log(0, {"loss": 1.0})
    before = facts_of(root)
    name = correct(log.folder, hidden=True, run={"name": "x"})
    assert [source.run for source in discover(config_of(root))] == ["b-bbbbbb"]
    write_edit(look_at(str(log.folder)), {"k": "undo", "edit": name}, None, now=EPOCH + 2000)
    after = facts_of(root)
    assert [run.name for run in after.projects[0].runs] == [run.name for run in before.projects[0].runs]
    assert [run.edits for run in after.projects[0].runs] == [(), ()]


def test_a_correction_is_seen_by_the_next_build(tmp_path: Path) -> None:
    """Tables in the cache were made without it and are not used."""
    root = tmp_path / "runlogs"
    log = ProcessLog(root)
    log.log(0, {"loss": 1.0})
    assert "loss" in only_run(root).summary
    correct(log.folder, metrics={"loss": "train/loss"})
    assert list(only_run(root).summary) == ["train/loss"]


def test_a_folder_of_nothing_but_corrections_is_no_run(tmp_path: Path) -> None:
    """As when its logs were not copied yet."""
    root = tmp_path / "runlogs"
    log = ProcessLog(root)
    correct(log.folder, run={"name": "x"})
    for path in (log.metrics_path, log.records_path):
        path.unlink()
    assert discover(config_of(root)) == []
