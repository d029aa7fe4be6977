"""`collect tail`: lines where nobody looks, a picture in place on a terminal, which is left as it was."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from collector.catalog.follow import Follower
from collector.cli.sparkline import sparkline
from collector.cli.tail import harmless
from collector.cli.text import width_of
from tests.collector.cli.commands import Commands, record
from tests.collector.runs import ROOT
from tests.recorded import RecordedRun


class Terminal:
    """A command on a terminal of its own, of a size of its own."""

    def __init__(self, root: Path, *words: str, columns: int = 60, rows: int = 20, **env: str) -> None:
        self.main, side = pty.openpty()
        self.resize(columns, rows)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "collector.cli.main", "tail", "--dir", str(root), *words],
            stdin=side,
            stdout=side,
            stderr=side,
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "TERM": "xterm", "LC_ALL": "C.UTF-8", **env},
            start_new_session=True,
        )
        os.close(side)
        self._pieces: list[bytes] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def resize(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self.main, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def _read(self) -> None:
        try:
            while piece := os.read(self.main, 65536):
                self._pieces.append(piece)
        except OSError:  # the other side is closed
            pass

    @property
    def printed(self) -> str:
        return b"".join(self._pieces).decode(errors="replace")

    def wait_for(self, is_there: Callable[[str], object]) -> None:
        deadline = time.monotonic() + 30
        while not is_there(self.printed):
            assert time.monotonic() < deadline, self.printed[-2000:]
            time.sleep(0.02)

    def end(self) -> tuple[int, str]:
        code = self.process.wait(30)
        self._reader.join(30)
        os.close(self.main)
        return code, self.printed


def lines_of(printed: str) -> list[str]:
    """What stands on the lines of the screen, styles and movements taken out."""
    return [re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", line) for line in printed.replace("\r", "").split("\n")]


def open_run(root: Path, run_id: str = "a-aaaaaa") -> RecordedRun:
    run = RecordedRun(root, "demo", run_id, start=time.time())
    run.log(0, {"train/loss": 1.0}, seconds=0.0)
    return run


def test_rows_and_the_end_are_lines(commands: Commands) -> None:
    """Without a terminal each row is a line, and the state is one when it changes."""
    record(commands.root, "a-aaaaaa", state="failed")
    lines = commands.text("tail", "a-aaaaaa").splitlines()
    assert lines[0] == "a-aaaaaa step 0  train/loss=1  val/acc=0"
    assert len(lines) == 6
    assert lines[-1] == "a-aaaaaa failed: exit code 1"


def test_json_is_a_document_a_line(commands: Commands) -> None:
    """Each line is a row of chosen metrics or a state."""
    record(commands.root, "a-aaaaaa")
    found = [
        json.loads(line) for line in commands.text("tail", "a", "--json", "--metrics", "val/acc").splitlines()
    ]
    assert found[1]["metrics"] == {"val/acc": 0.2}
    assert found[-1] == {"run": "a-aaaaaa", "state": "finished", "cause": "exit code 0"} | {"cause": None}


def test_new_rows_come_as_they_are_written(commands: Commands) -> None:
    """A row is seen once, whole; half a line waits for its end."""
    with open_run(commands.root) as run:
        follower = Follower(str(run.folder))
        assert [new.row.step for new in follower.refresh()] == [0]
        (metrics,) = run.folder.glob("*.metrics.jsonl")
        run.log(1, {"train/loss": 0.5}, seconds=0.0)
        run.log(2, {"train/loss": 0.25}, seconds=0.0)
        whole = metrics.read_bytes()
        metrics.write_bytes(whole[:-10])
        assert [new.row.step for new in follower.refresh()] == [1]
        metrics.write_bytes(whole)
        assert [new.row.step for new in follower.refresh()] == [2]
        assert follower.refresh() == []
        assert list(follower.points["train/loss"]) == [1.0, 0.5, 0.25]


def test_a_run_that_moves_is_followed(commands: Commands) -> None:
    """The folder of a run moves when its script names another project."""
    with open_run(commands.root) as run:
        follower = Follower(str(run.folder))
        follower.refresh()
        (commands.root / "other").mkdir()
        run.folder.rename(commands.root / "other" / run.folder.name)
        run.log(1, {"train/loss": 0.5}, seconds=0.0)
        assert [new.row.step for new in follower.refresh()] == [1]


def test_the_picture_is_drawn_in_place(commands: Commands) -> None:
    """Each drawing goes up as many rows as it drew before, and the last one stays."""
    with open_run(commands.root) as run:
        terminal = Terminal(commands.root, "a-aaaaaa", "--every", "0.05")
        terminal.wait_for(lambda printed: "train/loss" in printed)
        for step in range(1, 5):
            run.log(step, {"train/loss": 1.0 / step}, seconds=0.0)
        terminal.wait_for(lambda printed: "step 4" in printed)
        run.end()
        code, printed = terminal.end()
    assert code == 0
    assert printed.startswith("\x1b[?25l")
    assert "\x1b[2A\r\x1b[J" in printed
    assert "finished" in lines_of(printed)[-3]
    assert lines_of(printed)[-2].split()[:2] == ["train/loss", "0.25"]
    assert printed.rindex("\x1b[?25h") > printed.rindex("finished")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_terminal_is_left_clean(commands: Commands, number: signal.Signals) -> None:
    """After Ctrl-C or SIGTERM the cursor is there again, without a traceback; the code tells of it."""
    with open_run(commands.root):
        terminal = Terminal(commands.root, "a-aaaaaa", "--every", "0.1")
        terminal.wait_for(lambda printed: "train/loss" in printed)
        terminal.process.send_signal(number)
        code, printed = terminal.end()
    assert code == (130 if number == signal.SIGINT else 143)
    assert printed.count("\x1b[?25h") == 1
    assert printed.endswith("\x1b[?25h\x1b[0m")
    assert "Traceback" not in printed


def test_a_stopped_picture_gives_the_cursor_back(commands: Commands) -> None:
    """Ctrl-Z shows the cursor, and the picture goes on when it is continued."""
    with open_run(commands.root) as run:
        terminal = Terminal(commands.root, "a-aaaaaa", "--every", "0.05")
        terminal.wait_for(lambda printed: "train/loss" in printed)
        terminal.process.send_signal(signal.SIGTSTP)
        terminal.wait_for(lambda printed: printed.endswith("\x1b[?25h\x1b[0m"))
        terminal.process.send_signal(signal.SIGCONT)
        run.end()
        code, printed = terminal.end()
    assert code == 0
    assert "finished" in printed


@pytest.mark.parametrize("columns", [20, 33, 80, 200])
def test_no_line_is_wider_than_the_terminal(commands: Commands, columns: int) -> None:
    """Long names, wide characters and hostile ones are cut to the width there is."""
    with RecordedRun(commands.root, "demo", "a-aaaaaa") as run:
        for step in range(200):
            run.log(step, {"漢字" * 30: step, "x" * 300: -step, "\x1b[2J\u202e": float("nan"), "l": 1e300})
        run.end()
    code, printed = Terminal(commands.root, "a-aaaaaa", columns=columns).end()
    assert code == 0
    assert max(width_of(line) for line in lines_of(printed)) <= columns
    assert "\x1b[2J" not in printed


def test_more_lines_than_rows_are_counted(commands: Commands) -> None:
    """A picture never scrolls the terminal: what does not fit is left out, and that is said."""
    with RecordedRun(commands.root, "demo", "a-aaaaaa") as run:
        run.log(0, {f"m{number}": 1.0 for number in range(50)})
        run.end()
    _, printed = Terminal(commands.root, "a-aaaaaa", rows=10).end()
    assert len(lines_of(printed)) - 1 == 9
    assert "43 more lines" in printed


def test_an_ascii_terminal_gets_ascii(commands: Commands) -> None:
    """Where the encoding has no blocks, letters draw the line."""
    record(commands.root, "a-aaaaaa")
    _, printed = Terminal(
        commands.root, "a-aaaaaa", LC_ALL="C", PYTHONIOENCODING="ascii", PYTHONUTF8="0"
    ).end()
    assert "_" in printed
    assert printed.isascii()


def test_console_is_followed_and_harmless(commands: Commands) -> None:
    """Output comes as it is printed; on a terminal it keeps its colours and loses what would act on it."""
    with open_run(commands.root) as run:
        (run.folder / "console").mkdir()
        log = run.folder / "console" / "w0-x.log"
        log.write_bytes(b"first\r\n\x1b[31mred\x1b[0m \x1b]0;title\x07\n")
        terminal = Terminal(commands.root, "--console", "a-aaaaaa", "--every", "0.05")
        terminal.wait_for(lambda printed: "first" in printed)
        with log.open("ab") as file:
            file.write(b"second\n")
        terminal.wait_for(lambda printed: "second" in printed)
        run.end()
        code, printed = terminal.end()
    assert code == 0
    assert "\x1b[31mred\x1b[0m \\x1b]0;title\\x07" in printed
    assert harmless(b"a\x1b[2Jb\xff\x1b[1;32mc\td\re\x9bf") == "a\\x1b[2Jb\ufffd\x1b[1;32mc\td\re\ufffdf"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "nothing runs"),
        (("--console", "a", "b"), "follows one run"),
        (("a", "--every", "0"), "0.05 to 3600"),
        (("a", "--console", "--json"), "Leave one of both out"),
    ],
)
def test_misuse(commands: Commands, words: tuple[str, ...], told: str) -> None:
    """What can not be watched is said at once."""
    record(commands.root, "a-aaaaaa")
    record(commands.root, "b-bbbbbb")
    assert told in commands.refused("tail", *words)


@pytest.mark.parametrize(
    ("values", "width", "expected"),
    [
        ([], 10, ""),
        ([1.0], 10, "▁"),
        ([0.0, 1.0], 10, "▁█"),
        ([2.0, 2.0, 2.0], 10, "▁▁▁"),
        ([0.0, float("nan"), 1.0], 3, "▁×█"),
        ([float("inf")], 3, "×"),
        ([1e308, -1e308, 1e308], 3, "█▁█"),
        (list(map(float, range(80))), 8, "▁▂▃▄▅▆▇█"),
        ([1.0, 2.0], 0, ""),
    ],
)
def test_sparklines(values: list[float], width: int, expected: str) -> None:
    """Low to high, never wider than asked, what is not finite shown as lost."""
    assert sparkline(values, width) == expected


@pytest.mark.parametrize("words", [(), ("--json",)])
def test_one_look_prints_the_latest_rows_and_no_more(commands: Commands, words: tuple[str, ...]) -> None:
    """A long log does not fill a pipe or a mail: 20 rows, and the state."""
    with RecordedRun(commands.root, "demo", "long") as run:
        for step in range(500):
            run.log(step, {"loss": float(step)})
        run.end()
    *rows, state = commands.text("tail", "long", "--once", *words).splitlines()
    assert len(rows) == 20
    assert "499" in rows[-1]
    assert "finished" in state
