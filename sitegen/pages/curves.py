"""Small pictures of curves as SVG paths, several runs on one scale."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from sitegen.charts.colors import run_color
from sitegen.charts.outline import outline
from sitegen.derive.facts import RunFacts, Series
from sitegen.pages.formatting import exact, measure
from sitegen.pages.views import Curve, Sketch

Form = Callable[[float], str]
SPARK_PLACES = 26
SPARK_WIDTH, SPARK_HEIGHT = 64, 18
SPARK_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"


def first_rank(run: RunFacts, metric: str) -> Series | None:
    """The run's curve of the metric that its table value comes from."""
    return next((series for series in run.series if series.metric == metric), None)


def sketch(
    runs: Iterable[tuple[RunFacts, Series]],
    width: int,
    height: int,
    value: Form = measure,
    place: Form = exact,
) -> Sketch | None:
    """One path per series, all on one scale; None when no series has two finite points."""
    sampled = [(run, points) for run, series in runs if len(points := outline(series)) > 1]
    if not sampled:
        return None
    xs = [x for _, points in sampled for x, _ in points]
    ys = [y for _, points in sampled for _, y in points]
    x_scale, y_scale = _scale(xs, width), _scale(ys, height)
    x_low, y_low = min(xs), min(ys)
    curves = tuple(
        Curve(
            run_color(run.id),
            _path(
                ((x - x_low) * x_scale, height - (y - y_low) * y_scale if y_scale else height / 2)
                for x, y in points
            ),
        )
        for run, points in sampled
    )
    return Sketch(curves, value(y_low), value(max(ys)), place(x_low), place(max(xs)))


def _scale(values: Sequence[float], size: int) -> float:
    """Pixels per unit; nothing for values all alike, or too far apart for a float."""
    span = max(values) - min(values)
    return size / span if 0 < span < math.inf else 0.0


def _path(points: Iterable[tuple[float, float]]) -> str:
    # Relative moves in tenths, rounded from absolute places so that errors do not add up.
    places = [(round(x * 10), round(y * 10)) for x, y in points]
    moves = [
        f"{_TENTHS[x - from_x]} {_TENTHS[y - from_y]}"
        for (x, y), (from_x, from_y) in zip(places, [(0, 0), *places], strict=False)
    ]
    return "M" + "l".join(moves) if moves else ""


class _Tenths(dict[int, str]):
    """How to write tenths of a pixel: no picture is larger than a few thousand of them."""

    def __missing__(self, tenths: int) -> str:
        text = self[tenths] = str(tenths // 10) if tenths % 10 == 0 else f"{tenths / 10:.1f}"
        return text


_TENTHS = _Tenths()


def spark_code(series: Series | None) -> str:
    """A curve on its own scale as a character per place, 64 heights: small enough for a thousand rows.

    A space is a place without a value; empty for a series without two finite points.
    """
    return _code(tuple(outline(series))) if series is not None else ""


@lru_cache(maxsize=1 << 12)  # while a site is watched, nearly all curves stay as they are
def _code(points: tuple[tuple[float, float], ...]) -> str:
    if len(points) < 2:
        return ""
    x_low, x_span = points[0][0], points[-1][0] - points[0][0]
    y_low, y_high = min(y for _, y in points), max(y for _, y in points)
    if not (x_span > 0 and math.isfinite(x_span) and math.isfinite(y_high - y_low)):
        return ""
    places = min(SPARK_PLACES, len(points))
    heights: list[float | None] = [None] * places
    usual = sum(y / len(points) for _, y in points)
    for x, y in points:
        at = max(0, min(places - 1, round((x - x_low) / x_span * (places - 1))))
        held = heights[at]
        # Of several values in one place the least usual one stays, so that a spike is seen.
        if held is None or abs(y - usual) > abs(held - usual):
            heights[at] = y
    return "".join(" " if height is None else _letter(height, y_low, y_high) for height in heights)


def _letter(height: float, low: float, high: float) -> str:
    part = (height - low) / (high - low) if high > low else 0.5
    return SPARK_LETTERS[round(part * 63)]


def spark_path(code: str) -> str:
    """The path of a spark code in a 64 × 18 picture; table.js draws the same."""
    last = max(1, len(code) - 1)
    places = [
        (number * SPARK_WIDTH / last, 1 + (63 - SPARK_LETTERS.index(letter)) * (SPARK_HEIGHT - 2) / 63)
        for number, letter in enumerate(code)
        if letter != " "
    ]
    return _path(places)
