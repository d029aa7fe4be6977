"""Two processes that are one rank at the same time are told apart from attempts, ranks and children."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from sitegen.derive.facts import RunFacts
from tests.collector.runs import PRELUDE, clean_environment
from tests.sitegen.logs import EPOCH, ProcessLog, facts_of, only_run, points


def conflicts(run: RunFacts) -> list[str]:
    """What is said about conflicts."""
    return [problem.message for problem in run.problems if problem.kind == "conflict"]


def twins(root: Path, width: int = 1, attempts: tuple[int, int] = (1, 1)) -> None:
    """Two hosts that log the same names for ten minutes each, the second from step 2 on."""
    names = [f"m{number}" for number in range(width)]
    first = ProcessLog(root, host="a", attempt=attempts[0])
    second = ProcessLog(root, host="b", attempt=attempts[1], start=EPOCH + 10)
    for step in range(6):
        first.log(step, dict.fromkeys(names, float(step)) | {"of/a": 1.0}, seconds=100)
    for step in range(2, 5):
        second.log(step, dict.fromkeys(names, step + 0.5) | {"of/b": 1.0}, seconds=200)


@pytest.mark.parametrize("width", [1, 300])
@pytest.mark.parametrize("attempts", [(1, 1), (1, 2)])
def test_values_are_not_mixed(tmp_path: Path, width: int, attempts: tuple[int, int]) -> None:
    """From its first step on the later process counts, metric by metric; the page says what is left out."""
    twins(tmp_path / "logs", width, attempts)
    run = only_run(tmp_path / "logs")
    assert points(run, "m0") == [(0, 0.0), (1, 1.0), (2, 2.5), (3, 3.5), (4, 4.5)]
    assert run.summary["m0"].last == 4.5
    assert [step for step, _ in points(run, "of/a")] == [0, 1, 2, 3, 4, 5]
    assert [step for step, _ in points(run, "of/b")] == [2, 3, 4]
    [message] = conflicts(run)
    assert message.startswith("Two processes logged as rank 0 at the same time, for 6 minutes: process ")
    shared = "the metric" if width == 1 else f"the {width} metrics"
    assert f"Of {shared} that they share" in message
    assert f"and {4 * width:,} values of the others are left out" in message
    assert (run.superseded, run.attempts) == (0, 1)


def test_attempts_and_ranks_are_no_conflict(tmp_path: Path) -> None:
    """A restart on another host, whose clock is a little behind, and other ranks are what they were."""
    root = tmp_path / "logs"
    first = ProcessLog(root, host="a")
    second = ProcessLog(root, host="b", attempt=2, start=EPOCH + 250)
    other = ProcessLog(root, host="a", rank=1, world=2)
    for step in range(3):
        first.log(step, {"loss": float(step)}, seconds=100)
        other.log(step, {"loss": 9.0}, seconds=100)
    for step in (1, 2):
        second.log(step, {"loss": step + 0.5}, seconds=5)
    run = only_run(root)
    assert conflicts(run) == []
    assert (run.superseded, run.attempts, run.ranks) == (2, 2, (0, 1))
    assert points(run, "loss") == [(0, 0.0), (1, 1.5), (2, 2.5)]


def test_child_of_the_run_is_no_conflict(tmp_path: Path) -> None:
    """A process that was handed its parent's run logs for the same rank, and its rows are the run's."""
    root = tmp_path / "logs"
    parent = ProcessLog(root, host="a")
    child = ProcessLog(root, host="b", start=EPOCH + 1, forked=12)
    for step in range(4):
        (parent if step % 2 else child).log(step, {"loss": float(step)}, seconds=100)
    run = only_run(root)
    assert conflicts(run) == []
    assert len(points(run, "loss")) == 4


def test_processes_with_other_metrics_are_no_conflict(tmp_path: Path) -> None:
    """A training and its evaluation that share an id lose nothing, whatever their attempts."""
    root = tmp_path / "logs"
    train = ProcessLog(root, host="a")
    evaluation = ProcessLog(root, host="b", attempt=2, start=EPOCH + 1)
    for step in range(4):
        train.log(step, {"loss": float(step)}, seconds=100)
        evaluation.log(step, {"acc": float(step)}, seconds=100)
    run = only_run(root)
    assert (conflicts(run), run.superseded) == ([], 0)
    assert (len(points(run, "loss")), len(points(run, "acc"))) == (4, 4)


def test_three_in_a_row_and_a_restart_after_them(tmp_path: Path) -> None:
    """Of three at once the last counts, and a real restart afterwards supersedes them all."""
    root = tmp_path / "logs"
    for number, host in enumerate("abc"):
        log = ProcessLog(root, host=host, attempt=number + 1, start=EPOCH + number)
        for step in range(4):
            log.log(step, {"loss": number + step / 10}, seconds=100)
    restart = ProcessLog(root, host="d", attempt=4, start=EPOCH + 5000)
    restart.log(3, {"loss": 7.0})
    run = only_run(root)
    assert points(run, "loss") == [(0, 2.0), (1, 2.1), (2, 2.2), (3, 7.0)]
    [message] = conflicts(run)
    assert message.startswith("3 processes logged as rank 0 at the same time")
    assert "8 values of the others are left out" in message
    assert (run.superseded, run.attempts) == (1, 2)


def test_two_real_processes_with_one_id(tmp_path: Path) -> None:
    """Two trainings of one id at once on one machine are a conflict; one after the other they are not."""
    root = tmp_path / "runlogs"
    script = """
run = collector.init(project="p", id=sys.argv[1], name="twins")
gate = sys.argv[2] + "/" + sys.argv[1]
for i in range(5):
    run.log({"loss": i})
open(f"{gate}-{os.getpid()}", "x").close()
while sys.argv[1] == "shared" and len([name for name in os.listdir(sys.argv[2]) if "shared" in name]) < 2:
    time.sleep(0.01)
run.log({"loss": 9})
"""
    (tmp_path / "gate").mkdir()
    command = [sys.executable, "-c", PRELUDE + script]
    for name, at_once in (("shared", True), ("requeued", False)):
        started = []
        for _ in range(2):
            words = [*command, name, str(tmp_path / "gate")]
            started.append(subprocess.Popen(words, env=clean_environment(root)))
            if not at_once:
                started[-1].wait(60)
        assert [process.wait(60) for process in started] == [0, 0]
    [project] = facts_of(root).projects
    found = {run.id: (len(conflicts(run)), run.attempts, len(points(run, "loss"))) for run in project.runs}
    assert found == {"shared": (1, 1, 6), "requeued": (0, 2, 6)}


def test_rewound_run_drops_what_comes_after_its_point(tmp_path: Path) -> None:
    """A run that was rewound to a step counts up to it, also where it goes on at a much later one."""
    root = tmp_path / "logs"
    first = ProcessLog(root)
    for step in range(6):
        first.log(step, {"loss": float(step)})
    ProcessLog(root, attempt=2, start=EPOCH + 100, rewound=2).log(5, {"loss": 5.5})
    run = only_run(root)
    assert points(run, "loss") == [(0, 0.0), (1, 1.0), (2, 2.0), (5, 5.5)]
    assert run.superseded == 3
