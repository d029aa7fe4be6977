"""What the palette looks through."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from sitegen.config import Config, Workspace, WorkspaceOptions
from sitegen.pages import search
from tests.sitegen.pages.fixture_site import demo_runs, make_project, make_run, make_site

PROJECT = make_project(demo_runs())


def told(script: bytes) -> tuple[str, dict[str, Any]]:
    """The folder and the index that a script hands over."""
    folder, index = json.loads(
        f"[{script.decode().removeprefix('site.found(').removesuffix(');').rstrip()[:-2]}]"
    )
    return folder, index


def test_a_project_names_its_runs_metrics_and_workspaces() -> None:
    """With where they stand in its folder, and the tags that a run is found by."""
    workspaces = tuple(Workspace(name, "digits", WorkspaceOptions(), "", {}) for name in ("a", "b"))
    folder, index = told(search.project_index(PROJECT, Config(workspaces=workspaces)))
    newest = PROJECT.runs[0]
    assert folder == "digits"
    assert index["runs"][0][:2] == [newest.name, newest.id]
    assert [run[2] for run in index["runs"] if len(run) > 2] == ["paper"] * sum(
        bool(run.tags) for run in PROJECT.runs
    )
    assert index["metrics"] == list(PROJECT.metrics)
    assert index["workspaces"] == [["a", "index.html"], ["b", "w/b.html"]]
    assert told(search.site_index(make_site(PROJECT)))[1] == {"projects": [["digits", "digits", 12]]}


def test_an_index_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest runs are in it, and it says how many are not."""
    monkeypatch.setattr(search, "MOST_RUNS", 5)
    _, index = told(search.project_index(PROJECT, Config()))
    assert [run[1] for run in index["runs"]] == [run.id for run in PROJECT.runs[:5]]
    assert index["left"] == 7


def test_no_name_ends_the_script() -> None:
    """Markup in names stays text."""
    hostile = make_project([replace(make_run(0), name="</script><b>", tags=("<!--",))])
    script = search.project_index(hostile, Config())
    assert b"<" not in script
    assert told(script)[1]["runs"][0][0] == "</script><b>"
