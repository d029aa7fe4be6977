"""Runs that were joined: several folders that are one run."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping, Sequence

from collector.catalog.glance import Look, look_at
from collector.runlog.edits import Overlay, read_edits
from collector.runlog.joins import continuations
from collector.runlog.state import ending_of


def joined_looks(looks: Iterable[Look]) -> list[Look]:
    """The looks, those of joined runs as one under the run that they go on with."""
    seen = list(looks)
    by_project: dict[str, dict[str, Look]] = {}
    for look in seen:
        by_project.setdefault(os.path.dirname(look.folder), {})[look.id] = look
    found = []
    for runs in by_project.values():
        parts = continuations({run: look.overlay for run, look in runs.items()})
        hidden = {part for chain in parts.values() for part in chain}
        found += [_joined(runs, run, parts.get(run, ())) for run in runs if run not in hidden]
    return found


def joined_look(folder: str, kinds: Collection[str] = ()) -> Look:
    """The look at a run together with those that go on with it."""
    look = look_at(folder, kinds)
    if not look.overlay.joins:
        return look
    project = os.path.dirname(os.path.abspath(folder))
    overlays = {
        name: Overlay(read_edits(os.path.join(project, name))) for name in sorted(os.listdir(project))
    }
    parts = continuations(overlays).get(look.id, ())
    runs = {part: look_at(os.path.join(project, part), kinds) for part in parts}
    return _joined({look.id: look} | runs, look.id, parts)


def _joined(runs: Mapping[str, Look], first: str, parts: Sequence[str]) -> Look:
    """The first run with the attempts of its parts after its own."""
    look = runs[first]
    for part in parts:
        other = runs[part]
        shift = max((one.attempt for one in look.processes), default=0)
        later = tuple(one._replace(attempt=one.attempt + shift) for one in other.processes)
        processes = look.processes + later
        values = {look.overlay.metric(name): value for name, value in other.latest.values.items()}
        latest = other.latest if other.latest.at is not None else look.latest
        look = look._replace(
            processes=processes,
            ending=ending_of(processes),
            latest=latest._replace(
                values=look.latest.values | values,
                is_complete=look.latest.is_complete and other.latest.is_complete,
            ),
            parts=(*look.parts, other.folder),
            unreadable=look.unreadable + other.unreadable,
        )
    return look
