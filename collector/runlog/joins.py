"""Which runs go on with which, where corrections join them."""

from __future__ import annotations

from collections.abc import Mapping

from collector.runlog.edits import Overlay


def continuations(overlays: Mapping[str, Overlay]) -> dict[str, tuple[str, ...]]:
    """By id of a run the ids of those that go on with it, in order; only runs that have any.

    A join with an unknown run, with the run itself, or with one that is joined already, means nothing, and
    so does one that would let a run follow itself. A joined run brings those along that are joined to it.
    """
    parents: dict[str, str] = {}
    for _, run, part in _joins_in_order(overlays):
        if part in overlays and part not in parents and not _is_above(part, run, parents):
            parents[part] = run
    parts: dict[str, list[str]] = {}
    for _, run, part in _joins_in_order(overlays):
        if parents.get(part) == run and part not in parts.setdefault(run, []):
            parts[run].append(part)
    return {run: tuple(_chain(run, parts)) for run in parts if run not in parents and parts[run]}


def _joins_in_order(overlays: Mapping[str, Overlay]) -> list[tuple[float, str, str]]:
    """(time of the correction, run, run that goes on with it), the earliest first."""
    found = [(at, run, part) for run, overlay in overlays.items() for at, part in overlay.joins]
    return sorted(found, key=lambda join: join[:2])


def _is_above(run: str, below: str, parents: Mapping[str, str]) -> bool:
    place: str | None = below
    while place is not None:
        if place == run:
            return True
        place = parents.get(place)
    return False


def _chain(run: str, parts: Mapping[str, list[str]]) -> list[str]:
    found: list[str] = []
    for part in parts.get(run, ()):
        found += [part, *_chain(part, parts)]
    return found
