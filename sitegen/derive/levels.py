"""A run's curves at every resolution below the one that charts first show, down to the points.

A chart begins with at most 320 buckets of a power of two. Zooming goes on in levels of 1, 16, 256, … points
per bucket, cut into tiles of so many buckets by the number of the row. A row never changes its tile, so that
a run which grows changes only the last tile of each level.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sitegen.derive.axes import with_axes
from sitegen.derive.buckets import bucket_width, series_at
from sitegen.derive.facts import MetricDefinition, Series
from sitegen.derive.points import Curve
from sitegen.derive.runs import logged_by
from sitegen.ingest.tables import RunTables

FACTOR = 16
TILE_BUCKETS = 16_384
"""Buckets of a tile, points on the finest level: 50 to 100 KB of noise."""

LEAST_GAIN = 8
"""A level that is less finer than what is already drawn would be loaded in vain."""


@dataclass(frozen=True)
class Levels:
    """Every level of the curves that are too long to be drawn whole, the coarsest first."""

    metrics: tuple[Series, ...]
    system: tuple[Series, ...]


def levels_of(tables: RunTables) -> Levels:
    """The levels of a run."""
    logged, run_id = logged_by(tables), tables.records.run_id
    return Levels(
        _levels(run_id, logged.curves.found, logged.definitions),
        _levels(run_id, logged.system.found, {}),
    )


def level_widths(points: int) -> tuple[int, ...]:
    """Points per bucket of each level, the coarsest first; nothing for what is drawn whole."""
    first = bucket_width(points)
    widths, width = [], 1
    while width * LEAST_GAIN <= first:
        widths.append(width)
        width *= FACTOR
    return tuple(reversed(widths))


def tiles_in(points: int, width: int) -> int:
    """How many tiles a level has."""
    return -(-points // (width * TILE_BUCKETS))


def _levels(
    run_id: str, curves: Sequence[Curve], definitions: Mapping[str, MetricDefinition]
) -> tuple[Series, ...]:
    sized = [(width, curve) for curve in curves for width in level_widths(len(curve.y))]
    # Stable: within a level the metrics keep their order.
    sized.sort(key=lambda pair: -pair[0])
    chosen = [curve for _, curve in sized]
    found = series_at(run_id, chosen, [width for width, _ in sized])
    return with_axes(found, chosen, definitions, curves)
