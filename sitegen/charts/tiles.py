"""A run's levels as chunk files of their own, which a page loads when its reader zooms in.

Each file holds the same tile of several metrics, so that what they share stands in it once and a run that
grows changes the last files only. One more file, the index, names the files of every series; a page that
shows the run knows no more of all this than the index's name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from sitegen.charts.columns import Column, ColumnPool
from sitegen.charts.container import chunk_file, container
from sitegen.charts.deflate import Piece
from sitegen.derive.facts import RunFacts, Series
from sitegen.derive.levels import TILE_BUCKETS, Levels, tiles_in

if TYPE_CHECKING:
    import polars

TARGET_BYTES = 120_000
"""A file takes no further metric beyond this."""


class _Piece(NamedTuple):
    """One tile of one series at one level."""

    family: str
    series: Series
    tile: int


@dataclass
class _Draft:
    """A file being filled: pieces of one family, level and tile."""

    pieces: list[tuple[_Piece, dict[str, int]]] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    slots: dict[int, int] = field(default_factory=dict)
    estimate: int = 0

    def add(self, piece: _Piece, columns: Mapping[str, Column]) -> None:
        for column in columns.values():
            if id(column) not in self.slots:
                self.slots[id(column)] = len(self.columns)
                self.columns.append(column)
                self.estimate += column.estimate
        self.pieces.append((piece, {name: self.slots[id(column)] for name, column in columns.items()}))


def tile_files(run: RunFacts, levels: Levels) -> Iterator[tuple[str, bytes]]:
    """Name and content of every file of a run's levels, one after the other; the index is the last.

    Nothing for a run whose curves are all drawn whole.
    """
    index: dict[tuple[str, str, int], dict[str, Any]] = {}
    for draft in chain(_drafts("metric", levels.metrics), _drafts("system", levels.system)):
        name, content = chunk_file(_container(run, draft))
        for piece, _ in draft.pieces:
            _note(index, run, piece, name.removesuffix(".js"))
        yield name, content
    if index:
        yield chunk_file(container(list(index.values()), []))


def _drafts(family: str, levels: Sequence[Series]) -> Iterator[_Draft]:
    for width, series in groupby(levels, key=lambda one: one.width):
        several = list(series)
        for tile in range(max(tiles_in(one.points, width) for one in several)):
            pieces = (_Piece(family, one, tile) for one in several if tile < tiles_in(one.points, width))
            yield from _filled(pieces)


def _filled(pieces: Iterator[_Piece]) -> Iterator[_Draft]:
    """Pieces in files; what they have in common is found by where it was cut from, without comparing it."""
    pool, cuts = ColumnPool(), _Cuts()
    draft = _Draft()
    for piece in pieces:
        if draft.estimate >= TARGET_BYTES:
            yield draft
            draft = _Draft()
        start = piece.tile * TILE_BUCKETS
        columns = piece.series.columns.items()
        draft.add(piece, {name: pool.column(name, cuts.cut(values, start)) for name, values in columns})
    yield draft


class _Cuts:
    """Every part of a column once, so that columns of equal origin are known to be equal."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[polars.Series, polars.Series]] = {}

    def cut(self, values: polars.Series, start: int) -> polars.Series:
        found = self._known.get(id(values))
        if found is None:
            found = self._known[id(values)] = (values, values.slice(start, TILE_BUCKETS))
        return found[1]


def _note(index: dict[tuple[str, str, int], dict[str, Any]], run: RunFacts, piece: _Piece, file: str) -> None:
    """Adds a tile to what the index says of its series: by level the files, tile by tile."""
    series = piece.series
    entry = index.setdefault(
        (piece.family, series.metric, series.rank),
        {**_named(run, piece), "points": series.points, "buckets": TILE_BUCKETS, "levels": []},
    )
    levels = entry["levels"]
    if not levels or levels[-1]["width"] != series.width:
        levels.append({"width": series.width, "files": []})
    levels[-1]["files"].append(file)


def _container(run: RunFacts, draft: _Draft) -> list[Piece]:
    # Nothing here says how long the series is: a full tile stays as it is when its run goes on.
    series = [
        {**_named(run, piece), "width": piece.series.width, "tile": piece.tile, "cols": slots}
        for piece, slots in draft.pieces
    ]
    return container(series, draft.columns)


def _named(run: RunFacts, piece: _Piece) -> dict[str, Any]:
    series = piece.series
    return {
        "family": piece.family,
        "run": run.id,
        "metric": series.metric,
        "rank": series.rank,
        "started": run.started,
    }
