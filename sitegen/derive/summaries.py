"""A curve in a few numbers, all of them from every point."""

from __future__ import annotations

import math
from typing import Any

import polars as pl

from sitegen.derive.facts import MetricSummary
from sitegen.derive.points import Curve


def summarise(curve: Curve) -> MetricSummary:
    """The summary of a curve; a number that no finite point can give is None."""
    y, step = curve.y, curve.step
    nan_count, inf_count, first_bad, starts_infinite = 0, 0, None, False
    # A finite mean proves that every value is finite, and is needed anyway.
    if not math.isfinite(_number(y.mean()) or 0.0):
        is_finite = y.is_finite()
        bad_steps = step.filter(~is_finite)
        nan_count = int(y.is_nan().sum())
        inf_count = len(bad_steps) - nan_count
        if len(bad_steps):
            first_bad, starts_infinite = _number(bad_steps[0]), bool(y.filter(~is_finite).is_infinite()[0])
        y, step = y.filter(is_finite), step.filter(is_finite)
    low, high = y.arg_min(), y.arg_max()
    return MetricSummary(
        metric=curve.metric,
        rank=curve.rank,
        count=len(y),
        nan_count=nan_count,
        inf_count=inf_count,
        first=_at(y, 0),
        last=_at(y, -1),
        min=_at(y, low),
        max=_at(y, high),
        mean=_mean(y),
        first_step=_at(step, 0),
        last_step=_at(step, -1),
        min_step=_at(step, low),
        max_step=_at(step, high),
        first_bad_step=first_bad,
        ends_bad=not math.isfinite(curve.y[-1]),
        starts_infinite=starts_infinite,
    )


def _at(series: pl.Series, index: int | None) -> float | None:
    return _number(series[index]) if len(series) and index is not None else None


def _mean(y: pl.Series) -> float | None:
    mean = _number(y.mean())
    if mean is None or math.isfinite(mean):
        return mean
    return _number((y / len(y)).sum())  # the sum of finite values was too large for a float


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
