"""What was made of a run, kept between builds: one file per run, trusted only after every check.

A file is used when it was made by this very code from these very logs. Unchanged sizes and times say so
quickly; where they differ (a fresh checkout, a restored CI cache) a hash of the content decides. Whatever is
wrong with a file makes it a miss, never an error.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO
from zlib import crc32

import msgspec

from collector.version import __version__
from sitegen.discover import SUFFIXES, Source
from sitegen.ingest.tables import MEDIA

MAGIC = b"runpress cache 2\n"
HEADER_LIMIT = 16 << 20
"""A header names every file of a run, of which media can be very many."""


class Owner(msgspec.Struct):
    """Whose file it is: who removes runs' leftovers asks."""

    folder: str
    """Where the run's logs stand."""
    names: tuple[str, str]
    """Its project and its id."""
    logs: tuple[str, ...]


class _Header(msgspec.Struct):
    """The first line of a file."""

    code: str
    stamps: list[tuple[str, int, int, int]] | None
    """Name, size and times of each log file; None where they may not be trusted."""
    content: str
    joined: tuple[tuple[str, ...], ...]
    """Which of the files are of which run, where several go on as one."""
    parts: tuple[tuple[int, int], ...]
    """Size and checksum of each part."""
    owner: Owner | None = None


_HEADERS: msgspec.json.Decoder[_Header] = msgspec.json.Decoder(_Header)


@dataclass(frozen=True)
class RunCache:
    """A folder with one file per run, each of the same number of parts."""

    folder: Path
    suffix: str
    code: str
    """Changes with every change of the code that makes the parts."""

    def load(self, source: Source, parts: Sequence[int]) -> list[bytes] | None:
        """These parts of what was made from just these logs by just this code, or None."""
        try:
            with open(self._place(source), "rb") as file:
                header, start = self._header(file)
                if header.joined != source.parts:
                    return None
                is_same = header.stamps is not None and header.stamps == stamps(source)
                if not is_same and header.content != content_hash(source):
                    return None
                found = _parts(file, header, start, range(len(header.parts)) if not is_same else parts)
        except Exception:  # named boundary: any damage to a file of the cache is a miss
            return None
        if not is_same:
            self.store(source, found)
            return [found[part] for part in parts]
        return found

    def store(self, source: Source, parts: Sequence[bytes]) -> None:
        """Keeps parts for the next build; a folder that cannot be written costs only time."""
        # The log, too, may be gone: deleted while it was read. Then nothing is kept of it.
        with contextlib.suppress(OSError, msgspec.MsgspecError, UnicodeEncodeError):
            header = _Header(
                code=self.code,
                stamps=stamps(source) if source.is_settled else None,
                content=content_hash(source),
                joined=source.parts,
                parts=tuple((len(part), crc32(part)) for part in parts),
                owner=_owner(source),
            )
            self._write(self._place(source), [MAGIC, msgspec.json.encode(header), b"\n", *parts])

    def _place(self, source: Source) -> Path:
        name = run_name(source.project, source.run)
        return self.folder / name[:2] / f"{name[2:]}.{self.suffix}"

    def _header(self, file: BinaryIO) -> tuple[_Header, int]:
        """The header and where the parts begin."""
        line = file.readline(HEADER_LIMIT) + file.readline(HEADER_LIMIT)
        if not line.startswith(MAGIC):
            raise ValueError("not a file of this cache")
        header = _HEADERS.decode(line[len(MAGIC) :])
        if header.code != self.code:
            raise ValueError("made by other code")
        return header, len(line)

    def _write(self, place: Path, pieces: Iterable[bytes]) -> None:
        temporary = place.with_suffix(f".{os.getpid()}")
        try:
            file = open(temporary, "wb")  # noqa: SIM115  closed below; the folder is there nearly always
        except FileNotFoundError:
            place.parent.mkdir(parents=True, exist_ok=True)
            file = open(temporary, "wb")  # noqa: SIM115
        with file:
            file.writelines(pieces)
        temporary.replace(place)


def run_name(project: str, run: str) -> str:
    """What a run's files in the cache are called."""
    return hashlib.sha256(f"{project}/{run}".encode("utf-8", "surrogatepass")).hexdigest()[:34]


def _owner(source: Source) -> Owner:
    logs = [file for file in source.files if file.name.endswith(SUFFIXES)]
    folder = os.path.dirname(os.path.abspath(logs[0].place))  # noqa: PTH100, PTH120
    return Owner(folder, (source.project, source.run), tuple(file.name for file in logs))


def owner_of(place: Path) -> Owner | None:
    """Whose a file of any cache is; None where it does not say so."""
    try:
        with open(place, "rb") as file:
            line = file.readline(HEADER_LIMIT) + file.readline(HEADER_LIMIT)
        return _HEADERS.decode(line[len(MAGIC) :]).owner if line.startswith(MAGIC) else None
    except (OSError, msgspec.MsgspecError, ValueError):
        return None


def code_of(*folders: Path | str) -> str:
    """A hash of our version and of all code in these files and folders."""
    return _code_of(tuple(str(folder) for folder in folders))


@lru_cache(maxsize=8)
def _code_of(folders: tuple[str, ...]) -> str:
    digest = hashlib.sha256(__version__.encode())
    for folder in map(Path, folders):
        for place in sorted(folder.glob("*.py")) if folder.is_dir() else [folder]:
            digest.update(place.read_bytes())
    return digest.hexdigest()[:16]


def stamps(source: Source) -> list[tuple[str, int, int, int]]:
    """What the file system says of each file of a run."""
    return [(file.name, file.size_bytes, file.modified_ns, file.changed_ns) for file in source.files]


@lru_cache(maxsize=2)  # asked for once for each thing that is kept of a run
def content_hash(source: Source) -> str:
    """A hash of everything in a run's files, as far as they were when they were found."""
    digest = hashlib.sha256()
    for file in source.files:
        digest.update(f"{file.name}\n{file.size_bytes}\n".encode("utf-8", "surrogatepass"))
        if file.name.startswith(MEDIA):
            continue  # its name is the digest of its content, and there may be gigabytes
        with open(file.place, "rb") as opened:
            left = file.size_bytes
            while left > 0 and (block := opened.read(min(left, 1 << 20))):
                digest.update(block)
                left -= len(block)
    return digest.hexdigest()


def _parts(file: BinaryIO, header: _Header, start: int, wanted: Iterable[int]) -> list[bytes]:
    places = [start]
    for size, _ in header.parts:
        places.append(places[-1] + size)
    found = []
    for part in wanted:
        file.seek(places[part])
        content = file.read(header.parts[part][0])
        if header.parts[part] != (len(content), crc32(content)):
            raise ValueError("damaged")
        found.append(content)
    return found
