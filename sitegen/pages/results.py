"""What a run came to: what its script set, its headline metrics, other metrics, texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sitegen.config import ProjectOptions
from sitegen.derive.definitions import definition_of
from sitegen.derive.facts import MetricDefinition, MetricSummary, RunFacts
from sitegen.pages.formatting import exact, is_empty, measure, setting
from sitegen.pages.headline import Headline, best_of, statistic_of
from sitegen.pages.views import Fact
from sitegen.texts import said

RESULTS = 10


def results_of(
    run: RunFacts, chosen: Sequence[Headline], options: ProjectOptions
) -> tuple[tuple[Fact, ...], int]:
    """What the user set, then headline metrics, others and texts; and how many metrics are left out."""
    metrics = _shown_metrics(run, chosen)
    facts = [
        fact
        for number, headline in enumerate(metrics)
        for fact in _metric_facts(run, headline, options, is_first=number == 0)
    ]
    texts = [_fact(name, text[:200]) for name, text in list(run.texts.items())[:RESULTS]]
    told = {headline.metric for headline in metrics} | set(_user_set(run))
    return (*_user_facts(run), *facts, *texts), sum(metric not in told for metric in run.summary)


def setting_fact(name: str, value: object, note: str = "", *, is_strong: bool) -> Fact:
    """A configured or user-set value; one that is none is told apart from a text."""
    return Fact(name, setting(value), note, False, is_strong, is_empty=is_empty(value))


def _user_set(run: RunFacts) -> Mapping[str, object]:
    return dict(list(run.user_summary.items())[:RESULTS])


def _user_facts(run: RunFacts) -> Iterator[Fact]:
    for key, value in _user_set(run).items():
        if isinstance(value, float):
            yield _fact(key, measure(value), said("result.set"), is_strong=True)
        else:
            yield setting_fact(key, value, said("result.set"), is_strong=True)


def _shown_metrics(run: RunFacts, chosen: Sequence[Headline]) -> list[Headline]:
    """Headline metrics first; none that the script wants hidden or without a summary."""
    headlines = [headline for headline in chosen if headline.metric in run.summary]
    named = {headline.metric for headline in headlines}
    others = [Headline(metric, None) for metric in sorted(run.summary) if metric not in named]
    shown = [headline for headline in (*headlines, *others) if _is_told(_defined(run, headline.metric))]
    return shown[:RESULTS]


def _defined(run: RunFacts, metric: str) -> MetricDefinition:
    return definition_of(metric, run.definitions) or MetricDefinition()


def _is_told(defined: MetricDefinition) -> bool:
    return not defined.is_hidden and "none" not in defined.summary


def _metric_facts(
    run: RunFacts, headline: Headline, options: ProjectOptions, *, is_first: bool
) -> Iterator[Fact]:
    """One fact, or one for each statistic that the script chose."""
    summary = run.summary[headline.metric]
    label = options.metric(headline.metric).label or headline.metric
    modes = _defined(run, headline.metric).summary
    if best_of(summary, headline.goal)[0] is None:
        yield _fact(label, _bad_word(summary), _bad_note(summary), is_bad=True)
    elif not modes:
        value, step = best_of(summary, headline.goal)
        what = headline.goal or "last"
        yield _result(label, summary, value, what, step if headline.goal else None, is_strong=is_first)
    for mode in modes if summary.count else ():
        value, step = statistic_of(summary, mode)
        is_strong = is_first and mode == modes[0]
        yield _result(
            label, summary, value, mode, step if mode in ("min", "max") else None, is_strong=is_strong
        )


def _result(
    label: str, summary: MetricSummary, value: float | None, what: str, step: float | None, *, is_strong: bool
) -> Fact:
    note = said(f"statistic.{what}")
    if step is not None:
        note = said("result.at_step", what=note, step=exact(step))
    if summary.ends_bad and summary.first_bad_step is not None:
        note = said(
            "result.then_since", what=note, bad=_bad_word(summary), step=exact(summary.first_bad_step)
        )
    elif summary.ends_bad:
        note = said("result.then", what=note, bad=_bad_word(summary))
    return _fact(label, measure(value), note, is_bad=summary.ends_bad, is_strong=is_strong)


def _bad_word(summary: MetricSummary) -> str:
    """What the first value was that is not finite."""
    return "∞" if summary.starts_infinite else "NaN"


def _bad_note(summary: MetricSummary) -> str:
    step = summary.first_bad_step
    return said("result.from_step", step=exact(step)) if step is not None else said("result.always")


def _fact(name: str, value: str, note: str = "", *, is_bad: bool = False, is_strong: bool = False) -> Fact:
    return Fact(name, value, note, is_bad, is_strong)
