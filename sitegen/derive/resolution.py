"""Which runs' points a site holds, and in which order they take of its budget."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

from sitegen.config import Config
from sitegen.derive.facts import ProjectFacts, RunFacts, SiteFacts


def wanted(facts: SiteFacts, config: Config) -> list[RunFacts]:
    """The runs whose every point is to be shipped: pinned ones first, then the newest."""
    pinned: list[RunFacts] = []
    others: list[RunFacts] = []
    for project in facts.projects:
        patterns = config.project(project.name).pinned
        for run in _chosen(project, config):
            (pinned if is_pinned(run, patterns) else others).append(run)
    return [*sorted(pinned, key=_newest), *sorted(others, key=_newest)]


def resolution_of(project: str, config: Config) -> str:
    """`full`, `recent`, `pinned` or `overview`, as the project or else the site says."""
    return config.project(project).resolution or config.charts.resolution


def is_pinned(run: RunFacts, patterns: Sequence[str]) -> bool:
    """Whether a pattern names the run, by id, name or, as `tag:…`, by a tag."""
    return any(
        any(fnmatchcase(tag, pattern.removeprefix("tag:")) for tag in run.tags)
        if pattern.startswith("tag:")
        else fnmatchcase(run.id, pattern) or fnmatchcase(run.name, pattern)
        for pattern in patterns
    )


def _chosen(project: ProjectFacts, config: Config) -> Sequence[RunFacts]:
    resolution = resolution_of(project.name, config)
    if resolution == "full":
        return project.runs
    if resolution == "overview":
        return ()
    recent = project.runs[: config.charts.drawn_runs] if resolution == "recent" else ()
    patterns = config.project(project.name).pinned
    kept = {run.id for run in recent}
    return [run for run in project.runs if run.id in kept or is_pinned(run, patterns)]


def _newest(run: RunFacts) -> tuple[float, str, str]:
    return (-run.started, run.project, run.id)
