"""The one way a site gets onto disk: staged beside its folder, then put in place in one go.

A build writes every file it wants to exist. What equals the site's present file is left alone; the rest is
staged, and `publish` swaps the finished folder in, as placing.py says. Content-hashed files of the last two
changed builds stay, so that a page opened before the build still finds its data.

Files are not flushed to disk one by one: a site can be built again, and the next build compares real bytes.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sitegen.errors import SiteError
from sitegen.output.lock import FolderLock
from sitegen.output.manifest import MANIFEST, MARKER, FileEntry, Manifest, is_ours
from sitegen.output.memory import Left, Placed, SiteMemory
from sitegen.output.paths import Claims, claims_of
from sitegen.output.placing import Change, put_in_place
from sitegen.output.staging import Made, Staging, asset_path, has_hash, told


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


class Bundle:
    """Files that belong together, in the form in which all of them are taken at once."""

    def __init__(self, made: Sequence[Made]) -> None:
        self.made = made
        self.claims = claims_of((one.path, one.sha256) for one in made)
        self.files = {one.path: FileEntry(one.size_bytes, one.sha256) for one in made}
        self.needs = {path: one.path for one in made for path in one.needs}


class Tree:
    """A site under construction; a context manager, so that nothing half-made stays behind."""

    def __init__(self, target: Path, memory: SiteMemory | None = None) -> None:
        self.target = Path(os.path.realpath(target))
        is_ours(self.target)
        self._before = Manifest()
        self._memory = memory
        self._left: Left | None = None
        self._is_trusted = False
        self._lock = FolderLock(self.target.with_name(f".{self.target.name}.staging"))
        self.staging = Staging(self.target, self._lock.folder / "tree")
        self._claims = Claims()
        self._files: dict[str, FileEntry] = {}
        self._needs: dict[str, str] = {}
        """A page that needs it, by the path of each file that any does."""
        self._written: list[str] = []

    def __enter__(self) -> Tree:
        self._lock.take(self._kept_name())
        try:
            # Only now: another build may have published while this one waited.
            self._left = self._memory.recall(self.target) if self._memory else None
            self._before = self._left.manifest if self._left else Manifest.read(self.target)
        except BaseException:
            self.__exit__()
            raise
        return self

    @property
    def is_as_left(self) -> bool:
        """Whether this process published the site, and nobody touched a file of it since."""
        return self._left is not None and self._is_trusted

    def trust(self, *, is_untouched: bool) -> None:
        """Says whether nobody changed the site's files since they were published; else they are compared."""
        self._is_trusted = is_untouched

    def __exit__(self, *_: object) -> None:
        self._lock.release(self._kept_name())

    def _kept_name(self) -> str:
        spare = self._memory.spare if self._memory else None
        return spare.name if spare and spare.parent == self._lock.folder else ""

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

    def take_again(self, bundle: Bundle) -> None:
        """Accepts files that the last build made together and that stand in the site as it left them."""
        if self._claims.take_all(bundle.claims):
            self._files.update(bundle.files)
            self._needs.update(bundle.needs)
        else:
            for made in bundle.made:
                self.take(made)

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
                self._put_in_place(after, deleted)
        else:
            deleted = []
            if self._memory is not None and self._left is None:
                self._memory.keep(self.target, self._before, Placed(None, can_swap=True))
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

    def _put_in_place(self, after: Manifest, deleted: list[str]) -> None:
        memory, left = self._memory, self._left
        wanted = {*after.every_path, MANIFEST, MARKER}
        change = Change(self.target, self.staging.folder, tuple(self._written), tuple(deleted), wanted)
        if memory is None:
            put_in_place(change)
            return
        memory.forget()  # should anything go wrong now
        placed = put_in_place(change, left, self._lock.folder / f"spare-{secrets.token_hex(4)}")
        memory.keep(self.target, after, placed)
