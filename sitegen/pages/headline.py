"""Which metrics stand for a run when there is room for a few, and which direction of them is better."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sitegen.config import ProjectOptions
from sitegen.derive.definitions import is_hidden, project_definitions
from sitegen.derive.facts import MetricSummary, ProjectFacts, RunFacts
from sitegen.derive.goals import HELD_OUT, named_goal, words_of
from sitegen.pages.formatting import brief
from sitegen.pages.natural import natural
from sitegen.pages.views import Alarm
from sitegen.texts import said

_BACKGROUND = {
    "lr", "learning", "epoch", "step", "steps", "iter", "iteration", "time", "seconds", "grad", "norm",
    "weight", "decay", "momentum", "tokens", "samples", "throughput", "fps", "batch", "eta",
}  # fmt: skip


@dataclass(frozen=True)
class Headline:
    """A metric with the direction that is better, if any is."""

    metric: str
    goal: str | None


def goal_of(metric: str, options: ProjectOptions) -> str | None:
    """'min' or 'max' as configured, else as the words of the name say; None when they do not."""
    return options.metric(metric).goal or named_goal(metric)


def headlines(project: ProjectFacts, options: ProjectOptions, limit: int = 6) -> tuple[Headline, ...]:
    """The metrics that tell most about the project's runs, best first."""
    return project.once("headlines", (options, limit), lambda: _headlines(project, options, limit))


def _headlines(project: ProjectFacts, options: ProjectOptions, limit: int) -> tuple[Headline, ...]:
    found = project.each("logged", None, _logged)
    logged = sum((counts for counts, _ in found), Counter[str]())
    curves = set[str]().union(*(names for _, names in found))
    definitions = project_definitions(project)
    ranked = sorted(
        (name for name in logged if not is_hidden(name, definitions)),
        key=lambda name: (
            name not in curves,
            *_rank(name, options, logged[name], len(project.runs)),
            natural(name),
            name,
        ),
    )
    return tuple(Headline(metric, goal_of(metric, options)) for metric in ranked[:limit])


def _logged(runs: Sequence[RunFacts]) -> tuple[Counter[str], set[str]]:
    """How many runs have a last value of each metric, and which metrics are more than one value."""
    counts = Counter(name for run in runs for name, found in run.summary.items() if found.last is not None)
    return counts, {name for run in runs for name, found in run.summary.items() if found.count > 1}


def run_headlines(run: RunFacts, chosen: Sequence[Headline]) -> tuple[Headline, ...]:
    """The project's headline metrics that this run logged."""
    return tuple(headline for headline in chosen if headline.metric in run.summary)


def best_of(summary: MetricSummary, goal: str | None) -> tuple[float | None, float | None]:
    """The best value with its step; the last one where no direction is better."""
    if goal == "max":
        return summary.max, summary.max_step
    if goal == "min":
        return summary.min, summary.min_step
    return summary.last, summary.last_step


def statistic_of(summary: MetricSummary, mode: str) -> tuple[float | None, float | None]:
    """One of min, max, mean, first and last, with its step; a mean has none."""
    value: float | None = getattr(summary, mode)
    step: float | None = getattr(summary, f"{mode}_step", None)
    return value, step


def alarm_of(summary: MetricSummary | None) -> Alarm | None:
    """What to say of a metric whose very last value was not finite."""
    if summary is None or not summary.ends_bad:
        return None
    text = "NaN" if summary.nan_count else "∞"
    step = summary.first_bad_step
    ended = (
        said("alarm.ended", what=text)
        if step is None
        else said("alarm.ended_since", what=text, step=brief(step))
    )
    return Alarm(text, ended)


def _rank(metric: str, options: ProjectOptions, runs: int, of: int) -> tuple[int, int, int, int, int]:
    words = words_of(metric)
    goal = goal_of(metric, options)
    return (
        0 if options.metric(metric).goal else 1,
        0 if runs * 2 >= of else 1,
        0 if goal and not _BACKGROUND.intersection(words) else 2 if _BACKGROUND.intersection(words) else 1,
        0 if HELD_OUT.intersection(words) else 1,
        0 if goal == "max" else 1,
    )
