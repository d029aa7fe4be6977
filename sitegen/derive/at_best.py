"""What all metrics were at the step where another one was best: the numbers of the checkpoint to keep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sitegen.derive.facts import MetricSummary
from sitegen.derive.goals import HELD_OUT, named_goal, words_of
from sitegen.derive.points import Curve

MOST_ANCHORS = 2
"""Metrics whose best step is looked at, those measured on held-out data first."""


def at_best(
    curves: Sequence[Curve], summary: Mapping[str, MetricSummary], goals: Mapping[str, str]
) -> dict[str, dict[str, float]]:
    """By anchor, each other metric's last value up to the anchor's best step, from its lowest rank."""
    found: dict[str, dict[str, float]] = {}
    for anchor, step in _best_steps(summary, goals):
        values: dict[str, float] = {}
        for curve in curves:
            if curve.metric == anchor or curve.metric in values or summary[curve.metric].rank != curve.rank:
                continue
            upto = int(curve.step.search_sorted(step, side="right"))
            if upto:
                values[curve.metric] = float(curve.y[upto - 1])
        found[anchor] = values
    return found


def _best_steps(summary: Mapping[str, MetricSummary], goals: Mapping[str, str]) -> list[tuple[str, float]]:
    known = {name: goals.get(name) or named_goal(name) for name in summary}
    ranked = sorted((not HELD_OUT.intersection(words_of(name)), name) for name, goal in known.items() if goal)
    steps = [
        (name, summary[name].max_step if known[name] == "max" else summary[name].min_step)
        for _, name in ranked[:MOST_ANCHORS]
    ]
    return [(name, step) for name, step in steps if step is not None]
