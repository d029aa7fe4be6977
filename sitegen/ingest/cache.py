"""Tables of a run in the form in which they are kept between builds."""

from __future__ import annotations

import contextlib
import io
from dataclasses import dataclass
from pathlib import Path

import msgspec
import polars as pl

from collector.runlog import edits, lines, reader
from sitegen.discover import Source
from sitegen.ingest.kept import RunCache, code_of
from sitegen.ingest.tables import History, Part, RunRecords, RunTables


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
    """Where the tables of all runs are kept."""

    folder: Path

    def load(self, source: Source) -> RunTables | None:
        """The tables made from just these files by just this code, or None."""
        parts = self._files().load(source, range(4))
        try:
            return None if parts is None else _tables(parts)
        except Exception:  # named boundary: whatever is wrong with an entry, it is a miss
            return None

    def store(self, source: Source, tables: RunTables) -> None:
        """Keeps tables for the next build, if they can be written at all."""
        # A record may hold an integer or a text that no cache can: such a run is read anew each time.
        with contextlib.suppress(OverflowError, UnicodeEncodeError):
            self._files().store(source, _parts(tables))

    def _files(self) -> RunCache:
        return RunCache(self.folder / "runs", "tables", code_version())


def code_version() -> str:
    """Changes with every change of the code that makes tables."""
    return code_of(Path(__file__).parent, *(str(one.__file__) for one in (edits, lines, reader)))


def _parts(tables: RunTables) -> list[bytes]:
    history, system = tables.history, tables.system
    shapes = _Shape(history.names, history.parts), _Shape(system.names, system.parts)
    return [
        msgspec.msgpack.encode(_Meta(tables.records, *shapes)),
        _stored(history.rows),
        b"" if history.cells is None else _stored(history.cells),
        _stored(system.rows),
    ]


def _tables(parts: list[bytes]) -> RunTables:
    meta, rows, cells, system = parts
    about = msgspec.msgpack.decode(meta, type=_Meta)
    cell_frame = _frame(cells) if cells else None
    return RunTables(
        about.records,
        History(about.history.names, about.history.parts, _frame(rows), cell_frame),
        History(about.system.names, about.system.parts, _frame(system)),
    )


def _stored(frame: pl.DataFrame) -> bytes:
    # As small as Parquet with lz4, but 12 x 1,000 values are written in 0.1 ms, not 0.75.
    buffer = io.BytesIO()
    frame.write_ipc_stream(buffer, compression="lz4")
    return buffer.getvalue()


def _frame(content: bytes) -> pl.DataFrame:
    # One chunk, as when it was first read: Polars' sums depend on the layout of chunks.
    return pl.read_ipc_stream(io.BytesIO(content)).rechunk()
