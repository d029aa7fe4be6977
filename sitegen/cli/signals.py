"""Signals that ask a command to end, as Ctrl+C does: what it has begun is put away first."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

NAMES = ("SIGTERM", "SIGHUP")
"""A polite kill, and a terminal that was closed; Windows has no SIGHUP."""

REPEAT_SECONDS = 2.0
"""A closed terminal says so twice, by system and shell: the second must not end the putting away."""


class EndedError(KeyboardInterrupt):
    """A signal came."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.exit_code = 128 + number


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """These signals end what is done here; one that is ignored, as under nohup, or taken, is left alone."""
    former = {}
    if threading.current_thread() is threading.main_thread():  # others get no signals
        numbers = [getattr(signal, name) for name in NAMES if hasattr(signal, name)]
        raiser = _Raiser()
        former = {
            number: signal.signal(number, raiser)
            for number in numbers
            if signal.getsignal(number) == signal.SIG_DFL
        }
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


class _Raiser:
    def __init__(self) -> None:
        self._last = float("-inf")

    def __call__(self, number: int, _frame: object) -> None:
        before, self._last = self._last, time.monotonic()
        # Not for ever: what is raised in a finalizer is lost, and then the signal has to be sent again.
        if self._last - before > REPEAT_SECONDS:
            raise EndedError(number)
