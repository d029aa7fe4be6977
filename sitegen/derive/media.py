"""The media of a run by name: later calls at a step replace earlier ones, later attempts the overlap."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sitegen.derive.facts import MediaEntry, MediaFacts
from sitegen.ingest.tables import RunRecords, Segment

NAMED = re.compile(r"[0-9a-f]{64}")
ENDING = re.compile(r"[a-z0-9]{1,10}")
BIN_LIMIT = 4096

FILE_KEYS = ("vector",)
"""Members of an item that are files of their own."""


class _Logged(NamedTuple):
    """One record of media, with where it comes from."""

    attempt: int
    t: float
    step: float
    first: int
    items: tuple[Mapping[str, Any], ...]


def media_of(records: RunRecords, first_steps: Mapping[tuple[int, int], float]) -> tuple[MediaFacts, ...]:
    """Everything beyond numbers that a run logged, by name; histograms last, of which models have dozens."""
    found: dict[tuple[str, str, int], list[_Logged]] = {}
    for segment in records.segments:
        for name, kind, logged in _logged(segment):
            later = [
                step
                for (rank, attempt), step in first_steps.items()
                if rank == segment.rank and attempt > segment.attempt
            ]
            if logged.step < min(later, default=math.inf):
                found.setdefault((name, kind, segment.rank), []).append(logged)
    return tuple(
        MediaFacts(name, kind, rank, _entries(found[name, kind, rank], records.started))
        for name, kind, rank in sorted(found, key=lambda key: (key[1] == "histogram", *key))
    )


def _entries(logged: list[_Logged], started: float) -> tuple[MediaEntry, ...]:
    by_step: dict[float, MediaEntry] = {}
    for one in sorted(logged, key=lambda one: (one.attempt, one.t)):
        before = by_step.get(one.step)
        items = one.items
        if before is not None and (one.first or _is_part(one.items)):
            items = (*before.items, *one.items)
        by_step[one.step] = MediaEntry(one.step, one.t - started, items)
    return tuple(by_step[step] for step in sorted(by_step))


def _is_part(items: tuple[Mapping[str, Any], ...]) -> bool:
    return bool(items) and items[0].get("part") is True


def _logged(segment: Segment) -> Iterator[tuple[str, str, _Logged]]:
    for record in segment.records:
        name, step = record.get("name"), record.get("step")
        if record["k"] not in ("media", "hist") or not isinstance(name, str):
            continue
        if step is None or not _is_number(step):
            continue
        if record["k"] == "hist":
            kind, items = "histogram", [record] if _is_histogram(record) else []
        else:
            kind, listed = str(record.get("kind")), record.get("items")
            items = [item for item in listed if _is_file(item)] if isinstance(listed, list) else []
        if items:
            first = record.get("first")
            place = first if isinstance(first, int) else 0
            yield name, kind, _Logged(segment.attempt, float(record["t"]), float(step), place, tuple(items))


def _is_file(item: Any) -> bool:
    """Whether an item names a file in the one way that is safe to follow."""
    if not isinstance(item, dict):
        return False
    digest, ext = item.get("sha256"), item.get("ext")
    if not (isinstance(digest, str) and NAMED.fullmatch(digest)):
        return False
    inner = [item[key] for key in FILE_KEYS if key in item]
    masks = item.get("masks")
    inner += masks.values() if isinstance(masks, dict) else []
    return isinstance(ext, str) and ENDING.fullmatch(ext) is not None and all(map(_is_file, inner))


def _is_histogram(record: Mapping[str, Any]) -> bool:
    bins, counts = record.get("bins"), record.get("counts")
    if not isinstance(bins, list) or not isinstance(counts, list):
        return False
    fits = 0 < len(counts) <= BIN_LIMIT and len(bins) == len(counts) + 1
    return fits and all(map(_is_number, [*bins, *counts]))


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
