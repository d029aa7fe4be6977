"""Metrics become panels in sections by name prefix, and their entries in the page's data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sitegen.pages.formatting import visible
from sitegen.pages.views import Panel, Section, Sketch

OPEN_CHARTS = 24
"""Sections are unfolded from the top until so many charts stand open."""


@dataclass(frozen=True)
class ChartSource:
    """What a panel is made of."""

    metrics: tuple[str, ...]
    """More than one where devices share a chart."""
    title: str
    unit: str
    family: str
    section: str
    chunks: tuple[Any, ...]
    points: int
    is_bucketed: bool
    x_metric: str = ""
    """The metric on its x axis while readers have not chosen time; empty for steps."""
    sketch: Sketch | None = None
    picture: str = ""
    alt: str = ""
    labels: tuple[str, ...] = ()
    """What the line of each metric is called; empty where its name tells."""
    bold: str = ""
    """The metric that stands out of many faint ones."""


def chart_entries(sources: Sequence[ChartSource], height: int) -> list[dict[str, Any]]:
    """The `charts` of the page's data, in the order of the panels' ids."""
    return [
        {
            "id": f"c{number}",
            "metric": source.metrics[0],
            **({"metrics": list(source.metrics)} if len(source.metrics) > 1 else {}),
            **({"labels": list(source.labels)} if source.labels else {}),
            **({"bold": source.bold} if source.bold else {}),
            "title": visible(source.title),
            "unit": source.unit,
            "family": source.family,
            "section": source.section,
            "chunks": list(source.chunks),
            "series_points": source.points,
            "bucketed": source.is_bucketed,
            "height": height,
            **({"x": visible(source.x_metric)} if source.x_metric else {}),
        }
        for number, source in enumerate(sources)
    ]


def sections_of(sources: Sequence[ChartSource]) -> tuple[Section, ...]:
    """Panels by section in the order given, unfolded from the top while there is room."""
    grouped: dict[str, list[Panel]] = {}
    for number, source in enumerate(sources):
        grouped.setdefault(source.section, []).append(_panel(number, source))
    sections, before = [], 0
    for key, panels in grouped.items():
        is_open = before == 0 or before + len(panels) <= OPEN_CHARTS
        sections.append(Section(key, key or "Metrics", is_open, len(panels), tuple(panels)))
        before += len(panels)
    return tuple(sections)


def system_sections(sources: Sequence[ChartSource], first: int, *, is_open: bool) -> tuple[Section, ...]:
    """The machines' metrics, of which the first section may be open; `first` is the first panel's number."""
    grouped: dict[str, list[Panel]] = {}
    for number, source in enumerate(sources):
        grouped.setdefault(source.section, []).append(_panel(first + number, source))
    return tuple(
        Section(key, key, is_open and number == 0, len(panels), tuple(panels))
        for number, (key, panels) in enumerate(grouped.items())
    )


def _panel(number: int, source: ChartSource) -> Panel:
    prefix = f"{source.section}/" if source.section and source.title.startswith(f"{source.section}/") else ""
    return Panel(
        id=f"c{number}",
        metric=source.metrics[0],
        title=source.title.removeprefix(prefix),
        prefix=prefix,
        sub=source.unit,
        picture=source.picture,
        alt=source.alt,
        sketch=source.sketch,
    )


def section_key(metric: str) -> str:
    """The name's part before its first slash; empty without one."""
    prefix, slash, rest = metric.partition("/")
    return prefix if slash and rest else ""


def in_section_order(metrics: Sequence[str], first: Sequence[str]) -> list[str]:
    """Sections with headline metrics first, and headline metrics first in their section."""
    rank = {metric: number for number, metric in enumerate(first)}
    best: dict[str, int] = {}
    for metric in metrics:
        key = section_key(metric)
        best[key] = min(best.get(key, len(rank)), rank.get(metric, len(rank)))
    return sorted(
        metrics,
        key=lambda metric: (
            best[section_key(metric)],
            section_key(metric) == "",
            section_key(metric),
            rank.get(metric, len(rank)),
            metric,
        ),
    )
