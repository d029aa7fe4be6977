"""What one rank has logged so far, folded into the few numbers that the rules ask for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from collector.expressions.folds import Fold, History, make_fold
from collector.expressions.nodes import Call, Name, Node, Number, children
from collector.expressions.numbers import real
from collector.expressions.signatures import is_of_history
from collector.expressions.words import FUNCTION_BY_NAME


class Asked(NamedTuple):
    """One thing that a rule wants to know of a metric's history."""

    function: str
    name: Name
    parameter: float | None


def asked_of(node: Node) -> frozenset[Asked]:
    """All that a tree wants to know; a bare name is its last value."""
    if isinstance(node, Name):
        return frozenset({Asked("last", node, None)} if node.kind in ("metric", "system") else ())
    below = children(node)
    found: set[Asked] = set()
    if isinstance(node, Call) and is_of_history(FUNCTION_BY_NAME[node.function], len(below)):
        name, second = below[0], below[-1]
        assert isinstance(name, Name)
        is_kept = isinstance(second, Number) and node.function != "at"
        found.add(
            Asked(node.function, name, second.value if is_kept and isinstance(second, Number) else None)
        )
        below = below[1:]
    return frozenset(found.union(*(asked_of(one) for one in below)))


class Standing:
    """The folds of one rank."""

    def __init__(self, started: float) -> None:
        self.started = started
        self.step = 0.0
        self.last_wall: float | None = None
        self._folds: dict[Asked, Fold] = {}
        self._walls: dict[Name, float] = {}

    def add(self, step: float, wall: float, values: Mapping[str, Any], asked: Iterable[Asked]) -> None:
        """Take a row in."""
        self.follow(step, wall)
        self.take(step, wall, values, asked)

    def follow(self, step: float, wall: float) -> None:
        """Note that there was a row."""
        self.step = step
        self.last_wall = wall if self.last_wall is None else max(wall, self.last_wall)

    def take(self, step: float, wall: float, values: Mapping[str, Any], asked: Iterable[Asked]) -> None:
        """Fold the values that somebody asks for."""
        for one in asked:
            value = values.get(one.name.name)
            if not isinstance(value, (int, float)):
                continue
            self._walls[one.name] = wall
            if one.function != "since":
                if one not in self._folds:
                    self._folds[one] = make_fold(one.function, one.parameter)
                self._folds[one].add(step, real(value))

    def result(self, asked: Asked, parameter: float | None, wall: float) -> float | None:
        """The answer so far; the parameter of `at` is the step."""
        if asked.function == "since":
            last = self._walls.get(asked.name)
            return None if last is None else wall - last
        fold = self._folds.get(asked)
        if isinstance(fold, History) and parameter is not None:
            return fold.at(parameter)
        return None if fold is None else fold.result()
