"""The command's output on its way through us: a terminal where ours is one, pipes elsewhere."""

from __future__ import annotations

import os
import signal
import time

from collector.wrapper import terminal
from collector.wrapper.consolelog import ConsoleLog
from collector.wrapper.plan import AUTO, OFF, PTY
from collector.wrapper.relay import Relay, open_pipe


class Streams:
    """Both streams, each with its relay; nothing where the command keeps our own descriptors."""

    def __init__(self, mode: str) -> None:
        self.relays: list[Relay] = []
        self.console: ConsoleLog | None = None
        self.stdout: int | None = None
        """What the command gets as standard output, where not ours."""
        self.stderr: int | None = None
        self._window: int | None = None
        """Our end of the pseudo-terminal, whose size follows our terminal's."""
        self._model: int | None = None
        if mode != OFF:
            self._open(mode, ConsoleLog())

    def _open(self, mode: str, console: ConsoleLog) -> None:
        self.console = console
        wanted = [
            number for number in (1, 2) if mode == PTY or (mode == AUTO and terminal.is_terminal(number))
        ]
        if wanted:
            self._open_terminal(wanted, console)
        if 1 not in wanted:
            self.stdout = self._open_pipe(1, console)
        if 2 not in wanted:
            self.stderr = self._open_pipe(2, console)

    def _open_terminal(self, wanted: list[int], console: ConsoleLog) -> None:
        """One for both streams, so that what was written first is shown first."""
        self._model = next((number for number in (1, 2) if terminal.is_terminal(number)), None)
        self._window, theirs = terminal.open_terminal(self._model)
        self.stdout = theirs if 1 in wanted else None
        self.stderr = theirs if 2 in wanted else None
        self.relays.append(Relay(self._window, wanted[0], console))

    def _open_pipe(self, number: int, console: ConsoleLog) -> int:
        ours, theirs = open_pipe()
        self.relays.append(Relay(ours, number, console))
        return theirs

    def start(self) -> None:
        """Close the command's ends, which are its alone now, and begin to copy."""
        for descriptor in {self.stdout, self.stderr}:
            if descriptor is not None:
                os.close(descriptor)
        for relay in self.relays:
            relay.start()

    def follow_size(self, command: int) -> None:
        """Copy our terminal's size and tell the command, now that it can see the new one."""
        if self._window is None or self._model is None:
            return
        terminal.set_size(self._window, terminal.size_of(self._model))
        try:
            os.kill(command, signal.SIGWINCH)
        except OSError:
            pass  # it has ended meanwhile

    def wait(self, seconds: float | None) -> bool:
        """Wait for the end of all output; false when someone still holds it after so long."""
        end = None if seconds is None else time.monotonic() + seconds
        for relay in self.relays:
            relay.join(None if end is None else max(0.0, end - time.monotonic()))
        return not any(relay.is_alive() for relay in self.relays)
