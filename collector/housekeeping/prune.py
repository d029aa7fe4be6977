"""What has to go so that a folder of run logs takes no more than so much disk: a plan first, then its deeds.

The trash goes first, then contents of no artifact, then ended runs from the oldest on. What
still goes, and what was asked to be kept, stays, whatever the limit says.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from collector.artifacts.names import ArtifactError
from collector.artifacts.store import Store
from collector.catalog.glance import Look, look_at
from collector.catalog.places import project_folders, run_folders
from collector.housekeeping.trash import delete_tree, list_trash, trash_root
from collector.runlog.errors import MisuseError
from collector.runlog.joins import continuations
from collector.runlog.paths import TRASH

SETTLED_SECONDS = 86_400.0
"""A run that was lost may come back, and a content may be about to become an artifact, for so long."""

_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmgt]?)(i?)b?", re.IGNORECASE)
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}


class Doomed(NamedTuple):
    """Something that is to be deleted."""

    what: str
    """'trash', 'content' or 'run'."""
    folder: str
    size: int
    heard: float
    """When it was last heard of, or removed."""


class Plan(NamedTuple):
    """What is to be deleted, and what that comes to."""

    limit: int
    before: int
    """Bytes that the folder takes."""
    doomed: list[Doomed]
    kept: int
    """Runs that stay."""

    @property
    def after(self) -> int:
        """Bytes that it will take."""
        return self.before - sum(one.size for one in self.doomed)


class Wishes(NamedTuple):
    """What must not go."""

    newest: int = 0
    """So many runs of each project."""
    tags: Collection[str] = ()
    """Runs with one of these tags."""


NO_WISHES = Wishes()


def read_size(text: str) -> int:
    """The bytes that `50GB`, `1.5 TiB` or `800000` mean."""
    found = _SIZE.fullmatch(text.strip())
    if not found:
        raise MisuseError(f"{text!r} is no size.", "Write it as 50GB, 800MB or 1.5TB.")
    return int(float(found[1]) * (1024 if found[3] else 1000) ** _POWERS[found[2].lower()])


def plan_pruning(root: str, limit: int, wishes: Wishes = NO_WISHES, now: float | None = None) -> Plan:
    """What has to go for the folder to take at most so many bytes."""
    wall = time.time() if now is None else now
    looks = [look_at(folder) for folder in run_folders(root)]
    before = size_of(root)
    excess, doomed = before - limit, []
    kept = len(looks)
    for unit in (*_waste(root, wall), *_run_units(looks, wishes, wall)):
        if excess <= 0:
            break
        doomed += unit
        kept -= sum(one.what == "run" for one in unit)
        excess -= sum(one.size for one in unit)
    return Plan(limit, before, doomed, kept)


def carry_out(plan: Plan, now: float | None = None) -> Iterator[Doomed]:
    """Delete what the plan names, one after the other; a run that goes again by now is left alone."""
    for one in plan.doomed:
        if one.what == "run" and _is_active(look_at(one.folder), time.time() if now is None else now):
            continue
        if one.what == "content":
            os.unlink(one.folder)
        else:
            delete_tree(one.folder)
        yield one


def size_of(place: str) -> int:
    """Bytes of all files below a place; links count themselves, and what can not be read counts nothing."""
    total = 0
    waiting = [place]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    try:
                        if entry.is_dir(follow_symlinks=False):
                            waiting.append(entry.path)
                        else:
                            total += entry.stat(follow_symlinks=False).st_size
                    except OSError:  # deleted since it was listed
                        continue
        except OSError:
            continue
    return total


def _waste(root: str, now: float) -> Iterator[list[Doomed]]:
    """What nobody misses: the trash, and contents of no artifact."""
    holder = trash_root(root)
    if os.path.isdir(os.path.join(os.path.abspath(root), TRASH)):
        for removed in list_trash(holder):
            yield [Doomed("trash", removed.folder, size_of(removed.folder), removed.at)]
    for project in dict.fromkeys([os.path.abspath(root), *project_folders(root)]):
        for path, status in _orphans(os.path.join(project, "artifacts")):
            if now - status.st_mtime > SETTLED_SECONDS:
                yield [Doomed("content", path, status.st_size, status.st_mtime)]


def _orphans(folder: str) -> Iterator[tuple[str, os.stat_result]]:
    """Objects that no version names, and unfinished drafts; none where a manifest is damaged."""
    store, known = Store(folder), set()
    if not os.path.isdir(os.path.join(folder, "objects")):
        return
    try:
        for name in sorted(os.listdir(os.path.join(folder, "names"))):
            for number in store.numbers(name):
                known |= {entry.sha256 for entry in store.read(name, number).manifest.entries.values()}
    except (OSError, ArtifactError):
        return  # what can not be read may name anything
    for place, _, files in os.walk(os.path.join(folder, "objects")):
        for file in sorted(files):
            if file not in known:
                path = os.path.join(place, file)
                try:
                    yield path, os.stat(path, follow_symlinks=False)
                except OSError:
                    continue


def _run_units(looks: Sequence[Look], wishes: Wishes, now: float) -> Iterator[list[Doomed]]:
    """Ended runs from the oldest on, each with the runs that go on with it."""
    parts = _parts(looks)
    followers = {part.folder for found in parts.values() for part in found}
    newest = _newest(looks, wishes.newest)
    for look in sorted(looks, key=lambda one: (one.heard, one.folder)):
        unit = [look, *parts.get(look.folder, ())]
        stays = any(
            one.folder in newest or set(one.tags) & set(wishes.tags) or _is_active(one, now) for one in unit
        )
        if not stays and look.folder not in followers:
            yield [Doomed("run", one.folder, size_of(one.folder), one.heard) for one in unit]


def _parts(looks: Sequence[Look]) -> dict[str, list[Look]]:
    """By folder of a run the runs that go on with it."""
    found: dict[str, list[Look]] = {}
    for project in {os.path.dirname(look.folder) for look in looks}:
        mine = {look.id: look for look in looks if os.path.dirname(look.folder) == project}
        chains = continuations({run: look.overlay for run, look in mine.items()})
        found |= {mine[run].folder: [mine[part] for part in chain] for run, chain in chains.items()}
    return found


def _newest(looks: Sequence[Look], count: int) -> set[str]:
    found: set[str] = set()
    for project in {os.path.dirname(look.folder) for look in looks}:
        mine = [look for look in looks if os.path.dirname(look.folder) == project]
        mine.sort(key=lambda look: (look.started, look.folder))
        found |= {look.folder for look in mine[len(mine) - count :]} if count else set()
    return found


def _is_active(look: Look, now: float) -> bool:
    """Whether a run goes, or was lost so shortly ago that it may come back."""
    return look.is_open and (look.state(now) != "lost" or now - look.heard < SETTLED_SECONDS)
