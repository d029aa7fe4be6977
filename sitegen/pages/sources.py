"""From a project's or a run's series to what its panels are made of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sitegen.charts.packs import Packs
from sitegen.config import ProjectOptions
from sitegen.derive.definitions import is_hidden
from sitegen.derive.facts import MetricDefinition, RunFacts, Series
from sitegen.derive.machine import is_compared
from sitegen.pages.curves import sketch
from sitegen.pages.formatting import duration, measure, size
from sitegen.pages.headline import Headline
from sitegen.pages.sections import ChartSource, in_section_order, section_key
from sitegen.pages.system_charts import SystemChart, system_charts
from sitegen.texts import said

GHOST_RUNS = 6
_BYTES = ("bytes", "B/s")
GHOST_CHARTS = 40
"""Charts of a page that show small curves until they are drawn."""


@dataclass(frozen=True)
class Image:
    """A static picture of a metric, by its path from the site's root."""

    path: str
    alt: str


Curve = tuple[RunFacts, Series]


class Drawn(NamedTuple):
    """What a chart says of all its curves of a metric."""

    first: tuple[Curve, ...]
    """The first curves, one of each run."""
    points: int
    """The most that one of them has."""
    width: int
    """The widest buckets."""
    step_metrics: frozenset[str]


class Curves(NamedTuple):
    """All curves of some runs, by metric."""

    metrics: Mapping[str, Drawn]
    system: Mapping[str, Drawn]


def curves_of(runs: Sequence[RunFacts]) -> Curves:
    """What charts say of the curves of these runs."""
    return Curves(
        _by_metric((run, series) for run in runs for series in run.series),
        _by_metric((run, series) for run in runs for series in run.system),
    )


def together(parts: Sequence[Curves]) -> Curves:
    """What charts say of the curves of all runs, from what is said of blocks of them."""
    return Curves(_together([part.metrics for part in parts]), _together([part.system for part in parts]))


def metric_sources(
    logged: Mapping[str, Drawn],
    definitions: Mapping[str, MetricDefinition],
    packs: Packs,
    folder: str,
    options: ProjectOptions,
    chosen: Sequence[Headline],
    pictures: Mapping[str, Image],
) -> list[ChartSource]:
    """One chart per metric that is not hidden, sections and metrics that matter most first."""
    by_metric = {metric: drawn for metric, drawn in logged.items() if not is_hidden(metric, definitions)}
    order = in_section_order(list(by_metric), [headline.metric for headline in chosen])
    return [
        _metric_source(
            metric, by_metric[metric], packs, folder, options, pictures, with_ghost=number < GHOST_CHARTS
        )
        for number, metric in enumerate(order)
    ]


def _metric_source(
    metric: str,
    drawn: Drawn,
    packs: Packs,
    folder: str,
    options: ProjectOptions,
    pictures: Mapping[str, Image],
    *,
    with_ghost: bool,
) -> ChartSource:
    shown = options.metric(metric)
    picture = pictures.get(metric)
    return ChartSource(
        metrics=(metric,),
        title=shown.label or metric,
        unit=shown.unit or "",
        family="metric",
        section=section_key(metric),
        chunks=_chunks(packs, packs.index.get(metric, ()), folder),
        points=drawn.points,
        is_bucketed=drawn.width > 1,
        # A chart has one axis, so that the step metric of some is none.
        x_metric=min(drawn.step_metrics) if len(drawn.step_metrics) == 1 else "",
        sketch=sketch(list(drawn.first), 320, 120) if with_ghost else None,
        picture=picture.path if picture else "",
        alt=picture.alt if picture else "",
    )


def system_sources(
    measured: Mapping[str, Drawn], packs: Packs, folder: str, only: RunFacts | None = None
) -> list[ChartSource]:
    """One chart per thing measured, the devices of a kind together; of the `only` run of a page with more."""
    by_metric = {metric: drawn for metric, drawn in measured.items() if only or is_compared(metric)}
    sources = []
    for chart in system_charts(list(by_metric), is_one_run=only is not None):
        drawn = [by_metric[metric] for metric in chart.metrics]
        names = dict.fromkeys(name for metric in chart.metrics for name in packs.system.get(metric, ()))
        sources.append(
            ChartSource(
                metrics=chart.metrics,
                title=_titled(chart, only) if only else chart.title,
                unit=chart.unit,
                family="system",
                section=chart.part,
                chunks=_chunks(packs, list(names), folder),
                points=max(one.points for one in drawn),
                is_bucketed=any(one.width > 1 for one in drawn),
                sketch=sketch(
                    [curve for one in drawn for curve in one.first][:GHOST_RUNS],
                    320,
                    120,
                    size if chart.unit in _BYTES else measure,
                    duration,
                )
                if only
                else None,
                labels=chart.labels,
                bold=chart.bold,
            )
        )
    return sources


def _titled(chart: SystemChart, run: RunFacts) -> str:
    """The chart's heading with what its values cannot exceed: `GPU memory, of 80 GB`."""
    limits = limits_of(chart, run)
    return said("system.with_limits", title=chart.title, limits=limits) if limits else chart.title


def limits_of(chart: SystemChart, run: RunFacts) -> list[str]:
    """What a chart's values cannot exceed: `of 80 GB`; nothing where it is not known."""
    metrics = frozenset(chart.metrics)
    if chart.title == "GPU memory":
        sizes = set(run.provenance.get("gpu", {}).get("memory_bytes") or ())
        return [said("system.of", size=size(sizes.pop()))] if len(sizes) == 1 else []
    if chart.title == "GPU power":
        limits = {
            last
            for series in run.system
            if series.metric.endswith("/power_limit_watts") and (last := _last(series)) is not None
        }
        return [said("system.limit", size=f"{measure(limits.pop())} W")] if len(limits) == 1 else []
    if metrics >= {"memory/used_bytes", "memory/tree_rss_bytes"}:
        facts = run.provenance.get("system", {})
        limit, whole = facts.get("memory_limit_bytes"), facts.get("memory_bytes")
        words: list[str] = [said("system.limit", size=size(limit))] if limit else []
        return [*words, said("system.of", size=size(whole))] if whole else words
    return []


def _last(series: Series) -> float | None:
    column = series.columns.get("y", series.columns.get("last"))
    return float(column[-1]) if column is not None and len(column) and column[-1] is not None else None


def _chunks(packs: Packs, names: Iterable[str], folder: str) -> tuple[Any, ...]:
    """Chunk addresses with the first and last position of the runs inside."""
    return tuple([f"data/{folder}/{name}", *packs.spans[name]] for name in names)


def _by_metric(curves: Iterable[Curve]) -> dict[str, Drawn]:
    grouped: dict[str, list[Curve]] = defaultdict(list)
    for run, series in curves:
        grouped[series.metric].append((run, series))
    return {metric: _drawn(found) for metric, found in grouped.items()}


def _drawn(curves: Sequence[Curve]) -> Drawn:
    every = [series for _, series in curves]
    return Drawn(
        _lowest_ranks(curves),
        max(series.points for series in every),
        max(series.width for series in every),
        frozenset(series.x_metric for series in every),
    )


def _together(parts: Sequence[Mapping[str, Drawn]]) -> dict[str, Drawn]:
    grouped: dict[str, list[Drawn]] = defaultdict(list)
    for part in parts:
        for metric, drawn in part.items():
            grouped[metric].append(drawn)
    return {
        metric: Drawn(
            tuple(curve for one in found for curve in one.first)[:GHOST_RUNS],
            max(one.points for one in found),
            max(one.width for one in found),
            frozenset().union(*(one.step_metrics for one in found)),
        )
        for metric, found in grouped.items()
    }


def _lowest_ranks(curves: Sequence[Curve]) -> tuple[Curve, ...]:
    """The first curves, one of each run."""
    first: dict[str, Curve] = {}
    for run, series in curves:
        first.setdefault(run.id, (run, series))
        if len(first) == GHOST_RUNS:
            break
    return tuple(first.values())
