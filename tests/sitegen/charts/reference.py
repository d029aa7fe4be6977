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


def averaged_as_tensorboard(
    y: Sequence[float], weight: float, counts: Sequence[float] | None = None
) -> list[float]:
    """Each value a mean of all before it, weighed by `weight` to the number of points since.

    TensorBoard's `resmoothDataset`: last = last·w + (1 − w)·y, divided by 1 − w^n; others are passed over.
    """
    made = []
    for at, value in enumerate(y):
        seen = [one for one in range(at + 1) if math.isfinite(y[one])]
        each = [y[one] for one in seen for _ in range(int(counts[one]) if counts else 1)]
        weights = [weight ** (len(each) - 1 - one) for one in range(len(each))]
        mean = sum(w * v for w, v in zip(weights, each, strict=True)) / sum(weights) if each else math.nan
        made.append(mean if math.isfinite(value) else math.nan)
    return made


def kernel_mean(
    kind: str, x: Sequence[float], y: Sequence[float], weight: float, counts: Sequence[float] | None = None
) -> list[float]:
    """The estimator of Nadaraya (1964) and Watson (1964): a mean weighed by a kernel of the distance in x.

    σ = weight² · range of x / 10; a Gaussian cut at 3 σ, or a box that reaches √3 σ, of the same variance.
    """
    sigma = weight**2 * (x[-1] - x[0]) / 10
    made = []
    for at, value in enumerate(y):
        if not math.isfinite(value) or sigma == 0:
            made.append(value if math.isfinite(value) else math.nan)
            continue
        weights = []
        for one, other in enumerate(y):
            far = abs(x[one] - x[at]) / sigma
            near = math.exp(-(far**2) / 2) if far <= 3 else 0.0
            near = near if kind == "gaussian" else float(far <= math.sqrt(3))
            weights.append(near * (counts[one] if counts else 1) if math.isfinite(other) else 0.0)
        finite = [(w, v) for w, v in zip(weights, y, strict=True) if math.isfinite(v)]
        made.append(sum(w * v for w, v in finite) / sum(w for w, _ in finite))
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
