"""Intact metric lines → columns, a chunk at a time, by decoders made for the metrics at hand.

For up to WIDE_LIMIT metrics a msgspec Struct with one field per metric is generated: its fields have
synthetic names and the metric as JSON key, so a user's text is never an attribute. More metrics, or a lost
`keys` line, are decoded through dicts. A chunk that fails is decoded line by line, so that only the offending
lines are lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import repeat
from typing import Any, TypeVar

import msgspec
import polars as pl

from sitegen.ingest.tables import CELL_SCHEMA, WIDE_LIMIT

LOG_PREFIX = b'{"k":"log",'

_UNFIT = re.compile(r'[\x00-\x1f"\\]')
"""What msgspec does not take in the name of a field; JSON would have to escape it."""

T = TypeVar("T")

Rejected = tuple[int, str]
"""Line number, and why the line could not be used."""


@dataclass
class Columns:
    """The metric lines of one chunk: values by name, or cells where there are too many names."""

    step: pl.Series
    t: pl.Series
    wide: dict[str, pl.Series] | None = None
    cells: pl.DataFrame | None = None
    """CELL_SCHEMA; rows count from the chunk's first, numbers of metrics are those of `names`."""
    names: tuple[str, ...] = ()
    """Every name with a value, in order of appearance."""

    def __len__(self) -> int:
        return len(self.step)


@dataclass
class Decoded:
    """What the lines of one chunk of a metrics file say."""

    columns: Columns | None = None
    """None where it has no metric line."""
    declared: tuple[str, ...] = ()
    """Names that its `keys` lines declare."""
    texts: dict[str, str] = field(default_factory=dict)
    """Last text by name."""
    head: dict[str, Any] | None = None
    last_t: float = 0.0
    rejected: list[Rejected] = field(default_factory=list)
    undeclared: int = 0
    """How many names a line knew of that no intact `keys` line declares."""


@dataclass
class MetricDecoder:
    """Decodes one metrics file, chunk after chunk, remembering what the chunks before have said."""

    declared: dict[str, None] = field(default_factory=dict)
    """Names declared in this file, in order."""
    texts: dict[str, str] = field(default_factory=dict)
    head: Mapping[str, Any] | None = None
    """The file's header, once it was read."""
    last_t: float = 0.0
    rejected: list[Rejected] = field(default_factory=list)
    undeclared: int = 0

    def take(self, found: Decoded) -> None:
        """Remembers what a chunk says, so that the next one can be decoded."""
        self.declared.update(dict.fromkeys(found.declared))
        self.texts.update(found.texts)
        self.head = found.head if self.head is None else self.head
        self.last_t = max(self.last_t, found.last_t)
        self.rejected += found.rejected
        self.undeclared = max(self.undeclared, found.undeclared)

    def chunk(self, lines: Sequence[bytes], numbers: Sequence[int]) -> Decoded:
        """What the next chunk says."""
        others = [row for row, line in enumerate(lines) if not line.startswith(LOG_PREFIX)]
        found = _read_others((lines[row], numbers[row]) for row in others)
        logs, numbers = _without(lines, others), _without(numbers, others)
        if not logs:
            return found
        declared = tuple(self.declared | dict.fromkeys(found.declared))
        if len(declared) <= WIDE_LIMIT and not any(map(_UNFIT.search, declared)):
            entries, rejected = decode_all(_wide_decoder(declared), logs, numbers)
            lost = max([entry.n for entry in entries], default=0) - len(declared)
            if lost <= 0:
                return _finish(found, entries, rejected, lambda: _wide(entries, declared))
            found.undeclared = lost
        entries, rejected = decode_all(_dict_decoder(), logs, numbers)
        return _finish(found, entries, rejected, lambda: _long(entries))


def _read_others(lines: Iterable[tuple[bytes, int]]) -> Decoded:
    found = Decoded()
    declared: dict[str, None] = {}
    for line, number in lines:
        try:
            record = msgspec.json.decode(line)
            found.last_t = max(found.last_t, float(record["t"]))
            if record["k"] == "keys":
                declared.update(dict.fromkeys(map(str, record["keys"])))
            elif record["k"] == "head" and found.head is None:
                found.head = record
        except (msgspec.MsgspecError, LookupError, TypeError, ValueError, RecursionError) as error:
            found.rejected.append((number, str(error)))
    found.declared = tuple(declared)
    return found


def _finish(
    found: Decoded, entries: list[Any], rejected: list[Rejected], columns: Callable[[], Columns]
) -> Decoded:
    found.rejected += rejected
    if entries:
        for texts in [entry.s for entry in entries if entry.s]:
            found.texts.update(texts)
        found.columns = columns()
        found.last_t = max(found.last_t, float(found.columns.t.max() or 0.0))  # type: ignore[arg-type]
    return found


def _wide(entries: list[Any], declared: tuple[str, ...]) -> Columns:
    exact = _exact_values(entries)
    astuple = msgspec.structs.astuple
    columns = zip(*[astuple(entry.m) for entry in entries], strict=True)
    wide = {}
    for name, column in zip(declared, columns, strict=False):
        series = pl.Series(_with_exact(column, exact.get(name)), dtype=pl.Float64)
        if series.null_count() < len(series):
            wide[name] = series
    return Columns(*_axes(entries), wide=wide, names=tuple(wide))


def _long(entries: list[Any]) -> Columns:
    rows: list[int] = []
    metrics: list[int] = []
    found: list[float] = []
    known: dict[str, int] = {}
    for row, entry in enumerate(entries):
        values = entry.m
        if entry.x or None in values.values():
            exact = {name: exact_value(text) for name, text in (entry.x or {}).items()}
            values = {name: value for name, value in {**values, **exact}.items() if value is not None}
        # A line of ten thousand values: every loop here is one of C.
        try:
            numbers = list(map(known.__getitem__, values))
        except KeyError:
            numbers = [known.setdefault(name, len(known)) for name in values]
        rows.extend(repeat(row, len(numbers)))
        metrics.extend(numbers)
        found.extend(values.values())
    cells = pl.DataFrame({"row": rows, "metric": metrics, "value": found}, schema=CELL_SCHEMA)
    return Columns(*_axes(entries), cells=cells, names=tuple(known))


def _without(sequence: Sequence[T], rows: Sequence[int]) -> Sequence[T]:
    if not rows:
        return sequence
    skipped = frozenset(rows)
    return [entry for row, entry in enumerate(sequence) if row not in skipped]


def decode_all(
    decoder: msgspec.json.Decoder[Any], lines: Sequence[bytes], numbers: Sequence[int]
) -> tuple[list[Any], list[Rejected]]:
    """Every line that the decoder accepts, in one call where it accepts all."""
    try:
        return decoder.decode(b"[" + b",".join(lines) + b"]"), []
    except (msgspec.MsgspecError, ValueError, RecursionError):
        pass
    kept: list[Any] = []
    rejected: list[Rejected] = []
    for line, number in zip(lines, numbers, strict=True):
        try:
            kept.extend(decoder.decode(b"[" + line + b"]"))
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            rejected.append((number, str(error)))
    return kept, rejected


def exact_value(found: object) -> float | None:
    """The number that an entry of a line's `x` stands for; None for what is none."""
    if isinstance(found, bool):
        return float(found)
    try:
        return float(found) if isinstance(found, (str, int, float)) else None
    except (ValueError, OverflowError):
        return None


@lru_cache(maxsize=256)
def _wide_decoder(names: tuple[str, ...]) -> msgspec.json.Decoder[Any]:
    fields = [(f"f{number}", float | None, None) for number in range(len(names))]
    rename = {f"f{number}": name for number, name in enumerate(names)}
    values = msgspec.defstruct("Values", fields, rename=rename, gc=False, frozen=True)
    return _line_decoder(values, values)


@lru_cache(maxsize=1)
def _dict_decoder() -> msgspec.json.Decoder[Any]:
    return _line_decoder(dict[str, float | None], dict)


def _line_decoder(values: Any, no_values: Callable[[], Any]) -> msgspec.json.Decoder[Any]:
    fields: list[Any] = [
        ("t", float),
        ("step", float),
        ("n", int, 0),
        ("m", values, msgspec.field(default_factory=no_values)),
        ("x", dict[str, Any] | None, None),
        ("s", dict[str, str] | None, None),
    ]
    line: Any = msgspec.defstruct("Line", fields, gc=False)
    return msgspec.json.Decoder(list[line])


def _axes(entries: list[Any]) -> tuple[pl.Series, pl.Series]:
    step = pl.Series("step", [entry.step for entry in entries], dtype=pl.Float64)
    return step, pl.Series("t", [entry.t for entry in entries], dtype=pl.Float64)


def _exact_values(entries: list[Any]) -> Mapping[str, list[tuple[int, float]]]:
    """What stands in the lines' side fields, by name: NaN, infinities, booleans, very large integers."""
    found: dict[str, list[tuple[int, float]]] = {}
    for row, exact in [(row, entry.x) for row, entry in enumerate(entries) if entry.x]:
        for name, text in exact.items():
            value = exact_value(text)
            if value is not None:
                found.setdefault(name, []).append((row, value))
    return found


def _with_exact(
    column: tuple[float | None, ...], exact: list[tuple[int, float]] | None
) -> Sequence[float | None]:
    if not exact:
        return column
    values = list(column)
    for row, value in exact:
        values[row] = value
    return values
