"""Progress is drawn for people, and told to programs."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import subprocess
import sys
import threading
from io import StringIO
from pathlib import Path

import pytest

from sitegen.cli.bars import is_watched
from sitegen.cli.main import main
from tests.recorded import RecordedRun
from tests.sites import ROOT

COMMAND = "import sys; from sitegen.cli.main import main; sys.exit(main())"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two runs."""
    monkeypatch.chdir(tmp_path)
    for name in ("one-fox-aaaaaa", "two-fox-bbbbbb"):
        with RecordedRun(tmp_path / "runlogs", "demo", name) as run:
            run.log_all("loss", [1.0, 2.0])
            run.end()
    return tmp_path


def at_a_terminal(*options: str, command: str = "build", **env: str) -> tuple[str, str]:
    """Standard output, and what standard error draws at a terminal of its own."""
    ours, theirs = pty.openpty()
    done = subprocess.Popen(
        [sys.executable, "-c", COMMAND, command, *options],
        env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", "CI": "", **env},
        stdout=subprocess.PIPE,
        stderr=theirs,
        text=True,
    )
    os.close(theirs)
    drawn: list[bytes] = []
    # A terminal that nobody reads is full after some drawings, and a slow build then waits for ever.
    reader = threading.Thread(target=_read_all, args=(ours, drawn))
    reader.start()
    out, _ = done.communicate(timeout=300)
    reader.join()
    os.close(ours)
    assert done.returncode == 0, drawn
    return out, b"".join(drawn).decode()


def _read_all(terminal: int, drawn: list[bytes]) -> None:
    with contextlib.suppress(OSError):  # the other end is closed
        while block := os.read(terminal, 65536):
            drawn.append(block)


def test_a_person_at_a_terminal_sees_how_far_it_is() -> None:
    """Reading and printing each have a bar, which is gone at the end; the last line says what to open."""
    out, drawn = at_a_terminal()
    assert "Reading runs" in drawn
    assert "Pages of runs" in drawn
    assert out.splitlines()[-1].endswith("Open site/index.html")


def test_an_export_shows_it_too(folder: Path) -> None:
    """Each of the long parts has a bar; standard output names the files."""
    out, drawn = at_a_terminal(command="export")
    for words in ("Reading runs", "Points of metrics", "Samples of machines"):
        assert words in drawn
    assert out.splitlines()[0] == "export/runs.parquet  2 rows"
    assert at_a_terminal("--quiet", command="export") == ("", "")


@pytest.mark.parametrize(
    ("command", "said"), [("verify", "all as they were built"), ("check", "No problem.")]
)
def test_looking_at_a_site_shows_it_too(command: str, said: str) -> None:
    """Comparing files with the manifest has a bar, and for `check` so has reading them."""
    at_a_terminal()
    out, drawn = at_a_terminal(command=command)
    assert "Comparing files" in drawn
    assert ("Reading files" in drawn) == (command == "check")
    assert said in out
    assert at_a_terminal("--quiet", command=command) == ("", "")


@pytest.mark.parametrize(
    ("options", "env"), [(["--quiet"], {}), ([], {"CI": "true"}), ([], {"TERM": "dumb"})]
)
def test_nobody_else_does(options: list[str], env: dict[str, str]) -> None:
    """Not with --quiet, on a CI machine that has a terminal, or at one that can draw nothing."""
    _, drawn = at_a_terminal(*options, **env)
    assert drawn == ""


def test_files_and_pipes_are_not_drawn_to() -> None:
    """Only a terminal is."""
    assert not is_watched(StringIO(), {})


def test_programs_get_one_object(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    """With --json standard output is one JSON object, for a first build and for one without changes."""
    for number in range(2):
        assert main(["build", "--json"]) == 0
        said = json.loads(capsys.readouterr().out)
        assert (said["runs"], said["site_dir"], said["start"]) == (2, "site", "site/index.html")
        assert ("index.html" in said["written"]) == (number == 0)
        assert said["files"] > 10
        assert said["warnings"] == []
    assert (folder / said["start"]).is_file()


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_that_went_away_is_no_mistake(unbuffered: str) -> None:
    """`sitegen build --explain | head -1` says nothing of pipes, whether or not Python holds output back."""
    done = subprocess.Popen(
        [sys.executable, "-c", COMMAND, "build", "--explain"],
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": unbuffered},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert done.stdout is not None
    done.stdout.close()
    assert done.stderr is not None
    assert done.stderr.read() == b""
    done.stderr.close()
    assert done.wait() == 1
