"""What `define_metric` said, as far as it changes what this process records and sums up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from collector.runlog.history import MetricSummary
from collector.runlog.values import flatten

SUMMARIES = ("first", "last", "min", "max", "mean")


class Definition(NamedTuple):
    """How a metric, or all that match `prefix*`, is to be shown."""

    name: str
    step_metric: str | None = None
    step_sync: bool = False
    """Whether rows without the step metric take its latest value."""
    summary: tuple[str, ...] = ()
    goal: str | None = None
    hidden: bool = False

    def record(self) -> dict[str, Any]:
        """The record."""
        record: dict[str, Any] = {"k": "define", "metric": self.name}
        if self.step_metric is not None:
            record |= {"step_metric": self.step_metric, "step_sync": self.step_sync}
        if self.summary:
            record["summary"] = list(self.summary)
        if self.goal is not None:
            record["goal"] = self.goal
        return record | {"hidden": True} if self.hidden else record


class DefinedMetrics:
    """The definitions of a run; an exact name outranks a pattern, and the longest pattern the others."""

    def __init__(self) -> None:
        self.has_synced = False
        """Whether rows have to be looked at for step metrics at all."""
        self._exact: dict[str, Definition] = {}
        self._patterns: dict[str, Definition] = {}
        self._found: dict[str, Definition | None] = {}
        self._latest: dict[str, Any] = {}

    def add(self, defined: Definition) -> None:
        """Take a definition; the latest for a name counts."""
        if defined.name.endswith("*"):
            self._patterns[defined.name[:-1]] = defined
        else:
            self._exact[defined.name] = defined
        self._found = {}
        if defined.step_sync and defined.step_metric is not None:
            self._latest.setdefault(defined.step_metric, 0)
            self.has_synced = True

    def find(self, name: str) -> Definition | None:
        """The definition that counts for a metric."""
        if name not in self._found:
            fits = [prefix for prefix in self._patterns if name.startswith(prefix)]
            longest = max(fits, key=len, default=None)
            pattern = None if longest is None or name.startswith("_") else self._patterns[longest]
            self._found[name] = self._exact.get(name, pattern)
        return self._found[name]

    def complete(self, row: Mapping[str, Any]) -> Mapping[str, Any]:
        """The row, with the latest value of each step metric that its metrics have and it lacks."""
        try:
            values = dict(flatten(row))
            missing: dict[str, Any] = {}
            for axis in self._latest.keys() & values.keys():
                self._latest[axis] = values[axis]
            for name in values:
                defined = self.find(name)
                wanted = defined.step_metric if defined is not None and defined.step_sync else None
                if wanted is not None and wanted not in values:
                    missing[wanted] = self._latest[wanted]
            return {**row, **missing} if missing else row
        except Exception:  # named boundary: what is no row at all is told of where it is written
            return row

    def summary_of(self, name: str, computed: MetricSummary) -> Any:
        """What the summary of a metric is: its last value, or those that were asked for, by name."""
        defined = self.find(name)
        asked = [] if defined is None else [_best(word, defined) for word in defined.summary]
        if "none" in asked:
            return None
        return {word: getattr(computed, word) for word in asked if word in SUMMARIES} or computed.last


def _best(word: str, defined: Definition) -> str:
    if word != "best":
        return word
    return "max" if defined.goal == "maximize" else "min"
