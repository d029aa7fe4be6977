"""`collect status`: what goes, what is silent, and what this machine knows better."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from collector.ranks import host_name
from collector.runlog.paths import RunPaths, new_segment_name
from collector.runlog.records import segment_header
from collector.runlog.writer import SegmentWriter
from tests.collector.cli.commands import Commands, record


def write_open_run(commands: Commands, run_id: str, pid: int, *, started: float, rows: list[float]) -> None:
    """A run of this machine whose process has a number, rows that were logged so many seconds after its
    start, and a sign of life now."""
    paths = RunPaths(str(commands.root), "demo", run_id)
    Path(paths.folder).mkdir(parents=True)
    passed = 0.0
    header = segment_header("demo", run_id, host=host_name())
    segment = new_segment_name(0, "rank", started)
    files = []
    real = os.getpid
    try:
        os.getpid = lambda: pid
        for path in (paths.metrics(segment), paths.records(segment)):
            files.append(SegmentWriter(path, header, monotonic=lambda: passed, now=lambda: started))
    finally:
        os.getpid = real
    files[0].write({"k": "keys", "keys": ["loss"]})
    for number, at in enumerate(rows):
        passed = at
        files[0].write({"k": "log", "n": 1, "step": number, "m": {"loss": 1.0}})
    passed = time.time() - started
    files[1].write({"k": "beat", "step": len(rows)})
    for file in files:
        file.close()


@pytest.fixture
def sleeper() -> Any:
    process = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
    yield process
    process.communicate()


def test_a_living_process_runs(commands: Commands, sleeper: Any) -> None:
    """A process of this machine that lives and logs is running."""
    now = time.time()
    write_open_run(commands, "a-aaaaaa", sleeper.pid, started=now + 1, rows=[0.0, 0.1])
    (run,) = commands.json("status")
    assert (run["state"], run["processes"][0]["alive"]) == ("running", True)
    assert f"{sleeper.pid}" in commands.text("status")


def test_a_dead_process_is_gone_at_once(commands: Commands) -> None:
    """Its silence is not waited for, where this machine knows that the process has ended."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    write_open_run(commands, "a-aaaaaa", ended.pid, started=time.time() - 5, rows=[1.0])
    (run,) = commands.json("status")
    assert (run["state"], run["processes"][0]["alive"]) == ("gone", False)
    assert "(ended)" in commands.text("status")


def test_a_process_that_nobody_has_looked_after_is_gone(commands: Commands) -> None:
    """A killed process keeps its number until its parent asks for it, and is dead all the same."""
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    write_open_run(commands, "a-aaaaaa", process.pid, started=time.time() + 1, rows=[0.0])
    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    (run,) = commands.json("status")
    assert run["state"] == "gone"
    assert commands.text("tail", "a-aaaaaa").endswith("a-aaaaaa gone\n")
    commands.text("rm", "a-aaaaaa")
    process.wait()


def test_a_younger_process_with_the_same_number_is_another(commands: Commands, sleeper: Any) -> None:
    """The number of a process that ended may belong to somebody else by now."""
    write_open_run(commands, "a-aaaaaa", sleeper.pid, started=time.time() - 5000, rows=[1.0])
    (run,) = commands.json("status")
    assert run["state"] == "gone"


def test_rows_that_stop_coming_are_told(commands: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """Signs of life without rows: stuck, once it is far longer than rows took before."""
    monkeypatch.setattr("collector.ranks.began_at", lambda pid: 1.0)
    started = time.time() - 2000
    write_open_run(commands, "a-aaaaaa", 4000, started=started, rows=[float(at) for at in range(100)])
    write_open_run(commands, "b-bbbbbb", 4000, started=started, rows=[0.0, 800.0, 1600.0])
    found = {run["id"]: run["state"] for run in commands.json("status")}
    assert found == {"a-aaaaaa": "stuck", "b-bbbbbb": "running"}
    assert "before that one each 1 s" in commands.text("status")


def test_runs_of_other_machines_are_judged_by_silence(commands: Commands) -> None:
    """What ended is not listed, what was lost long ago only counted."""
    now = time.time()
    record(commands.root, "a-aaaaaa")
    record(commands.root, "b-bbbbbb", start=now - 120, state="")
    record(commands.root, "c-cccccc", start=now - 90 * 86400, state="")
    assert [(run["id"], run["state"]) for run in commands.json("status")] == [("b-bbbbbb", "stalled")]
    text = commands.text("status")
    assert "on test-host" in text
    assert "1 more without an end" in text
    assert len(commands.json("status", "--all")) == 2


def test_nothing_runs(commands: Commands) -> None:
    """That is an answer, too."""
    assert commands.text("status") == "there are no runs\n"
    record(commands.root, "a-aaaaaa")
    assert commands.text("status") == "nothing runs: all of 1 runs have ended\n"
    assert "There are: demo." in commands.refused("status", "--project", "demi")
