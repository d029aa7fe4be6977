"""What values are, and how two of them compare. Missing is None; NaN is a number.

Logic has three values: a comparison with something missing is missing itself, and so is a condition that
depends on it. A filter keeps a run, and an alert fires, only where the whole is true.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from collector.expressions.numbers import real

Value = bool | int | float | str | Sequence[Any] | None


def number_of(value: Value) -> float | None:
    """A number as a float, truth as 1 and 0; everything else is missing."""
    return real(value) if isinstance(value, (int, float)) else None


def truth_of(value: Value) -> bool | None:
    """Whether a value counts as true: a number that is not 0, a text that is not empty."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    return bool(value)


def negated(value: bool | None) -> bool | None:
    """The opposite; of what is missing, missing."""
    return None if value is None else not value


def compared(operator: str, one: Value, other: Value) -> bool | None:
    """The result of a comparison; missing where one side is, or where the two have no order."""
    if one is None or other is None:
        return None
    if isinstance(one, str) and isinstance(other, str):
        return _ordered(operator, (one > other) - (one < other))
    left, right = number_of(one), number_of(other)
    if left is None or right is None:
        return {"==": False, "!=": True}.get(operator)
    if math.isnan(left) or math.isnan(right):
        return operator == "!="
    return _ordered(operator, (left > right) - (left < right))


def contains(choices: Value, value: Value) -> bool | None:
    """Whether a value is among texts, or a text part of another."""
    if choices is None or value is None:
        return None
    if isinstance(choices, str):
        return value in choices if isinstance(value, str) else None
    if isinstance(choices, (bool, int, float)):
        return None
    return any(compared("==", value, one) for one in choices)


def _ordered(operator: str, sign: int) -> bool:
    if operator == "==":
        return sign == 0
    if operator == "!=":
        return sign != 0
    if operator == "<":
        return sign < 0
    if operator == "<=":
        return sign <= 0
    return sign > 0 if operator == ">" else sign >= 0
