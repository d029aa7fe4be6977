"""Whether a run that has no end still goes: by its signs of life, its process, and its rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from collector.catalog.glance import Look, ProcessLook

STUCK_SECONDS, STUCK_ROWS = 300.0, 20
"""A run that beats is stuck when no row came for so long, and for so many times their usual distance."""

CLOCK_SECONDS = 2.0
"""How exactly the start of a process is known: a younger one has only its number."""


class Alive(NamedTuple):
    """What this machine knows of one process of a run."""

    process: ProcessLook
    is_here: bool
    """Whether it is, or was, a process of this machine."""
    is_alive: bool | None
    """None where another machine had to say."""


class Liveness(NamedTuple):
    """How an open run goes."""

    state: str
    """'running', 'stalled', 'lost' as the format says; 'gone' where its processes are known to have ended
    without a word, and 'stuck' where they live and log nothing any more."""
    why: str
    processes: tuple[Alive, ...]


def liveness_of(look: Look, now: float, host: str, began_at: Callable[[int], float | None]) -> Liveness:
    """How an open run goes; `began_at` tells when a process of this machine began."""
    last = max((one.attempt for one in look.processes), default=1)
    processes = tuple(
        _alive(one, host, began_at) for one in look.processes if one.attempt == last or one.role == "wrapper"
    )
    state = look.state(now)
    if processes and all(one.is_alive is False for one in processes):
        return Liveness("gone", "its processes ended without a word", processes)
    if state != "running":
        return Liveness(state, f"promised a sign of life each {look.beat:g} s", processes)
    row_at, row_seconds = look.latest.at, look.latest.row_seconds
    if row_at is not None and row_seconds is not None:
        waited = now - row_at
        if waited > max(STUCK_SECONDS, STUCK_ROWS * row_seconds):
            why = f"no row for {waited:.0f} s, before that one each {row_seconds:.3g} s"
            return Liveness("stuck", why, processes)
    return Liveness(state, "", processes)


def _alive(process: ProcessLook, host: str, began_at: Callable[[int], float | None]) -> Alive:
    if not host or process.host != host or not process.pid:
        return Alive(process, False, None)
    began = began_at(process.pid)
    return Alive(process, True, began is not None and began <= process.started + CLOCK_SECONDS)
