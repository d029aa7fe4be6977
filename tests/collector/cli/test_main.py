"""The command line of `collect`: help, misuse, and where the command begins."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from collector.cli.main import main
from collector.cli.run import make_parser, split_command
from tests.collector.cli.commands import record
from tests.collector.runs import ROOT


def split(line: str) -> tuple[list[str], list[str]]:
    return split_command(make_parser(), line.split())


@pytest.mark.parametrize(
    ("line", "ours", "command"),
    [
        ("-- python t.py", "", "python t.py"),
        ("--name a -- python t.py --name b", "--name a", "python t.py --name b"),
        ("python t.py --name b", "", "python t.py --name b"),
        ("--tags a,b --no-code python -c x", "--tags a,b --no-code", "python -c x"),
        ("--name=a python t.py -- more", "--name=a", "python t.py -- more"),
        ("-- -odd", "", "-odd"),
        ("--verbose", "--verbose", ""),
    ],
)
def test_command_begins(line: str, ours: str, command: str) -> None:
    """The command is what follows `--`, or begins with the first word that is no option of ours."""
    assert split(line) == (ours.split(), command.split())


def test_help_fits_one_screen(capsys: pytest.CaptureFixture[str]) -> None:
    """The help has at most 24 lines of at most 80 columns, and names every option."""
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 80
    text = "\n".join(lines)
    options = [action.option_strings[0] for action in make_parser()._actions]
    assert [option for option in options if option not in text] == []


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    """--version prints name and version."""
    from collector.version import __version__

    with pytest.raises(SystemExit, match="0"):
        main(["--version"])
    assert capsys.readouterr().out == f"collect {__version__}\n"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", "there is no command to run"),
        ("--name a", "there is no command to run"),
        ("--bogus -- true", "--bogus"),
        ("--console tty -- true", "auto, pty, pipe, off"),
        ("--name", "expected one argument"),
        ("run", "there is no command to run"),
        ("statsu", "nor a program"),
        ("--name a lss", "Did you mean collect ls?"),
    ],
)
def test_misuse(line: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Our own misuse exits 125, which no command does by chance, and says what to do."""
    assert main(line.split()) == 125
    error = capsys.readouterr().err
    assert error.startswith("collect: ")
    assert words in error
    assert len(error.splitlines()) == 2


@pytest.mark.parametrize(("output", "told"), [("/dev/full", "No space left"), ("| true", "")])
def test_an_output_that_takes_nothing_is_no_traceback(tmp_path: Path, output: str, told: str) -> None:
    """A full disk is one line and exit 1; a reader that went away is silence."""
    for number in range(200):
        record(tmp_path / "runlogs", f"r{number}-aaaaaa", name="x" * 500)
    target = output if output.startswith("|") else f"> {output}"
    line = f"'{sys.executable}' -m collector.cli.main ls --dir '{tmp_path}/runlogs' {target}"
    done = subprocess.run(["sh", "-c", line], cwd=ROOT, capture_output=True, text=True)
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == bool(told)


def test_closed_streams_are_no_traceback(tmp_path: Path) -> None:
    """What a command would print goes nowhere; its exit code is what it would be."""
    record(tmp_path / "runlogs", "a-aaaaaa")
    for words, code in (("ls", 0), ("show nobody", 2)):
        line = f"'{sys.executable}' -m collector.cli.main {words} --dir '{tmp_path}/runlogs' >&- <&-"
        done = subprocess.run(["sh", "-c", line], cwd=ROOT, capture_output=True, text=True)
        assert (done.returncode, "Traceback" in done.stderr) == (code, False)
        assert subprocess.run(["sh", "-c", f"{line} 2>&-"], cwd=ROOT, timeout=60).returncode == code


def test_a_command_of_ours_after_options(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is not mistaken for a program of the same name, which would be recorded."""
    assert main(["--dir", str(tmp_path), "ls", "-l"]) == 125
    said = capsys.readouterr().err
    assert f"collect ls --dir {tmp_path}." in said
    assert f"collect --dir {tmp_path} -- ls -l" in said
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
def test_as_a_module(tmp_path: Path) -> None:
    """`python -m collector` is the command, where no script is on the PATH."""
    words = [sys.executable, "-m", "collector", "--dir", str(tmp_path), "--", sys.executable, "-c", "exit(7)"]
    assert subprocess.run(words, cwd=ROOT, capture_output=True, timeout=60, check=False).returncode == 7
    assert list(tmp_path.glob("*/*"))


def test_interrupted_before_the_command_began(tmp_path: Path) -> None:
    """Ctrl-C while we still load is a death by SIGINT, so that a shell's loop around us ends."""
    source = (
        "import collector.cli.run as run, collector.cli.main as main\n"
        "def interrupted(given):\n    raise KeyboardInterrupt\n"
        "run.main = interrupted\nraise SystemExit(main.main(['--', 'true']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", source], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (-signal.SIGINT, "")
