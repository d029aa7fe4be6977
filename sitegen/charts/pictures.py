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
    project: ProjectFacts, metrics: Sequence[str], cache_dir: Path, draw: Draw
) -> tuple[Picture, ...]:
    """One picture per metric, drawn or taken from the cache; may run in a thread beside other work."""
    return tuple(picture(project, metric, cache_dir, draw) for metric in metrics)


def picture(project: ProjectFacts, metric: str, cache_dir: Path, draw: Draw) -> Picture:
    """This metric of the project's newest runs."""
    chosen = [(run, series) for run in project.runs if (series := lowest_rank(run, metric)) is not None]
    lines = [(run_color(run.id), thinned(points(series), COLUMNS)) for run, series in chosen[:MAX_RUNS]]
    return Picture(metric, svg(lines, cache_dir, draw), _alt(metric, len(lines), len(chosen)))


def lowest_rank(run: RunFacts, metric: str) -> Series | None:
    """The series a table value of this metric comes from."""
    found = [series for series in run.series if series.metric == metric]
    return min(found, key=lambda series: series.rank, default=None)


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
