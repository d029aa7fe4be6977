"""Small curves as the text of one SVG path: no engine, no script, a few hundred bytes."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sitegen.charts.points import Point, points, thinned
from sitegen.derive.facts import Series

INSET = 1.0
"""Pixels kept free at every side, so that a line of ordinary width is not cut."""

COLUMN_WIDTH = 2
"""Pixels per column whose extremes are kept: half the text of one, and the eye sees no difference."""


def path(series: Series, width: float, height: float) -> str:
    """The `d` of the curve in a box of this size; empty when no value is finite."""
    return overlay([series], width, height)[0]


def overlay(all_series: Sequence[Series], width: float, height: float) -> list[str]:
    """The `d` of each curve, all on one scale; empty for those without a finite value."""
    columns = max(1, int(width / COLUMN_WIDTH))
    lines = [thinned(points(series), columns) for series in all_series]
    finite = [point for line in lines for point in line if not math.isnan(point[1])]
    if not finite:
        return ["" for _ in lines]
    xs, ys = _span([x for line in lines for x, _ in line]), _span([y for _, y in finite])
    return [
        _commands(
            [
                (
                    INSET + _part(x, xs) * (width - 2 * INSET),
                    INSET + (1 - _part(y, ys)) * (height - 2 * INSET),
                )
                for x, y in line
            ]
        )
        for line in lines
    ]


def _span(values: Sequence[float]) -> tuple[float, float]:
    return min(values), max(values)


def _part(value: float, span: tuple[float, float]) -> float:
    low, high = span
    if not low < high:
        return 0.5
    # Halves first: the distance between -1e308 and 1e308 is not a number a float can hold.
    return (value / 2 - low / 2) / (high / 2 - low / 2)


def _commands(places: Sequence[Point]) -> str:
    text: list[str] = []
    pen_down = False
    former = ""
    for at, (x, y) in enumerate(places):
        if math.isnan(y):
            pen_down = False
            continue
        place = f"{_short(x)},{_short(y)}"
        if not pen_down:
            alone = at + 1 == len(places) or math.isnan(places[at + 1][1])
            # A point alone becomes a dash: a path of no length is not drawn.
            text.append(f"M{_short(x - 0.5)},{_short(y)}h1" if alone else f"M{place}")
        elif place != former:
            text.append(f"L{place}")
        pen_down, former = True, place
    return "".join(text)


def _short(value: float) -> str:
    text = f"{value:.1f}"
    return text[:-2] if text.endswith(".0") else text
