"""The ways in which the files of a build come into a site's folder.

Best is a swap of folders: no moment shows half of a change, nor does a build that is killed leave one. The
folder that comes in is the second copy of the site, where this process kept one, or one into which every file
of the site is linked. Where folders cannot be swapped, or hold files of someone else, files are moved one by
one.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Set
from dataclasses import dataclass
from pathlib import Path

from sitegen.errors import SiteError
from sitegen.output.manifest import MANIFEST, MARKER
from sitegen.output.memory import Left, Placed, follow
from sitegen.output.paths import is_hashed
from sitegen.output.swap import exchange


@dataclass(frozen=True)
class Change:
    """What a build does to a site."""

    target: Path
    staged: Path
    """Where new files wait."""
    written: tuple[str, ...]
    deleted: tuple[str, ...]
    wanted: Set[str]
    """Every file of ours that the site will have."""


def put_in_place(change: Change, left: Left | None = None, spare: Path | None = None) -> Placed:
    """Changes the site; the folder that a swap brings out is kept at `spare`, if that is given."""
    change.target.parent.mkdir(parents=True, exist_ok=True)
    if not change.target.exists():
        change.staged.rename(change.target)
        return Placed(None, can_swap=True)
    if left is not None and left.spare is not None and _swap_spare(change, left.spare.folder):
        return Placed(_followed(change, left.spare.folder), can_swap=True)
    is_known = left is not None and not left.can_swap
    if not is_known and _linked_all(change) and exchange(change.staged, change.target):
        return Placed(_kept(change, spare) if spare else None, can_swap=True)
    _move_one_by_one(change)
    return Placed(None, can_swap=False)


def _swap_spare(change: Change, spare: Path) -> bool:
    """Makes the second copy the site of tomorrow, and swaps it in; nothing is left of it where that fails."""
    with contextlib.suppress(OSError):
        follow(spare, change.staged, change.written, change.deleted)
        if exchange(spare, change.target):
            return True
    shutil.rmtree(spare, ignore_errors=True)
    return False


def _kept(change: Change, spare: Path) -> Path | None:
    """The former site at the place of a second copy."""
    with contextlib.suppress(OSError):
        change.staged.rename(spare)
        return _followed(change, spare)
    return None


def _followed(change: Change, spare: Path) -> Path | None:
    """The former site, made what the site is now."""
    with contextlib.suppress(OSError):
        follow(spare, change.target, change.written, change.deleted)
        return spare
    shutil.rmtree(spare, ignore_errors=True)
    return None


def _linked_all(change: Change) -> bool:
    """Completes the staged folder with what stays; False when the site holds files of someone else."""
    present = _files_below(change.target)
    if present is None or present - change.wanted - set(change.deleted):
        return False
    try:
        # Plain strings: for thousands of files pathlib costs more than the links.
        site, staged = str(change.target), str(change.staged)
        unchanged = present & change.wanted - set(change.written)
        for folder in {path.rpartition("/")[0] for path in unchanged}:
            os.makedirs(f"{staged}/{folder}", exist_ok=True)  # noqa: PTH103
        for path in unchanged:
            os.link(f"{site}/{path}", f"{staged}/{path}")
    except OSError:  # a file system without hard links
        return False
    return True


def _move_one_by_one(change: Change) -> None:
    """Hashed files first, pages next, the manifest last: at no moment does a page miss what it needs."""
    for path in sorted(
        change.written, key=lambda path: (path in (MANIFEST, MARKER), not is_hashed(path), path)
    ):
        place = change.target / path
        _make_folders(change.target, place)
        (change.staged / path).replace(place)
    for path in change.deleted:
        _delete(change.target, path)


def _files_below(target: Path) -> set[str] | None:
    """Every file by relative path; None when there is a link, since what is behind it is not ours."""
    found: set[str] = set()
    folders = [("", target)]
    while folders:
        prefix, folder = folders.pop()
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_symlink():
                    return None
                if entry.is_dir():
                    folders.append((f"{prefix}{entry.name}/", Path(entry.path)))
                else:
                    found.add(prefix + entry.name)
    return found


def _make_folders(target: Path, place: Path) -> None:
    missing = [folder for folder in place.parents if folder.is_relative_to(target)]
    for folder in reversed(missing):
        if (folder.is_symlink() and folder != target) or folder.is_file():
            raise SiteError(
                f'"{folder}" is in the way of a folder of the site.', hint="Remove it, and build again."
            )
        folder.mkdir(exist_ok=True)


def _delete(target: Path, path: str) -> None:
    """Removes a file of ours and the folders it leaves empty."""
    place = target / path
    if any(
        folder.is_symlink() for folder in place.parents if folder.is_relative_to(target) and folder != target
    ):
        return
    place.unlink(missing_ok=True)
    for folder in place.parents:
        if folder == target or any(folder.iterdir()):
            return
        folder.rmdir()
