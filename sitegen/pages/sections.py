"""Metrics become panels in sections by name prefix, and their entries in the page's data."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sitegen.pages.formatting import visible
from sitegen.pages.natural import natural
from sitegen.pages.views import Panel, Section, Sketch
from sitegen.texts import said

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
    plot: str = ""
    """What it draws, where a workspace file put it together: several metrics, or an expression."""
    own: Mapping[str, Any] = field(default_factory=dict)
    """Its own x axis, y scale or smoothing, which a workspace file gave it."""
    key: str = ""
    """What tells it from another chart of the same metric; empty for the first."""

    @property
    def name(self) -> str:
        """What it is called in workspace files."""
        return self.plot or self.metrics[0]


@dataclass(frozen=True)
class LaidSection:
    """Charts under a heading."""

    key: str
    title: str
    is_open: bool
    charts: tuple[ChartSource, ...]


def chart_data(sources: Sequence[ChartSource], height: int) -> dict[str, Any]:
    """The page's data of charts: `charts`, in the order of the panels' ids, and the `packs` that they number.

    A pack mostly holds several metrics, so its name stands in the page once. Charts name theirs by
    number, the first and then each by its distance from the one before: mostly the same few numbers.
    """
    chunks = {chunk[0]: chunk for source in sources for chunk in source.chunks}
    ordered = sorted(chunks.values(), key=lambda chunk: (-chunk[1], chunk[2], chunk[0]))
    numbers = {chunk[0]: number for number, chunk in enumerate(ordered)}
    folder = posixpath.dirname(ordered[0][0]) + "/" if ordered else ""
    files = [[name.removeprefix(folder).removesuffix(".js"), *span] for name, *span in ordered]
    return {"charts": _charts(sources, numbers, height), "packs": {"folder": folder, "files": files}}


def _distances(numbers: Iterable[int]) -> list[int]:
    ordered = sorted(numbers)
    return [number - former for former, number in zip([0, *ordered], ordered, strict=False)]


def _charts(sources: Sequence[ChartSource], packs: Mapping[str, int], height: int) -> list[dict[str, Any]]:
    return [
        {
            "id": f"c{number}",
            "metric": source.name,
            **({"metrics": list(source.metrics)} if len(source.metrics) > 1 or source.plot else {}),
            **({"added": source.plot} if source.plot else {}),
            **({"labels": list(source.labels)} if source.labels else {}),
            **({"bold": source.bold} if source.bold else {}),
            "title": visible(source.title),
            "unit": source.unit,
            "family": source.family,
            "section": str(source.section),
            "chunks": _distances(packs[chunk[0]] for chunk in source.chunks),
            "series_points": source.points,
            "bucketed": source.is_bucketed,
            "height": height,
            **({"x": visible(source.x_metric)} if source.x_metric else {}),
            **({"own": dict(source.own)} if source.own else {}),
            **({"key": visible(source.key)} if source.key else {}),
        }
        for number, source in enumerate(sources)
    ]


def sections_of(sources: Sequence[ChartSource]) -> tuple[Section, ...]:
    """Panels by section in the order given, unfolded from the top while there is room."""
    return shown_sections(_by_prefix(sources))


def system_sections(sources: Sequence[ChartSource], first: int, *, is_open: bool) -> tuple[Section, ...]:
    """The machines' metrics, of which the first section may be open; `first` is the first panel's number."""
    return shown_sections(_by_part(sources, is_open=is_open), first)


def automatic(metrics: Sequence[ChartSource], system: Sequence[ChartSource]) -> tuple[LaidSection, ...]:
    """What a page has without a workspace file: metrics by prefix, below them the machines'."""
    return (*_by_prefix(metrics), *_by_part(system, is_open=not metrics))


def _by_prefix(metrics: Sequence[ChartSource]) -> list[LaidSection]:
    sections, before = [], 0
    for key, charts in _grouped(metrics).items():
        is_open = before == 0 or before + len(charts) <= OPEN_CHARTS
        sections.append(LaidSection(key, key or said("sections.metrics"), is_open, charts))
        before += len(charts)
    return sections


def _by_part(system: Sequence[ChartSource], *, is_open: bool) -> list[LaidSection]:
    grouped = _grouped(system).items()
    return [
        LaidSection(str(key), key, is_open and at == 0, charts) for at, (key, charts) in enumerate(grouped)
    ]


def _grouped(sources: Sequence[ChartSource]) -> dict[str, tuple[ChartSource, ...]]:
    grouped: dict[str, list[ChartSource]] = {}
    for source in sources:
        grouped.setdefault(source.section, []).append(source)
    return {key: tuple(charts) for key, charts in grouped.items()}


def shown_sections(
    laid: Sequence[LaidSection], first: int = 0, away: Collection[str] = ()
) -> tuple[Section, ...]:
    """Sections with their panels, numbered through from `first`; those in `away` are hidden at first."""
    sections, number = [], first
    for section in laid:
        panels = [_panel(number + at, source, away) for at, source in enumerate(section.charts)]
        number += len(panels)
        sections.append(Section(section.key, section.title, section.is_open, len(panels), tuple(panels)))
    return tuple(sections)


def section_entries(laid: Sequence[LaidSection]) -> list[list[Any]]:
    """The `sections` of the page's data: title, how many charts, whether it is open."""
    return [[visible(section.title), len(section.charts), section.is_open] for section in laid]


def _panel(number: int, source: ChartSource, away: Collection[str]) -> Panel:
    prefix = f"{source.section}/" if source.section and source.title.startswith(f"{source.section}/") else ""
    return Panel(
        id=f"c{number}",
        metric=source.name,
        title=source.title.removeprefix(prefix) if prefix else source.title,
        prefix=prefix,
        sub=source.unit,
        picture=source.picture,
        alt=source.alt,
        sketch=source.sketch,
        is_hidden=(source.key or source.name) in away,
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
            natural(metric),
            metric,
        ),
    )
