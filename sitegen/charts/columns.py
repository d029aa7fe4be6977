"""Columns of series as bytes: typed, shuffled, and each distinct one made once."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import repeat
from operator import sub, truediv
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars

DELTA_SCALES = dict.fromkeys(("step", "step0", "step1"), 1) | dict.fromkeys(("t", "t0", "t1"), 1_000_000)
"""Columns that usually count in whole units (steps, microseconds) and then ship as 32-bit differences."""

TYPES = {"Float64": ("f64", "d"), "Float32": ("f32", "f"), "UInt32": ("u32", "I"), "Int32": ("i32", "i")}

FILE_BYTES_PER_BYTE = {"f64": 0.6, "f32": 0.7, "u32": 0.15, "i32": 0.4}
"""About how many bytes of chunk file a byte of column becomes, between smooth values and noise."""


@dataclass(frozen=True, eq=False)
class Column:
    """One column ready for a container."""

    spec: dict[str, Any]
    """Its entry in the header, without the offset."""
    planes: bytes
    """All first bytes, then all second bytes, and so on."""
    estimate: float
    """Bytes of chunk file it is likely to take."""


class ColumnPool:
    """Every distinct column once: equal values give the same Column object."""

    def __init__(self) -> None:
        self._known: dict[tuple[Any, ...], list[tuple[polars.Series, Column]]] = {}
        # The series is kept with its column, or its id could be given to another while this pool lives.
        self._by_identity: dict[int, tuple[polars.Series, Column]] = {}

    def column(self, name: str, values: polars.Series) -> Column:
        """The packed form of these values."""
        found = self._by_identity.get(id(values))
        if found is None:
            found = self._by_identity[id(values)] = (values, self._find_or_pack(name, values))
        return found[1]

    def _find_or_pack(self, name: str, values: polars.Series) -> Column:
        scale = DELTA_SCALES.get(name)
        size = len(values)
        key = (str(values.dtype), scale, size, *(repr(values[at]) for at in {0, size // 2, size - 1} if size))
        alike = self._known.setdefault(key, [])
        for other, column in alike:
            if other.equals(values, null_equal=True):
                return column
        column = pack_column(values, scale)
        alike.append((values, column))
        return column


def pack_column(values: polars.Series, scale: int | None = None) -> Column:
    """These values as bytes; as differences of whole units where that loses nothing."""
    if values.null_count():
        values = values.fill_null(float("nan"))
    kind, code = TYPES[str(values.dtype)]
    numbers = values.to_list()
    whole = _as_differences(numbers, scale) if scale and kind == "f64" else None
    return whole or _column(kind, array(code, numbers), {})


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
    estimate = len(raw) * FILE_BYTES_PER_BYTE[kind] + 40
    return Column({"count": len(numbers), "type": kind, **more}, planes, estimate)
