"""Going on with a run: resume, rewind, fork."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from collector.earlier import Point, read_point
from collector.runlog.errors import CollectorError
from collector.runlog.history import merged_rows
from collector.training_run import Run
from tests.collector.runs import of_kind, run_folders

Start = Callable[..., Run]


def log_steps(run: Run, count: int, **more: float) -> Run:
    """Log `count` rows and finish."""
    for _ in range(count):
        run.log({"loss": float(run.step), **more})
    run.finish()
    return run


def test_resumed_run_is_what_it_was(start: Start) -> None:
    """Step, name, group, tags, notes, config and summary are those of the attempt before."""
    first = start(
        id="job", name="Long job", group="g", tags=["a"], notes="n", config={"lr": 0.1, "x": {"y": 1}}
    )
    first.summary["best"] = 0.5
    log_steps(first, 3)
    again = start(id="job", resume="allow", config={"lr": 0.2})
    assert (again.name, again.group, again.tags, again.notes) == ("Long job", "g", ("a",), "n")
    assert (again.config.as_dict(), again.summary["best"]) == ({"lr": 0.2, "x": {"y": 1}}, 0.5)
    assert (again.resumed, again.step, again.attempt, again.starting_step) == (True, 3, 2, 3)
    log_steps(again, 2)
    assert [row.step for row in merged_rows(again.dir)] == [0, 1, 2, 3, 4]


def test_must_and_never(start: Start) -> None:
    """`must` needs an earlier attempt, `never` needs that there is none."""
    with pytest.raises(CollectorError, match="there is no run job"):
        start(id="job", resume="must")
    log_steps(start(id="job", resume="never"), 1)
    with pytest.raises(CollectorError, match="exists already"):
        start(id="job", resume="never")


def test_auto_goes_on_until_finished(start: Start, root: Path) -> None:
    """resume="auto" goes on with the run that did not finish, and begins a new one when it did."""
    first = start(resume="auto")
    first.log({"loss": 1.0})
    first.finish(exit_code=1)
    second = start(resume="auto")
    assert (second.id, second.step) == (first.id, 1)
    second.finish()
    third = start(resume="auto")
    third.finish()
    assert third.id != first.id
    assert len(run_folders(root)) == 2


def test_resume_by_variable(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cluster's script may say it by WANDB_RUN_ID and WANDB_RESUME, as it does for wandb."""
    monkeypatch.setenv("WANDB_RUN_ID", "cluster-7")
    monkeypatch.setenv("WANDB_RESUME", "allow")
    log_steps(start(), 2)
    again = start()
    assert (again.id, again.step, again.resumed) == ("cluster-7", 2, True)


def test_rewind_takes_back_what_came_later(start: Start) -> None:
    """Rows behind the step do not count any more, also where the new attempt jumps over them."""
    log_steps(start(id="job"), 10)
    again = start(resume_from="job?_step=4")
    assert (again.id, again.step, again.resumed) == ("job", 5, True)
    again.log({"loss": 100.0}, step=8)
    again.finish()
    assert [(row.step, row.values["loss"]) for row in merged_rows(again.dir)][-2:] == [(4, 4.0), (8, 100.0)]
    assert again.summary["loss"] == 100.0
    assert {head.get("rewound") for head in of_kind(Path(again.dir), "head")} == {None, 4}


def test_fork_has_the_history_of_its_source(start: Start) -> None:
    """A fork is a run of its own that begins with the rows of another one up to a step."""
    source = start(config={"lr": 0.1})
    source.log({"loss": float("nan"), "note": "first", "flag": True})
    log_steps(source, 9)
    fork = start(fork_from=f"{source.id}?_step=3", config={"lr": 0.2})
    assert (fork.step, fork.resumed, fork.attempt) == (4, False, 1)
    log_steps(fork, 2)
    rows = merged_rows(fork.dir)
    theirs = merged_rows(source.dir)[:4]
    assert [(row.step, repr(row.values)) for row in rows[:4]] == [
        (row.step, repr(row.values)) for row in theirs
    ]
    assert [row.step for row in rows] == [0, 1, 2, 3, 4, 5]
    assert [abs(mine.wall - other.wall) < 1e-3 for mine, other in zip(rows, theirs, strict=False)] == [
        True
    ] * 4
    assert len(merged_rows(source.dir)) == 10
    [record] = of_kind(Path(fork.dir), "fork")
    assert (record["run"], record["step"]) == (source.id, 3)


@pytest.mark.parametrize("text", ["job", "job?_step=", "?_step=3", "job?_step=x", "job?_step=nan"])
def test_no_point(text: str) -> None:
    """What names no step is refused with how to write it."""
    with pytest.raises(CollectorError, match="run-id"):
        read_point(text, "fork_from")
    assert read_point("a-b?_step=2.5", "fork_from") == Point("a-b", 2.5)


def test_fork_of_nothing(start: Start) -> None:
    """A run that is not there can not be forked."""
    with pytest.raises(CollectorError, match="no run nope"):
        start(fork_from="nope?_step=3")
