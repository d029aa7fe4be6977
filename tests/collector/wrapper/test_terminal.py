"""In a terminal the command sees a terminal, and the keyboard works as without us."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import sys
import termios
import time
from collections.abc import Callable, Iterator

import pytest

from collector.wrapper.terminal import set_size
from tests.collector.wrapper.wrapped import PYTHON, Wrapped

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="drives a Linux terminal")


TIOCGPTN = 0x80045430
"""Linux: asks our end of a pseudo-terminal for the number of the other."""
NEVER = b"\0never shown\0"


class Screen:
    """A command under `collect` as the foreground job of a terminal of its own."""

    def __init__(self, wrapped: Wrapped, *options: str, command: list[str]) -> None:
        words = wrapped.words(*options, command=command)
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.chdir(wrapped.folder)
            os.execve(words[0], words, wrapped.env)
        self.shown = b""
        self.status: int | None = None

    def read_until(self, text: bytes) -> None:
        """Read what is shown until a text appears, or to the end."""
        end = time.monotonic() + 10
        while text not in self.shown:
            assert time.monotonic() < end, f"{text!r} is not in {self.shown!r}"
            if select.select([self.terminal], [], [], 0.1)[0]:
                try:
                    self.shown += os.read(self.terminal, 65536)
                except OSError:  # all other ends are closed
                    assert text in (*self.shown.split(), NEVER), self.shown
                    return

    def type(self, keys: bytes) -> None:
        """Press keys."""
        os.write(self.terminal, keys)

    def wait(self) -> int:
        """Read to the end; the result is the wait status."""
        self.read_until(NEVER)
        self.status = os.waitpid(self.pid, 0)[1]
        return self.status

    def close(self) -> None:
        """Hang up."""
        os.close(self.terminal)
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)


Open = Callable[..., Screen]


@pytest.fixture
def open_screen(wrapped: Wrapped) -> Iterator[Open]:
    """Opens screens, and closes them after the test."""
    screens: list[Screen] = []

    def begin(*options: str, command: list[str]) -> Screen:
        screens.append(Screen(wrapped, *options, command=command))
        return screens[-1]

    yield begin
    for screen in screens:
        screen.close()


def test_command_sees_a_terminal(wrapped: Wrapped, open_screen: Open) -> None:
    """All three streams are terminals, of our terminal's size."""
    screen = open_screen(
        command=wrapped.script(
            "import os; print([os.isatty(n) for n in range(3)], tuple(os.get_terminal_size(1)), flush=True)"
        )
    )
    set_size(screen.terminal, (33, 101))
    assert screen.wait() == 0
    assert b"[True, True, True] (101, 33)" in screen.shown
    assert wrapped.console().endswith(b"(101, 33)\n"), (
        "the log holds what the command wrote: no carriage return"
    )
    assert b"run log in runlogs/" in screen.shown


def test_interrupt_key_counts_once(wrapped: Wrapped, open_screen: Open) -> None:
    """Ctrl-C reaches the command from the terminal, and we do not send it again."""
    screen = open_screen(
        command=wrapped.script(
            "import signal, time\nseen = []\nsignal.signal(2, lambda *_: seen.append(1))\n"
            "print('ready', flush=True)\n"
            "while not seen: time.sleep(0.01)\ntime.sleep(0.3); print('seen', len(seen), flush=True)"
        )
    )
    screen.read_until(b"ready")
    screen.type(b"\x03")
    assert screen.wait() == 0
    assert b"seen 1\r\n" in screen.shown
    assert "SIGINT from the terminal." in [note["text"] for note in wrapped.records("note")]
    assert wrapped.end()["state"] == "stopped"


def test_interrupt_key_ends_both(wrapped: Wrapped, open_screen: Open) -> None:
    """A command that Ctrl-C ends takes the wrapper with it, by the same signal."""
    command = ["/bin/sh", "-c", "echo ready; exec sleep 20"]
    screen = open_screen(command=command)
    screen.read_until(b"ready")
    screen.type(b"\x03")
    assert os.WTERMSIG(screen.wait()) == signal.SIGINT
    assert wrapped.end()["cause"] == "interrupted (SIGINT)"


def test_new_size_is_passed_on(wrapped: Wrapped, open_screen: Open) -> None:
    """A command that asks for the size after a resize gets the new one."""
    screen = open_screen(
        command=wrapped.script(
            "import os, signal, time\n"
            "show = lambda *_: print('size', tuple(os.get_terminal_size(1)), flush=True)\n"
            "signal.signal(signal.SIGWINCH, show)\nprint('ready', flush=True)\n"
            "end = time.monotonic() + 10\n"
            "while os.get_terminal_size(1)[0] != 77 and time.monotonic() < end: time.sleep(0.01)\n"
            "time.sleep(0.2)"
        )
    )
    screen.read_until(b"ready")
    set_size(screen.terminal, (22, 77))
    assert screen.wait() == 0
    assert b"size (77, 22)" in screen.shown


def number_of(terminal: int) -> int:
    """The number of a pseudo-terminal, from our end of it."""
    packed = fcntl.ioctl(terminal, TIOCGPTN, b"\0" * 4)
    return int.from_bytes(packed, sys.byteorder)


def test_terminal_is_restored_after_a_crash(wrapped: Wrapped, open_screen: Open) -> None:
    """A command that is killed while it has changed our terminal does not leave it changed."""
    screen = open_screen(command=["/bin/sh", "-c", "echo ready; read line; stty -echo -icanon; kill -9 $$"])
    before = termios.tcgetattr(screen.terminal)
    screen.read_until(b"ready")
    screen.type(b"\n")
    # Its settings can be asked for only while the terminal is open.
    keep_open = os.open(f"/dev/pts/{number_of(screen.terminal)}", os.O_RDWR | os.O_NOCTTY)
    assert os.waitpid(screen.pid, 0)[1] == signal.SIGKILL
    screen.status = int(signal.SIGKILL)
    assert termios.tcgetattr(screen.terminal) == before
    os.close(keep_open)


def test_only_streams_that_are_terminals_stay_so(wrapped: Wrapped, open_screen: Open) -> None:
    """With standard output in a file, standard error is still a terminal."""
    program = wrapped.folder / "program.py"
    program.write_text(
        "import os, sys; print([os.isatty(n) for n in range(3)]); print('to stderr', file=sys.stderr)"
    )
    line = " ".join([*wrapped.words(command=[PYTHON, str(program)]), ">", "out.txt"])
    screen = open_screen("--console=off", "--dir", "outer", command=["/bin/sh", "-c", line])
    assert screen.wait() == 0
    assert (wrapped.folder / "out.txt").read_text() == "[True, False, True]\n"
    assert b"to stderr\r\n" in screen.shown
