"""The value of a tree for one run: a function of the tree and of what is known about the run."""

from __future__ import annotations

from functools import lru_cache
from typing import Protocol

from collector.expressions.moments import seconds_since_1970
from collector.expressions.nodes import (
    Binary,
    Call,
    Choices,
    Comparison,
    Constant,
    Junction,
    Match,
    Membership,
    Name,
    Node,
    Number,
    Text,
    Unary,
)
from collector.expressions.numbers import FUNCTIONS, INF, NAN, OPERATIONS
from collector.expressions.patterns import Pattern, compile_pattern
from collector.expressions.signatures import is_of_history
from collector.expressions.values import Value, compared, contains, negated, number_of, truth_of
from collector.expressions.words import FUNCTION_BY_NAME, UNITS

CONSTANTS: dict[str, Value] = {"true": True, "false": False, "null": None, "nan": NAN, "inf": INF}
NULL = Constant("null")


class Environment(Protocol):
    """What is known about a run; None where it has nothing of the kind."""

    def value(self, name: Name) -> Value:
        """The last value of a metric, a setting, a summary value or a property.

        A bare name, of kind 'metric', is a metric; else what the user set as summary; else a setting.
        """
        ...

    def history(self, function: str, name: Name, parameter: float | None) -> Value:
        """What a function says of a metric's history: ('min', loss, None), ('ema', loss, 0.9)."""
        ...


def evaluate(node: Node, run: Environment) -> Value:
    """The value of a tree; never raises, what cannot be told is missing."""
    if isinstance(node, Number):
        return node.value * UNITS[node.unit] if node.unit else node.value
    if isinstance(node, Text):
        return node.value
    if isinstance(node, Constant):
        return CONSTANTS[node.name]
    if isinstance(node, Name):
        return run.value(node)
    if isinstance(node, Call):
        return _called(node, run)
    if isinstance(node, Unary):
        return _unary(node, run)
    if isinstance(node, Binary):
        one, other = number_of(evaluate(node.left, run)), number_of(evaluate(node.right, run))
        return None if one is None or other is None else OPERATIONS[node.operator](one, other)
    return condition(node, run)


def is_true(node: Node, run: Environment) -> bool:
    """Whether a tree is true for a run: what a filter, a gate or an alert asks."""
    return truth_of(evaluate(node, run)) is True


def condition(node: Node, run: Environment) -> bool | None:
    """The truth of a comparison, of membership, of a match, or of several joined."""
    if isinstance(node, Junction):
        return _joined(node, run)
    if isinstance(node, Comparison):
        return _chained(node, run)
    if isinstance(node, Match):
        text = evaluate(node.operand, run)
        if isinstance(text, str):
            return pattern_of(node.pattern).found_in(text) != node.is_negated
        return None
    if isinstance(node, Membership):
        found = _among(node, run)
        return negated(found) if node.is_negated else found
    return truth_of(evaluate(node, run))


def _unary(node: Unary, run: Environment) -> Value:
    value = evaluate(node.operand, run)
    if node.operator == "not":
        return negated(truth_of(value))
    number = number_of(value)
    return None if number is None else -number


def _joined(node: Junction, run: Environment) -> bool | None:
    """False decides `and`, true decides `or`, whatever is missing beside it."""
    decisive = node.operator == "or"
    is_missing = False
    for operand in node.operands:
        truth = truth_of(evaluate(operand, run))
        if truth is decisive:
            return decisive
        is_missing = is_missing or truth is None
    return None if is_missing else not decisive


def _chained(node: Comparison, run: Environment) -> bool | None:
    is_missing = False
    values = [evaluate(one, run) for one in node.operands]
    for at, operator in enumerate(node.operators):
        if NULL in node.operands[at : at + 2] and operator in ("==", "!="):
            # Written against null, the question is whether there is a value, and that has an answer.
            truth: bool | None = ((values[at] is None) == (values[at + 1] is None)) == (operator == "==")
        else:
            truth = compared(operator, values[at], values[at + 1])
        if truth is False:
            return False
        is_missing = is_missing or truth is None
    return None if is_missing else True


def _among(node: Membership, run: Environment) -> bool | None:
    value = evaluate(node.operand, run)
    if not isinstance(node.choices, Choices):
        return contains(evaluate(node.choices, run), value)
    if value is None:
        return None
    return any(compared("==", value, evaluate(item, run)) for item in node.choices.items)


def _called(node: Call, run: Environment) -> Value:
    function = FUNCTION_BY_NAME[node.function]
    first = node.arguments[0]
    if is_of_history(function, len(node.arguments)):
        assert isinstance(first, Name)
        if len(node.arguments) == 1:
            return run.history(node.function, first, None)
        parameter = number_of(evaluate(node.arguments[1], run))
        return None if parameter is None else run.history(node.function, first, parameter)
    if function.kind not in ("text", "number"):
        return _of_values(node, run)
    if isinstance(first, Text):
        if node.function == "date":
            return seconds_since_1970(first.value)
        return contains(run.value(Name("property", "tags")) or (), first.value)
    silence = number_of(run.value(Name("property", "silence")))
    wait = number_of(evaluate(first, run))
    return None if silence is None or wait is None else silence > wait


def _of_values(node: Call, run: Environment) -> Value:
    if node.function == "if":
        truth = truth_of(evaluate(node.arguments[0], run))
        return None if truth is None else evaluate(node.arguments[1 if truth else 2], run)
    values = [evaluate(one, run) for one in node.arguments]
    if node.function == "default":
        return values[1] if values[0] is None else values[0]
    if node.function == "has":
        return values[0] is not None
    numbers = [number_of(one) for one in values]
    present = [one for one in numbers if one is not None]
    return FUNCTIONS[node.function](*present) if len(present) == len(numbers) else None


@lru_cache(maxsize=64)
def pattern_of(text: str) -> Pattern:
    """The compiled pattern of a text that was parsed before."""
    return compile_pattern(text)
