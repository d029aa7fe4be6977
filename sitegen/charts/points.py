"""A series as few points as a picture of a given width needs, with every extreme and gap kept."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import islice
from operator import itemgetter, le

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
    every = [point for point in all_points if not math.isnan(point[0])]
    xs, ys = [x for x, _ in every], [y for _, y in every]
    if not all(map(le, xs, islice(xs, 1, None))):
        every.sort(key=itemgetter(0))
        xs, ys = [x for x, _ in every], [y for _, y in every]
    if not math.isfinite(sum(ys)):
        return _thinned_with_gaps(every, columns)
    if len(every) <= 2 * columns:
        return every
    places, kept, start = _places(xs, columns), [], 0
    while start < len(every):
        end = bisect_right(places, places[start], start)
        # Slices are searched in C; a list of points per column took six times as long.
        values = ys[start:end]
        found = {0, values.index(min(values)), values.index(max(values)), end - start - 1}
        kept += [every[start + at] for at in sorted(found)]
        start = end
    return kept


def _places(xs: list[float], columns: int) -> list[int]:
    """The column of each point."""
    start, span = xs[0], xs[-1] - xs[0] or 1.0
    return [min(columns - 1, int((x - start) / span * columns)) for x in xs]


def _thinned_with_gaps(ordered: list[Point], columns: int) -> list[Point]:
    if len(ordered) <= 2 * columns:
        return _gaps_once((x, y if math.isfinite(y) else math.nan) for x, y in ordered)
    kept: list[Point] = []
    cell: list[Point] = []
    former = 0
    for point, column in zip(ordered, _places([x for x, _ in ordered], columns), strict=True):
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
