"""Renamed and merged metrics: the corrections of a run applied to its tables, before anything is judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from collector.runlog.edits import Overlay
from sitegen.ingest.tables import History, wide_schema


def edited_history(history: History, overlay: Overlay) -> History:
    """The history with the names that its metrics have now.

    Metrics that came to one name are one; of a row that has several of them, the value counts that had the
    name already, and of others the one that was logged first.
    """
    sources = _sources(history.names, overlay)
    if list(sources) == list(history.names):
        return history
    if history.cells is not None:
        cells = _edited_cells(history.cells, sources)
        return History(tuple(sources), history.parts, history.rows, cells)
    columns = [
        pl.coalesce([pl.col(f"m{old}") for old in olds]).alias(f"m{new}")
        for new, olds in enumerate(sources.values())
    ]
    rows = history.rows.select("step", "t", *columns).rechunk().match_to_schema(wide_schema(len(sources)))
    return History(tuple(sources), history.parts, rows)


def edited_texts(texts: Mapping[str, str], overlay: Overlay) -> dict[str, str]:
    """The texts under the names that they have now."""
    renamed = {overlay.metric(name): text for name, text in texts.items()}
    return renamed | {name: text for name, text in texts.items() if overlay.metric(name) == name}


def _sources(names: Sequence[str], overlay: Overlay) -> dict[str, list[int]]:
    """By name of today the numbers of the metrics that are it, the one that always was first."""
    found: dict[str, list[int]] = {}
    for number, name in enumerate(names):
        new = overlay.metric(name)
        if new == name:
            found.setdefault(new, []).insert(0, number)
        else:
            found.setdefault(new, []).append(number)
    return found


def _edited_cells(cells: pl.DataFrame, sources: Mapping[str, Sequence[int]]) -> pl.DataFrame:
    numbers = {old: new for new, olds in enumerate(sources.values()) for old in olds}
    ranks = {old: rank for olds in sources.values() for rank, old in enumerate(olds)}
    metric = pl.col("metric")
    return (
        cells.with_columns(
            metric.replace_strict(numbers, return_dtype=pl.UInt32).alias("metric"),
            metric.replace_strict(ranks, return_dtype=pl.UInt32).alias("rank"),
        )
        .sort("row", "metric", "rank")
        .unique(["row", "metric"], keep="first", maintain_order=True)
        .drop("rank")
        .rechunk()
    )
