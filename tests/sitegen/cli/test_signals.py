"""SIGTERM and SIGHUP end a command as Ctrl+C does: what it has begun is put away."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sitegen.cli.signals import EndedError, ended_by_signals
from sitegen.output.tree import Tree
from tests.recorded import RecordedRun
from tests.sites import ROOT

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="Windows has no SIGHUP")
BOTH = pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
COMMAND = "import sys; from sitegen.cli.main import main; sys.exit(main())"
SLOW = """
import sys, time
from sitegen.cli.main import main
from sitegen.output.tree import Tree
Tree.publish = lambda tree: time.sleep(60)
sys.exit(main())
"""
"""A build that stays where all is made and nothing published."""


def started(folder: Path, program: str, *arguments: str, before: str = "") -> subprocess.Popen[str]:
    """The command, once it has its place beside the site."""
    with RecordedRun(folder / "runlogs", "demo", "one-fox-aaaaaa") as run:
        run.log(0, {"loss": 1.0})
        run.end()
    process = subprocess.Popen(
        [*before.split(), sys.executable, "-c", program, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
    )
    until(lambda: (folder / ".site.staging").exists())
    return process


def until(is_so: object) -> None:
    end = time.monotonic() + 60
    while not is_so():  # type: ignore[operator]
        assert time.monotonic() < end
        time.sleep(0.02)


@BOTH
@pytest.mark.parametrize("arguments", ["build --jobs 2", "watch", "serve --port 0"])
def test_nothing_is_left_beside_the_site(tmp_path: Path, name: str, arguments: str) -> None:
    """Neither by a build in its middle nor by a watch; the status tells of the signal."""
    number = getattr(signal, name)
    program = SLOW if arguments.startswith("build") else COMMAND
    process = started(tmp_path, program, *arguments.split())
    if program == SLOW:
        until(lambda: (tmp_path / ".site.staging" / "tree" / "index.html").exists())
    process.send_signal(number)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 128 + number
    assert "Traceback" not in said
    assert not (tmp_path / ".site.staging").exists()


def test_what_is_ignored_stays_so(tmp_path: Path) -> None:
    """Under nohup a watch outlives its terminal."""
    process = started(tmp_path, COMMAND, "watch", before="nohup")
    until((tmp_path / "site" / "index.html").exists)
    process.send_signal(signal.SIGHUP)
    process.send_signal(signal.SIGHUP)
    time.sleep(0.5)
    assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert process.returncode == 128 + signal.SIGTERM


@BOTH
def test_a_second_one_at_once_ends_no_clean_up(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A closed terminal is told twice; later it counts again, and afterwards all is as it was."""
    number = getattr(signal, name)
    former = signal.getsignal(number)
    now = [0.0]
    monkeypatch.setattr("sitegen.cli.signals.time.monotonic", lambda: now[0])
    with ended_by_signals():
        with pytest.raises(EndedError) as first:
            os.kill(os.getpid(), number)
        os.kill(os.getpid(), number)
        now[0] = 10.0
        with pytest.raises(EndedError):
            os.kill(os.getpid(), number)
    assert first.value.exit_code == 128 + number
    assert signal.getsignal(number) == former


def test_a_build_that_cannot_begin_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever ends it between taking its place and looking at the former site."""

    def end(_target: Path) -> None:
        raise EndedError(signal.SIGTERM)

    monkeypatch.setattr("sitegen.output.tree.Manifest.read", end)
    with pytest.raises(EndedError), Tree(tmp_path / "site"):
        pass
    assert list(tmp_path.iterdir()) == []
