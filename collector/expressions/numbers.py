"""Arithmetic of IEEE 754, and the text of a number: nothing raises, and JavaScript gives the same."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

NAN, INF = math.nan, math.inf


def real(value: float) -> float:
    """A float; a whole number beyond all floats becomes infinite, one beyond 2**53 is rounded."""
    try:
        return float(value)
    except OverflowError:
        return INF if value > 0 else -INF


def divide(one: float, other: float) -> float:
    """The quotient; by zero, infinite or NaN."""
    if other == 0:
        if one == 0 or math.isnan(one):
            return NAN
        return math.copysign(INF, one) * math.copysign(1.0, other)
    return one / other


def remainder(one: float, other: float) -> float:
    """The rest of a division, with the sign of the divisor."""
    if other == 0 or math.isinf(one) or math.isnan(one) or math.isnan(other):
        return NAN
    rest = math.fmod(one, other)
    return rest + other if rest and (rest < 0) != (other < 0) else rest


def power(one: float, other: float) -> float:
    """One to the power of the other; NaN where that is no real number."""
    try:
        return math.pow(one, other)
    except OverflowError:
        is_odd = other % 2 == 1
        return -INF if one < 0 and is_odd else INF
    except ValueError:
        if one != 0:
            return NAN
        is_odd = other % 2 == 1
        return math.copysign(INF, one) if is_odd else INF


OPERATIONS: dict[str, Callable[[float, float], float]] = {
    "+": lambda one, other: one + other,
    "-": lambda one, other: one - other,
    "*": lambda one, other: one * other,
    "/": divide,
    "%": remainder,
    "**": power,
}


def _exp(value: float) -> float:
    try:
        return math.exp(value)
    except OverflowError:
        return INF


def _logarithm(function: Callable[[float], float]) -> Callable[[float], float]:
    def logarithm(value: float) -> float:
        if value > 0:
            return function(value)
        return -INF if value == 0 else NAN

    return logarithm


def _whole(function: Callable[[float], int]) -> Callable[[float], float]:
    return lambda value: float(function(value)) if math.isfinite(value) else value


def _clip(value: float, low: float, high: float) -> float:
    if math.isnan(value) or math.isnan(low) or math.isnan(high):
        return NAN
    return low if value < low else high if value > high else value


def _least(*values: float) -> float:
    return NAN if any(math.isnan(one) for one in values) else min(values)


def _most(*values: float) -> float:
    return NAN if any(math.isnan(one) for one in values) else max(values)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": abs,
    "sqrt": lambda value: math.sqrt(value) if value >= 0 else NAN,
    "exp": _exp,
    "log": _logarithm(math.log),
    "log10": _logarithm(math.log10),
    "floor": _whole(math.floor),
    "ceil": _whole(math.ceil),
    "clip": _clip,
    "min": _least,
    "max": _most,
    "isnan": math.isnan,
    "isfinite": math.isfinite,
}
"""Functions of numbers alone."""


def number_text(value: float) -> str:
    """The shortest text that reads back as the same positive number, laid out as JavaScript does."""
    digits, _, power_text = f"{value!r}".lower().partition("e")
    whole, _, fraction = digits.partition(".")
    fraction = fraction.rstrip("0") if fraction.strip("0") else ""
    point = len(whole) + int(power_text or 0)
    every = (whole + fraction).lstrip("0")
    point -= len(whole + fraction) - len(every)
    every = every.rstrip("0")
    if not every:
        return "0"
    if len(every) <= point <= 21:
        return every + "0" * (point - len(every))
    if 0 < point <= 21:
        return f"{every[:point]}.{every[point:]}"
    if -6 < point <= 0:
        return f"0.{'0' * -point}{every}"
    mantissa = every[0] + (f".{every[1:]}" if len(every) > 1 else "")
    return f"{mantissa}e{point - 1:+d}"
