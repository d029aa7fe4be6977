"""Files put beside a site, by any process of a build, until the build publishes them all at once."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from sitegen.errors import SiteError
from sitegen.output.needs import needs_of
from sitegen.output.paths import check_path, is_hashed


class Made(NamedTuple):
    """A file that a build wants its site to have."""

    path: str
    size_bytes: int
    sha256: str
    needs: tuple[str, ...] = ()
    """Paths of the files that it loads."""
    is_new: bool = False
    """Whether it was staged, since the site did not have just these bytes."""


@dataclass(frozen=True)
class Staging:
    """Where a build's files wait: each process of the build may have one of its own."""

    target: Path
    """The site."""
    folder: Path

    def put(self, path: str, content: bytes) -> Made:
        """Keeps a file for publishing unless the site has just these bytes."""
        check_path(path)
        digest = hashlib.sha256(content).hexdigest()
        with told(self.folder):
            is_new = self._stage(path, content)
        return Made(path, len(content), digest, needs_of(path, content), is_new)

    def _stage(self, path: str, content: bytes) -> bool:
        # Plain strings: a site has thousands of files, and pathlib would cost more than writing them.
        if _has_bytes(f"{self.target}/{path}", content):
            return False
        staged = f"{self.folder}/{path}"
        if is_hashed(path) and _size_of(staged) == len(content):
            return True
        try:
            _write(staged, content)
        except FileNotFoundError:
            (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
            _write(staged, content)
        return True


class Batch:
    """Files that belong together, with the list of what was made of them."""

    def __init__(self, staging: Staging) -> None:
        self.made: list[Made] = []
        self._staging = staging

    def write(self, path: str, content: bytes) -> None:
        """Puts a file into the site."""
        self.made.append(self._staging.put(path, content))

    def asset(self, stem: str, suffix: str, content: bytes) -> str:
        """Writes `assets/<stem>.<hash><suffix>` and returns that path."""
        path = asset_path(stem, suffix, content)
        self.write(path, content)
        return path


def asset_path(stem: str, suffix: str, content: bytes) -> str:
    """Where an asset lives: its name changes with its bytes, so browsers may keep it forever."""
    return f"assets/{stem}.{hashlib.sha256(content).hexdigest()[:10]}{suffix}"


@contextmanager
def told(place: Path) -> Iterator[None]:
    """Turns what the file system says into an error for the person who builds."""
    try:
        yield
    except OSError as error:
        raise SiteError(
            f'the site could not be written to "{place}": {error.strerror or error}.',
            hint="The former site is as it was, or whole but partly new; mend the cause and build again.",
        ) from error


def has_hash(place: Path, size_bytes: int, sha256: str) -> bool:
    """Whether a file has these bytes, by their hash."""
    try:
        if place.is_symlink() or place.stat().st_size != size_bytes:
            return False
        return hashlib.sha256(place.read_bytes()).hexdigest() == sha256
    except OSError:
        return False


def _has_bytes(place: str, content: bytes) -> bool:
    try:
        found = os.lstat(place)
        if not stat.S_ISREG(found.st_mode) or found.st_size != len(content):
            return False
        with open(place, "rb") as file:
            return file.read() == content
    except OSError:
        return False


def _write(place: str, content: bytes) -> None:
    with open(place, "wb") as file:
        file.write(content)


def _size_of(place: str) -> int | None:
    try:
        return os.stat(place).st_size  # noqa: PTH116
    except OSError:
        return None
