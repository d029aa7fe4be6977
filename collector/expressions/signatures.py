"""Whether a function is given what it wants."""

from __future__ import annotations

from collector.expressions.errors import ExpressionError
from collector.expressions.moments import seconds_since_1970
from collector.expressions.nodes import Name, Node, Number, Text
from collector.expressions.words import WINDOW_LIMIT, Function

OF_VALUES = ("min", "max")
"""Functions that are of a metric with one argument, of values with more."""


def check_arguments(function: Function, arguments: tuple[Node, ...], start: int, end: int) -> None:
    """Raise where number or kind of the arguments is wrong."""
    problem = _problem(function, arguments)
    if problem:
        raise ExpressionError(f"{function.name}: {problem}", start, end, f"It is called as {function.form}.")


def _problem(function: Function, arguments: tuple[Node, ...]) -> str:
    count = len(arguments)
    if not function.least <= count <= function.most:
        wanted = f"at least {function.least}" if function.least < function.most else str(function.least)
        noun = "argument" if function.least == 1 else "arguments"
        return f"expected {wanted} {noun}, found {count}."
    first = arguments[0]
    if is_of_history(function, count):
        if not isinstance(first, Name) or first.kind not in ("metric", "system"):
            return "expected the name of a metric."
        return _parameter_problem(function, arguments)
    if function.kind == "text":
        if not isinstance(first, Text):
            return "expected a text in quotes."
        if function.name == "date" and seconds_since_1970(first.value) is None:
            return "expected a day as 2026-05-01, or with a time as 2026-05-01T12:30."
    if function.kind == "number" and not isinstance(first, Number):
        return "expected a length of time such as 10m."
    return ""


def is_of_history(function: Function, count: int) -> bool:
    """Whether the first argument is a metric, whose history is meant."""
    return function.kind in ("history", "curve") and not (function.name in OF_VALUES and count > 1)


def _parameter_problem(function: Function, arguments: tuple[Node, ...]) -> str:
    if function.kind != "curve" or len(arguments) < 2:
        return ""
    second = arguments[1]
    value = second.value if isinstance(second, Number) else -1.0
    if function.name == "ema" and not 0 <= value < 1:
        return "expected a weight from 0 to below 1."
    if function.name == "rolling" and not (1 <= value <= WINDOW_LIMIT and value == int(value)):
        return f"expected a whole number of values from 1 to {WINDOW_LIMIT}."
    return ""
