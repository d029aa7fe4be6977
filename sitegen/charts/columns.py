"""Columns of series as bytes: typed, shuffled, and each distinct one made once."""

from __future__ import annotations

import math
import sys
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, repeat
from operator import sub, truediv
from typing import TYPE_CHECKING, Any

from sitegen.charts.deflate import Piece, piece, unpacked

if TYPE_CHECKING:
    import polars

DELTA_SCALES = dict.fromkeys(("step", "step0", "step1"), 1) | dict.fromkeys(("t", "t0", "t1"), 1_000_000)
"""Columns that usually count in whole units (steps, microseconds) and then ship as 32-bit differences."""

TYPES = {"Float64": ("f64", "d"), "Float32": ("f32", "f"), "UInt32": ("u32", "I"), "Int32": ("i32", "i")}

_NAMES = {kind: (name, code) for name, (kind, code) in TYPES.items()}
_KINDS = {code: kind for kind, code in TYPES.values()}


@dataclass(frozen=True, eq=False)
class Column:
    """One column ready for a container."""

    spec: dict[str, Any]
    """Its entry in the header, without the offset."""
    planes: Piece
    """All first bytes, then all second bytes, and so on."""

    @property
    def estimate(self) -> int:
        """Bytes of chunk file it takes, in base64 and with its entry in the header."""
        return len(self.planes.packed) * 4 // 3 + 40


class PackedColumns(Mapping[str, "polars.Series"]):
    """The columns of a series as they are kept and shipped; values are unpacked when somebody asks."""

    def __init__(self, load: Callable[[], Mapping[str, Column]]) -> None:
        self._load = load

    @property
    def packed(self) -> Mapping[str, Column]:
        """The columns as they are; from where they are kept, each time anew, since nobody asks twice."""
        return self._load()

    def __getitem__(self, name: str) -> polars.Series:
        return unpack_column(self.packed[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self.packed)

    def __len__(self) -> int:
        return len(self.packed)


class ColumnPool:
    """Every distinct column once: equal values give the same Column object."""

    def __init__(self) -> None:
        self._known: dict[tuple[Any, ...], Column] = {}
        # The series is kept with its column, or its id could be given to another while this pool lives.
        self._by_identity: dict[int, tuple[polars.Series, Column]] = {}

    def columns(self, columns: Mapping[str, polars.Series]) -> dict[str, Column]:
        """The packed form of all columns of a series."""
        if isinstance(columns, PackedColumns):
            return {name: self._one_of_equals(column) for name, column in columns.packed.items()}
        return {name: self.column(name, values) for name, values in columns.items()}

    def column(self, name: str, values: polars.Series) -> Column:
        """The packed form of these values."""
        found = self._by_identity.get(id(values))
        if found is None:
            column = self._one_of_equals(pack_column(values, DELTA_SCALES.get(name)))
            found = self._by_identity[id(values)] = (values, column)
        return found[1]

    def _one_of_equals(self, column: Column) -> Column:
        return self._known.setdefault((column.planes, *column.spec.items()), column)


def pack_column(values: polars.Series, scale: int | None = None) -> Column:
    """These values as bytes; as differences of whole units where that loses nothing."""
    if values.null_count():
        values = values.fill_null(float("nan"))
    kind, code = TYPES[str(values.dtype)]
    numbers = values.to_list()
    whole = _as_differences(numbers, scale) if scale and kind == "f64" else None
    return whole or _column(kind, array(code, numbers), {})


def numbers_at(count: int, places: Sequence[int], values: Sequence[float | None]) -> array[float]:
    """So many numbers that stand alone, as float64, given with their places; what is missing becomes NaN."""
    known = [math.nan if value is None else value for value in values] if None in values else values
    return _placed("d", math.nan, count, places, known)


def counts_at(count: int, places: Sequence[int], values: Sequence[int]) -> array[int]:
    """So many small whole numbers as uint32, given with their places; the others are 0."""
    return _placed("I", 0, count, places, values)


def pack_array(numbers: array[Any]) -> Column:
    """Numbers that stand alone, as they are."""
    return _column(_KINDS[numbers.typecode], numbers, {})


def _placed(code: str, other: float, count: int, places: Sequence[int], values: Sequence[Any]) -> array[Any]:
    if len(places) == count:  # places are in order, so these are all
        return array(code, values)
    numbers = array(code, [other]) * count
    for at, value in zip(places, values, strict=True):
        numbers[at] = value
    return numbers


def unpack_column(column: Column) -> polars.Series:
    """The values of a column, as decode.js finds them."""
    import polars  # the page's side of charts does without

    spec = column.spec
    name, code = _NAMES[spec["type"]]
    size, count = array(code).itemsize, spec["count"]
    planes, raw = unpacked(column.planes), bytearray(size * count)
    for plane in range(size):
        raw[plane::size] = planes[plane * count : (plane + 1) * count]
    numbers = array(code, bytes(raw))
    if sys.byteorder == "big":
        numbers.byteswap()
    if "scale" in spec:
        units = list(accumulate(numbers[1:], initial=int(spec["base"])))
        return polars.Series([unit / spec["scale"] for unit in units], dtype=polars.Float64)
    return polars.Series(numbers.tolist(), dtype=getattr(polars, name))


def _as_differences(values: Sequence[float], scale: int) -> Column | None:
    """Differences of whole units as 32-bit integers; None where the page would not get the same doubles."""
    # Plain lists: on columns of a thousand values each call into Polars costs more than the whole loop.
    try:
        units = list(map(int, values)) if scale == 1 else [round(value * scale) for value in values]
    except (ValueError, OverflowError):  # NaN or an infinity
        return None
    if not units or list(map(truediv, units, repeat(scale))) != values:
        return None
    steps = list(map(sub, units, [units[0], *units]))
    if max(steps) >= 2**31 or min(steps) <= -(2**31):
        return None
    return _column("i32", array("i", steps), {"base": float(units[0]), "scale": scale})


def _column(kind: str, numbers: array[Any], more: dict[str, Any]) -> Column:
    if sys.byteorder == "big":
        numbers.byteswap()
    raw = numbers.tobytes()
    planes = b"".join(raw[plane :: numbers.itemsize] for plane in range(numbers.itemsize))
    return Column({"count": len(numbers), "type": kind, **more}, piece(planes))
