"""What scripts said about their metrics by `define_metric`, as settings that the site's own outrank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from glob import escape
from typing import Literal

from sitegen.config import Config, MetricOptions, ProjectOptions
from sitegen.derive.facts import SiteFacts
from sitegen.derive.state import merged_records
from sitegen.ingest.tables import Segment

_GOALS: Mapping[object, Literal["min", "max"]] = {"minimize": "min", "maximize": "max"}


def goals_of(segments: Sequence[Segment]) -> dict[str, str]:
    """'min' or 'max' by metric or pattern, patterns first: an exact name outranks them."""
    found = {
        str(record.get("metric")): _GOALS[record.get("goal")]
        for record in merged_records(segments, "define")
        if record.get("goal") in _GOALS
    }
    return dict(sorted(found.items(), key=lambda pair: (not pair[0].endswith("*"), len(pair[0]), pair[0])))


def with_goals(config: Config, facts: SiteFacts) -> Config:
    """The settings, and below them the goals that the runs of each project defined, newest run first."""
    projects = dict(config.projects)
    for project in facts.projects:
        goals = {metric: goal for run in reversed(project.runs) for metric, goal in run.goals.items()}
        if goals:
            projects[project.name] = _with_goals(config.project(project.name), goals)
    return replace(config, projects=projects)


def _with_goals(options: ProjectOptions, goals: Mapping[str, str]) -> ProjectOptions:
    defined = {
        _pattern(metric): MetricOptions(goal="max" if goal == "max" else "min")
        for metric, goal in goals.items()
    }
    # Of entries that match a metric the later one counts, so that those of the settings come last.
    return replace(options, metrics={**defined, **options.metrics})


def _pattern(metric: str) -> str:
    return escape(metric[:-1]) + "*" if metric.endswith("*") else metric
