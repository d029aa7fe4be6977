"""A run's levels as chunk files of their own, which a page loads when its reader zooms in.

Each file holds the same tile of several metrics, so that what they share stands in it once and a run that
grows changes the last files only. One more file, the index, names the files of every series; a page that
shows the run knows no more of all this than the index's name.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import chain, groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from sitegen.charts.columns import Column, ColumnPool
from sitegen.charts.container import chunk_file, container
from sitegen.derive.facts import RunFacts, Series
from sitegen.derive.levels import TILE_BUCKETS, Levels, tiles_in

if TYPE_CHECKING:
    import polars

TARGET_BYTES = 120_000
"""A file takes no further metric beyond this, by the estimate of its columns."""

AHEAD = 8
"""Files being compressed while the next one is put together: a long run is not held in memory twice."""


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
    estimate: float = 0

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
    index = _Index(run)
    # zlib and base64 release the GIL, so two threads are two cores.
    with ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as threads:
        waiting: deque[tuple[_Draft, Future[tuple[str, bytes]]]] = deque()
        for draft in chain(_drafts("metric", levels.metrics), _drafts("system", levels.system)):
            waiting.append((draft, threads.submit(_packed, run, draft)))
            if len(waiting) > AHEAD:
                yield index.noted(*waiting.popleft())
        while waiting:
            yield index.noted(*waiting.popleft())
    if index.entries:
        yield chunk_file(container(list(index.entries.values()), []))


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


class _Index:
    """By series the ids of the files of each level, tile by tile."""

    def __init__(self, run: RunFacts) -> None:
        self.entries: dict[tuple[str, str, int], dict[str, Any]] = {}
        self._run = run

    def noted(self, draft: _Draft, made: Future[tuple[str, bytes]]) -> tuple[str, bytes]:
        """The finished file, once it is known what is in it."""
        name, content = made.result()
        for piece, _ in draft.pieces:
            family, series = piece.family, piece.series
            entry = self.entries.setdefault(
                (family, series.metric, series.rank),
                {**_named(self._run, piece), "points": series.points, "buckets": TILE_BUCKETS, "levels": []},
            )
            levels = entry["levels"]
            if not levels or levels[-1]["width"] != series.width:
                levels.append({"width": series.width, "files": []})
            levels[-1]["files"].append(name.removesuffix(".js"))
        return name, content


def _packed(run: RunFacts, draft: _Draft) -> tuple[str, bytes]:
    # Nothing here says how long the series is: a full tile stays as it is when its run goes on.
    series = [
        {**_named(run, piece), "width": piece.series.width, "tile": piece.tile, "cols": slots}
        for piece, slots in draft.pieces
    ]
    return chunk_file(container(series, draft.columns))


def _named(run: RunFacts, piece: _Piece) -> dict[str, Any]:
    series = piece.series
    return {
        "family": piece.family,
        "run": run.id,
        "metric": series.metric,
        "rank": series.rank,
        "started": run.started,
    }
