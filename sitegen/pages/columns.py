"""The run table's columns: which there are at first, and what each run has in them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from sitegen.config import ProjectOptions
from sitegen.derive.definitions import definition_of, project_definitions
from sitegen.derive.facts import MetricDefinition, MetricSummary, ProjectFacts, RunFacts
from sitegen.pages.formatting import MISSING, brief, duration, exact, measure, setting, visible
from sitegen.pages.headline import Headline, alarm_of, goal_of
from sitegen.pages.said import loud_alerts
from sitegen.pages.views import Alarm, Cell, Column
from sitegen.texts import said

CONFIG_COLUMNS = 6
METRIC_COLUMNS = 4
USER_COLUMNS = 3
TEXT_LIMIT = 200
_STATISTICS = ("last", "min", "max", "mean", "first")

Value = float | int | str | None


@dataclass(frozen=True)
class TableColumn:
    """A column with the way to its values."""

    view: Column
    value: Callable[[RunFacts], Any]
    goal: str | None = None
    alarm: Callable[[RunFacts], Alarm | None] = lambda run: None
    """How the run's metric ended, where that was not with a number."""

    def values(self, project: ProjectFacts) -> tuple[Any, ...]:
        """What each run has in it."""
        return self._over(project, "values", self.value)

    def told(self, project: ProjectFacts) -> tuple[Value, ...]:
        """The same for the page's data."""
        return self._over(project, "told", lambda run: json_value(self.value(run)))

    def alarms(self, project: ProjectFacts) -> Mapping[int, Alarm]:
        """The alarms by the number of the run."""
        return dict(project.placed(project.each(f"alarms of {self.view.key}", self.view, self._alarms)))

    def _alarms(self, runs: Sequence[RunFacts]) -> dict[int, Alarm]:
        return {at: alarm for at, run in enumerate(runs) if (alarm := self.alarm(run))}

    def _over(self, project: ProjectFacts, name: str, of: Callable[[RunFacts], Any]) -> tuple[Any, ...]:
        # All that a column says follows from its view: what it is called, and what of.
        parts = project.each(f"{name} of {self.view.key}", self.view, lambda runs: list(map(of, runs)))
        return tuple(chain.from_iterable(parts))


def table_columns(
    project: ProjectFacts, options: ProjectOptions, chosen: Sequence[Headline]
) -> tuple[TableColumn, ...]:
    """The configured columns, or state, what varies, headline results, duration and start."""
    if options.columns:
        named = (_named(name, project, options) for name in options.columns)
        return tuple(column for column in named if column is not None)
    state, spent, started = _run_columns()
    spark = TableColumn(_spark_column(chosen[0].metric), lambda run: None) if chosen else None
    config = [config_column(project, key) for key in _most_varied(project)[:CONFIG_COLUMNS]]
    definitions = project_definitions(project)
    metrics = [
        metric_column(headline.metric, statistic, options)
        for headline in chosen[:METRIC_COLUMNS]
        for statistic in _chosen_statistics(headline.metric, definitions)
    ]
    user = [_user_column(key) for key in _user_keys(project)[:USER_COLUMNS]]
    common = [
        column
        for column in user
        if sum(value is not None for value in column.values(project)) * 2 > len(project.runs)
    ]
    rare = [column for column in user if column not in common]
    groups = (
        [_text_column("group", said("fact.group"), lambda run: run.group)]
        if any(project.each("have groups", None, lambda runs: any(run.group for run in runs)))
        else []
    )
    first = [*metrics[:1], *([spark] if spark else [])]
    alerts = [_alert_column()] if any(_alert_column().values(project)) else []
    head = (state, *alerts, *config[:2], *common, *first, *metrics[1:])
    return (*head, *rare, *config[2:], *groups, spent, started)


def _chosen_statistics(metric: str, definitions: Mapping[str, MetricDefinition]) -> Sequence[str]:
    """What the script chose by `define_metric`, or what is best; nothing where it wants no summary."""
    said = definition_of(metric, definitions)
    if said is None or not said.summary:
        return ("",)
    return () if "none" in said.summary else said.summary


def _most_varied(project: ProjectFacts) -> list[str]:
    """The settings that differ, those first in which most runs leave the usual value."""
    counts: dict[str, Counter[str]] = {key: Counter() for key in project.varying_keys}
    for part in project.each("counts of settings", None, _counts_of_settings):
        for key, found in part.items():
            if key in counts:
                counts[key].update(found)
    for found in counts.values():
        found[setting(None)] += len(project.runs) - found.total()
    unusual = {key: len(project.runs) - max(found.values()) for key, found in counts.items()}
    return sorted(project.varying_keys, key=lambda key: (-unusual[key], key))


def _counts_of_settings(runs: Sequence[RunFacts]) -> dict[str, Counter[str]]:
    """How many runs have each value of each setting."""
    # Run by run: there may be 100,000 settings that one run each has.
    counts: dict[str, Counter[str]] = {}
    for run in runs:
        for key, value in run.config.items():
            counts.setdefault(key, Counter())[setting(value)] += 1
    return counts


def cells_of(column: TableColumn, runs: Sequence[RunFacts], values: Sequence[Any]) -> list[Cell]:
    """What the column says for each of the first runs; the best value of all is marked."""
    best = best_value(column, values)
    return [
        _alarmed(_cell(column.view, value, best), column.alarm(run))
        for run, value in zip(runs, values, strict=False)
    ]


def _alarmed(cell: Cell, alarm: Alarm | None) -> Cell:
    """The cell with a mark when its metric did not end in a number, however good its best value is."""
    if alarm is None:
        return cell
    title = said("column.alarmed", value=cell.title or cell.text, alarm=alarm.title)
    return replace(cell, title=title, alarm="" if cell.is_bad else alarm.text)


def best_value(column: TableColumn, values: Sequence[Any]) -> float | None:
    """The best finite value of the column; None when none is better or all are alike."""
    if column.goal is None:
        return None
    numbers = [value for value in values if isinstance(value, (int, float)) and math.isfinite(value)]
    if len(set(numbers)) < 2:
        return None
    return max(numbers) if column.goal == "max" else min(numbers)


def json_value(value: Any) -> Value:
    """A cell's value for the page's data: numbers stay numbers, NaN and infinities become words."""
    if value is None or isinstance(value, bool):
        return setting(value) if isinstance(value, bool) else None
    if isinstance(value, float):
        if math.isfinite(value):
            return int(value) if value.is_integer() and abs(value) < 2**53 else value
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, int):
        return value if abs(value) < 2**53 else str(value)
    return visible(setting(value)[:TEXT_LIMIT])


def _cell(column: Column, value: Any, best: float | None) -> Cell:
    if value is None:
        return Cell(MISSING, "", True, False, False)
    if column.kind == "duration":
        return Cell(duration(value), "", False, False, False)
    if column.kind == "number" and isinstance(value, (int, float)):
        text, full = measure(value), exact(value)
        is_bad = not math.isfinite(value)
        return Cell(text, full if full != text else "", False, value == best, is_bad)
    full = setting(value)
    text = brief(value) if isinstance(value, float) else full[:TEXT_LIMIT]
    is_bad = isinstance(value, float) and not math.isfinite(value)
    return Cell(text, full[:2000] if full != text or len(full) > 24 else "", False, value == best, is_bad)


def config_column(project: ProjectFacts, key: str) -> TableColumn:
    """A setting; right-aligned when every run that has it has a number."""
    is_number = key not in project.worded_keys
    align = "right" if is_number else "left"
    return TableColumn(
        Column(
            f"cfg.{key}",
            _short(key, project),
            key,
            "",
            "config",
            "setting" if is_number else "text",
            align,
        ),
        lambda run: run.config.get(key),
    )


def _short(key: str, project: ProjectFacts) -> str:
    """The last part of a nested key where no other key ends like it."""
    last = key.rpartition(".")[2]
    return last if last in project.lone_endings else key


def metric_column(metric: str, statistic: str, options: ProjectOptions) -> TableColumn:
    """A metric's best value, or its last where no direction is better, or the statistic asked for."""
    goal = goal_of(metric, options)
    what = statistic or goal or "last"
    shown = options.metric(metric)
    label = shown.label or metric
    word = said(f"statistic.{what}")
    note = said("column.with_unit", what=word, unit=shown.unit) if shown.unit else word
    return TableColumn(
        Column(
            f"{metric}.{what}",
            label,
            said("column.statistic", metric=metric, what=word),
            note,
            "metric",
            "number",
            "right",
        ),
        lambda run: _statistic(run.summary.get(metric), what),
        goal if what in (goal, "last") else None,
        lambda run: alarm_of(run.summary.get(metric)),
    )


def _at_best_column(metric: str, anchor: str, options: ProjectOptions) -> TableColumn:
    """A metric at the step where another one was best."""
    label = options.metric(metric).label or metric
    view = Column(
        f"{metric}.@{anchor}",
        label,
        said("column.at_best", metric=metric, best=anchor),
        said("column.at_best_note", best=anchor),
        "metric",
        "number",
        "right",
    )
    return TableColumn(view, lambda run: run.at_best.get(anchor, {}).get(metric))


def _statistic(summary: MetricSummary | None, what: str) -> float | None:
    """The statistic; a last value that was not finite says so."""
    if summary is None:
        return None
    if what == "last" and summary.ends_bad:
        return math.nan
    value: float | None = getattr(summary, what)
    if value is None and summary.nan_count + summary.inf_count:
        return math.nan
    return value


def _named(name: str, project: ProjectFacts, options: ProjectOptions) -> TableColumn | None:
    """The column a configuration means: a fact of the run, a metric, its statistic, or a setting."""
    state, spent, started = _run_columns()
    fixed = {"state": state, "duration": spent, "started": started}
    if name in fixed:
        return fixed[name]
    if name in project.metrics:
        return metric_column(name, "", options)
    metric, found, anchor = name.partition(".@")
    if found and metric in project.metrics and anchor in project.metrics:
        return _at_best_column(metric, anchor, options)
    metric, _, statistic = name.rpartition(".")
    if metric in project.metrics and statistic in (*_STATISTICS, "best"):
        return metric_column(metric, "" if statistic == "best" else statistic, options)
    key = name.removeprefix("cfg.").removeprefix("config.")
    if key in project.config_keys:
        return config_column(project, key)
    if name == "alerts":
        return _alert_column()
    if name in ("group", "job_type", "notes", "id"):
        return _text_column(name, said(f"fact.{name}"), lambda run: getattr(run, name))
    if name == "tags":
        return _text_column("tags", said("fact.tags"), lambda run: ", ".join(run.tags) or None)
    if any(name in run.user_summary for run in project.runs):
        return _user_column(name)
    return None


def column_key(name: str, project: ProjectFacts, options: ProjectOptions) -> str:
    """The key of the column that a name means in a settings or workspace file; else the name."""
    column = _named(name, project, options)
    return column.view.key if column is not None else name


def drawn_best(count: int, name: str, project: ProjectFacts, options: ProjectOptions) -> set[str]:
    """Ids of the so many best runs by a column, those without a number left out."""
    column = _named(name, project, options)
    if column is None:
        return set()
    values = [(column.value(run), at, run.id) for at, run in enumerate(project.runs)]
    numbers = [one for one in values if isinstance(one[0], (int, float)) and math.isfinite(one[0])]
    sign = 1 if column.goal == "min" else -1
    return {run_id for _, _, run_id in sorted(numbers, key=lambda one: (sign * one[0], one[1]))[:count]}


def _run_columns() -> tuple[TableColumn, TableColumn, TableColumn]:
    return (
        TableColumn(
            Column("state", said("column.state"), said("column.state_title"), "", "run", "state", "left"),
            lambda run: run.state,
        ),
        TableColumn(
            Column(
                "duration",
                said("column.duration"),
                said("column.duration_title"),
                "",
                "run",
                "duration",
                "right",
            ),
            lambda run: run.duration,
        ),
        TableColumn(
            Column(
                "started", said("column.started"), said("column.started_title"), "", "run", "time", "right"
            ),
            lambda run: run.started,
        ),
    )


def _alert_column() -> TableColumn:
    view = Column("alerts", said("column.alerts"), said("column.alerts_title"), "", "run", "setting", "right")
    return TableColumn(view, lambda run: loud_alerts(run) or None)


def _spark_column(metric: str) -> Column:
    return Column(
        "spark",
        metric.rpartition("/")[2] or metric,
        said("column.over_steps", metric=metric),
        "",
        "spark",
        "spark",
        "left",
    )


def _text_column(key: str, label: str, value: Callable[[RunFacts], Any]) -> TableColumn:
    return TableColumn(Column(key, label, label, "", "run", "text", "left"), value)


def _user_column(key: str) -> TableColumn:
    return TableColumn(
        Column(
            key, key, said("column.user_title", key=key), said("column.user"), "metric", "number", "right"
        ),
        lambda run: run.user_summary.get(key),
    )


def _user_keys(project: ProjectFacts) -> list[str]:
    """What users set in summaries as numbers, besides the metrics themselves."""
    return sorted(set[str]().union(*project.each("user's numbers", None, _user_numbers)))


def _user_numbers(runs: Sequence[RunFacts]) -> set[str]:
    return {
        key
        for run in runs
        for key, value in run.user_summary.items()
        if isinstance(value, (int, float)) and key not in run.summary
    }
