"""What scripts said about their metrics by `define_metric`, as settings that the site's own outrank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from glob import escape
from typing import Any, Literal, TypeVar

from sitegen.config import Config, MetricOptions, ProjectOptions
from sitegen.derive.facts import MetricDefinition, ProjectFacts, RunFacts, SiteFacts
from sitegen.derive.state import merged_records
from sitegen.ingest.tables import Segment

T = TypeVar("T")

MODES = ("min", "max", "mean", "first", "last", "none")

_GOALS: Mapping[object, Literal["min", "max"]] = {"minimize": "min", "maximize": "max"}


def goals_of(segments: Sequence[Segment]) -> dict[str, str]:
    """'min' or 'max' by metric or pattern, patterns first: an exact name outranks them."""
    found = {
        str(record.get("metric")): _GOALS[record.get("goal")]
        for record in merged_records(segments, "define")
        if record.get("goal") in _GOALS
    }
    return by_strength(found)


def definitions_of(segments: Sequence[Segment]) -> dict[str, MetricDefinition]:
    """What was said besides goals, by metric or pattern; the latest word for a name counts."""
    found = {
        record["metric"]: _definition(record)
        for record in merged_records(segments, "define")
        if isinstance(record.get("metric"), str)
    }
    return by_strength(found)


def definitions_over(runs: Sequence[RunFacts]) -> Mapping[str, MetricDefinition]:
    """What runs say together; they come newest first, and the newest word for a name counts."""
    return by_strength({name: said for run in reversed(runs) for name, said in run.definitions.items()})


def project_definitions(project: ProjectFacts) -> Mapping[str, MetricDefinition]:
    """The same of all runs of a project."""
    said = project.each("definitions", None, definitions_over)
    return by_strength({name: one for block in reversed(said) for name, one in block.items()})


def definition_of(metric: str, definitions: Mapping[str, MetricDefinition]) -> MetricDefinition | None:
    """What is said about a metric; None when nothing is."""
    found = [
        said
        for name, said in definitions.items()
        if metric == name or (name.endswith("*") and metric.startswith(name[:-1]))
    ]
    return found[-1] if found else None


def is_hidden(metric: str, definitions: Mapping[str, MetricDefinition]) -> bool:
    """Whether it gets no chart unasked."""
    said = definition_of(metric, definitions)
    return said is not None and said.is_hidden


def _definition(record: Mapping[str, Any]) -> MetricDefinition:
    step_metric, listed = record.get("step_metric"), record.get("summary")
    best = _GOALS.get(record.get("goal"), "min")
    modes = [best if mode == "best" else mode for mode in listed] if isinstance(listed, list) else []
    return MetricDefinition(
        step_metric=step_metric if isinstance(step_metric, str) and step_metric else None,
        step_sync=record.get("step_sync") is not False,
        summary=tuple(dict.fromkeys(mode for mode in modes if mode in MODES)),
        is_hidden=record.get("hidden") is True,
    )


def by_strength(found: Mapping[str, T]) -> dict[str, T]:
    """Patterns first, then longer ones, then names: of those that match a metric the last one counts."""
    return dict(sorted(found.items(), key=lambda pair: (not pair[0].endswith("*"), len(pair[0]), pair[0])))


def with_goals(config: Config, facts: SiteFacts) -> Config:
    """The settings, and below them the goals that the runs of each project defined, newest run first."""
    projects = dict(config.projects)
    for project in facts.projects:
        said = project.each("goals", None, _goals_over)
        goals = {metric: goal for block in reversed(said) for metric, goal in block.items()}
        if goals:
            projects[project.name] = _with_goals(config.project(project.name), goals)
    return replace(config, projects=projects)


def _goals_over(runs: Sequence[RunFacts]) -> dict[str, str]:
    return {metric: goal for run in reversed(runs) for metric, goal in run.goals.items()}


def _with_goals(options: ProjectOptions, goals: Mapping[str, str]) -> ProjectOptions:
    defined = {
        _pattern(metric): MetricOptions(goal="max" if goal == "max" else "min")
        for metric, goal in goals.items()
    }
    # Of entries that match a metric the later one counts, so that those of the settings come last.
    return replace(options, metrics={**defined, **options.metrics})


def _pattern(metric: str) -> str:
    return escape(metric[:-1]) + "*" if metric.endswith("*") else metric
