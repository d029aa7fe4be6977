"""A row of numbers as a small picture of block characters."""

from __future__ import annotations

import math
from collections.abc import Sequence

BLOCKS = "▁▂▃▄▅▆▇█"
PLAIN = "_.-=+*#@"
"""For terminals whose encoding has no blocks."""

LOST = "×"


def sparkline(values: Sequence[float], width: int, blocks: str = BLOCKS) -> str:
    """The values from left to right, several of them in one character where there is no room.

    Each character is the mean of its finite values, so that noise shows as a level; one that holds a value
    which is not finite is a cross.
    """
    if not values or width < 1:
        return ""
    groups = [list(group) for group in _grouped(values, width)]
    levels = [_mean(group) for group in groups]
    known = [level for level in levels if level is not None]
    low, high = (min(known), max(known)) if known else (0.0, 0.0)
    lost = LOST if blocks == BLOCKS else "x"
    return "".join(lost if level is None else _block(level, low, high, blocks) for level in levels)


def _grouped(values: Sequence[float], width: int) -> list[Sequence[float]]:
    count = min(width, len(values))
    edges = [len(values) * number // count for number in range(count + 1)]
    return [values[edges[number] : edges[number + 1]] for number in range(count)]


def _mean(group: Sequence[float]) -> float | None:
    if not all(map(math.isfinite, group)):
        return None
    scale = max(1.0, max(map(abs, group)))
    return sum(value / scale for value in group) / len(group) * scale  # no overflow near the largest float


def _block(level: float, low: float, high: float, blocks: str) -> str:
    if high == low:
        return blocks[0]
    # Halved, for the span of two large numbers may be no finite one.
    share = (level / 2 - low / 2) / (high / 2 - low / 2)
    return blocks[min(len(blocks) - 1, int(share * len(blocks)))]
