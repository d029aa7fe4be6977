"""What expressions and columns ask of a run: answered by a look where it knows, else by the whole log."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from collector.catalog.detail import flattened
from collector.catalog.glance import Look
from collector.expressions import ExpressionError, Known, Name, Node, parse
from collector.expressions.folds import History, make_fold
from collector.expressions.values import Value
from collector.runlog.history import Row, merged_rows, metrics_files
from collector.runlog.replay import merged_tree

KINDS = ("config", "summary", "provenance", "sys")
"""Records that a look has to bring along."""


class AskedRun:
    """One run as an environment of the expression language."""

    def __init__(self, look: Look, now: float) -> None:
        self.look = look
        self._now = now

    def value(self, name: Name) -> Value:
        """A last value, a setting, a summary value, a system metric or a property."""
        if name.kind == "metric":
            found = (self.latest(name.name), self.summary.get(name.name), self.config.get(name.name))
            return next((value for value in found if value is not None), None)
        if name.kind == "summary":
            return self.summary[name.name] if name.name in self.summary else self.latest(name.name)
        if name.kind == "property":
            return self.properties.get(name.name)
        return (self.config if name.kind == "config" else self.system).get(name.name)

    def history(self, function: str, name: Name, parameter: float | None) -> Value:
        """What a function says of a metric's history, of the lowest rank that logged it."""
        rows = [row for row in self._rows if self._number(row, name.name) is not None]
        if function == "since":
            return self._end - max(row.wall for row in rows) if rows else None
        if not rows:
            return None
        fold = make_fold(function, parameter)
        for row in rows:
            fold.add(float(row.step), self._number(row, name.name) or 0.0)
        if isinstance(fold, History) and parameter is not None:
            return fold.at(parameter)
        return fold.result()

    def latest(self, metric: str) -> Value:
        """The last value of a metric; the whole log is read only where the look may have missed it."""
        values = self.look.latest.values
        if metric in values or self.look.latest.is_complete:
            return values.get(metric)
        return next(
            (row.values[name] for row in reversed(self._rows) if (name := metric) in row.values), None
        )

    @cached_property
    def config(self) -> dict[str, Any]:
        """The settings by dotted name, corrected."""
        return self.look.overlay.config(flattened(merged_tree(self._records, "config")))

    @cached_property
    def summary(self) -> dict[str, Any]:
        """What the user set, by dotted name."""
        return flattened(merged_tree(self._records, "summary"))

    @cached_property
    def system(self) -> dict[str, Any]:
        """The last sample of the machine."""
        found: dict[str, Any] = {}
        for record in self._records:
            if record["k"] == "sys" and isinstance(record.get("m"), dict):
                found |= record["m"]
        return found

    @cached_property
    def properties(self) -> dict[str, Value]:
        """The words of the language about the run itself."""
        look = self.look
        ranks = [one for one in look.processes if one.role != "wrapper"] or list(look.processes)
        lowest = min(ranks, key=lambda one: (one.rank, one.started), default=None)
        row_at = look.latest.at
        command: dict[str, Any] = {}
        for record in self._records:
            if record.get("section") == "command" and isinstance(record.get("fields"), dict):
                command |= record["fields"]
        return {
            "name": look.name,
            "id": look.id,
            "project": look.project,
            "group": look.names.get("group"),
            "job_type": look.names.get("job_type"),
            "state": look.state(self._now),
            "tags": look.tags,
            "notes": look.names.get("notes"),
            "user": command.get("user"),
            "host": lowest.host if lowest else None,
            "attempt": max((one.attempt for one in look.processes), default=1),
            "created": look.started,
            "age": self._now - look.started,
            "duration": look.seconds,
            "step": look.latest.step,
            "time": None if row_at is None else row_at - look.started,
            "silence": None if row_at is None else self._end - row_at,
        }

    @property
    def metrics(self) -> set[str]:
        """The names of all metrics; reads the whole log where the look may have missed some."""
        return set() if self.look.latest.is_complete else {name for row in self._rows for name in row.values}

    @property
    def _end(self) -> float:
        return self.look.ending.at or self._now

    @cached_property
    def _records(self) -> list[dict[str, Any]]:
        found = [record for process in self.look.processes for record in process.records]
        return sorted(found, key=lambda record: record["t"])

    @cached_property
    def _rows(self) -> list[Row]:
        """Every row of every rank, merged, under the names of today; of a metric the lowest rank's only."""
        found: list[Row] = []
        taken: set[str] = set()
        for rank in sorted({file.rank for file in metrics_files(self.look.folders)}):
            rows = merged_rows(self.look.folders, rank)
            renamed = [
                row._replace(
                    values={
                        name: value
                        for old, value in row.values.items()
                        if (name := self.look.overlay.metric(old)) not in taken
                    }
                )
                for row in rows
            ]
            found += renamed
            taken |= {name for row in renamed for name in row.values}
        return found

    @staticmethod
    def _number(row: Row, metric: str) -> float | None:
        value = row.values.get(metric)
        return float(value) if isinstance(value, (int, float)) else None


def parse_for(text: str, runs: Sequence[AskedRun]) -> Node:
    """The tree of an expression over runs; an ExpressionError where it is none or names what no run has."""
    try:
        return parse(text, known_of(runs), must_know=True).node
    except ExpressionError:
        if all(run.look.latest.is_complete for run in runs):
            raise
    return parse(text, known_of(runs, whole=True), must_know=True).node


def known_of(runs: Iterable[AskedRun], *, whole: bool = False) -> Known:
    """The names that runs have, so that the longest one wins and an unknown one is told."""
    kinds: dict[str, set[str]] = {kind: set() for kind in ("metrics", "config", "summary", "system", "tags")}
    for run in runs:
        kinds["metrics"] |= set(run.look.latest.values) | (run.metrics if whole else set())
        kinds["config"] |= set(run.config)
        kinds["summary"] |= set(run.summary)
        kinds["system"] |= set(run.system)
        kinds["tags"] |= set(run.look.tags)
    return Known(**{kind: frozenset(names) for kind, names in kinds.items()})
