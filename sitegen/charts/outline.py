"""The few points of a series that small pictures are made of, its extremes among them."""

from __future__ import annotations

import math
from array import array
from itertools import chain

from sitegen.derive.facts import Series

PARTS = 24
"""Parts of a curve whose extremes a small picture keeps: a spike must not vanish for being short."""

Point = tuple[float, float]


def outline(series: Series) -> list[Point]:
    """Step and value of the outline's points, those that are kept with the series where they are."""
    if series.outline is None:
        return _picked(series)
    numbers = array("d", series.outline).tolist()
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def kept_outline(series: Series) -> bytes:
    """The outline in the form in which it is kept with a series."""
    return array("d", chain.from_iterable(outline(series))).tobytes()


def _picked(series: Series) -> list[Point]:
    """The lowest and highest finite point of each of PARTS parts, and the first and last of all."""
    xs, lows, highs = _finite(series)
    if not xs:
        return []
    picked = [(xs[0], lows[0])]
    part = math.ceil(len(xs) / PARTS)
    for start in range(0, len(xs), part):
        end = start + part
        # Lists of numbers are searched in C; a tuple per point took three times as long.
        low = lows.index(min(lows[start:end]), start)
        high = highs.index(max(highs[start:end]), start)
        points = (xs[low], lows[low]), (xs[high], highs[high])
        picked += points if low <= high else points[::-1]
    return [*dict.fromkeys([*picked, (xs[-1], highs[-1])])]


def _finite(series: Series) -> tuple[list[float], list[float], list[float]]:
    """Steps, lowest and highest values of the finite points, in the log's order."""
    columns = series.columns
    if series.width == 1:
        xs, lows = columns["step"].to_list(), columns["y"].to_list()
        highs = lows
    else:
        xs, lows, highs = (columns[name].to_list() for name in ("step1", "min", "max"))
    if math.isfinite(sum(xs) + sum(lows) + (0.0 if highs is lows else sum(highs))):
        return xs, lows, highs
    kept = [at for at, x in enumerate(xs) if math.isfinite(x) and math.isfinite(lows[at])]
    return [xs[at] for at in kept], [lows[at] for at in kept], [highs[at] for at in kept]
