"""What the environment decides: settings, ranks, attempts, and joining the wrapper's run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import collector
from collector import start as starting
from collector.environment import Settings, default_project, read_settings
from collector.names import new_run_id, readable_name
from collector.runlog.paths import RunPaths, is_portable
from collector.runlog.records import segment_header
from collector.runlog.writer import SegmentWriter
from collector.start import start_run
from collector.training_run import Run
from collector.wishes import Wishes
from tests.collector.runs import of_kind, run_folders

Start = Callable[..., Run]


def test_settings() -> None:
    """Every COLLECT_ variable has its place; an empty one counts as absent."""
    assert read_settings({}) == Settings()
    assert read_settings({"COLLECT_PROJECT": "", "COLLECT_TAGS": ",", "COLLECT_ATTEMPT": "x"}) == Settings()
    full = {
        "COLLECT_DIR": "/r",
        "COLLECT_PROJECT": "p",
        "COLLECT_PROJECT_SET": "1",
        "COLLECT_RUN_ID": "i",
        "COLLECT_ATTEMPT": "2",
        "COLLECT_NAME": "n",
        "COLLECT_GROUP": "g",
        "COLLECT_JOB_TYPE": "j",
        "COLLECT_TAGS": "a, b",
        "COLLECT_NOTES": "t",
        "COLLECT_MODE": "disabled",
        "COLLECT_WRAPPED": "123",
        "COLLECT_HIDE": "host,user",
    }
    assert read_settings(full) == Settings(
        root="/r",
        project="p",
        is_project_fixed=True,
        run_id="i",
        attempt=2,
        name="n",
        group="g",
        job_type="j",
        tags=("a", "b"),
        notes="t",
        mode="disabled",
        is_wrapped=True,
        wrapper=123,
        hidden=frozenset({"host", "user"}),
    )


def test_names_are_readable_and_portable() -> None:
    """A name is two words; an id is a folder name made from it and chance."""
    assert readable_name(bytes(4)) == "amber-acorn"
    ids = {new_run_id()[0] for _ in range(200)}
    assert len(ids) == 200
    assert all(is_portable(run_id) for run_id in ids)
    assert new_run_id("My Run!", b"123456789")[0].startswith("my-run-")
    assert new_run_id(None, b"123456789") == new_run_id(None, b"123456789")
    assert default_project("/home/me/digits") == "digits"


def test_arguments_outrank_the_environment(start: Start, monkeypatch: pytest.MonkeyPatch, root: Path) -> None:
    """init() beats COLLECT_ variables, which beat defaults."""
    for name, value in {"PROJECT": "env", "NAME": "env name", "GROUP": "env group", "TAGS": "x,y"}.items():
        monkeypatch.setenv(f"COLLECT_{name}", value)
    run = start(project="mine", name="my name")
    assert (run.project, run.name, run.group, run.tags) == ("mine", "my name", "env group", ("x", "y"))
    run.finish()
    monkeypatch.setenv("COLLECT_DIR", str(root))
    other = start(project=None, dir=None)
    assert (other.project, Path(other.dir).parent) == ("env", root / "env")


@pytest.fixture
def wrapped(root: Path) -> Callable[..., dict[str, str]]:
    """The environment that the wrapper gives a command, its folder begun."""

    def begin(**more: str) -> dict[str, str]:
        paths = RunPaths(str(root), "folder-name", "calm-fox-aaaaaa")
        Path(paths.folder).mkdir(parents=True, exist_ok=True)
        header = segment_header("folder-name", paths.run_id, "wrapper")
        path = Path(paths.records("w0-20260101T000000Z-aaaaaa"))
        if not path.exists():
            SegmentWriter(str(path), header).write({"k": "run", "project": "folder-name", "name": "calm-fox"})
        return {
            "COLLECT_DIR": str(root),
            "COLLECT_PROJECT": "folder-name",
            "COLLECT_RUN_ID": "calm-fox-aaaaaa",
            "COLLECT_ATTEMPT": "1",
            "COLLECT_NAME": "calm-fox",
            "COLLECT_WRAPPED": "1",
            **more,
        }

    return begin


@pytest.fixture
def join(start: Start, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Run]:
    """Start a run under an environment, as the process that the wrapper has begun."""
    monkeypatch.setattr(starting, "_joined", set())

    def begin(env: dict[str, str], **wishes: object) -> Run:
        return start_run(Wishes(**wishes), env=env)  # type: ignore[arg-type]

    return begin


def test_run_joins_the_wrapper(
    wrapped: Callable[..., dict[str, str]], join: Callable[..., Run], root: Path
) -> None:
    """Under `collect` the script's run is the wrapper's, whatever id it asks for."""
    run = join(wrapped(), id="other", name=None)
    assert (run.id, run.name, run.attempt) == ("calm-fox-aaaaaa", "calm-fox", 1)
    run.log({"a": 1})
    run.finish()
    [folder] = run_folders(root)
    assert sorted({head["role"] for head in of_kind(folder, "head")}) == ["rank", "wrapper"]


def test_run_moves_into_the_project_of_the_script(
    wrapped: Callable[..., dict[str, str]], join: Callable[..., Run], root: Path
) -> None:
    """A project that init() names is where the folder goes; ranks that come later find it there."""
    env = wrapped()
    run = join(env, project="Digits!")
    assert Path(run.dir).parent.name.startswith("digits-")
    assert run_folders(root) == [Path(run.dir)]
    assert (Path(run.dir) / "w0-20260101T000000Z-aaaaaa.records.jsonl").exists()
    run.finish()
    starting._joined.clear()
    again = join(env | {"RANK": "1", "WORLD_SIZE": "2"}, project="Digits!")
    assert (again.dir, again.rank) == (run.dir, 1)
    again.finish()


def test_project_of_the_command_line_stays(
    wrapped: Callable[..., dict[str, str]], join: Callable[..., Run], root: Path
) -> None:
    """What the user chose when starting the wrapper outranks the script."""
    run = join(wrapped(COLLECT_PROJECT_SET="1"), project="other")
    assert (run.project, Path(run.dir).parent.name) == ("folder-name", "folder-name")
    run.finish()


def test_second_run_under_the_wrapper_is_its_own(
    wrapped: Callable[..., dict[str, str]], join: Callable[..., Run], root: Path
) -> None:
    """A script that makes several runs in a row does not pour them all into the wrapper's."""
    env = wrapped()
    first = join(env)
    first.finish()
    second = join(env)
    second.finish()
    assert first.id == "calm-fox-aaaaaa"
    assert second.id != first.id
    assert len(run_folders(root)) == 2


def test_ranks_that_share_an_id_share_an_attempt(start: Start, root: Path) -> None:
    """Ranks of one start are one attempt; when they come back they are the next, whoever is first."""
    env = {"COLLECT_DIR": str(root), "COLLECT_PROJECT": "demo", "COLLECT_RUN_ID": "shared"}
    attempts = []
    for rank in ("0", "1", "1", "0"):
        run = start_run(Wishes(reinit="create_new"), env=env | {"RANK": rank, "WORLD_SIZE": "2"})
        attempts.append((run.rank, run.attempt))
        run.finish()
    assert attempts == [(0, 1), (1, 1), (1, 2), (0, 2)]
    assert {head["world"] for head in of_kind(run_folders(root)[0], "head")} == {2}


def test_ranks_of_a_job_find_one_id(start: Start, root: Path) -> None:
    """With a job id and nothing else, all ranks come to the same run by themselves."""
    env = {"COLLECT_DIR": str(root), "SLURM_JOB_ID": "9", "SLURM_STEP_ID": "0", "SLURM_NTASKS": "4"}
    ids = set()
    for rank in range(4):
        run = start_run(Wishes(project="p", reinit="create_new"), env=env | {"SLURM_PROCID": str(rank)})
        ids.add(run.id)
        run.finish()
    assert len(ids) == 1


def test_host_can_be_hidden(start: Start, root: Path) -> None:
    """COLLECT_HIDE=host leaves the name of the machine out."""
    run = start_run(Wishes(dir=str(root)), env={"COLLECT_HIDE": "host"})
    run.finish()
    assert {head["host"] for head in of_kind(Path(run.dir), "head")} == {None}
    assert collector.run is None
