"""Tables of a run kept between builds: one file per run, trusted only after every check.

An entry is used when it was made by this very code from these very bytes. Unchanged size and times say so
quickly; where they differ (a fresh checkout, a restored CI cache) a hash of the content decides. Whatever is
wrong with an entry makes it a miss, never an error.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from zlib import crc32

import msgspec
import polars as pl

from collector.runlog import edits, lines, reader
from collector.version import __version__
from sitegen.discover import Source
from sitegen.ingest.run import MEDIA
from sitegen.ingest.tables import History, Part, RunRecords, RunTables

MAGIC = b"runpress tables 1\n"


class _Entry(msgspec.Struct):
    """The first line of a cache file."""

    code: str
    stamps: list[tuple[str, int, int, int]] | None
    """Name, size and times of each file; None where they may not be trusted."""
    content: str
    sizes: tuple[int, ...]
    """Bytes of the meta part and of each frame."""
    crc: int


class _Shape(msgspec.Struct):
    """What a History has besides its frames."""

    names: tuple[str, ...]
    parts: tuple[Part, ...]


class _Meta(msgspec.Struct):
    """A RunTables without its frames."""

    records: RunRecords
    history: _Shape
    system: _Shape


@dataclass(frozen=True)
class TableCache:
    """The cache folder of a site."""

    folder: Path

    def load(self, source: Source) -> RunTables | None:
        """The tables made from just these files by just this code, or None."""
        try:
            raw = self._place(source).read_bytes()
            return self._decode(raw, source)
        except Exception:  # named boundary: any damage to a cache entry is a miss
            return None

    def store(self, source: Source, tables: RunTables) -> None:
        """Keeps tables for the next build; a folder that cannot be written costs only time."""
        with contextlib.suppress(OSError, OverflowError, msgspec.MsgspecError):
            self._write(self._place(source), _encode(source, tables))

    def _place(self, source: Source) -> Path:
        name = hashlib.sha256(f"{source.project}/{source.run}".encode("utf-8", "surrogatepass")).hexdigest()
        return self.folder / "runs" / name[:2] / f"{name[2:34]}.tables"

    def _decode(self, raw: bytes, source: Source) -> RunTables | None:
        if not raw.startswith(MAGIC):
            return None
        end = raw.index(b"\n", len(MAGIC))
        entry = msgspec.json.decode(raw[len(MAGIC) : end], type=_Entry)
        body = memoryview(raw)[end + 1 :]
        if entry.code != code_version() or entry.crc != crc32(body):
            return None
        is_same = entry.stamps is not None and entry.stamps == _stamps(source)
        if not is_same and entry.content != _content(source):
            return None
        tables = _tables(body, entry.sizes)
        if not is_same:
            self.store(source, tables)
        return tables

    def _write(self, place: Path, content: bytes) -> None:
        place.parent.mkdir(parents=True, exist_ok=True)
        temporary = place.with_suffix(f".{os.getpid()}")
        temporary.write_bytes(content)
        temporary.replace(place)


@lru_cache(maxsize=1)
def code_version() -> str:
    """Changes with every change of the code that makes tables."""
    digest = hashlib.sha256(__version__.encode())
    places = [
        *sorted(Path(__file__).parent.glob("*.py")),
        *(Path(str(one.__file__)) for one in (edits, lines, reader)),
    ]
    for place in places:
        digest.update(place.read_bytes())
    return digest.hexdigest()[:16]


def _stamps(source: Source) -> list[tuple[str, int, int, int]]:
    return [(file.name, file.size_bytes, file.modified_ns, file.changed_ns) for file in source.files]


def _content(source: Source) -> str:
    digest = hashlib.sha256()
    for file in source.files:
        digest.update(f"{file.name}\n{file.size_bytes}\n".encode("utf-8", "surrogatepass"))
        if file.name.startswith(MEDIA):
            continue  # its name is the digest of its content, and there may be gigabytes
        with open(file.path, "rb") as opened:
            left = file.size_bytes
            while left > 0 and (block := opened.read(min(left, 1 << 20))):
                digest.update(block)
                left -= len(block)
    return digest.hexdigest()


def _encode(source: Source, tables: RunTables) -> bytes:
    history, system = tables.history, tables.system
    shapes = _Shape(history.names, history.parts), _Shape(system.names, system.parts)
    parts = [
        msgspec.msgpack.encode(_Meta(tables.records, *shapes)),
        _parquet(history.rows),
        b"" if history.cells is None else _parquet(history.cells),
        _parquet(system.rows),
    ]
    body = b"".join(parts)
    entry = _Entry(
        code=code_version(),
        stamps=_stamps(source) if source.is_settled else None,
        content=_content(source),
        sizes=tuple(len(part) for part in parts),
        crc=crc32(body),
    )
    return MAGIC + msgspec.json.encode(entry) + b"\n" + body


def _tables(body: memoryview, sizes: tuple[int, ...]) -> RunTables:
    parts, start = [], 0
    for size in sizes:
        parts.append(body[start : start + size])
        start += size
    meta, rows, cells, system = parts
    about = msgspec.msgpack.decode(meta, type=_Meta)
    cell_frame = _frame(cells) if len(cells) else None
    return RunTables(
        about.records,
        History(about.history.names, about.history.parts, _frame(rows), cell_frame),
        History(about.system.names, about.system.parts, _frame(system)),
    )


def _parquet(frame: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.write_parquet(buffer, compression="lz4", statistics=False)
    return buffer.getvalue()


def _frame(content: memoryview) -> pl.DataFrame:
    # One chunk, as when it was first read: Polars' sums depend on the layout of chunks.
    return pl.read_parquet(io.BytesIO(content)).rechunk()
