"""Metrics become panels in sections by name prefix, and their entries in the page's data."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sitegen.pages.formatting import visible
from sitegen.pages.views import Panel, Section, Sketch

OPEN_CHARTS = 24
"""Sections are unfolded from the top until so many charts stand open."""

_UNITS = {
    "percent": "%", "bytes": "bytes", "watts": "W", "celsius": "°C", "seconds": "s", "mhz": "MHz",
    "hertz": "Hz", "milliseconds": "ms", "count": "",
}  # fmt: skip
_SYSTEM_TITLES = {
    "gpu/utilization_percent": ("GPU utilization", "%"),
    "gpu/memory_used_bytes": ("GPU memory", "bytes"),
    "gpu/power_watts": ("GPU power", "W"),
    "gpu/temperature_celsius": ("GPU temperature", "°C"),
    "cpu/tree_percent": ("CPU of the command", "% of one core"),
    "cpu/percent": ("CPU of the machine", "%"),
    "memory/tree_rss_bytes": ("Memory of the command", "bytes"),
    "memory/used_bytes": ("Memory of the machine", "bytes"),
    "disk/read_bytes_per_second": ("Disk read", "B/s"),
    "disk/written_bytes_per_second": ("Disk written", "B/s"),
    "network/received_bytes_per_second": ("Network received", "B/s"),
    "network/sent_bytes_per_second": ("Network sent", "B/s"),
}
"""The system metrics that people ask for, in the order they ask; the others follow by their names."""

_NAMES = {"cpu": "CPU", "gpu": "GPU", "rss": "RSS", "io": "I/O", "ram": "RAM"}


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


def chart_entries(sources: Sequence[ChartSource], height: int) -> list[dict[str, Any]]:
    """The `charts` of the page's data, in the order of the panels' ids."""
    return [
        {
            "id": f"c{number}",
            "metric": source.metrics[0],
            **({"metrics": list(source.metrics)} if len(source.metrics) > 1 else {}),
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


def system_section(sources: Sequence[ChartSource], first: int, *, is_open: bool) -> Section | None:
    """The section of the machines' metrics; `first` is the number of its first panel."""
    if not sources:
        return None
    panels = tuple(_panel(first + number, source) for number, source in enumerate(sources))
    return Section("system", "System", is_open, len(panels), panels)


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


def system_groups(metrics: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    """System metrics by what they measure, the devices of a kind together: gpu0/… and gpu1/… are one."""
    groups: dict[str, list[str]] = {}
    for metric in sorted(metrics, key=natural):
        groups.setdefault(re.sub(r"^([a-z]+)\d+/", r"\1/", metric), []).append(metric)
    first = list(_SYSTEM_TITLES)
    kinds = {"gpu": 0, "cpu": 1, "memory": 2, "disk": 3, "network": 4, "process": 5}
    ranked = sorted(
        groups,
        key=lambda key: (
            0 if key in _SYSTEM_TITLES else 1,
            first.index(key) if key in _SYSTEM_TITLES else kinds.get(section_key(key), 9),
            key,
        ),
    )
    return {key: tuple(groups[key]) for key in ranked}


def system_title(group: str) -> tuple[str, str]:
    """A heading and a unit for a group of system metrics: ('GPU utilization', '%')."""
    if group in _SYSTEM_TITLES:
        return _SYSTEM_TITLES[group]
    kind, _, what = group.partition("/")
    words = re.split(r"[_/]+", what or kind)
    unit = ""
    if len(words) > 2 and words[-2:] == ["per", "second"]:
        unit = f"{_UNITS.get(words[-3], words[-3])}/s".replace("bytes/s", "B/s")
        words = words[:-3] if words[-3] in _UNITS else words[:-2]
    elif words[-1] in _UNITS:
        unit, words = _UNITS[words[-1]], words[:-1]
    named = [_NAMES.get(word, word) for word in ([kind, *words] if what else words)]
    title = " ".join(named)
    return title[:1].upper() + title[1:], unit


def natural(name: str) -> list[tuple[int, int | str]]:
    """A key that sorts block2 before block10."""
    return [(0, int(part)) if part.isdigit() else (1, part) for part in re.split(r"(\d+)", name) if part]
