"""Whether a build would change nothing: what went in and what came out are as they were.

A file that has not changed its size, its times or its place is taken to have its content. Who cannot be sure
of that gives no hash of the inputs; then everything is built, which is always right.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from sitegen.output.manifest import MANIFEST, MARKER
from sitegen.output.tree import Published


class SiteLooks:
    """Sizes and times of a site's files: one number, which a few other files do not need to sum up anew."""

    def __init__(self, site: Path) -> None:
        self._site = str(site)
        self._hashes = {path: _hash_of(path) for path in _files_below([site], is_following=False)}
        self._sum = sum(self._hashes.values())

    def look_again(self, paths: Iterable[str]) -> None:
        """Takes note of files that were written or removed."""
        for path in paths:
            place = f"{self._site}/{path}"
            self._sum -= self._hashes.pop(place, 0)
            try:
                self._hashes[place] = _hash_of(place)
            except FileNotFoundError:
                continue
            self._sum += self._hashes[place]

    @property
    def digest(self) -> str:
        """The number, as a text."""
        return f"{len(self._hashes)} {self._sum % (1 << 128):032x}"


class Stamp:
    """What the last build started from and left behind, kept in the cache folder.

    `looks` are those of the site's files, where somebody knows that nobody touched them since.
    """

    def __init__(self, cache_dir: Path, site_dir: Path, inputs: str, looks: SiteLooks | None = None) -> None:
        self._place = cache_dir / "last-build.json"
        self._site_dir = site_dir
        self._inputs = inputs
        self.looks = looks

    def is_site_untouched(self) -> bool:
        """Whether the site's files are those that the last build published, by their sizes and times."""
        return self._is_site_of(self._kept)

    def unchanged(self) -> tuple[Published, tuple[str, ...], tuple[str, ...]] | None:
        """What the last build published, warned of and noted, if this one would do the same."""
        kept = self._kept
        try:
            if not self._inputs or kept["inputs"] != self._inputs or not self._is_site_of(kept):
                return None
            warnings, notes = (tuple(map(str, kept[name])) for name in ("warnings", "notes"))
            return Published(int(kept["files"]), int(kept["size_bytes"]), (), ()), warnings, notes
        except (ValueError, LookupError, TypeError):
            return None

    def _is_site_of(self, kept: Mapping[str, Any]) -> bool:
        try:
            if self.looks is None:
                self.looks = SiteLooks(self._site_dir)
            return bool(kept["site"] == self.looks.digest)
        except (OSError, KeyError):
            return False

    @cached_property
    def _kept(self) -> Mapping[str, Any]:
        try:
            kept = json.loads(self._place.read_bytes())
        except (OSError, ValueError, RecursionError):
            return {}
        return kept if isinstance(kept, dict) else {}

    def keep(self, published: Published, warnings: Sequence[str], notes: Sequence[str]) -> None:
        """Remembers this build; a folder that cannot be written costs only time."""
        if self.looks is not None and self.is_site_untouched():
            self.looks.look_again([*published.written, *published.deleted, MANIFEST, MARKER])
        else:
            try:
                self.looks = SiteLooks(self._site_dir)
            except OSError:  # somebody else takes files away
                self.looks = None
                return
        kept = {
            "inputs": self._inputs,
            "site": self.looks.digest,
            "files": published.files,
            "size_bytes": published.size_bytes,
            "warnings": list(warnings),
            "notes": list(notes),
        }
        temporary = self._place.with_suffix(f".{os.getpid()}")
        try:
            self._place.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_text(json.dumps(kept))
            temporary.replace(self._place)
        except OSError:
            return


def digest_of(
    texts: Iterable[str], folders: Iterable[Path] = (), files: Iterable[tuple[str, int, int, int]] = ()
) -> str:
    """One hash of everything a build starts from.

    `files` come with size and times, from `looked_at`; `folders` and their files are looked at here.
    """
    digest = hashlib.sha256()
    for text in texts:
        digest.update(text.encode("utf-8", "surrogatepass") + b"\0")
    for path, size_bytes, modified_ns, changed_ns in files:
        digest.update(f"{path}\0{size_bytes}\0{modified_ns}\0{changed_ns}\n".encode("utf-8", "surrogatepass"))
    digest.update(_tree_digest(folders).encode())
    return digest.hexdigest()


def looked_at(folders: Iterable[Path]) -> Iterator[tuple[str, int, int, int]]:
    """Files that users edit, for `digest_of`: a change shows also where its time was set back."""
    for path in _files_below(folders, is_following=True):
        found = _stat(path, is_following=True)
        yield path, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _tree_digest(folders: Iterable[Path]) -> str:
    """A hash of names, sizes and times of all files below some folders; a file stands for itself."""
    digest = hashlib.sha256()
    for path in _files_below(folders, is_following=True):
        digest.update(_told(path, _stat(path, is_following=True)))
    return digest.hexdigest()


def _hash_of(path: str) -> int:
    # A link in a site is somebody else's, and what it leads to is no part of the site.
    told = _told(path, _stat(path, is_following=False))
    return int.from_bytes(hashlib.sha256(told).digest()[:16], "little")


def _told(path: str, found: os.stat_result) -> bytes:
    told = f"{path}\0{found.st_size}\0{found.st_mtime_ns}\0{found.st_ino}\n"
    return told.encode("utf-8", "surrogatepass")


def _stat(path: str, *, is_following: bool) -> os.stat_result:
    """The looks of a file; of a link that leads nowhere, as editors make for open files, or back, its own."""
    try:
        found = os.stat(path, follow_symlinks=is_following)  # noqa: PTH116  a Path costs more
    except OSError:
        return os.lstat(path)
    return os.lstat(path) if stat.S_ISDIR(found.st_mode) else found


def _files_below(folders: Iterable[Path], *, is_following: bool) -> Iterator[str]:
    """Every file below some folders, in an order that depends on their names alone.

    Links to folders are followed where that is wanted, unless they lead back to a folder above.
    """
    left = [str(folder) for folder in folders]
    left.sort()
    while left:
        place = left.pop()
        for path, is_folder in _entries(place, is_following=is_following):
            if is_folder and not _leads_back(path):
                left.append(path)
            else:
                yield path


def _entries(place: str, *, is_following: bool) -> list[tuple[str, bool]]:
    """What is in a folder, each with whether it is one too; what cannot be read stands for itself."""
    try:
        with os.scandir(place) as entries:
            found = [
                (entry.path, entry.is_dir(follow_symlinks=is_following))
                for entry in entries
                if entry.name != "__pycache__"
            ]
    except OSError:
        return [(place, False)] if os.path.lexists(place) else []
    return sorted(found)


def _leads_back(path: str) -> bool:
    if not os.path.islink(path):  # noqa: PTH114
        return False
    real, above = os.path.realpath(path), os.path.realpath(os.path.dirname(path))  # noqa: PTH120
    return above == real or above.startswith(f"{real.rstrip('/')}/")
