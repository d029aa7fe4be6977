"""Projects and the site: what is put together, in which order, and what is worth a warning."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from collector.runlog.paths import is_portable
from sitegen.config import MetricOptions, ProjectOptions
from sitegen.derive.site import derive
from sitegen.discover import discover
from sitegen.ingest.read import ingest
from tests.sitegen.logs import EPOCH, ProcessLog, config_of, facts_of


def test_order_of_projects_runs_and_metrics(tmp_path: Path) -> None:
    """The newest comes first; metrics stand by section, those without one first."""
    for number, (project, run) in enumerate([("old", "a"), ("new", "b"), ("new", "c")]):
        log = ProcessLog(tmp_path / "logs", run, project=project, start=EPOCH + 100 * number)
        log.log(0, {"val/acc": 1.0, "loss": 1.0, "train/loss": 1.0, "a": 0.0})
    new, old = facts_of(tmp_path / "logs").projects
    assert (new.name, old.name) == ("new", "old")
    assert [run.id for run in new.runs] == ["c", "b"]
    assert new.metrics == ("a", "loss", "train/loss", "val/acc")
    assert new.last_activity == EPOCH + 201


def test_varying_settings_come_first(tmp_path: Path) -> None:
    """A setting varies when two runs differ in it, also when one does not have it."""
    for number, config in enumerate(
        [{"lr": 0.1, "seed": 1, "net": {"w": [1]}}, {"lr": 0.1, "net": {"w": [2]}}]
    ):
        log = ProcessLog(tmp_path / "logs", f"run-{number}")
        log.record("config", v=config)
    (project,) = facts_of(tmp_path / "logs").projects
    assert project.varying_keys == ("net.w", "seed")
    assert project.config_keys == ("net.w", "seed", "lr")


def test_two_roots_merge_equal_projects(tmp_path: Path) -> None:
    """Runs of one project below two folders are one project; ranks of one run are one run."""
    for root, rank in (("one", 0), ("two", 1)):
        ProcessLog(tmp_path / root, "shared", rank=rank, world=2).log(0, {"a": float(rank)})
        ProcessLog(tmp_path / root, f"run-{root}").log(0, {"a": 1.0})
    roots = (tmp_path / "one", tmp_path / "two")
    (project,) = facts_of(tmp_path / "one", runs_dir=roots).projects
    assert sorted(run.id for run in project.runs) == ["run-one", "run-two", "shared"]
    (shared,) = [run for run in project.runs if run.id == "shared"]
    assert shared.ranks == (0, 1)


def test_a_record_decides_the_project(tmp_path: Path) -> None:
    """A run whose folder could not be moved still belongs where it says."""
    ProcessLog(tmp_path / "logs", project="folder").record("run", project="ResNet ablations")
    (project,) = facts_of(tmp_path / "logs").projects
    assert (project.name, project.title) == ("ResNet ablations", "ResNet ablations")
    assert is_portable(project.slug)


def test_equal_ids_in_one_project_are_told_apart(tmp_path: Path) -> None:
    """Two folders that claim to be the same run of a project give two pages and a warning."""
    for folder in ("one", "two"):
        log = ProcessLog(tmp_path / "logs", "twin", project=folder)
        log.record("run", project="demo")
        log.log(0, {"a": 1.0})
    facts = facts_of(tmp_path / "logs")
    (project,) = facts.projects
    assert sorted(run.id for run in project.runs) == ["twin", "twin-2"]
    assert all(one.run_id == run.id for run in project.runs for one in run.series)
    assert any("twin" in warning for warning in facts.warnings)


HOSTILE = [
    "../../escape",
    "..",
    "a/b",
    "CON",
    "ünïcode 名前",
    "<script>alert(1)</script>",
    "x" * 3000,
    "a\nb",
    "",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_project_names(tmp_path: Path, name: str) -> None:
    """Whatever a project is called, its slug is a portable name."""
    ProcessLog(tmp_path / "logs", project=name).record("run", project=name, name=name)
    (project,) = facts_of(tmp_path / "logs").projects
    assert is_portable(project.slug)
    assert is_portable(project.runs[0].id)
    assert project.name == name or not name


def test_folder_names_become_portable_ids(tmp_path: Path) -> None:
    """A run folder made by hand, with any name, gets an id that pages can be named by."""
    for name in ("<b> & 'q'", "Ünï", "NUL"):
        log = ProcessLog(tmp_path / "logs", "plain")
        log.folder.rename(log.folder.with_name(name))
    runs = facts_of(tmp_path / "logs").projects[0].runs
    assert len({run.id for run in runs}) == 3
    assert all(is_portable(run.id) for run in runs)
    assert {run.name for run in runs} == {"<b> & 'q'", "Ünï", "NUL"}


def test_warnings_about_settings(tmp_path: Path) -> None:
    """A project or metric that no log knows is told with the nearest name that exists."""
    ProcessLog(tmp_path / "logs").log(0, {"val/acc": 1.0})
    metrics = {"val/ac": MetricOptions(goal="max"), "val/*": MetricOptions(unit="%")}
    projects = {"demo": ProjectOptions(metrics=metrics), "dmo": ProjectOptions()}
    warnings = facts_of(tmp_path / "logs", projects=projects).warnings
    assert len(warnings) == 2
    assert 'Did you mean "val/acc"?' in warnings[0]
    assert 'Did you mean "demo"?' in warnings[1]


def test_no_runs(tmp_path: Path) -> None:
    """An empty folder gives a site without projects, and a warning that says how to start."""
    (tmp_path / "logs").mkdir()
    facts = facts_of(tmp_path / "logs")
    assert facts.projects == ()
    assert "collect --" in facts.warnings[0]


def test_facts_do_not_depend_on_the_cache_or_the_order(tmp_path: Path) -> None:
    """Facts from the cache, read anew, or read in another order are the same."""
    for number in range(4):
        log = ProcessLog(tmp_path / "logs", f"run-{number}", start=EPOCH + number)
        for step in range(3000):
            log.log(step, {"loss": (step * 7919 % 1000) / 7.0, "acc": step / 3})
    config = config_of(tmp_path / "logs")
    sources = discover(config)
    cold = derive(ingest(sources, config.cache_dir), config)
    cached = derive(ingest(sources, config.cache_dir), config)
    other = replace(config, cache_dir=tmp_path / "other")
    reverse = derive(ingest(sources[::-1], other.cache_dir), other)
    assert _texts(cold) == _texts(cached) == _texts(reverse)


def _texts(facts: object) -> list[str]:
    """Facts as text, exact in every number."""
    found = []
    for project in facts.projects:  # type: ignore[attr-defined]
        for run in project.runs:
            found.append(repr(sorted(run.summary.items())))
            for one in run.series:
                found += [f"{one.metric} {name} {column.to_list()!r}" for name, column in one.columns.items()]
    return found
