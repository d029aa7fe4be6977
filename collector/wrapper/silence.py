"""A command that hangs: it used to print, and has not for far longer than ever before.

A hung collective or data loader may keep its processors busy, and the recorder's signs of life go on:
what shows is that nothing is said any more.
"""

from __future__ import annotations

import time
from collections.abc import Callable

HANG_SECONDS = 600.0
USUAL_TIMES = 20
"""A pause is odd when it is so long, and so many times as long as any pause before it."""
LEAST_PIECES = 5
"""A command that has printed less often has no rhythm yet."""


class Silence:
    """When the command printed, as far as it matters."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last = clock()
        self._longest = 0.0
        self._pieces = 0
        self._is_told = False

    def hear(self, stream: int, piece: bytes) -> None:
        """The command has printed: called by the relay for every piece."""
        now = self._clock()
        if self._pieces and not self._is_told:
            self._longest = max(self._longest, now - self._last)
        self._pieces += 1
        self._last = now

    def seconds(self) -> float:
        """How long nothing has been printed."""
        return self._clock() - self._last

    def news(self) -> str | None:
        """What there is to say now, once for each pause: that it is odd, or that it is over."""
        quiet = self.seconds()
        if self._is_told:
            if quiet > HANG_SECONDS:
                return None
            self._is_told = False
            return "The command prints again."
        if self._pieces < LEAST_PIECES or quiet < max(HANG_SECONDS, USUAL_TIMES * self._longest):
            return None
        self._is_told = True
        return (
            f"The command has printed nothing for {quiet / 60:.0f} min, and never paused longer than "
            f"{self._longest:.0f} s before: it may hang."
        )
