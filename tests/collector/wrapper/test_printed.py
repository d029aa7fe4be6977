"""`--parse`: printed metrics become rows of the log, and the output is what it was."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from collector.runlog.reader import read_records
from tests.collector.wrapper.wrapped import PYTHON, Wrapped, children_of, keeper_of, wait_until
from tests.sites import build_site

TRAINING = "for i in range(20): print(f'step {i}: loss {1 / (i + 1):.4f}', flush=True)"


def rows(wrapped: Wrapped) -> list[tuple[Any, Any]]:
    """Step and values of every row that was logged."""
    (file,) = wrapped.run_folder().glob("w*.metrics.jsonl")
    lines, bad = read_records(str(file))
    assert not bad
    return [(line["step"], line["m"]) for line in lines if line["k"] == "log"]


@pytest.mark.parametrize("mode", ["pipe", "pty"])
def test_printed_metrics_are_logged(wrapped: Wrapped, mode: str) -> None:
    """Each row that is printed is logged, in a file of the wrapper's own."""
    done = wrapped.run("--parse", "--console", mode, command=wrapped.script(TRAINING))
    assert len(done.stdout.splitlines()) == 20
    assert rows(wrapped) == [(i, {"loss": round(1 / (i + 1), 4)}) for i in range(20)]


def test_site_shows_them(wrapped: Wrapped) -> None:
    """A site draws printed metrics as it draws logged ones."""
    wrapped.run("--parse", "--name", "talker", command=wrapped.script(TRAINING))
    (page,) = build_site(wrapped.folder).glob("*/runs/talker*.html")
    assert "loss" in page.read_text()
    assert "0.05" in page.read_text()


def test_rules_see_them(wrapped: Wrapped) -> None:
    """An alert rule is judged on printed metrics, the last line included."""
    done = wrapped.run("--parse", "--alert", "loss < 0.06", command=wrapped.script(TRAINING))
    assert b"alert at step 16" in done.stderr
    assert [record["step"] for record in wrapped.records("alert")] == [16]


def test_commands_list_them(wrapped: Wrapped) -> None:
    """`collect ls` has their latest values, as of logged ones."""
    wrapped.run("--parse", command=wrapped.script(TRAINING))
    words = [PYTHON, "-m", "collector.cli.main", "ls", "--json", "--dir", str(wrapped.runlogs)]
    listed = subprocess.run(words, env=wrapped.env, capture_output=True, text=True, check=True).stdout
    assert '"loss": 0.05' in listed


def test_off_by_default(wrapped: Wrapped) -> None:
    """Without --parse nothing is taken for a metric."""
    wrapped.run(command=wrapped.script(TRAINING))
    assert not list(wrapped.run_folder().glob("*.metrics.jsonl"))


def test_pattern_asks_for_it(wrapped: Wrapped) -> None:
    """A pattern of the user's finds what has a form of its own."""
    done = wrapped.run("--pattern", r"<(?P<step>\d+)\|(?P<cost>\S+)>", command=["echo", "<5|0.25>"])
    assert done.returncode == 0
    assert rows(wrapped) == [(5, {"cost": 0.25})]


def test_wrong_pattern_is_told_before_the_command_runs(wrapped: Wrapped) -> None:
    """A pattern that cannot work stops us before anything has begun."""
    marker = wrapped.folder / "ran"
    for pattern, words in (("(", b"position 0"), ("loss", b"no named group")):
        done = wrapped.run("--pattern", pattern, command=["touch", str(marker)])
        assert done.returncode == 125
        assert words in done.stderr
    assert not marker.exists()


def test_needs_the_output(wrapped: Wrapped) -> None:
    """Output that is left alone cannot be searched, and that is said instead of finding nothing."""
    done = wrapped.run("--parse", "--console=off", command=["echo", "step 1: loss 2.5"])
    assert (done.returncode, done.stdout) == (125, b"")
    assert b"--parse needs the output" in done.stderr


def test_bar_without_an_end_is_read(wrapped: Wrapped) -> None:
    """The last state of a progress bar counts, although no newline ends it; both streams are read."""
    text = "import sys; sys.stderr.write('\\r100%|##| 2/2 [00:01<00:00, loss=0.5]'); sys.stderr.flush()"
    wrapped.run("--parse", command=wrapped.script(text))
    assert rows(wrapped) == [(2, {"loss": 0.5})]


def test_finding_nothing_is_told(wrapped: Wrapped) -> None:
    """A run that asked for metrics and printed none says so on its page."""
    wrapped.run("--parse", command=["echo", "hello"])
    assert "--parse found no metrics in the output." in [note["text"] for note in wrapped.records("note")]


def test_pattern_that_never_ends_holds_up_nothing(wrapped: Wrapped) -> None:
    """A pattern that takes forever on one line costs the rows, and neither output nor end wait for it."""
    text = "print('a' * 60 + '!1', flush=True)\nfor i in range(1000): print('line', i)"
    done = wrapped.run("--pattern", r"(?P<x>(a|aa)+)$", command=wrapped.script(text))
    assert (done.returncode, done.stdout.count(b"\n")) == (0, 1001)
    assert any("could not be searched" in note["text"] for note in wrapped.records("note"))
    assert not list(wrapped.run_folder().glob("*.metrics.jsonl"))


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_killed_search_is_told(wrapped: Wrapped) -> None:
    """Without the process that searches the output flows on, and what was not searched is counted."""
    text = "import time\nprint('step 1: loss 2.5', flush=True)\ntime.sleep(2)\nprint('step 2: loss 2.5')"
    process = wrapped.start("--parse", command=wrapped.script(text))
    wait_until(lambda: list(wrapped.runlogs.glob("*/*/w*.metrics.jsonl")))
    keeper = keeper_of(process)
    own = Path(f"/proc/{keeper}/cmdline").read_bytes()
    (search,) = (one for one in children_of(keeper) if Path(f"/proc/{one}/cmdline").read_bytes() == own)
    os.kill(search, signal.SIGKILL)
    out, _ = process.communicate(timeout=20)
    assert out.count(b"loss") == 2
    assert [step for step, _ in rows(wrapped)] == [1]
    assert any("could not be searched" in note["text"] for note in wrapped.records("note"))


def test_flood_is_not_held_up(wrapped: Wrapped) -> None:
    """Output faster than it can be searched arrives whole, and what was not searched is counted."""
    done = wrapped.run(
        "--parse", "--console=pipe", command=["sh", "-c", "yes 'step 1: loss 2.5' | head -c 30000000"]
    )
    assert len(done.stdout) == 30_000_000
    # On a busy machine the flood is over before the search has begun: no row then, and that is told.
    logged = sum(
        len(file.read_bytes().splitlines()) for file in wrapped.run_folder().glob("w*.metrics.jsonl")
    )
    notes = [note["text"] for note in wrapped.records("note")]
    assert logged < 30_000_000 / 19
    assert any("could not be searched" in text for text in notes)
