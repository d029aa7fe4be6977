"""An expression over curves: the metrics of one run in, one curve out.

The result has a point at each step of the metric with the fewest points; the others take part with their
latest value up to that step. `ema`, `rolling`, `diff`, `cummin` and `cummax` are curves themselves; `min`,
`max`, `mean` and the like are one number of the whole history.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from collector.expressions.evaluation import Environment, evaluate
from collector.expressions.folds import make_fold
from collector.expressions.nodes import Call, Name, Node, Number, children
from collector.expressions.numbers import NAN
from collector.expressions.signatures import is_of_history
from collector.expressions.values import Value, number_of
from collector.expressions.words import FUNCTION_BY_NAME

_Key = tuple[str, str, float | None]


class Curve(NamedTuple):
    """Steps in rising order with the value at each, and the seconds since the run's start where known."""

    steps: Sequence[float]
    values: Sequence[float]
    times: Sequence[float] = ()


def evaluate_curve(node: Node, curves: Mapping[str, Curve], run: Environment) -> Curve:
    """The curve of an expression; where it has no number, NaN. All else than curves is asked of the run."""
    base = _base(node, curves)
    if base is None:
        return Curve((), ())
    series = _series(node, curves)
    steps = curves[base].steps
    times = curves[base].times
    found = []
    for at, step in enumerate(steps):
        point = _Point(step, times[at] if times else None, series, run)
        value = number_of(evaluate(node, point))
        found.append(NAN if value is None else value)
    return Curve(steps, found, times)


def curve_key(name: Name) -> str:
    """Under what a metric stands among the curves: its name, or "system." and its name."""
    return ("system." if name.kind == "system" else "" if name.kind == "metric" else "\0") + name.name


class _Series:
    """One curve that is walked along with the base."""

    def __init__(self, steps: Sequence[float], values: Sequence[float | None]) -> None:
        self._steps = steps
        self._values = values
        self._at = -1

    def up_to(self, step: float) -> float | None:
        while self._at + 1 < len(self._steps) and self._steps[self._at + 1] <= step:
            self._at += 1
        return self._values[self._at] if self._at >= 0 else None


class _Point:
    """The environment of one point."""

    def __init__(
        self,
        step: float,
        time: float | None,
        series: Mapping[_Key, _Series],
        run: Environment,
    ) -> None:
        self._step = step
        self._time = time
        self._series = series
        self._run = run

    def value(self, name: Name) -> Value:
        if name == Name("property", "step"):
            return self._step
        if name == Name("property", "time"):
            return self._time
        found = self._series.get((curve_key(name), "last", None))
        return found.up_to(self._step) if found else self._run.value(name)

    def history(self, function: str, name: Name, parameter: float | None) -> Value:
        found = self._series.get((curve_key(name), function, parameter)) if _is_curve(function) else None
        return found.up_to(self._step) if found else self._run.history(function, name, parameter)


def _is_curve(function: str) -> bool:
    return FUNCTION_BY_NAME[function].kind == "curve"


def _base(node: Node, curves: Mapping[str, Curve]) -> str | None:
    """The metric with the fewest points of those that stand for a curve; of equal ones the first."""
    keys = [key for key, _, _ in _wanted(node) if key in curves and len(curves[key].steps)]
    return min(keys, key=lambda key: len(curves[key].steps), default=None)


def _wanted(node: Node) -> Iterator[tuple[str, str, float | None]]:
    """Every curve in the tree in the order of the text: key, function and parameter."""
    if isinstance(node, Name):
        if node.kind in ("metric", "system"):
            yield curve_key(node), "last", None
        return
    below = children(node)
    if isinstance(node, Call) and is_of_history(FUNCTION_BY_NAME[node.function], len(below)):
        if _is_curve(node.function):
            assert isinstance(below[0], Name)
            yield curve_key(below[0]), node.function, _parameter(below[-1])
        below = below[1:]
    for one in below:
        yield from _wanted(one)


def _parameter(node: Node) -> float | None:
    return node.value if isinstance(node, Number) else None


def _series(node: Node, curves: Mapping[str, Curve]) -> dict[_Key, _Series]:
    found = {}
    for key, function, parameter in _wanted(node):
        if key in curves and (key, function, parameter) not in found:
            fold = make_fold(function, parameter)
            values = []
            for step, value in zip(curves[key].steps, curves[key].values, strict=True):
                fold.add(step, value)
                values.append(fold.result())
            found[(key, function, parameter)] = _Series(curves[key].steps, values)
    return found
