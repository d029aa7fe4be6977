"""Options, environment and earlier starts decide which run this is."""

from __future__ import annotations

from pathlib import Path

import pytest

from collector.runlog.errors import CollectorError
from collector.wrapper.plan import Plan
from collector.wrapper.planning import make_plan, project_of
from tests.collector.wrapper.wrapped import Wrapped


def plan(folder: Path, env: dict[str, str] | None = None, **options: object) -> Plan:
    """A plan in an otherwise empty environment."""
    return make_plan(options, ["python", "train.py"], env or {}, str(folder / "digits"))


def test_defaults(tmp_path: Path) -> None:
    """Project and folder come from where we are; the run gets a name of its own."""
    made = plan(tmp_path)
    assert (made.project, made.root) == ("digits", str(tmp_path / "digits" / "runlogs"))
    assert made.name is not None
    assert made.run_id.startswith(made.name)
    assert made.env["COLLECT_RUN_ID"] == made.run_id
    assert "COLLECT_PROJECT_SET" not in made.env
    assert plan(tmp_path).run_id != made.run_id


def test_option_goes_before_variable(tmp_path: Path) -> None:
    """What is said on the command line outranks the environment."""
    env = {"COLLECT_PROJECT": "env", "COLLECT_GROUP": "env", "COLLECT_TAGS": "a,b", "COLLECT_DIR": "/logs"}
    made = plan(tmp_path, env, project="option", tags=["x, y", "z", "x"])
    assert (made.project, made.group, made.tags, made.root) == ("option", "env", ("x", "y", "z"), "/logs")
    assert made.env["COLLECT_PROJECT_SET"] == "1"
    assert made.env["COLLECT_TAGS"] == "x,y,z"


def test_inner_wrapper_makes_runs_of_its_own(tmp_path: Path) -> None:
    """Each command of a script that itself runs under a wrapper is another run of the same project."""
    outer = plan(tmp_path, project="sweep", name="all")
    inner = plan(tmp_path, dict(outer.env))
    assert inner.run_id != outer.run_id
    assert inner.name != "all"
    assert inner.project == "sweep"


def test_ranks_of_a_job_share_one_run(tmp_path: Path) -> None:
    """Every task of a Slurm step that starts its own wrapper comes to the same run."""
    env = {"SLURM_JOB_ID": "7", "SLURM_STEP_ID": "0", "SLURM_NTASKS": "2"}
    first = plan(tmp_path, env | {"SLURM_PROCID": "0"})
    second = plan(tmp_path, env | {"SLURM_PROCID": "1"})
    assert first.run_id == second.run_id
    assert (first.rank, second.rank, second.world) == (0, 1, 2)


def test_unknown_console_mode(tmp_path: Path) -> None:
    """A mode that does not exist is refused with those that do."""
    with pytest.raises(CollectorError, match="auto, pty, pipe, off"):
        plan(tmp_path, console="tty")


def test_same_id_again_is_the_next_attempt(wrapped: Wrapped) -> None:
    """A run id given twice makes two attempts of one run, found in whichever project it is."""
    wrapped.run("--id", "job-7", "--project", "first", "--name", "long job", command=["false"])
    wrapped.run("--id", "job-7", command=["true"])
    heads = wrapped.records("head")
    assert sorted((head["attempt"], head["run"], head["project"]) for head in heads) == [
        (1, "job-7", "first"),
        (2, "job-7", "first"),
    ]
    assert {record.get("name") for record in wrapped.records("run")} == {"long job", None}


def test_project_of_a_run_that_is_there_keeps_its_spelling(wrapped: Wrapped) -> None:
    """The folder's name is a slug; also where another start of this moment has only made the folder."""
    wrapped.run("--id", "job-7", "--project", "My Digits/é", command=["true"])
    wrapped.run("--id", "job-7", command=["true"])
    assert {head["project"] for head in wrapped.records("head")} == {"My Digits/é"}
    folder = wrapped.run_folder()
    bare = folder.parent / "bare"
    bare.mkdir()
    assert project_of(str(bare), "My Digits/é") == "My Digits/é"
    assert project_of(str(bare), "other") == folder.parent.name
