"""What the records of a run add up to: its names, configuration and user-set summary."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Collection, Mapping
from typing import Any

from collector.runlog.paths import RECORDS_SUFFIX
from collector.runlog.reader import iterate_chunks, read_header
from collector.runlog.sound import is_sound
from collector.runlog.values import join_tree


def read_run_records(folder: str, kinds: Collection[str] = ()) -> list[dict[str, Any]]:
    """The records of all process starts in a folder in order of time; only some kinds where any are given."""
    found: list[tuple[float, dict[str, Any]]] = []
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return []
    for name in names:
        if name.endswith(RECORDS_SUFFIX):
            path = os.path.join(folder, name)
            header = read_header(path) or {}
            started = float(header.get("started", 0.0))
            with contextlib.suppress(OSError):  # one unreadable file hides no other
                found += [(started + record["t"], record) for record in _records(path, kinds)]
    return [record for _, record in sorted(found, key=lambda pair: pair[0])]


def last_fields(records: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    """The fields of all records of a kind, of each the latest."""
    fields: dict[str, Any] = {}
    for record in records:
        if record["k"] == kind:
            fields |= {name: value for name, value in record.items() if name not in ("k", "t", "c")}
    return fields


def merged_tree(records: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    """The `config` or `summary` records merged deeply, later values winning."""
    tree: dict[str, Any] = {}
    for record in records:
        if record["k"] == kind:
            merge_into(tree, join_tree(record["v"], record.get("x", {})))
    return tree


def merge_into(tree: dict[str, Any], part: Mapping[str, Any]) -> None:
    """Put a part into a tree, later values winning."""
    for key, value in part.items():
        if isinstance(value, dict) and isinstance(tree.get(key), dict):
            merge_into(tree[key], value)
        else:
            tree[key] = value


def _record(loads: Callable[[bytes], Any], line: bytes) -> dict[str, Any] | None:
    """The record of a line without its checksum, None where it makes no sense."""
    try:
        record = loads(line)
    except ValueError:
        return None
    if not is_sound(record):
        return None
    record.pop("c", None)
    return dict(record)


def _records(path: str, kinds: Collection[str]) -> list[dict[str, Any]]:
    import orjson  # first need

    starts = tuple(b'{"k":"%b"' % kind.encode() for kind in kinds) or b"{"
    found = []
    for chunk in iterate_chunks(path):
        for line in chunk.lines:
            if line.startswith(starts):
                record = _record(orjson.loads, line)
                if record is not None:
                    found.append(record)
    return found
