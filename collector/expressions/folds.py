"""The history of a metric folded as it comes: one small state per function, and its value at any time.

NaN and infinities are counted, and left out of everything but `last` and `at`.
"""

from __future__ import annotations

import math
from array import array
from bisect import bisect_right
from collections.abc import Callable
from typing import Protocol

from collector.expressions.numbers import NAN


class Fold(Protocol):
    """Takes the values of a metric in their order."""

    def add(self, step: float, value: float) -> None:
        """Take the next value."""
        ...

    def result(self) -> float | None:
        """What the values so far amount to; None where they do not suffice."""
        ...


class Last:
    """The latest value, whatever it is."""

    def __init__(self) -> None:
        self._value: float | None = None

    def add(self, step: float, value: float) -> None:
        self._value = value

    def result(self) -> float | None:
        return self._value


class First:
    """The first finite value."""

    def __init__(self) -> None:
        self._value: float | None = None

    def add(self, step: float, value: float) -> None:
        if self._value is None and math.isfinite(value):
            self._value = value

    def result(self) -> float | None:
        return self._value


class Extreme:
    """The smallest finite value, or with sign -1 the largest; or the step of it."""

    def __init__(self, sign: int, wants_step: bool = False) -> None:
        self._sign = sign
        self._wants_step = wants_step
        self._value: float | None = None
        self._step: float | None = None

    def add(self, step: float, value: float) -> None:
        if math.isfinite(value) and (self._value is None or self._sign * value < self._sign * self._value):
            self._value, self._step = value, step

    def result(self) -> float | None:
        return self._step if self._wants_step else self._value


class Mean:
    """The mean of the finite values."""

    def __init__(self) -> None:
        self._total = 0.0
        self._count = 0

    def add(self, step: float, value: float) -> None:
        if math.isfinite(value):
            self._total += value
            self._count += 1

    def result(self) -> float | None:
        return self._total / self._count if self._count else None


class Count:
    """How many values there were, or how many of them were NaN."""

    def __init__(self, only_nan: bool = False) -> None:
        self._only_nan = only_nan
        self._count = 0

    def add(self, step: float, value: float) -> None:
        if not self._only_nan or math.isnan(value):
            self._count += 1

    def result(self) -> float | None:
        return float(self._count)


class MovingAverage:
    """Exponential moving average; divided by the weights so far, it does not start at 0."""

    def __init__(self, weight: float) -> None:
        self._weight = weight
        self._total = 0.0
        self._weights = 0.0

    def add(self, step: float, value: float) -> None:
        if math.isfinite(value):
            self._total = self._total * self._weight + (1 - self._weight) * value
            self._weights = self._weights * self._weight + (1 - self._weight)

    def result(self) -> float | None:
        return self._total / self._weights if self._weights else None


class Rolling:
    """Mean of the last values; nothing before there are enough."""

    def __init__(self, size: float) -> None:
        self._size = int(size)
        self._ring: list[float] = []
        self._at = 0
        self._total = 0.0

    def add(self, step: float, value: float) -> None:
        if not math.isfinite(value):
            return
        if len(self._ring) < self._size:
            self._ring.append(value)
            self._total += value
            return
        self._total += value - self._ring[self._at]
        self._ring[self._at] = value
        self._at = (self._at + 1) % self._size
        if self._at == 0:
            # The rounding errors of a whole round are forgotten.
            self._total = 0.0
            for one in self._ring:
                self._total += one

    def result(self) -> float | None:
        return self._total / self._size if len(self._ring) == self._size else None


class Difference:
    """Change from the finite value before to the latest finite one."""

    def __init__(self) -> None:
        self._value: float | None = None
        self._change: float | None = None

    def add(self, step: float, value: float) -> None:
        if math.isfinite(value):
            self._change = None if self._value is None else value - self._value
            self._value = value

    def result(self) -> float | None:
        return self._change


class History:
    """All values with their steps, for `at`: the value at a step or the last one before it."""

    def __init__(self) -> None:
        self._steps = array("d")
        self._values = array("d")
        self._is_sorted = True

    def add(self, step: float, value: float) -> None:
        if self._steps and step < self._steps[-1]:
            self._is_sorted = False
        self._steps.append(step)
        self._values.append(value)

    def result(self) -> float | None:
        return self._values[-1] if self._values else None

    def at(self, step: float) -> float | None:
        """The latest value at the largest step that is not beyond the one asked for."""
        if math.isnan(step):
            return None
        if not self._is_sorted:
            pairs = sorted(zip(self._steps, self._values, strict=True), key=lambda pair: pair[0])
            self._steps = array("d", (pair[0] for pair in pairs))
            self._values = array("d", (pair[1] for pair in pairs))
            self._is_sorted = True
        place = bisect_right(self._steps, step)
        return self._values[place - 1] if place else None


def make_fold(function: str, parameter: float | None = None) -> Fold:
    """The fold of a function of a metric's history; that of `at` has a method for the step."""
    return _FOLDS[function](NAN if parameter is None else parameter)


_FOLDS: dict[str, Callable[[float], Fold]] = {
    "last": lambda _: Last(),
    "first": lambda _: First(),
    "min": lambda _: Extreme(1),
    "max": lambda _: Extreme(-1),
    "mean": lambda _: Mean(),
    "argmin": lambda _: Extreme(1, wants_step=True),
    "argmax": lambda _: Extreme(-1, wants_step=True),
    "at": lambda _: History(),
    "count": lambda _: Count(),
    "count_nan": lambda _: Count(only_nan=True),
    "ema": MovingAverage,
    "rolling": Rolling,
    "diff": lambda _: Difference(),
    "cummin": lambda _: Extreme(1),
    "cummax": lambda _: Extreme(-1),
}
