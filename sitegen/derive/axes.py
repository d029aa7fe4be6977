"""The x axes that scripts chose by `define_metric`: where the step metric stood at each point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from sitegen.derive.definitions import definition_of
from sitegen.derive.facts import MetricDefinition, Series
from sitegen.derive.points import Curve


def with_axes(
    series: Sequence[Series],
    curves: Sequence[Curve],
    definitions: Mapping[str, MetricDefinition],
    every_curve: Sequence[Curve] | None = None,
) -> tuple[Series, ...]:
    """The series; those of metrics with a step metric that was logged have its values in `x`.

    `every_curve` is where step metrics are looked for, when the series are not of all curves of the run.
    """
    if not any(said.step_metric for said in definitions.values()):
        return tuple(series)
    by_name = {(curve.metric, curve.rank): curve for curve in every_curve or curves}
    # Charts share the axes of metrics that were logged together, as they share their steps.
    known: dict[tuple[int, str, int], dict[str, pl.Series]] = {}
    found = []
    for one, curve in zip(series, curves, strict=True):
        said = definition_of(one.metric, definitions)
        name = said.step_metric if said else None
        axis = by_name.get((name, one.rank)) if name and name != one.metric else None
        if name and axis is not None:
            key = (id(curve.step), name, one.width)
            if key not in known:
                known[key] = _columns(_placed(curve.step, axis), one.width)
            one = replace(one, x_metric=name, columns={**one.columns, **known[key]})
        found.append(one)
    return tuple(found)


def _placed(step: pl.Series, axis: Curve) -> pl.Series:
    """The step metric at each step: its latest finite value there, and its first one before that."""
    left = pl.DataFrame({"step": step})
    right = pl.DataFrame({"step": axis.step, "x": axis.y}).filter(pl.col("x").is_finite())
    joined = left.join_asof(right, on="step", strategy="backward", check_sortedness=False)
    return joined["x"].fill_null(strategy="backward").fill_null(0.0).alias("x")


def _columns(x: pl.Series, width: int) -> dict[str, pl.Series]:
    if width == 1:
        return {"x": x}
    starts = range(0, len(x), width)
    ends = [min(start + width, len(x)) - 1 for start in starts]
    return {"x0": x.gather(list(starts)).alias("x0"), "x1": x.gather(ends).alias("x1")}
