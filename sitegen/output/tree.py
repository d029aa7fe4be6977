"""The one way a site gets onto disk: staged beside its folder, then put in place in one go.

A build writes every file it wants to exist. What equals the site's present file is left alone; the rest is
staged, and `publish` swaps the finished folder in (or moves file by file, pages last, where folders cannot be
swapped or hold files of someone else). Content-hashed files of the last two changed builds stay, so that a
page opened before the build still finds its data.

Files are not flushed to disk one by one: a site can be built again, and the next build compares real bytes.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from sitegen.errors import SiteError
from sitegen.output.lock import FolderLock
from sitegen.output.manifest import MANIFEST, MARKER, FileEntry, Manifest
from sitegen.output.paths import Claims, is_hashed
from sitegen.output.staging import Made, Staging, asset_path, has_hash, told
from sitegen.output.swap import exchange


@dataclass(frozen=True)
class Published:
    """What a build did to the site's folder."""

    files: int
    size_bytes: int
    written: tuple[str, ...]
    deleted: tuple[str, ...]
    paths: tuple[str, ...] = ()
    """All files of the site, where something changed."""
    written_bytes: int = 0
    """Of those that were written."""


class Tree:
    """A site under construction; a context manager, so that nothing half-made stays behind."""

    def __init__(self, target: Path) -> None:
        self.target = Path(os.path.realpath(target))
        self._before = Manifest.read(self.target)
        self._is_trusted = False
        self._lock = FolderLock(self.target.with_name(f".{self.target.name}.staging"))
        self.staging = Staging(self.target, self._lock.folder / "tree")
        self._claims = Claims()
        self._files: dict[str, FileEntry] = {}
        self._needs: dict[str, str] = {}
        """A page that needs it, by the path of each file that any does."""
        self._written: list[str] = []

    def __enter__(self) -> Tree:
        self._lock.take()
        self._before = Manifest.read(self.target)  # another build may have published while this one waited
        return self

    def trust(self, *, is_untouched: bool) -> None:
        """Says whether nobody changed the site's files since they were published; else they are compared."""
        self._is_trusted = is_untouched

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    def write(self, path: str, content: bytes) -> None:
        """Puts a file into the site; a second one at the same path is refused."""
        self.take(self.staging.put(path, content))

    def asset(self, stem: str, suffix: str, content: bytes) -> str:
        """Writes `assets/<stem>.<hash><suffix>` and returns that path."""
        path = asset_path(stem, suffix, content)
        self.write(path, content)
        return path

    def take(self, made: Made) -> None:
        """Accepts a file that is staged or stands in the site; a second one at the same path is refused."""
        if self._claims.take(made.path, made.sha256):
            self._files[made.path] = FileEntry(made.size_bytes, made.sha256)
            self._needs.update(dict.fromkeys(made.needs, made.path))
            if made.is_new:
                self._written.append(made.path)

    def holds(self, made: Made) -> bool:
        """Whether the site has this very file from the last build, so that it may be taken as it is."""
        if self._before.files.get(made.path) != FileEntry(made.size_bytes, made.sha256):
            return False
        return self._is_trusted or has_hash(self.target / made.path, made.size_bytes, made.sha256)

    def publish(self) -> Published:
        """Makes the site what was written, and says what that changed."""
        self._verify()
        pages = list(self._written)
        if pages or self._files.keys() != self._before.files.keys():
            after = self._before.followed_by(self._files)
            deleted = sorted(self._before.every_path - after.every_path)
            with told(self.target):
                for path, content in after.contents().items():
                    if self.staging.put(path, content).is_new:
                        self._written.append(path)
                self._put_in_place({*after.every_path, MANIFEST, MARKER}, deleted)
        else:
            deleted = []
        size_bytes = sum(entry.size_bytes for entry in self._files.values())
        written_bytes = sum(self._files[path].size_bytes for path in pages)
        return Published(
            len(self._files),
            size_bytes,
            tuple(sorted(pages)),
            tuple(deleted),
            tuple(self._files),
            written_bytes,
        )

    def _verify(self) -> None:
        """Refuses to publish a page that would miss something."""
        for path in sorted(self._needs.keys() - self._files.keys()):
            raise SiteError(
                f'the site would be broken: "{self._needs[path]}" needs "{path}", which is not made.',
                hint="The former site is as it was. If your own templates refer to this file, put it below "
                "static/ of the theme's folder; else please report it as a defect of sitegen.",
            )

    def _put_in_place(self, wanted: set[str], deleted: list[str]) -> None:
        self.target.parent.mkdir(parents=True, exist_ok=True)
        if not self.target.exists():
            self.staging.folder.rename(self.target)
            return
        if not self._can_exchange(wanted, deleted) or not exchange(self.staging.folder, self.target):
            self._move_one_by_one(deleted)

    def _can_exchange(self, wanted: set[str], deleted: list[str]) -> bool:
        """Completes the staged folder with what stays; False when the site holds files of someone else."""
        present = _files_below(self.target)
        if present is None or present - wanted - set(deleted):
            return False
        try:
            # Plain strings: for thousands of files pathlib costs more than the links.
            site, staged = str(self.target), str(self.staging.folder)
            unchanged = present & wanted - set(self._written)
            for folder in {path.rpartition("/")[0] for path in unchanged}:
                os.makedirs(f"{staged}/{folder}", exist_ok=True)  # noqa: PTH103
            for path in unchanged:
                os.link(f"{site}/{path}", f"{staged}/{path}")
        except OSError:  # a file system without hard links
            return False
        return True

    def _move_one_by_one(self, deleted: list[str]) -> None:
        """Hashed files first, pages next, the manifest last: at no moment does a page miss what it needs."""
        for path in sorted(
            self._written, key=lambda path: (path in (MANIFEST, MARKER), not is_hashed(path), path)
        ):
            place = self.target / path
            _make_folders(self.target, place)
            (self.staging.folder / path).replace(place)
        for path in deleted:
            _delete(self.target, path)


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
