"""The state of runs in words. Running, stalled and lost depend on now, so only the page finds them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import tzinfo

from sitegen.derive.facts import RunFacts
from sitegen.pages.endings import ended
from sitegen.pages.formatting import moment
from sitegen.pages.views import StateCount, StateView

ORDER = ("finished", "open", "stopped", "failed")


def state_view(run: RunFacts, zone: tzinfo) -> StateView:
    """What a page says about the state of a run."""
    cause = "" if run.state == "finished" else ended(run.cause or "")
    return StateView(
        run.state, run.state, cause, run.last_heard, run.beat_seconds, moment(run.last_heard, zone)
    )


LOST_SECONDS, LOST_BEATS = 300, 10
"""After so much silence, whichever is longer, a run without an end is lost; the rule is in live.js, too."""


def state_counts(runs: Sequence[RunFacts], newest: float | None = None) -> tuple[StateCount, ...]:
    """How many runs are in each state, and where each part of the bar stands.

    `newest` is when anything of the site was last heard from: no page is read before that. Without it,
    nothing is said about which of the open ones are lost.
    """
    found = Counter(run.state for run in runs)
    counts, start = [], 0.0
    for word in sorted(
        found, key=lambda state: (ORDER.index(state) if state in ORDER else len(ORDER), state)
    ):
        share = 100 * found[word] / len(runs)
        part = StateCount(word, found[word], round(start, 2), round(share, 2))
        if word == "open" and newest is not None:
            alive = _alive(runs, newest)
            heard = " ".join(f"{run.last_heard:.0f}/{run.beat_seconds:g}" for run in alive)
            part = replace(part, open=heard, lost=found[word] - len(alive))
        counts.append(part)
        start += share
    return tuple(counts)


def _alive(runs: Sequence[RunFacts], newest: float) -> list[RunFacts]:
    """Runs without an end that were not lost yet at that time."""
    return [
        run
        for run in runs
        if run.state == "open" and newest - run.last_heard <= max(LOST_SECONDS, LOST_BEATS * run.beat_seconds)
    ]
