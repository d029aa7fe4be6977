"""From a project's or a run's series to what its panels are made of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from sitegen.charts.packs import Packs
from sitegen.config import ProjectOptions
from sitegen.derive.definitions import definitions_over, is_hidden
from sitegen.derive.facts import RunFacts, Series
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


Drawn = Sequence[tuple[RunFacts, Series]]

# A chart of ten thousand runs asks each series three things.
_points, _width, _step_metric = attrgetter("points"), attrgetter("width"), attrgetter("x_metric")


def metric_sources(
    runs: Sequence[RunFacts],
    packs: Packs,
    folder: str,
    options: ProjectOptions,
    chosen: Sequence[Headline],
    pictures: Mapping[str, Image],
) -> list[ChartSource]:
    """One chart per metric that is not hidden, sections and metrics that matter most first."""
    definitions = definitions_over(runs)
    every = _by_metric((run, series) for run in runs for series in run.series)
    by_metric = {metric: drawn for metric, drawn in every.items() if not is_hidden(metric, definitions)}
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
    every = [series for _, series in drawn]
    return ChartSource(
        metrics=(metric,),
        title=shown.label or metric,
        unit=shown.unit or "",
        family="metric",
        section=section_key(metric),
        chunks=_chunks(packs, packs.index.get(metric, ()), folder),
        points=max(map(_points, every)),
        is_bucketed=max(map(_width, every)) > 1,
        x_metric=_x_metric(every),
        sketch=sketch(_lowest_ranks(drawn, GHOST_RUNS), 320, 120) if with_ghost else None,
        picture=picture.path if picture else "",
        alt=picture.alt if picture else "",
    )


def _x_metric(drawn: Sequence[Series]) -> str:
    """The step metric of all these series; a chart has one axis, so that of some is none."""
    names = set(map(_step_metric, drawn))
    return names.pop() if len(names) == 1 else ""


def system_sources(
    runs: Sequence[RunFacts], packs: Packs, folder: str, *, with_ghost: bool
) -> list[ChartSource]:
    """One chart per thing measured, the devices of a kind together."""
    placed = [(run, series) for run in runs for series in run.system]
    by_metric = _by_metric(pair for pair in placed if with_ghost or is_compared(pair[1].metric))
    sources = []
    for chart in system_charts(list(by_metric), is_one_run=with_ghost):
        drawn = [pair for metric in chart.metrics for pair in by_metric[metric]]
        names = dict.fromkeys(name for metric in chart.metrics for name in packs.system.get(metric, ()))
        sources.append(
            ChartSource(
                metrics=chart.metrics,
                title=_titled(chart, runs[0]) if with_ghost else chart.title,
                unit=chart.unit,
                family="system",
                section=chart.part,
                chunks=_chunks(packs, list(names), folder),
                points=max(series.points for _, series in drawn),
                is_bucketed=any(series.width > 1 for _, series in drawn),
                sketch=sketch(
                    _lowest_ranks(drawn, GHOST_RUNS),
                    320,
                    120,
                    size if chart.unit in _BYTES else measure,
                    duration,
                )
                if with_ghost
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


def _by_metric(pairs: Iterable[tuple[RunFacts, Series]]) -> dict[str, list[tuple[RunFacts, Series]]]:
    grouped: dict[str, list[tuple[RunFacts, Series]]] = defaultdict(list)
    for run, series in pairs:
        grouped[series.metric].append((run, series))
    return dict(grouped)


def _lowest_ranks(drawn: Drawn, most: int) -> list[tuple[RunFacts, Series]]:
    """The first curves, one of each run and metric."""
    seen: set[tuple[str, str]] = set()
    first = []
    for run, series in drawn:
        if (run.id, series.metric) not in seen:
            seen.add((run.id, series.metric))
            first.append((run, series))
            if len(first) == most:
                break
    return first
