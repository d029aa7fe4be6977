"""A script that uses the API joins the run that the wrapper has begun."""

from __future__ import annotations

from tests.collector.wrapper.wrapped import PYTHON, Wrapped

SCRIPT = """
import collector
with collector.init(project={project!r}, config={{"lr": 0.1}}) as run:
    for step in range(3):
        run.log({{"loss": 1 / (step + 1)}})
print("logged")
"""


def train(project: str | None) -> list[str]:
    """A training script."""
    return [PYTHON, "-c", SCRIPT.format(project=project)]


def test_script_joins_the_run(wrapped: Wrapped) -> None:
    """Wrapper and script write into one folder, and nothing is sampled or told twice."""
    done = wrapped.run("--project", "digits", "--name", "first try", command=train(None))
    assert (done.returncode, done.stdout) == (0, b"logged\n"), done.stderr
    assert wrapped.run_folder().parent.name == "digits"
    assert list(wrapped.run_folder().glob("r0-*.metrics.jsonl"))
    assert wrapped.records("sys")
    assert not wrapped.records("sys", role="r")
    ours = {record["section"] for record in wrapped.records("provenance")}
    theirs = {record["section"] for record in wrapped.records("provenance", role="r")}
    assert "command" in ours
    assert theirs == {"python", "packages"}
    assert not ours & theirs


def test_script_names_the_project(wrapped: Wrapped) -> None:
    """The project that the script names wins over the default, and the wrapper follows the moved folder."""
    done = wrapped.run("--verbose", command=train("vision"))
    assert done.returncode == 0, done.stderr
    assert wrapped.run_folder().parent.name == "vision"
    assert wrapped.end()["state"] == "finished"
    assert wrapped.console() == b"logged\n"
    assert b"runlogs/vision/" in done.stderr


def test_chosen_project_stays(wrapped: Wrapped) -> None:
    """A project given on the command line wins over the script's."""
    wrapped.run("--project", "mine", command=train("vision"))
    assert wrapped.run_folder().parent.name == "mine"


def test_inner_runs_are_runs_of_their_own(wrapped: Wrapped) -> None:
    """A script of several wrapped commands makes one run each, beside its own."""
    inner = " ".join([PYTHON, "-m", "collector.cli.main", "--", "true"])
    wrapped.run("--project", "sweep", command=["/bin/sh", "-c", f"{inner} && {inner}"])
    assert len(list(wrapped.runlogs.glob("sweep/*"))) == 3


def test_folder_that_moves_before_it_is_used(wrapped: Wrapped) -> None:
    """A command that moves the run's folder at once is recorded where the folder is."""
    move = 'mkdir "$COLLECT_DIR/other" && mv "$COLLECT_DIR/first/$COLLECT_RUN_ID" "$COLLECT_DIR/other/"'
    for _ in range(5):
        wrapped.run("--project", "first", command=["/bin/sh", "-c", f"{move}; echo moved"])
        assert not list(wrapped.runlogs.glob("first/*"))
        (folder,) = wrapped.runlogs.glob("other/*")
        assert len(list(folder.glob("w0-*.records.jsonl"))) == 1
        assert wrapped.console() == b"moved\n"
        folder.rename(wrapped.folder / folder.name)
        (wrapped.runlogs / "other").rmdir()


def test_names_of_the_script_count(wrapped: Wrapped) -> None:
    """What the script calls itself is later than what the wrapper assumed, however late that was written."""
    script = "import collector\nwith collector.init(name='my own'): pass"
    wrapped.run(command=[PYTHON, "-c", script])
    (ours,) = wrapped.records("run")
    assert ours["t"] == 0
    head = wrapped.records("head", role="r")[0]
    assert head["started"] > wrapped.records("head")[0]["started"]
    assert wrapped.records("run", role="r")[-1]["name"] == "my own"
