"""What an uncaught SystemExit tells the interpreter, noticed; the ways to end are in test_ending.py."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import pytest

from collector.systemexit import exit_code, is_outermost, notice_exit
from tests.collector.runs import of_kind, run_folders, run_script


@pytest.mark.parametrize(
    ("given", "code"),
    [(None, 0), (0, 0), (3, 3), (-1, 255), (True, 1), (256 + 5, 5), (1 << 70, 255), ("no data", 1), (2.5, 1)],
)
def test_exit_code(given: object, code: int) -> None:
    """The code is the one that the system would see."""
    assert exit_code(given) == code


def test_code_read_by_python_code_is_not_noticed() -> None:
    """Whoever catches the exception and reads its code does not end the process, and gets what was there."""

    class Exit(SystemExit):
        code = SystemExit.__dict__["code"]

    noticed: list[object] = []
    assert notice_exit(noticed.append, Exit)
    error: Any = Exit("no data")
    assert error.code == "no data"
    error.code = 4
    assert error.code == 4
    del error.code
    assert error.code is None
    assert noticed == []
    assert not is_outermost()


def test_other_type_is_left_alone() -> None:
    """Where the attribute can not be found or is not read through, the type stays as it was."""

    class Inherited(SystemExit):
        pass

    class Deaf(SystemExit):
        code = "own"

        def __getattribute__(self, name: str) -> Any:
            return 3

    before = dict(vars(Deaf))
    assert not notice_exit(lambda code: None, Inherited)
    assert not notice_exit(lambda code: None, Deaf)
    assert dict(vars(Deaf)) == before


@pytest.mark.parametrize(
    ("ending", "end"),
    [
        ("sys.exit('no data')", ("failed", 1, "no data")),
        ("exit(3)", ("failed", 3, "exit code 3")),
        ("raise SystemExit(3)", ("finished", 0, None)),
    ],
)
def test_interpreter_that_can_not_be_watched(
    ending: str, end: tuple[str, int, str | None], tmp_path: Path
) -> None:
    """Elsewhere the last call of sys.exit counts, and a SystemExit raised without it is not seen."""
    blinded = "del sys._clear_type_cache\nfrom sys import exit\nrun = collector.init()\n"
    run_script(tmp_path / "runlogs", blinded + ending)
    [folder] = run_folders(tmp_path / "runlogs")
    [found] = of_kind(folder, "end")
    assert (found["state"], found["exit"], found["cause"]) == end


def test_init_warns_of_nothing(tmp_path: Path) -> None:
    """The way in which the attribute is placed is allowed by this Python."""
    done = run_script(
        tmp_path / "runlogs", "import warnings; warnings.simplefilter('error')\ncollector.init().finish()"
    )
    assert (done.returncode, done.stderr) == (0, "")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert not notice_exit(lambda code: None, ValueError)
