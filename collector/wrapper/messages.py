"""What the two processes of the wrapper tell each other, one line per message through a pipe each way."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from typing import NamedTuple


class Report:
    """The keeper's side: what has become of the command."""

    def __init__(self, pipe: int, guard: int) -> None:
        self._pipe = pipe
        self._guard = guard

    def started(self, pid: int) -> None:
        """The command runs."""
        self._send(f"started {pid}")

    def became_command(self, pid: int) -> None:
        """Nothing can be recorded: the keeper itself turns into the command."""
        self._send(f"became {pid}")

    def ended(self, status: int) -> None:
        """The command has ended with this wait status; records of it are being written."""
        self._send(f"ended {status}")
        self._wake()

    def unread(self, stream: int) -> None:
        """The reader of this stream of ours has gone, and the command is to learn it."""
        self._send(f"unread {stream}")
        self._wake()

    def done(self) -> None:
        """All is recorded, and the keeper only stays for what the command has left behind."""
        self._send("done 0")
        self._wake()

    def _send(self, text: str) -> None:
        try:
            os.write(self._pipe, f"{text}\n".encode())
        except OSError:
            pass  # the guard is gone: nobody is left to be told

    def _wake(self) -> None:
        if os.getppid() == self._guard:
            try:
                os.kill(self._guard, signal.SIGCHLD)
            except OSError:
                pass


class Outcome:
    """The guard's side: what is known so far."""

    def __init__(self, pipe: int, command: int | None = None, status: int | None = None) -> None:
        os.set_blocking(pipe, False)
        self._pipe = pipe
        self._rest = b""
        self.command = command
        self.status = status
        self.unread: set[int] = set()
        """Streams of ours whose reader has gone."""
        self.is_done = False

    def update(self) -> None:
        """Read what has been reported since the last time."""
        while piece := self._read():
            *lines, self._rest = (self._rest + piece).split(b"\n")
            for line in lines:
                word, number = line.split()
                self._note(word.decode(), int(number))

    def _read(self) -> bytes:
        try:
            return os.read(self._pipe, 4096)
        except OSError:
            return b""

    def _note(self, word: str, number: int) -> None:
        if word in ("started", "became"):
            self.command = number
        elif word == "ended":
            self.status = number
        elif word == "unread":
            self.unread.add(number)
        elif word == "done":
            self.is_done = True


class Order(NamedTuple):
    """What the guard tells."""

    word: str
    """signal: one arrived; ended: the command did."""
    number: int
    """The signal, or the wait status."""
    source: str = ""
    """Who sent the signal, in one word where that is known."""


def send_order(pipe: int, order: Order) -> None:
    """Tell the keeper."""
    try:
        os.write(pipe, f"{order.word} {order.number} {order.source}\n".encode())
    except OSError:
        pass  # the keeper is gone: there is no record to put it into


def read_orders(pipe: int) -> Iterator[Order]:
    """Orders as they come; ends with the guard."""
    rest = b""
    while piece := os.read(pipe, 4096):
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            word, number, source = line.split(b" ")
            yield Order(word.decode(), int(number), source.decode(errors="replace"))
