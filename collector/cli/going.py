"""Whether a run goes, as this machine can tell: it knows of its own processes at once that they ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collector.catalog.glance import Look
    from collector.catalog.liveness import Liveness


def liveness(look: Look, now: float) -> Liveness:
    """How an open run goes."""
    from collector.catalog.liveness import liveness_of
    from collector.ranks import began_at, host_name

    return liveness_of(look, now, host_name(), began_at)


def state_here(look: Look, now: float) -> str:
    """The state of a run: as recorded, or how it goes."""
    return liveness(look, now).state if look.is_open else look.ending.state


def is_going(look: Look, now: float) -> bool:
    """Whether more may come of a run."""
    return state_here(look, now) in ("running", "stalled", "stuck")
