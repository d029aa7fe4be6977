"""Static pictures of curves, drawn by Vega at build time for readers without scripts and for print."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from sitegen.charts import cached, curve
from sitegen.charts.colors import run_color
from sitegen.charts.points import Point, points, thinned
from sitegen.derive.facts import ProjectFacts, RunFacts, Series
from sitegen.texts import said

MAX_RUNS = 20
"""The newest so many are drawn; a picture cannot be asked for the others."""

WIDTH, HEIGHT = 560, 240
COLUMNS = 140
VERSION = 3
Draw = Callable[[Mapping[str, Any]], str]
"""Makes an SVG of a Vega specification."""

GENERATED_ID = re.compile(r"\b(clip|gradient|pattern)[_-]?\d+\b")


@dataclass(frozen=True)
class Picture:
    """A curve picture and the words that stand for it."""

    metric: str
    svg: bytes
    alt: str


def headline_pictures(
    project: ProjectFacts,
    metrics: Sequence[str],
    cache_dir: Path,
    draw: Draw,
    source: Callable[[RunFacts], str] = lambda run: "",
) -> tuple[Picture, ...]:
    """One picture per metric, drawn or taken from the cache; may run in a thread beside other work.

    `source` is a hash of all that a run has, by which a picture is known without looking at its curves. Where
    it is empty, or new for something else that was logged, the curves tell whether it has to be drawn.
    """
    known = _lowest_ranks(project.runs, metrics)
    shown = {metric: found[:MAX_RUNS] for metric, found in known.items()}
    keys = {metric: _key(metric, shown[metric], source) for metric in metrics}
    kept = {metric: cached.kept(cache_dir / "charts", key) if key else None for metric, key in keys.items()}
    lines = _lines({metric: shown[metric] for metric in metrics if kept[metric] is None})
    pictures = []
    for metric in metrics:
        content = kept[metric]
        if content is None:
            content = svg(lines[metric], cache_dir, draw)
            if keys[metric]:
                cached.keep(cache_dir / "charts", keys[metric], content)
        pictures.append(Picture(metric, content, _alt(metric, len(shown[metric]), len(known[metric]))))
    return tuple(pictures)


Shown = Sequence[tuple[RunFacts, Series]]


def _key(metric: str, shown: Shown, source: Callable[[RunFacts], str]) -> str:
    """What a picture of these runs is called in the cache; empty where a run's hash is not known."""
    sources = [(source(run), run_color(run.id)) for run, _ in shown]
    if not all(hashed for hashed, _ in sources):
        return ""
    text = json.dumps([VERSION, COLUMNS, curve.version_hash(), metric, sources])
    return f"picture-of-{hashlib.sha256(text.encode()).hexdigest()[:24]}.svg"


def _lines(shown: Mapping[str, Shown]) -> dict[str, list[tuple[str, list[Point]]]]:
    """The coloured lines of each metric, one run after the other: the columns of a run are read together."""
    lines: dict[str, dict[int, list[Point]]] = {metric: {} for metric in shown}
    places = [(id(run), metric, at) for metric, found in shown.items() for at, (run, _) in enumerate(found)]
    for _, metric, at in sorted(places):
        lines[metric][at] = thinned(points(shown[metric][at][1]), COLUMNS)
    return {
        metric: [(run_color(run.id), lines[metric][at]) for at, (run, _) in enumerate(found)]
        for metric, found in shown.items()
    }


def _lowest_ranks(
    runs: Sequence[RunFacts], metrics: Sequence[str]
) -> dict[str, list[tuple[RunFacts, Series]]]:
    """By metric, the runs that have it with the series that their values in the table come from."""
    found: dict[str, list[tuple[RunFacts, Series]]] = {metric: [] for metric in metrics}
    for run in runs:
        lowest: dict[str, Series] = {}
        for series in run.series:
            if series.metric in found:
                before = lowest.get(series.metric)
                if before is None or series.rank < before.rank:
                    lowest[series.metric] = series
        for metric, series in lowest.items():
            found[metric].append((run, series))
    return found


def svg(lines: Sequence[tuple[str, Sequence[Point]]], cache_dir: Path, draw: Draw) -> bytes:
    """An SVG of these coloured lines, legible on light and on dark paper."""
    rows = [
        {
            "line": at,
            "color": color,
            "x": [x for x, _ in line],
            "y": [y if math.isfinite(y) else None for _, y in line],
        }
        for at, (color, line) in enumerate(lines)
    ]
    # Ten thousand points: Python's own encoder took a third of all that a picture costs here.
    text = msgspec.json.encode([VERSION, curve.version_hash(), rows])
    key = hashlib.sha256(text).hexdigest()[:24]
    return cached.remember(cache_dir / "charts", f"picture-{key}.svg", lambda: _drawn(rows, cache_dir, draw))


def _drawn(rows: Sequence[dict[str, Any]], cache_dir: Path, draw: Draw) -> bytes:
    spec = json.loads(_template(cache_dir))
    points = next(data for data in spec["data"] if data["name"] == "points")
    points["values"] = rows
    return _settled(draw(spec)).encode()


def _template(cache_dir: Path) -> bytes:
    name = f"picture-{VERSION}-{curve.version_hash()}.json"
    return cached.shared(
        cache_dir, None, name, lambda: json.dumps(curve.picture_template(WIDTH, HEIGHT)).encode()
    )


def _settled(text: str) -> str:
    """The same SVG with its counted ids numbered from this picture's first: the engine counts on."""
    names: dict[str, str] = {}

    def rename(match: re.Match[str]) -> str:
        return names.setdefault(match[0], f"{match[1]}{len(names)}")

    return GENERATED_ID.sub(rename, text)


def _alt(metric: str, drawn: int, known: int) -> str:
    if drawn == known:
        return said("picture.all", metric=metric, n=drawn)
    return said("picture.newest", metric=metric, drawn=drawn, n=known)
