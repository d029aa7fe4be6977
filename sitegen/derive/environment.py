"""What expressions ask of a run, answered from its facts: for gates, reports and filters at build time.

Numbers come from every point of the log. What only all points could tell (`at`, `ema`, `rolling`, `diff`) is
folded where the whole series is here, and missing where it is in buckets: never taken from buckets.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from collector.expressions import Known, Name, Value
from collector.expressions.folds import History, make_fold
from sitegen.derive.facts import MetricSummary, RunFacts, Series

STATISTICS = {"first": "first", "min": "min", "max": "max", "mean": "mean", "cummin": "min", "cummax": "max"}
STATISTICS |= {"argmin": "min_step", "argmax": "max_step"}
STALLED_SECONDS, LOST_SECONDS = 60.0, 300.0
STALLED_BEATS, LOST_BEATS = 3, 10


class RunEnvironment:
    """One run; `now` is the time for ages, and for whether an open run is running, stalled or lost."""

    def __init__(self, run: RunFacts, now: float) -> None:
        self._run = run
        self._now = now

    def value(self, name: Name) -> Value:
        """A last value, a setting, a summary value or a property."""
        run = self._run
        if name.kind == "property":
            return self._property(name.name)
        if name.kind == "config":
            return _plain(run.config.get(name.name))
        if name.kind == "system":
            return self.history("last", name, None)
        last = self.history("last", name, None)
        own = _plain(run.user_summary.get(name.name))
        if name.kind == "summary":
            return last if own is None else own
        found = [last, own, run.texts.get(name.name), _plain(run.config.get(name.name))]
        return next((value for value in found if value is not None), None)

    def history(self, function: str, name: Name, parameter: float | None) -> Value:
        """A statistic of a metric, or a fold over its whole series."""
        summary = self._run.summary.get(name.name) if name.kind == "metric" else None
        if summary is not None and function in STATISTICS:
            found: float | None = getattr(summary, STATISTICS[function])
            return found
        if summary is not None and function in ("last", "count", "count_nan"):
            return _count_or_last(summary, function)
        series = self._series(name)
        if series is None:
            return None
        if function == "since":
            times = series.columns["t" if series.width == 1 else "t1"]
            return self._end() - self._run.started - float(times[-1])
        return _folded(series, function, parameter) if series.width == 1 else _bucketed(series, function)

    def _series(self, name: Name) -> Series | None:
        series = self._run.system if name.kind == "system" else self._run.series
        return next((one for one in series if one.metric == name.name and one.points), None)

    def _end(self) -> float:
        run = self._run
        if run.state == "open" or run.duration is None:
            return self._now
        return run.started + run.duration

    def _property(self, name: str) -> Value:
        run = self._run
        if name in ("name", "id", "project", "group", "job_type", "notes", "tags"):
            value: Value = getattr(run, name)
            return value
        numbers = {"attempt": run.attempts, "created": run.started, "age": self._now - run.started}
        if name in numbers:
            return float(numbers[name])
        if name == "state":
            return open_state(run, self._now) if run.state == "open" else run.state
        if name == "alerts":
            return float(sum(alert.level != "info" for alert in run.alerts))
        if name in ("user", "host"):
            sections = (run.provenance.get(section, {}) for section in ("command", "system"))
            return next((_plain(fields[name]) for fields in sections if name in fields), None)
        if name == "duration":
            return self._end() - run.started
        steps = [summary.last_step for summary in run.summary.values() if summary.last_step is not None]
        if name == "step":
            return max(steps, default=None)
        last = max((_last_time(one) for one in run.series), default=None)
        if name == "silence":
            return self._end() - run.started - (last or 0.0)
        return last if name == "time" else None


def known_names(runs: Iterable[RunFacts]) -> Known:
    """The names that the runs have, for parsing and for near names in errors."""
    metrics: set[str] = set()
    config: set[str] = set()
    summary: set[str] = set()
    system: set[str] = set()
    tags: set[str] = set()
    for run in runs:
        metrics.update(run.summary, run.texts)
        config.update(run.config)
        summary.update(run.user_summary)
        system.update(one.metric for one in run.system)
        tags.update(run.tags)
    return Known(*(frozenset(names) for names in (metrics, config, summary, system, tags)))


def open_state(run: RunFacts, now: float) -> str:
    """The word for a run without an end, as the page's script live.js finds it."""
    silent = now - run.last_heard
    if silent > max(LOST_SECONDS, LOST_BEATS * run.beat_seconds):
        return "lost"
    return "stalled" if silent > max(STALLED_SECONDS, STALLED_BEATS * run.beat_seconds) else "running"


def _count_or_last(summary: MetricSummary, function: str) -> float | None:
    if function == "last":
        return math.nan if summary.ends_bad else summary.last
    others = summary.nan_count if function == "count_nan" else summary.count + summary.nan_count
    return float(others if function == "count_nan" else others + summary.inf_count)


def _folded(series: Series, function: str, parameter: float | None) -> float | None:
    fold = make_fold(function, None if function == "at" else parameter)
    columns = series.columns
    for step, value in zip(columns["step"].to_list(), columns["y"].to_list(), strict=True):
        fold.add(step, value)
    return fold.at(parameter) if isinstance(fold, History) and parameter is not None else fold.result()


def _bucketed(series: Series, function: str) -> float | None:
    """What buckets keep exactly."""
    columns = series.columns
    if function in ("min", "cummin", "max", "cummax"):
        values = [value for value in columns[function[-3:]] if not math.isnan(value)]
        return (min(values) if function.endswith("min") else max(values)) if values else None
    if function == "count":
        return float(sum(columns["n"]) + sum(columns["bad"]))
    return float(columns["last"][-1]) if function == "last" else None


def _last_time(series: Series) -> float:
    times: Sequence[float] = series.columns["t" if series.width == 1 else "t1"]  # type: ignore[assignment]
    return float(times[-1]) if len(times) else 0.0


def _plain(value: Any) -> Value:
    return value if isinstance(value, (bool, int, float, str, list, tuple)) else None
