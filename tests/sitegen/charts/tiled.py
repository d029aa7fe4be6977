"""A run's tiles read back from their files, by the format's description alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from tests.sitegen.charts.made import unpacked

Key = tuple[str, str, int]
"""Family, metric and rank of a series."""


def indexed(files: Mapping[str, bytes]) -> dict[Key, dict[str, Any]]:
    """The index's entry of every series."""
    index = list(files)[-1]
    return {(one["family"], one["metric"], one["rank"]): one for one in unpacked(files[index])}


def joined(files: Mapping[str, bytes]) -> dict[Key, dict[int, dict[str, list[float]]]]:
    """Every level of every series, its tiles put together as the index orders them."""
    decoded = {name: unpacked(content) for name, content in files.items()}
    return {
        key: {level["width"]: _level(key, level, decoded) for level in entry["levels"]}
        for key, entry in indexed(files).items()
    }


def _level(key: Key, level: Mapping[str, Any], decoded: Mapping[str, Any]) -> dict[str, list[float]]:
    columns: dict[str, list[float]] = defaultdict(list)
    for tile, name in enumerate(level["files"]):
        for column, values in _tile(decoded[f"{name}.js"], key, level["width"], tile).items():
            columns[column] += values
    return dict(columns)


def _tile(series: Iterable[Mapping[str, Any]], key: Key, width: int, tile: int) -> Mapping[str, list[float]]:
    [found] = [
        one["cols"]
        for one in series
        if (one["family"], one["metric"], one["rank"]) == key and (one["width"], one["tile"]) == (width, tile)
    ]
    return dict(found)
