"""How many values lie where, as numbers in the records file."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

from collector.media.arrays import snapshot
from collector.media.media import Item, Media, MediaError, Sink, guarded

BINS, BIN_LIMIT = 64, 512


class Histogram(Media):
    """`Histogram(values)` or `Histogram(np_histogram=(counts, edges))`; the rest is counted apart."""

    kind = "histogram"

    @guarded
    def __init__(
        self, sequence: Any = None, np_histogram: Sequence[Any] | None = None, num_bins: int = BINS
    ) -> None:
        self.bins: list[float] = []
        """Edges: one more than there are counts."""
        self.counts: list[float | int] = []
        self._values: Any = None
        self._num_bins = max(1, min(int(num_bins), BIN_LIMIT))
        if np_histogram is not None:
            self._take_counted(np_histogram)
        elif sequence is None:
            raise MediaError("values are needed, or np_histogram=(counts, edges)")
        else:
            self._values = _flat(sequence)
            self.size_bytes = getattr(self._values, "nbytes", 0) or 8 * len(self._values)

    def encode(self, sink: Sink) -> Item:
        """The numbers; no file."""
        if self._values is None:
            return {"bins": self.bins, "counts": self.counts, "nan": 0, "inf": 0}
        return count_values(self._values, self._num_bins)

    def _take_counted(self, given: Sequence[Any]) -> None:
        counts, edges = ([float(number) for number in part] for part in (given[0], given[1]))
        if not counts or len(edges) != len(counts) + 1 or len(counts) > BIN_LIMIT:
            raise MediaError(
                f"{len(counts)} counts, {len(edges)} edges; one more edge is needed, {BIN_LIMIT} bins at most"
            )
        if not all(map(math.isfinite, counts + edges)):
            raise MediaError("counts and edges have to be finite")
        self.bins = edges
        self.counts = [int(count) if count.is_integer() else count for count in counts]


def count_values(values: Any, num_bins: int) -> Item:
    """Counts in equal bins from the lowest to the highest finite value."""
    if not isinstance(values, list):
        return _count_array(values, num_bins)
    finite = [value for value in values if math.isfinite(value)]
    nan = sum(value != value for value in values)
    item: Item = {"nan": nan, "inf": len(values) - len(finite) - nan}
    low, high = (min(finite), max(finite)) if finite else (0.0, 1.0)
    low, high = (low - 0.5, high + 0.5) if low == high else (low, high)
    width = (high - low) / num_bins
    edges = [low + width * i for i in range(num_bins)] + [high]
    counts = [0] * num_bins
    for value in finite:
        counts[min(bisect_right(edges, value), num_bins) - 1] += 1
    return {"bins": edges, "counts": counts} | item


def _count_array(values: Any, num_bins: int) -> Item:
    import numpy as np  # the values are its

    is_finite = np.isfinite(values)
    finite = values if is_finite.all() else values[is_finite]
    nan = int(np.isnan(values).sum())
    counts, edges = np.histogram(finite.astype(np.float64, copy=False), bins=num_bins)
    item = {"bins": edges.tolist(), "counts": counts.tolist()}
    return item | {"nan": nan, "inf": int(values.size - finite.size - nan)}


def _flat(sequence: Any) -> Any:
    if isinstance(sequence, (list, tuple, range)) and all(type(value) in (int, float) for value in sequence):
        return [float(value) for value in sequence]  # as cheap without NumPy, and works where it is missing
    if hasattr(sequence, "__next__"):
        return [float(value) for value in sequence]
    values = snapshot(sequence).reshape(-1)
    if values.dtype.kind == "c":
        raise MediaError("complex numbers have no order")
    return values.astype("float64") if values.dtype.kind in "biu" else values
