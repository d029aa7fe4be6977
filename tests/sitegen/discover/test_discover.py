"""Which runs are found, and which are left out."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sitegen.discover import Logs, discover
from sitegen.errors import MisuseError
from tests.sitegen.logs import ProcessLog, config_of


def found(root: Path, **options: object) -> list[str]:
    """The runs below a folder as project/run."""
    return [f"{source.project}/{source.run}" for source in discover(config_of(root, **options))]


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """Three projects with some runs."""
    for project, run in (("a", "one"), ("a", "debug-two"), ("b", "one"), ("scratch", "x")):
        ProcessLog(tmp_path / "logs", run, project=project).log(0, {"m": 1.0})
    return tmp_path / "logs"


def test_runs_in_order(logs: Path) -> None:
    """Every run of every project, sorted; folders without logs are no runs."""
    (logs / "a" / "empty").mkdir()
    (logs / "a" / "sweeps" / "s1").mkdir(parents=True)
    (logs / "a" / "note.txt").write_text("x")
    assert found(logs) == ["a/debug-two", "a/one", "b/one", "scratch/x"]


def test_what_is_only_called_like_a_log_is_no_run(logs: Path) -> None:
    """A folder, links to nothing and in a circle: the other runs are found all the same."""
    (logs / "a" / "dir" / "x.metrics.jsonl").mkdir(parents=True)
    for name in ("gone", "loop"):
        (logs / "a" / name).mkdir()
        (logs / "a" / name / "x.metrics.jsonl").symlink_to("x.metrics.jsonl" if name == "loop" else "gone")
        (logs / "a" / name / "files").mkdir()
        (logs / "a" / name / "files" / "diff.patch").write_text("x")
    assert found(logs) == ["a/debug-two", "a/one", "b/one", "scratch/x"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"exclude": ("scratch",)}, ["a/debug-two", "a/one", "b/one"]),
        ({"exclude": ("*/debug-*", "scratch/*")}, ["a/one", "b/one"]),
        ({"include": ("a",)}, ["a/debug-two", "a/one"]),
        ({"include": ("*/one",), "exclude": ("b/*",)}, ["a/one"]),
        ({"include": ()}, []),
    ],
)
def test_patterns(logs: Path, options: dict[str, object], expected: list[str]) -> None:
    """Patterns with a slash match project/run, others the project."""
    assert found(logs, **options) == expected


def test_a_project_or_a_run_can_be_named(logs: Path) -> None:
    """The folder given may be that of a project or of a single run."""
    assert found(logs / "a") == ["a/debug-two", "a/one"]
    assert found(logs / "a" / "one") == ["a/one"]


def test_an_absent_default_is_empty_and_an_absent_choice_is_misuse(tmp_path: Path) -> None:
    """Only a folder that someone asked for has to be there."""
    assert found(tmp_path / "runlogs", runs_dir_is_default=True) == []
    (tmp_path / "runlogs").mkdir()
    with pytest.raises(MisuseError, match='Nearby: "runlogs"'):
        found(tmp_path / "runlog")


def test_a_copy_below_another_root_is_the_same_run(logs: Path, tmp_path: Path) -> None:
    """Of two copies of a file the longer one, which is the newer one, is read."""
    log = ProcessLog(tmp_path / "copy", "one", project="a")
    log.log(0, {"m": 1.0})
    log.log(1, {"m": 2.0})
    sources = discover(config_of(logs, runs_dir=(logs, tmp_path / "copy")))
    (source,) = [one for one in sources if (one.project, one.run) == ("a", "one")]
    assert {file.path.parents[2].name for file in source.files if "metrics" in file.name} == {"copy"}
    assert len(source.files) == 2


def test_a_folder_that_may_not_be_read_is_told(logs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its runs would be missing without a word. (The root user may read everything, hence the stand-in.)"""
    closed = {logs / "b", logs / "a" / "one"}
    may = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) not in closed and may(path, mode))
    found = Logs()
    found.look(config_of(logs))
    told = list(found.unreadable())
    assert [line.split(" may not be read")[0] for line in told] == [
        f'"{logs / "b"}"',
        f'"{logs / "a" / "one"}"',
    ]
