"""A rhythm for what is dear to read or much to write."""

from __future__ import annotations

SELDOM_SECONDS = 15.0
EAGER_SECONDS = 3.0
"""The same in the first fifteen seconds, so that short runs have it too."""


class Seldom:
    """Says which measurements include it: every so many seconds, and more often at first."""

    def __init__(self, seconds: float = SELDOM_SECONDS) -> None:
        self._seconds = seconds
        self._begun: float | None = None
        self._last = 0.0

    def is_due(self, now: float) -> bool:
        """Whether it is time; then the next time is counted from now."""
        if self._begun is None:
            self._begun = now
        else:
            wanted = EAGER_SECONDS if now - self._begun <= SELDOM_SECONDS else self._seconds
            # A measurement that is early by a little counts: the rhythm is that of the sampler.
            if now - self._last < wanted - 0.5:
                return False
        self._last = now
        return True
