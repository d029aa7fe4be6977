"""The trash of a folder of run logs: what was removed stays until it is emptied.

    <root>/.trash/<utc stamp>-<chance>/<project>/<run id>/

Moving there is one rename, so a run is never half removed, and a process that still writes goes on writing.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import NamedTuple

from collector.catalog.places import is_run
from collector.runlog.errors import CollectorError
from collector.runlog.paths import TRASH, base32, stamp_of, stamped_at


class Removed(NamedTuple):
    """A run in the trash."""

    folder: str
    project: str
    id: str
    at: float
    """When it was removed, in seconds since 1970."""
    root: str

    @property
    def origin(self) -> str:
        """Where it lay."""
        return os.path.join(self.root, self.project, self.id)


def trash_root(root: str) -> str:
    """The folder whose trash is meant: of a single project's folder it is the one above."""
    place = os.path.abspath(root)
    try:
        with os.scandir(place) as entries:
            is_project = any(entry.is_dir() and is_run(entry.path) for entry in entries)
    except OSError:
        return place
    return os.path.dirname(place) if is_project else place


def put_in_trash(folder: str, now: float | None = None) -> str:
    """Move a run's folder into the trash beside its project; where it lies now."""
    folder = os.path.abspath(folder)
    project = os.path.dirname(folder)
    target = new_place(folder, os.path.basename(folder), now)
    place = os.path.dirname(os.path.dirname(target))
    try:
        os.makedirs(os.path.dirname(target))
        os.rename(folder, target)
    except OSError as error:
        _remove_empty(os.path.dirname(target), place)
        raise CollectorError(
            f"{folder} can not be moved to the trash: {error.strerror}.",
            f"{os.path.dirname(place)} must be writable and on the same file system.",
        ) from error
    _remove_empty(project)
    return target


def new_place(folder: str, name: str, now: float | None = None) -> str:
    """A path in the trash that nothing has yet, for something of the project of a run's folder."""
    project = os.path.dirname(folder)
    place = os.path.join(os.path.dirname(project), TRASH, f"{stamp_of(now)}-{base32(os.urandom(5), 6)}")
    return os.path.join(place, os.path.basename(project), name)


def list_trash(root: str) -> list[Removed]:
    """What is in the trash, the oldest first."""
    found = [
        Removed(run, os.path.basename(project), os.path.basename(run), _stamp_of(place), root)
        for place in _folders(os.path.join(root, TRASH))
        for project in _folders(place)
        for run in _folders(project)
    ]
    return sorted(found, key=lambda removed: (removed.at, removed.folder))


def restore(removed: Removed) -> str:
    """Move a run back to where it lay; that place must be free."""
    if os.path.lexists(removed.origin):
        raise CollectorError(
            f"{removed.origin} is there again, so that {removed.id} can not be put back.",
            "Move the one that is there away, or remove it.",
        )
    try:
        os.makedirs(os.path.dirname(removed.origin), exist_ok=True)
        os.rename(removed.folder, removed.origin)
    except OSError as error:
        raise CollectorError(f"{removed.folder} can not be moved back: {error.strerror}.") from error
    project = os.path.dirname(removed.folder)
    _remove_empty(project, os.path.dirname(project), os.path.join(removed.root, TRASH))
    return removed.origin


def delete_removed(removed: Removed) -> None:
    """Delete a run that is in the trash, for good."""
    delete_tree(removed.folder)
    project = os.path.dirname(removed.folder)
    _remove_empty(project, os.path.dirname(project), os.path.join(removed.root, TRASH))


def delete_tree(folder: str) -> None:
    """Delete a folder and all that is in it; links in it are deleted and not followed."""
    try:
        if os.path.islink(folder):
            os.unlink(folder)
        else:
            shutil.rmtree(folder)
    except OSError as error:
        raise CollectorError(
            f"{error.filename or folder} can not be deleted: {error.strerror}.", "Check who owns it."
        ) from error


def _remove_empty(*folders: str) -> None:
    for folder in folders:
        try:
            os.rmdir(folder)  # only goes when nothing is in it
        except OSError:
            return


def _folders(place: str) -> Iterator[str]:
    try:
        with os.scandir(place) as entries:
            yield from sorted(entry.path for entry in entries if entry.is_dir())
    except OSError:
        return


def _stamp_of(place: str) -> float:
    try:
        return stamped_at(os.path.basename(place)[:16])
    except ValueError:  # put there by somebody else
        return 0.0
