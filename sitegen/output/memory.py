"""What a process that builds again and again knows of the site that it published last.

A build that knows nothing looks at every file of a site, and links each into the folder that is swapped in.
Both cost with the size of the site, not with what is new. Who builds again keeps the folder that the last
swap brought out, as a second copy made of links, and brings both up to date by what changed.

What is remembered counts for as long as nobody else touched the site: who adds, removes or replaces a file
changes the time of the folder it is in. What is written into a file in its place is not noticed here.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from sitegen.errors import SiteError
from sitegen.output.lock import FolderLock
from sitegen.output.manifest import MANIFEST, MARKER, Manifest

Look = tuple[int, int, int]
"""Of a file or folder: which one it is, its size, and when it was changed."""


@dataclass(frozen=True)
class Spare:
    """A second copy of a site, made of links to its files."""

    folder: Path
    looks: Mapping[str, Look]

    def is_whole(self) -> bool:
        """Whether nobody, as a build in another process, has removed any of it."""
        return _looks(self.folder, self.looks) == self.looks


@dataclass(frozen=True)
class Placed:
    """How a site came into its place."""

    spare: Path | None
    """The folder of its second copy."""
    can_swap: bool


@dataclass(frozen=True)
class Left:
    """A site as it was left."""

    target: Path
    manifest: Manifest
    looks: Mapping[str, Look]
    """Of its folders, and of the two files that say what is ours."""
    can_swap: bool
    """Whether its folder can be swapped: it holds files of nobody else, and the system can."""
    spare: Spare | None

    def is_untouched(self) -> bool:
        """Whether no file was added, removed or replaced since."""
        return _looks(self.target, self.looks) == self.looks


class SiteMemory:
    """Remembers one site, from build to build."""

    def __init__(self) -> None:
        self._left: Left | None = None

    @property
    def spare(self) -> Path | None:
        """The folder of the second copy."""
        return self._left.spare.folder if self._left and self._left.spare else None

    @property
    def is_as_left(self) -> bool:
        """Whether no file of the site was added, removed or replaced since it was published."""
        return self._left is not None and self._left.is_untouched()

    def recall(self, target: Path) -> Left | None:
        """The site as it was left, if it is still so; to be asked by who owns the place beside it."""
        if self._left is not None and self._left.target != target:
            self.close()
        left = self._left
        if left is None or not left.is_untouched():
            return None
        if left.spare is not None and not left.spare.is_whole():
            return replace(left, spare=None)
        return left

    def keep(self, target: Path, manifest: Manifest, placed: Placed) -> None:
        """Remembers a site that was just published."""
        folders = _folders(manifest.every_path)
        looks = _looks(target, [*folders, MANIFEST, MARKER])
        spare = Spare(placed.spare, _looks(placed.spare, folders)) if placed.spare else None
        self._left = Left(target, manifest, looks, placed.can_swap, spare)

    def forget(self) -> None:
        """Nothing is known any more."""
        self._left = None

    def close(self) -> None:
        """Removes the second copy."""
        spare, self._left = self.spare, None
        if spare is not None:
            # Where another build has the place now, it removes what is left there.
            with contextlib.suppress(SiteError):
                lock = FolderLock(spare.parent)
                lock.take()
                lock.release()


def _folders(paths: Iterable[str]) -> list[str]:
    """Every folder of these files; the site itself has no name."""
    found = {path.rpartition("/")[0] for path in paths}
    for folder in list(found):
        while folder:
            folder = folder.rpartition("/")[0]
            found.add(folder)
    return sorted({"", *found})


def _looks(root: Path, paths: Iterable[str]) -> dict[str, Look]:
    found = {}
    for path in paths:
        try:
            stat = os.lstat(f"{root}/{path}")
        except OSError:
            found[path] = (0, 0, 0)
        else:
            found[path] = (stat.st_ino, stat.st_size, stat.st_mtime_ns)
    return found


def follow(folder: Path, source: Path, written: Iterable[str], deleted: Iterable[str]) -> None:
    """Links files of `source` into a folder, in place of what is called like them, and removes others."""
    for path in deleted:
        _unlink(f"{folder}/{path}")
        _remove_empty(folder, path)
    for path in written:
        place = f"{folder}/{path}"
        _unlink(place)
        try:
            os.link(f"{source}/{path}", place)
        except FileNotFoundError:
            os.makedirs(os.path.dirname(place), exist_ok=True)  # noqa: PTH103, PTH120
            os.link(f"{source}/{path}", place)


def _unlink(place: str) -> None:
    with contextlib.suppress(FileNotFoundError):
        os.unlink(place)  # noqa: PTH108


def _remove_empty(folder: Path, path: str) -> None:
    """Removes the folders that a removed file left empty."""
    while path := path.rpartition("/")[0]:
        try:
            os.rmdir(f"{folder}/{path}")  # noqa: PTH106
        except OSError:  # it holds something
            return
