"""What the page's mathematics should give, written a second time from its definition."""

from __future__ import annotations

import math
from collections.abc import Sequence


def smoothed(
    x: Sequence[float], y: Sequence[float], weight: float, counts: Sequence[float] | None = None
) -> list[float]:
    """Every value as a weighted mean of all before it: a sum over pairs instead of a running one."""
    decay = min(math.sqrt(weight), 0.999)
    span = abs(x[-1] - x[0]) or 1.0
    # Distance walked along x, so that going back counts as going on.
    walked = [0.0]
    for at in range(1, len(x)):
        walked.append(walked[-1] + abs(x[at] - x[at - 1]))
    made = []
    start = 0
    for at, value in enumerate(y):
        if not math.isfinite(value):
            start = at + 1
            made.append(math.nan)
            continue
        weights = [
            decay ** ((walked[at] - walked[one]) / span * 1000) * (counts[one] if counts else 1)
            for one in range(start, at + 1)
        ]
        total = sum(weights)
        made.append(sum(w * v for w, v in zip(weights, y[start : at + 1], strict=True)) / total)
    return made


def placed(kind: str, domain: Sequence[float], span: Sequence[float], value: float) -> float:
    """Where Vega's documentation of its scales puts a value."""
    forward = {
        "linear": lambda number: number,
        "log": lambda number: math.log10(number),
        "symlog": lambda number: math.copysign(math.log(1 + abs(number)), number),
    }[kind]
    low, high = forward(domain[0]), forward(domain[1])
    return span[0] + (forward(value) - low) / (high - low) * (span[1] - span[0])
