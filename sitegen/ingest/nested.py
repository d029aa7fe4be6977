"""Configuration and summary records: nested values in parts, merged and flattened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from collector.runlog.values import join_tree

DEPTH_LIMIT = 100


def merged(records: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The parts of `config` or `summary` records put together, deeply; the later value wins."""
    whole: dict[str, Any] = {}
    for record in records:
        value, exact = record.get("v"), record.get("x")
        if isinstance(value, dict):
            _merge(whole, join_tree(value, exact if isinstance(exact, dict) else {}))
    return whole


def flattened(value: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every leaf with its dotted name; an empty group is a leaf."""
    for key, inner in value.items():
        name = prefix + str(key)
        if isinstance(inner, dict) and inner and prefix.count(".") < DEPTH_LIMIT:
            yield from flattened(inner, name + ".")
        else:
            yield name, inner


def _merge(into: dict[str, Any], part: Mapping[str, Any]) -> None:
    for key, value in part.items():
        before = into.get(key)
        if isinstance(before, dict) and isinstance(value, dict):
            _merge(before, value)
        else:
            into[key] = value
