"""Whether a site is as it was built: every file of its manifest, by size and hash."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sitegen.errors import MisuseError
from sitegen.output.manifest import MANIFEST, MARKER, FileEntry, Manifest

BLOCK_BYTES = 1 << 20


@dataclass(frozen=True)
class Verdict:
    """What became of a site's files; `foreign` ones are of somebody else and no fault."""

    files: int
    size_bytes: int
    missing: tuple[str, ...]
    changed: tuple[str, ...]
    foreign: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Whether every file is there as it was built."""
        return not self.missing and not self.changed


Progress = Callable[[str, Iterable[Any], int], Iterable[Any]]
"""Passes files on while showing, in these words, how many of so many there are."""


def unseen(_words: str, files: Iterable[Any], _total: int) -> Iterable[Any]:
    """Shows nothing."""
    return files


def verify(site: Path, progress: Progress = unseen) -> Verdict:
    """Compares a site with its manifest; a copy of one will do, the marker is not needed."""
    manifest = built(site)
    missing, changed = [], []
    for path, entry in progress("Comparing files", sorted(manifest.files.items()), len(manifest.files)):
        found = _entry(site / path)
        if found is None:
            missing.append(path)
        elif found != entry:
            changed.append(path)
    ours = {*manifest.every_path, MANIFEST, MARKER}
    present = {place.relative_to(site).as_posix() for place in site.rglob("*") if not place.is_dir()}
    size_bytes = sum(entry.size_bytes for entry in manifest.files.values())
    return Verdict(
        len(manifest.files), size_bytes, tuple(missing), tuple(changed), tuple(sorted(present - ours))
    )


def built(site: Path) -> Manifest:
    """The manifest of a site that exists; an error names what is missing."""
    if not (site / MANIFEST).is_file():
        raise MisuseError(
            f'"{site}" has no {MANIFEST}, so it is no site that sitegen built.',
            hint="Name the folder that `sitegen build` wrote, or build it first.",
        )
    manifest = Manifest.of(site)
    if not manifest.files:
        raise MisuseError(f'"{site / MANIFEST}" is damaged: it lists no file.', hint="Build the site again.")
    return manifest


def _entry(place: Path) -> FileEntry | None:
    digest, size_bytes = hashlib.sha256(), 0
    try:
        with place.open("rb") as file:
            while block := file.read(BLOCK_BYTES):
                digest.update(block)
                size_bytes += len(block)
    except OSError:
        return None
    return FileEntry(size_bytes, digest.hexdigest())
