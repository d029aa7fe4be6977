"""The state of runs in words. Running, stalled and lost depend on now, so only the page finds them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import tzinfo

from sitegen.derive.facts import RunFacts
from sitegen.pages.formatting import moment
from sitegen.pages.views import StateCount, StateView

ORDER = ("finished", "open", "stopped", "failed")


def state_view(run: RunFacts, zone: tzinfo) -> StateView:
    """What a page says about the state of a run."""
    cause = "" if run.state == "finished" else run.cause or ""
    return StateView(
        run.state, run.state, cause, run.last_heard, run.beat_seconds, moment(run.last_heard, zone)
    )


def state_counts(runs: Sequence[RunFacts]) -> tuple[StateCount, ...]:
    """How many runs are in each state, and where each part of the bar stands."""
    found = Counter(run.state for run in runs)
    counts, start = [], 0.0
    for word in sorted(
        found, key=lambda state: (ORDER.index(state) if state in ORDER else len(ORDER), state)
    ):
        share = 100 * found[word] / len(runs)
        counts.append(StateCount(word, found[word], round(start, 2), round(share, 2)))
        start += share
    return tuple(counts)
