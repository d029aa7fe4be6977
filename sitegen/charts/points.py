"""A series as few points as a picture of a given width needs, with every extreme and gap kept."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from sitegen.derive.facts import Series

Point = tuple[float, float]


def points(series: Series) -> Iterator[Point]:
    """Step and value of what the series holds, in the log's order; a bucket gives first, extremes, last."""
    columns = {name: values.to_list() for name, values in series.columns.items()}
    if series.width == 1:
        yield from zip(columns["step"], columns["y"], strict=True)
        return
    names = ("step0", "step1", "first", "min", "max", "last", "bad")
    for start, end, first, least, most, last, bad in zip(*(columns[name] for name in names), strict=True):
        middle = (start + end) / 2
        # Which extreme came first is not known; going on from the nearer one draws the shorter line.
        extremes = (least, most) if abs(first - least) <= abs(first - most) else (most, least)
        yield from ((start, first), (middle, extremes[0]), (middle, extremes[1]), (end, last))
        if bad:
            yield (end, math.nan)


def thinned(all_points: Iterable[Point], columns: int) -> list[Point]:
    """At most the first, lowest, highest and last point of each of so many columns of x.

    Points come back sorted by x; a run of values that are not finite comes back as one (x, nan).
    """
    ordered = sorted((point for point in all_points if not math.isnan(point[0])), key=lambda point: point[0])
    if len(ordered) <= 2 * columns:
        return _gaps_once((x, y if math.isfinite(y) else math.nan) for x, y in ordered)
    start, span = ordered[0][0], ordered[-1][0] - ordered[0][0] or 1.0
    kept: list[Point] = []
    cell: list[Point] = []
    former = 0
    for point in ordered:
        column = min(columns - 1, int((point[0] - start) / span * columns))
        if column != former or not math.isfinite(point[1]):
            kept += _extremes(cell)
            cell = []
            former = column
        if math.isfinite(point[1]):
            cell.append(point)
        else:
            kept.append((point[0], math.nan))
    return _gaps_once([*kept, *_extremes(cell)])


def _extremes(cell: list[Point]) -> list[Point]:
    if len(cell) <= 2:
        return cell
    values = [y for _, y in cell]
    places = {0, values.index(min(values)), values.index(max(values)), len(cell) - 1}
    return [cell[place] for place in sorted(places)]


def _gaps_once(ordered: Iterable[Point]) -> list[Point]:
    kept: list[Point] = []
    for point in ordered:
        if math.isnan(point[1]) and kept and math.isnan(kept[-1][1]):
            continue
        kept.append(point)
    return kept
