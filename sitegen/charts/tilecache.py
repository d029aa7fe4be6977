"""Tiles of runs kept between builds: one file per run, from which a site's files are copied one by one.

The chunk files stand one after the other, then a list of them that says from which log and by which code they
were made, then the length of that list. Whatever is wrong with an entry makes it a miss, never an error.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, Protocol
from zlib import crc32

from collector.version import __version__
from sitegen.charts.tiles import tile_files
from sitegen.derive.facts import RunFacts
from sitegen.derive.levels import Levels

MAGIC = b"runpress tiles 1"
LENGTH_BYTES = 8
ROOMS = ("ingest", "derive", "charts")
"""The rooms whose code shapes a tile."""


class LevelSource(Protocol):
    """Where levels come from: the log, read once more, since no build holds every point of all runs."""

    def stamp(self, run: RunFacts) -> str:
        """A text that changes whenever the run's log does; empty when the files cannot tell."""

    def levels(self, run: RunFacts) -> Levels:
        """Every level of the run."""


@dataclass(frozen=True)
class _File:
    name: str
    start: int
    size_bytes: int
    crc: int


@dataclass(frozen=True)
class RunTiles:
    """The chunk files of a run's levels, which are read when they are asked for."""

    run: RunFacts
    source: LevelSource
    place: Path
    listed: tuple[_File, ...]
    is_new: bool = False
    """Whether they were made just now."""

    @property
    def index(self) -> str:
        """The id of the index, which comes last."""
        return self.listed[-1].name.removesuffix(".js")

    @property
    def size_bytes(self) -> int:
        return sum(file.size_bytes for file in self.listed)

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Name and content of every file; made anew where what was kept is gone or damaged."""
        given = 0
        try:
            with self.place.open("rb") as kept:
                for file in self.listed:
                    kept.seek(file.start)
                    content = kept.read(file.size_bytes)
                    if crc32(content) != file.crc:
                        break
                    yield file.name, content
                    given += 1
        except OSError:
            pass
        if given < len(self.listed):
            yield from list(tile_files(self.run, self.source.levels(self.run)))[given:]


class TileCache:
    """The tiles in a site's cache folder, made where they are missing or of another log."""

    def __init__(self, cache_dir: Path, source: LevelSource) -> None:
        self._folder = cache_dir / "tiles"
        self._source = source

    def tiles(self, run: RunFacts) -> RunTiles | None:
        """The run's tiles; None where all its curves are drawn whole."""
        if all(series.width == 1 for series in (*run.series, *run.system)):
            return None
        stamp = self._source.stamp(run)
        text = f"{code_version()}\n{run.id}\n{stamp}"
        key = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        place = self._place(run)
        listed = _listed(place, key) if stamp else None
        is_new = listed is None
        if listed is None:
            place, listed = self._make(run, place, key)
        return RunTiles(run, self._source, place, listed, is_new)

    def _place(self, run: RunFacts) -> Path:
        name = hashlib.sha256(run.folder.encode("utf-8", "surrogatepass")).hexdigest()
        return self._folder / name[:2] / f"{name[2:34]}.tiles"

    def _make(self, run: RunFacts, place: Path, key: str) -> tuple[Path, tuple[_File, ...]]:
        try:
            return place, _kept(place, tile_files(run, self._source.levels(run)), key)
        except OSError:
            # A cache that cannot be written costs time, never the build: the files are then made twice.
            with open(os.devnull, "wb") as nowhere:
                return Path(os.devnull), _written(nowhere, tile_files(run, self._source.levels(run)), key)


@lru_cache(maxsize=1)
def code_version() -> str:
    """Changes with every change of the code that makes tiles."""
    digest = hashlib.sha256(__version__.encode())
    package = Path(__file__).parents[1]
    for place in sorted(path for room in ROOMS for path in (package / room).glob("*.py")):
        digest.update(place.read_bytes())
    return digest.hexdigest()[:16]


def _kept(place: Path, chunks: Iterator[tuple[str, bytes]], key: str) -> tuple[_File, ...]:
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=place.parent, prefix=place.stem, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            listed = _written(file, chunks, key)
        Path(temporary).replace(place)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return listed


def _written(file: IO[bytes], chunks: Iterator[tuple[str, bytes]], key: str) -> tuple[_File, ...]:
    listed: list[_File] = []
    for name, content in chunks:
        start = listed[-1].start + listed[-1].size_bytes if listed else 0
        listed.append(_File(name, start, len(content), crc32(content)))
        file.write(content)
    files = [[one.name, one.start, one.size_bytes, one.crc] for one in listed]
    text = json.dumps({"key": key, "files": files}).encode()
    file.write(text + crc32(text).to_bytes(4, "little") + len(text).to_bytes(LENGTH_BYTES, "little") + MAGIC)
    return tuple(listed)


def _listed(place: Path, key: str) -> tuple[_File, ...] | None:
    """The list at the end of a cache file, if it was made for this key."""
    tail = 4 + LENGTH_BYTES + len(MAGIC)
    try:
        with place.open("rb") as file:
            size_bytes = file.seek(0, os.SEEK_END)
            file.seek(max(0, size_bytes - tail))
            end = file.read(tail)
            length = int.from_bytes(end[4 : 4 + LENGTH_BYTES], "little")
            if not end.endswith(MAGIC) or length > size_bytes - tail:
                return None
            file.seek(size_bytes - tail - length)
            text = file.read(length)
        if crc32(text).to_bytes(4, "little") != end[:4]:
            return None
        found: dict[str, Any] = json.loads(text)
        return tuple(_File(*one) for one in found["files"]) if found["key"] == key else None
    except (OSError, ValueError, LookupError, TypeError):
        return None
