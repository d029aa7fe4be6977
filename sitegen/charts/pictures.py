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

from sitegen.charts import cached, curve
from sitegen.charts.colors import run_color
from sitegen.charts.points import Point, points, thinned
from sitegen.derive.facts import ProjectFacts, RunFacts, Series
from sitegen.texts import said

MAX_RUNS = 20
"""The newest so many are drawn; a picture cannot be asked for the others."""

WIDTH, HEIGHT = 560, 240
COLUMNS = 140
VERSION = 2
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
    found = _lowest_ranks(project.runs, metrics)
    return tuple(_picture(metric, found[metric], cache_dir, draw, source) for metric in metrics)


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


def _picture(
    metric: str,
    found: Sequence[tuple[RunFacts, Series]],
    cache_dir: Path,
    draw: Draw,
    source: Callable[[RunFacts], str],
) -> Picture:
    shown = found[:MAX_RUNS]
    sources = [(source(run), run_color(run.id)) for run, _ in shown]

    def drawn() -> bytes:
        lines = [(run_color(run.id), thinned(points(series), COLUMNS)) for run, series in shown]
        return svg(lines, cache_dir, draw)

    alt = _alt(metric, len(shown), len(found))
    if not all(hashed for hashed, _ in sources):
        return Picture(metric, drawn(), alt)
    text = json.dumps([VERSION, COLUMNS, curve.version_hash(), metric, sources])
    key = hashlib.sha256(text.encode()).hexdigest()[:24]
    return Picture(metric, cached.remember(cache_dir / "charts", f"picture-of-{key}.svg", drawn), alt)


def svg(lines: Sequence[tuple[str, Sequence[Point]]], cache_dir: Path, draw: Draw) -> bytes:
    """An SVG of these coloured lines, legible on light and on dark paper."""
    rows = [
        {"line": at, "color": color, "x": x, "y": y if math.isfinite(y) else None}
        for at, (color, line) in enumerate(lines)
        for x, y in line
    ]
    text = json.dumps([VERSION, curve.version_hash(), rows])
    key = hashlib.sha256(text.encode()).hexdigest()[:24]
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
