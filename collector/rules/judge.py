"""Judges rules over the rows of a run as they come. Pure: no file, no clock; times are given.

A rule fires once when it becomes true on some rank. It is armed again when it has been false on every rank
that it was true on, and is silent for its waiting time after an alert. What is missing decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from collector.expressions import evaluate, format_expression
from collector.expressions.nodes import Call, Known, Name, Node, walk
from collector.expressions.numbers import number_text
from collector.expressions.parser import parse
from collector.expressions.signatures import is_of_history
from collector.expressions.values import Value, number_of, truth_of
from collector.expressions.words import FUNCTION_BY_NAME
from collector.rules.rule import Rule
from collector.rules.standing import Asked, Standing, asked_of

TIME_WORDS = {"silence", "age", "duration"}
TIME_FUNCTIONS = {"stalled", "since"}
SHOWN_VALUES = 4
SHOWN_LETTERS = 100

Facts = Callable[[Name], Value]
"""What is known of the run besides its rows: properties, settings, summary values."""


class Firing(NamedTuple):
    """A rule that became true."""

    rule: Rule
    rank: int | None
    """None where the rule is about no rank's rows."""
    step: float
    wall: float
    values: str
    """The values that the rule is made of, in words."""
    value: float | None
    """The first of them."""


class _Status:
    """A rule and how it stands."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.true_on: set[int | None] = set()
        self.is_told = False
        self.last_told: float | None = None
        self.was_judged = False
        self.read(rule.node)

    def read(self, node: Node) -> None:
        """Take a tree, and note what it asks for."""
        self.node = node
        self.asked = asked_of(node)
        self.metrics = frozenset(one.name.name for one in self.asked if one.name.kind == "metric")
        self.uses_time = any(
            (isinstance(one, Name) and one.kind == "property" and one.name in TIME_WORDS)
            or (isinstance(one, Call) and one.function in TIME_FUNCTIONS)
            for one in walk(node)
        )


class Judge:
    """The rules of one attempt of a run, and what its ranks have logged."""

    def __init__(self, rules: Sequence[Rule], facts: Facts, started: float) -> None:
        self._facts = facts
        self._started = started
        self._statuses = [_Status(rule) for rule in rules]
        self._known: set[str] = set()
        self._ranks: dict[int | None, Standing] = {}
        self._run = Standing(started)
        """What belongs to no rank: samples of the machine, the latest row of any."""
        self._asked: dict[str, frozenset[Asked]] = {}
        self._sort_questions()

    def _sort_questions(self) -> None:
        asked = [one for status in self._statuses for one in status.asked]
        for kind in ("metric", "system"):
            self._asked[kind] = frozenset(one for one in asked if one.name.kind == kind)

    @property
    def metrics(self) -> frozenset[str]:
        """The metrics that the rules ask for."""
        return frozenset().union(*(status.metrics for status in self._statuses))

    @property
    def needs_every_row(self) -> bool:
        """Whether a row matters although no metric of the rules is in it."""
        return any(not status.metrics for status in self._statuses)

    @property
    def ranks(self) -> int:
        """How many ranks have logged."""
        return len(self._ranks)

    def learn(self, names: Sequence[str]) -> None:
        """Take in the names of metrics: of the known names in a rule the longest one counts."""
        fresh = set(names) - self._known
        if not fresh:
            return
        self._known |= fresh
        known = Known(metrics=frozenset(self._known))
        for status in self._statuses:
            node = parse(status.rule.text, known).node
            if node != status.node:
                status.read(node)
        self._sort_questions()

    def add_row(self, rank: int, step: float, wall: float, values: Mapping[str, Any]) -> list[Firing]:
        """Judge a row; before it, what time alone has made true."""
        fired = self.pass_time(wall)
        standing = self._standing(rank)
        standing.add(step, wall, values, self._asked["metric"])
        self._run.follow(step, wall)
        for status in self._statuses:
            if not status.metrics:
                fired += self._judge(status, None, wall)
            elif any(name in values for name in status.metrics):
                fired += self._judge(status, rank, wall)
        return fired

    def add_sample(self, wall: float, values: Mapping[str, Any]) -> list[Firing]:
        """Judge a sample of the machine."""
        self._run.take(self._run.step, wall, values, self._asked["system"])
        of_system = [one for one in self._statuses if any(part.name.kind == "system" for part in one.asked)]
        return [firing for status in of_system for firing in self._judge_everywhere(status, wall)]

    def pass_time(self, wall: float) -> list[Firing]:
        """Judge what depends on time, such as silence."""
        timed = [status for status in self._statuses if status.uses_time]
        return [firing for status in timed for firing in self._judge_everywhere(status, wall)]

    def unjudged(self) -> list[tuple[Rule, list[str]]]:
        """Rules that never were true or false, with the metrics of theirs that were never logged."""
        return [
            (status.rule, sorted(status.metrics - self._known))
            for status in self._statuses
            if not status.was_judged
        ]

    def known_names(self) -> list[str]:
        """The names of metrics seen so far."""
        return sorted(self._known)

    def silence_now(self) -> None:
        """Take what is true now as told: somebody else has done so."""
        for status in self._statuses:
            status.is_told = status.is_told or bool(status.true_on)

    def _standing(self, rank: int | None) -> Standing:
        if rank not in self._ranks:
            self._ranks[rank] = Standing(self._started)
        return self._ranks[rank]

    def _judge_everywhere(self, status: _Status, wall: float) -> list[Firing]:
        ranks: list[int | None] = list(self._ranks) if status.metrics else [None]
        return [firing for rank in ranks for firing in self._judge(status, rank, wall)]

    def _judge(self, status: _Status, rank: int | None, wall: float) -> list[Firing]:
        view = _View(self._run if rank is None else self._ranks[rank], self._run, self._facts, wall)
        truth = truth_of(evaluate(status.node, view))
        status.was_judged = status.was_judged or truth is not None
        if truth is False:
            status.true_on.discard(rank)
            if not status.true_on:
                status.is_told = False
        if truth is not True:
            return []
        status.true_on.add(rank)
        is_silent = status.last_told is not None and wall - status.last_told < status.rule.wait_seconds
        if status.is_told or is_silent:
            return []
        status.is_told, status.last_told = True, wall
        values = _values(status.node, view)
        shown = ", ".join(f"{text} = {_shown(value)}" for text, value in values[:SHOWN_VALUES])
        first = next((number_of(value) for _, value in values), None)
        return [Firing(status.rule, rank, view.step, wall, shown, first)]


class _View:
    """One rank at one moment, as the expression language asks."""

    def __init__(self, standing: Standing, run: Standing, facts: Facts, wall: float) -> None:
        self._standing = standing
        self._run = run
        self._facts = facts
        self._wall = wall
        self.step = standing.step

    def value(self, name: Name) -> Value:
        if name.kind == "metric":
            last = self._standing.result(Asked("last", name, None), None, self._wall)
            return self._facts(name) if last is None else last
        if name.kind == "system":
            return self._run.result(Asked("last", name, None), None, self._wall)
        if name.kind == "property":
            return self._property(name)
        found = self._facts(name)
        if found is None and name.kind == "summary":
            return self.value(Name("metric", name.name))
        return found

    def history(self, function: str, name: Name, parameter: float | None) -> Value:
        standing = self._run if name.kind == "system" else self._standing
        kept = None if function == "at" else parameter
        return standing.result(Asked(function, name, kept), parameter, self._wall)

    def _property(self, name: Name) -> Value:
        started = self._run.started
        if name.name == "step":
            return self._standing.step if self._standing.last_wall is not None else None
        if name.name == "time":
            last = self._standing.last_wall
            return None if last is None else last - started
        if name.name == "silence":
            return self._wall - (self._run.last_wall or started)
        if name.name in ("duration", "age"):
            return self._wall - started
        return started if name.name == "created" else self._facts(name)


def _values(node: Node, view: _View) -> list[tuple[str, Value]]:
    """What the tree is made of, each once: names, and functions of a metric's history."""
    found: dict[str, Value] = {}
    inside: set[int] = set()
    for one in walk(node):
        if isinstance(one, Call) and is_of_history(FUNCTION_BY_NAME[one.function], len(one.arguments)):
            inside.add(id(one.arguments[0]))
        elif isinstance(one, Call) and one.function == "stalled":
            found["silence"] = view.value(Name("property", "silence"))
            continue
        elif not isinstance(one, Name) or id(one) in inside:
            continue
        found.setdefault(format_expression(one), evaluate(one, view))
    return list(found.items())


def _shown(value: Value) -> str:
    if isinstance(value, float) and value == value and abs(value) != float("inf"):
        short = float(f"{value:.6g}")
        return f"-{number_text(-short)}" if short < 0 else number_text(short)
    return "missing" if value is None else str(value)[:SHOWN_LETTERS]
