"""Facts of a run in the form in which they are kept between builds, their columns packed as pages want them.

A file has four parts: what a project's pages need of the run, what only its own page needs, the columns, and
a hash of all three, by which equal facts are known without reading them.
Everything goes through this form once, also in a first build, so that no page can tell whether it did.
"""

from __future__ import annotations

import hashlib
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import msgspec

from sitegen.charts.columns import Column, ColumnPool, PackedColumns
from sitegen.charts.deflate import Piece
from sitegen.charts.outline import kept_outline
from sitegen.derive import facts as nouns
from sitegen.derive.facts import RunFacts, Series, WholeRun
from sitegen.discover import Source
from sitegen.ingest.kept import RunCache, code_of

APART = ("series", "system", "media_files")
"""Fields that are not kept as they are; paths of media are those of today."""

LARGE_INTEGER = 1
"""The number of our extension to MessagePack, whose integers end at 64 bits."""


class Kept(NamedTuple):
    """The parts of a file."""

    brief: bytes
    rest: bytes
    columns: bytes
    identity: bytes


class _KeptSeries(msgspec.Struct, array_like=True):
    """A Series; its columns by their names and their numbers among the run's columns."""

    metric: str
    rank: int
    points: int
    width: int
    x_metric: str
    outline: bytes
    columns: dict[str, int]


class _KeptColumn(msgspec.Struct, array_like=True):
    """A Column."""

    spec: dict[str, Any]
    size: int
    crc: int
    packed: bytes


@dataclass(frozen=True)
class FactCache:
    """Where the facts of all runs are kept."""

    folder: Path

    def load(self, source: Source) -> Kept | None:
        """All parts of a run's facts, or None."""
        found = self._files().load(source, range(4))
        return Kept(*found) if found else None

    def load_brief(self, source: Source) -> tuple[bytes, bytes] | None:
        """The first part alone, and the hash of all."""
        found = self._files().load(source, [0, 3])
        return (found[0], found[1]) if found else None

    def store(self, source: Source, kept: Kept) -> None:
        """Keeps facts for the next build."""
        self._files().store(source, kept)

    def _files(self) -> RunCache:
        return RunCache(self.folder / "facts", "facts", code_version())


@lru_cache(maxsize=1)
def code_version() -> str:
    """Changes with every change of the code that makes facts."""
    rooms = Path(__file__).parent.parent
    runlog = Path(rooms.parent, "collector", "runlog")
    return code_of(rooms / "ingest", rooms / "derive", Path(__file__).parent, runlog)


def packed(run: WholeRun) -> Kept:
    """The facts of a run as they are kept."""
    pool, columns = ColumnPool(), dict[int, tuple[int, Column]]()
    series = [[_kept_series(one, pool, columns) for one in kind] for kind in (run.series, run.system)]
    brief = {name: getattr(run, name) for name in _kept_fields(RunFacts)}
    rest = {name: getattr(run, name) for name in _own_fields()}
    parts = (
        _encoded((brief, *series)),
        _encoded(rest),
        _encoded([_KeptColumn(one.spec, *one.planes) for _, one in columns.values()]),
    )
    return Kept(*parts, _identity(parts))


def _identity(parts: Sequence[bytes]) -> bytes:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "little") + part)
    return digest.hexdigest()[:32].encode()


def brief_facts(part: bytes, columns: Callable[[], bytes]) -> RunFacts:
    """The facts that projects need; `columns` gives the part with the columns if somebody looks at them."""
    return RunFacts(**_brief_fields(part, lambda: _recent_columns(columns)))


def whole_run(kept: Kept) -> WholeRun:
    """A run with everything but its media files."""
    own, found = _rest_decoder().decode(kept.rest), _columns(kept.columns)
    return WholeRun(**_brief_fields(kept.brief, lambda: found), **_fields_of(own))


def _kept_series(series: Series, pool: ColumnPool, columns: dict[int, tuple[int, Column]]) -> _KeptSeries:
    places = {}
    for name, column in pool.columns(series.columns).items():
        places[name] = columns.setdefault(id(column), (len(columns), column))[0]
    return _KeptSeries(
        series.metric, series.rank, series.points, series.width, series.x_metric, kept_outline(series), places
    )


def _brief_fields(part: bytes, columns: Callable[[], Sequence[Column]]) -> dict[str, Any]:
    brief, series, system = _brief_decoder().decode(part)
    known = _fields_of(brief)
    for name, kind in (("series", series), ("system", system)):
        known[name] = tuple(_series(known["id"], one, columns) for one in kind)
    return known


def _series(run_id: str, kept: _KeptSeries, columns: Callable[[], Sequence[Column]]) -> Series:
    def load() -> Mapping[str, Column]:
        every = columns()
        return {name: every[number] for name, number in kept.columns.items()}

    return Series(
        run_id,
        kept.metric,
        kept.rank,
        kept.points,
        kept.width,
        PackedColumns(load),
        kept.x_metric,
        kept.outline,
    )


def _columns(part: bytes) -> list[Column]:
    return [
        Column(one.spec, Piece(one.size, one.crc, one.packed))
        for one in msgspec.msgpack.decode(part, type=list[_KeptColumn])
    ]


@lru_cache(maxsize=2)
def _recent_columns(columns: Callable[[], bytes]) -> list[Column]:
    """Whoever looks at one series of a run mostly looks at others of it next."""
    return _columns(columns())


@lru_cache(maxsize=1)
def _brief_decoder() -> msgspec.msgpack.Decoder[Any]:
    shape: Any = _shape(_kept_fields(RunFacts))
    return msgspec.msgpack.Decoder(
        tuple[shape, list[_KeptSeries], list[_KeptSeries]], ext_hook=_large_integer
    )


@lru_cache(maxsize=1)
def _rest_decoder() -> msgspec.msgpack.Decoder[Any]:
    return msgspec.msgpack.Decoder(_shape(_own_fields()), ext_hook=_large_integer)


def _own_fields() -> list[str]:
    """What a WholeRun has besides RunFacts."""
    brief = set(_kept_fields(RunFacts))
    return [name for name in _kept_fields(WholeRun) if name not in brief]


def _kept_fields(kind: type[RunFacts]) -> list[str]:
    return [field.name for field in fields(kind) if field.name not in APART]


def _shape(names: Sequence[str]) -> Any:
    """A Struct with these fields of a run."""
    # Of types that only type checkers import no field here is made: those fields stand apart.
    known = {**vars(nouns), "Path": Path, "polars": SimpleNamespace(Series=Any)}
    hints = typing.get_type_hints(WholeRun, known)
    return msgspec.defstruct("KeptFacts", [(name, hints[name]) for name in names], kw_only=True)


def _fields_of(kept: msgspec.Struct) -> dict[str, Any]:
    return {name: getattr(kept, name) for name in kept.__struct_fields__}


def _encoded(value: Any) -> bytes:
    try:
        return msgspec.msgpack.encode(value)
    except (OverflowError, UnicodeEncodeError):
        return msgspec.msgpack.encode(_portable(msgspec.to_builtins(value, builtin_types=(bytes,))))


def _large_integer(code: int, content: memoryview) -> int:
    if code != LARGE_INTEGER:
        raise ValueError(f"unknown extension {code}")
    return int(bytes(content))


def _portable(value: Any) -> Any:
    """The same with integers of any size, and with texts that are Unicode throughout."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, int) and not -(2**63) <= value < 2**64:
        return msgspec.msgpack.Ext(LARGE_INTEGER, str(value).encode())
    if isinstance(value, dict):
        return {_portable(key): _portable(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_portable(inner) for inner in value]
    return value
