"""The descriptors between the command and us, open before there are two of us.

Both processes hold our ends: while either lives, the command can write.
"""

from __future__ import annotations

import os
import signal
from typing import NamedTuple

from collector.wrapper import terminal
from collector.wrapper.plan import AUTO, OFF, PTY
from collector.wrapper.relay import open_pipe


class Source(NamedTuple):
    """Our end of one channel."""

    descriptor: int
    target: int
    """Our own stream that it is copied to, 1 or 2."""


class Channels:
    """One channel for each stream or one for both; none where the command keeps our own descriptors."""

    def __init__(self, mode: str) -> None:
        self.sources: list[Source] = []
        self.stdout: int | None = None
        """What the command gets as standard output, where not ours."""
        self.stderr: int | None = None
        self._window: int | None = None
        """Our end of the pseudo-terminal, whose size follows our terminal's."""
        self._model: int | None = None
        if mode != OFF:
            self._open(mode)

    def _open(self, mode: str) -> None:
        wanted = [
            number for number in (1, 2) if mode == PTY or (mode == AUTO and terminal.is_terminal(number))
        ]
        if wanted:
            self._open_terminal(wanted)
        if 1 not in wanted:
            self.stdout = self._open_pipe(1)
        if not wanted and is_same_file(1, 2):
            self.stderr = self.stdout  # `> log 2>&1`: two pipes would lose which line came first
        elif 2 not in wanted:
            self.stderr = self._open_pipe(2)

    def _open_terminal(self, wanted: list[int]) -> None:
        """One for both streams, so that what was written first is shown first."""
        self._model = next((number for number in (1, 2) if terminal.is_terminal(number)), None)
        self._window, theirs = terminal.open_terminal(self._model)
        self.stdout = theirs if 1 in wanted else None
        self.stderr = theirs if 2 in wanted else None
        self.sources.append(Source(self._window, wanted[0]))

    def _open_pipe(self, number: int) -> int:
        ours, theirs = open_pipe()
        self.sources.append(Source(ours, number))
        return theirs

    def close_theirs(self) -> None:
        """Close the command's ends: the end of the output is when nobody holds them."""
        for descriptor in {self.stdout, self.stderr}:
            if descriptor is not None:
                os.close(descriptor)
        self.stdout = self.stderr = None

    def close_ours(self, target: int) -> None:
        """Close our end of what is copied to this stream: the command's next write fails."""
        for source in self.sources:
            if source.target == target:
                os.close(source.descriptor)
        self.sources = [source for source in self.sources if source.target != target]

    def follow_size(self, command: int) -> None:
        """Copy our terminal's size and tell the command, now that it can see the new one."""
        if self._window is None or self._model is None:
            return
        terminal.set_size(self._window, terminal.size_of(self._model))
        try:
            os.kill(command, signal.SIGWINCH)
        except OSError:
            pass  # it has ended meanwhile


def is_same_file(one: int, other: int) -> bool:
    """Whether two of our descriptors lead to the same place."""
    try:
        return os.path.sameopenfile(one, other)
    except OSError:
        return False
