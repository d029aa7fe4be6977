"""The ways in which a training process ends, and what its log says then."""

from __future__ import annotations

import re
import signal
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.collector.runs import of_kind, read_run, run_folders, run_script

BEGIN = """
run = collector.init(project="demo")
run.log({"a": 1})
"""


class Way(NamedTuple):
    """A way to end."""

    name: str
    source: str
    code: int
    """Exit code of the process; negative for a signal."""
    end: tuple[str, int | None, str | None] | None
    """State, exit and cause of the last end record; None where there is none."""
    before: str = ""
    """What the script does before it begins its run."""


WAYS = [
    Way("falls off the end", "", 0, ("finished", 0, None)),
    Way("finish", "run.finish()", 0, ("finished", 0, None)),
    Way("finish with a code", "collector.finish(exit_code=3)", 0, ("failed", 3, "exit code 3")),
    Way("exception", "raise ValueError('bad loss')", 1, ("failed", 1, "ValueError: bad loss")),
    Way("sys.exit(0)", "sys.exit(0)", 0, ("finished", 0, None)),
    Way("sys.exit(3)", "sys.exit(3)", 3, ("failed", 3, "exit code 3")),
    Way("sys.exit(-1)", "sys.exit(-1)", 255, ("failed", 255, "exit code 255")),
    Way("sys.exit(text)", "sys.exit('no data')", 1, ("failed", 1, "no data")),
    Way("sys.exit(empty)", "sys.exit('')", 1, ("failed", 1, "exit code 1")),
    Way(
        "sys.exit(secret)",
        "sys.exit('cannot reach https://me:hunter2@host/data\\nsecond line')",
        1,
        ("failed", 1, "cannot reach https://[redacted:url-userinfo]@host/data"),
    ),
    Way("bare SystemExit", "raise SystemExit", 0, ("finished", 0, None)),
    Way("SystemExit(3)", "raise SystemExit(3)", 3, ("failed", 3, "exit code 3")),
    Way("SystemExit(True)", "raise SystemExit(True)", 1, ("failed", 1, "exit code 1")),
    Way("SystemExit(text)", "raise SystemExit('no data')", 1, ("failed", 1, "no data")),
    Way("SystemExit(two things)", "raise SystemExit(4, 5)", 1, ("failed", 1, "(4, 5)")),
    Way("SystemExit beyond a long", "raise SystemExit(1 << 70)", 255, ("failed", 255, "exit code 255")),
    Way(
        "SystemExit of another class",
        "class Stop(SystemExit): pass\ndef main(): raise Stop('enough')\nmain()",
        1,
        ("failed", 1, "enough"),
    ),
    Way(
        "SystemExit whose text can not be made",
        "class Odd:\n    def __str__(self): raise ValueError\nraise SystemExit(Odd())",
        1,
        ("failed", 1, "exit code 1"),
    ),
    Way("exit of site", "exit('no data')", 1, ("failed", 1, "no data")),
    Way(
        "exit taken from sys before",
        "exit(7)",
        7,
        ("failed", 7, "exit code 7"),
        "from sys import exit",
    ),
    Way(
        "sys.exit that was caught",
        "try: sys.exit(3)\nexcept SystemExit as error: assert error.code == 3",
        0,
        ("finished", 0, None),
    ),
    Way(
        "SystemExit out of asyncio",
        "import asyncio\nasync def main(): raise SystemExit('enough')\nasyncio.run(main())",
        1,
        ("failed", 1, "enough"),
    ),
    Way(
        "error of atexit after an exit",
        "import atexit; atexit.register(lambda: sys.exit(8)); sys.exit(9)",
        9,
        ("failed", 9, "exit code 9"),
    ),
    Way("sys.exit(text) in context manager", "with run: sys.exit('no data')", 1, ("failed", 1, "no data")),
    Way(
        "Ctrl-C",
        # Named tuples made at exit, by imports, clear Python's memory that it has to die of SIGINT.
        "import atexit, collections, signal\n"
        "from threading import Timer; Timer(0, collections.namedtuple, ['Late', 'a b']).start()\n"
        "signal.raise_signal(signal.SIGINT)",
        -signal.SIGINT,
        ("stopped", None, "interrupted (SIGINT)"),
    ),
    Way("SIGTERM", "import signal; signal.raise_signal(signal.SIGTERM)", -signal.SIGTERM, None),
    Way("SIGKILL", "import signal; signal.raise_signal(signal.SIGKILL)", -signal.SIGKILL, None),
    Way("os._exit", "os._exit(0)", 0, None),
    Way(
        "context manager",
        "with run: run.log({'a': 2})",
        0,
        ("finished", 0, None),
    ),
    Way(
        "exception in context manager",
        "with run: 1 / 0",
        1,
        ("failed", 1, "ZeroDivisionError: division by zero"),
    ),
    Way("exit in context manager", "with run: raise SystemExit(4)", 4, ("failed", 4, "exit code 4")),
    Way(
        "hook replaced by another library",
        "sys.excepthook = lambda *error: None\nraise ValueError('unseen')",
        1,
        ("failed", 1, "ValueError: unseen"),
    ),
    Way(
        "sys.exit in a thread",
        "import threading; t = threading.Thread(target=lambda: sys.exit(9)); t.start(); t.join()",
        0,
        ("finished", 0, None),
    ),
    Way(
        "child of a fork that ends normally",
        "import warnings; warnings.simplefilter('ignore')\n"
        "pid = os.fork()\nif pid: os.waitpid(pid, 0)\nos._exit(0) if pid else sys.exit(5)",
        0,
        None,
    ),
]


def _without_digits(cause: str | None) -> str | None:
    return cause and re.sub(r"(\[redacted:[a-z-]+):[0-9a-f]{4}\]", r"\1]", cause)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_way_to_end(way: Way, tmp_path: Path) -> None:
    """The process ends as it would without us, every row is there, and the end says what could be known."""
    root = tmp_path / "runlogs"
    done = run_script(root, way.before + BEGIN + way.source)
    assert done.returncode == way.code, done.stderr
    [folder] = run_folders(root)
    assert len(of_kind(folder, "log")) >= 1
    assert read_run(folder)[1] == []
    ends = [(end["state"], end["exit"], _without_digits(end["cause"])) for end in of_kind(folder, "end")]
    assert ends[-1:] == ([way.end] if way.end else [])


def test_traceback_is_recorded_without_secrets(tmp_path: Path) -> None:
    """The page can show where it failed; a password in the message is not written."""
    done = run_script(tmp_path / "runlogs", BEGIN + "raise ValueError('password=hunter22 refused')")
    [folder] = run_folders(tmp_path / "runlogs")
    end = of_kind(folder, "end")[-1]
    assert "Traceback (most recent call last)" in end["traceback"]
    assert "hunter22" not in str(end)
    assert "hunter22" in done.stderr


def test_hook_that_was_there_is_called(tmp_path: Path) -> None:
    """An excepthook that the script had installed before still runs."""
    source = "sys.excepthook = lambda *error: print('seen', error[1])\n" + BEGIN + "raise ValueError('x')"
    done = run_script(tmp_path / "runlogs", source)
    assert done.stdout.strip() == "seen x"


def test_run_says_nothing_when_all_is_well(tmp_path: Path) -> None:
    """A normal run adds no line to stdout or stderr."""
    done = run_script(tmp_path / "runlogs", BEGIN)
    assert (done.stdout, done.stderr) == ("", "")


def test_spawned_children_have_files_of_their_own(tmp_path: Path) -> None:
    """A run handed to spawned processes works there, in files of their own; only the parent ends it."""
    script = tmp_path / "train.py"
    script.write_text(
        "import multiprocessing\nimport collector\n\n"
        "def work(run, number):\n    run.log({f'child{number}': 1.0}, step=number)\n\n"
        "if __name__ == '__main__':\n"
        "    run = collector.init('demo')\n"
        "    context = multiprocessing.get_context('spawn')\n"
        "    children = [context.Process(target=work, args=(run, i)) for i in range(2)]\n"
        "    [child.start() for child in children]\n"
        "    [child.join() for child in children]\n"
        "    assert [child.exitcode for child in children] == [0, 0]\n"
    )
    done = run_script(
        tmp_path / "runlogs", "import runpy; runpy.run_path(sys.argv[1], run_name='__main__')", str(script)
    )
    assert done.returncode == 0, done.stderr
    [folder] = run_folders(tmp_path / "runlogs")
    heads = of_kind(folder, "head")
    assert len({head["pid"] for head in heads}) == 3
    assert {name for row in of_kind(folder, "log") for name in row["m"]} == {"child0", "child1"}
    assert [end["state"] for end in of_kind(folder, "end")] == ["finished"]


def test_script_that_ends_at_once_has_its_provenance(tmp_path: Path) -> None:
    """What is still to be gathered at the end of the script is gathered then, on every Python."""
    run_script(tmp_path / "runlogs", "collector.init(project='demo')")
    [folder] = run_folders(tmp_path / "runlogs")
    sections = {record["section"] for record in of_kind(folder, "provenance")}
    assert {"command", "system", "cpu", "python", "packages"} <= sections
    assert of_kind(folder, "note") == []
