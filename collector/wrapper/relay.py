"""One stream of the command on its way to ours: the terminal comes first, the log is offered a copy."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Sequence
from threading import Thread

READ_BYTES = 1 << 18
PIPE_BYTES = 1 << 20
"""Asked of the kernel for pipes between the command and us: fewer switches per megabyte."""

Taker = Callable[[int, bytes], None]


class Relay(Thread):
    """Copies bytes from `source` to our own stream `target`, 1 or 2, until the source ends."""

    def __init__(
        self, source: int, target: int, takers: Sequence[Taker], when_unread: Callable[[int], None]
    ) -> None:
        super().__init__(name="collect-relay", daemon=True)
        self.source = source
        self.target = target
        self.takers = takers
        """Are offered each piece once it is passed on, and must not wait for anything."""
        self.when_unread = when_unread
        """Called when the reader of `target` has gone, so that no one else keeps the source open."""
        self.lost_bytes = 0
        """What our own output did not take although somebody may read it: it is full, or gone."""
        self.trouble = ""
        """Why, in words."""

    def run(self) -> None:
        """Copy until every process that holds the other end has closed it."""
        while piece := read_piece(self.source):
            written = self._pass_on(piece)
            for take in self.takers:
                take(self.target, piece)
            if not written:
                os.close(self.source)
                self.when_unread(self.target)
                return
        os.close(self.source)

    def _pass_on(self, piece: bytes) -> bool:
        """Write a piece to our own output; false when the command should learn that no one reads it."""
        left, error = write_all(self.target, piece)
        if error is None:
            return True
        if error.errno == errno.EPIPE:
            # As without us: the reader of our output has gone, and the command's next write says so.
            return False
        self.lost_bytes += left
        self.trouble = error.strerror or str(error)
        return True


def read_piece(source: int) -> bytes:
    """What is there to read; nothing at the end."""
    while True:
        try:
            return os.read(source, READ_BYTES)
        except OSError as error:
            if error.errno == errno.EAGAIN:
                _wait_until_ready(source, writing=False)
                continue
            # Linux reports the end of a pseudo-terminal as EIO.
            return b""


def write_all(target: int, piece: bytes) -> tuple[int, OSError | None]:
    """Write everything, waiting as long as the reader takes; how many bytes were not taken, and why."""
    rest = memoryview(piece)
    while rest:
        try:
            rest = rest[os.write(target, rest) :]
        except BlockingIOError:
            # Someone who shares our output has made it non-blocking.
            _wait_until_ready(target, writing=True)
        except OSError as error:
            return len(rest), error
    return 0, None


def _wait_until_ready(descriptor: int, *, writing: bool) -> None:
    import select

    poll = select.poll()
    poll.register(descriptor, select.POLLOUT if writing else select.POLLIN)
    poll.poll()


def open_pipe() -> tuple[int, int]:
    """A large pipe: our end, and the command's."""
    import fcntl

    ours, theirs = os.pipe()
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        try:
            fcntl.fcntl(ours, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        except OSError:
            pass  # the user's allowance of pipe memory is used up: smaller pieces, same bytes
    return ours, theirs
