"""Runs → projects → the site."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import partial
from operator import is_
from typing import NamedTuple, TypeVar

from sitegen.config import Config
from sitegen.config.check import did_you_mean
from sitegen.derive.blocks import blocks_of
from sitegen.derive.facts import ProjectFacts, RunFacts, SiteFacts
from sitegen.derive.runs import derive_run
from sitegen.derive.workspaces import workspace_warnings
from sitegen.ingest.tables import RunTables

AnyRun = TypeVar("AnyRun", bound=RunFacts)

HOW_TO_START = "Record one with `collect -- python train.py`, then build again."


@dataclass
class _Project:
    """A project being put together: its runs by id."""

    slug: str
    runs: dict[str, RunFacts] = field(default_factory=dict)


def derive(tables: Iterable[RunTables], config: Config) -> SiteFacts:
    """The facts of the whole site; the same tables give the same facts."""
    return site_of(map(derive_run, tables), config)


def site_of(
    runs: Iterable[RunFacts], config: Config, before: Mapping[str, ProjectFacts] | None = None
) -> SiteFacts:
    """Runs, in order of their folders, put into their projects.

    Of the projects `before` those are taken again whose runs are the very same objects.
    """
    found: dict[str, _Project] = {}
    warnings: list[str] = []
    for run in told_apart(runs, warnings):
        project = found.setdefault(run.project, _Project(run.project_slug))
        project.runs[run.id] = run
    before = before or {}
    projects = [_project(name, project, config, before.get(name)) for name, project in found.items()]
    projects.sort(key=lambda project: (-(project.last_activity or 0.0), project.name))
    return SiteFacts(
        tuple(projects), (*warnings, *_warnings(projects, config), *workspace_warnings(projects, config))
    )


def told_apart(runs: Iterable[AnyRun], warnings: list[str]) -> Iterator[AnyRun]:
    """Runs, in order of their folders, each with an id of its own in its project; and what was renamed."""
    taken: dict[str, set[str]] = {}
    for run in runs:
        ids = taken.setdefault(run.project, set())
        if run.id in ids:
            run_id = _free_id(run.id, ids)
            warnings.append(
                f'two folders hold a run "{run.id}" of project "{run.project}"; '
                f'the one in "{run.folder.partition("/")[0]}" is shown as "{run_id}".'
            )
            run = renamed(run, run_id)
        ids.add(run.id)
        yield run


def _free_id(run_id: str, taken: Collection[str]) -> str:
    number = 2
    while f"{run_id}-{number}" in taken:
        number += 1
    return f"{run_id}-{number}"


def renamed(run: AnyRun, run_id: str) -> AnyRun:
    """The run under another id."""
    series = tuple(replace(one, run_id=run_id) for one in run.series)
    return replace(run, id=run_id, series=series, system=tuple(replace(s, run_id=run_id) for s in run.system))


def _project(name: str, project: _Project, config: Config, before: ProjectFacts | None) -> ProjectFacts:
    runs = sorted(project.runs.values(), key=lambda run: (-run.started, run.id))
    title = config.project(name).title or name
    if (
        before is not None
        and (before.title, before.slug, len(before.runs)) == (title, project.slug, len(runs))
        and all(map(is_, runs, before.runs))
    ):
        return before
    blocks = blocks_of(runs, before.blocks if before is not None else ())
    brief = [block.once("brief", None, partial(_brief, block.runs)) for block in blocks]
    varies = _varying(brief)
    keys = sorted(set[str]().union(*(one.values for one in brief)))
    varying = tuple(key for key in keys if key in varies)
    made = ProjectFacts(
        name=name,
        slug=project.slug,
        title=title,
        runs=tuple(runs),
        metrics=tuple(sorted(set[str]().union(*(one.metrics for one in brief)), key=section_order)),
        config_keys=(*varying, *(key for key in keys if key not in varies)),
        varying_keys=varying,
        last_activity=max((one.last_heard for one in brief), default=None),
    )
    made.follow(before, blocks)
    return made


class _Brief(NamedTuple):
    """What a project has to know of runs that stand next to each other."""

    values: Mapping[str, set[str]]
    """The values of each setting, as texts."""
    counts: Mapping[str, int]
    """Runs that have the setting."""
    configured: int
    """Runs that have any."""
    metrics: set[str]
    last_heard: float


def _brief(runs: Sequence[RunFacts]) -> _Brief:
    # Run by run: there may be 100,000 settings that one run each has.
    values: dict[str, set[str]] = {}
    counts: Counter[str] = Counter()
    for run in runs:
        counts.update(run.config.keys())
        for key, told in run.told_config.items():
            values.setdefault(key, set()).add(told)
    return _Brief(
        values,
        counts,
        sum(1 for run in runs if run.config),
        {metric for run in runs for metric in run.summary},
        max(run.last_heard for run in runs),
    )


def section_order(metric: str) -> tuple[str, str]:
    """Sorts metrics by section, which is what stands before the first slash, then by name."""
    section, slash, _ = metric.partition("/")
    return (section if slash else "", metric)


def _varying(parts: Sequence[_Brief]) -> set[str]:
    """Settings of which two runs have different values, or one has none though it has a configuration."""
    values: dict[str, set[str]] = {}
    counts: Counter[str] = Counter()
    for part in parts:
        counts.update(part.counts)
        for key, found in part.values.items():
            known = values.setdefault(key, set())
            if len(known) < 2:
                known.update(found)
    configured = sum(part.configured for part in parts)
    return {key for key, found in values.items() if len(found) > 1 or counts[key] < configured}


def _warnings(projects: Sequence[ProjectFacts], config: Config) -> Iterator[str]:
    if not projects:
        places = ", ".join(f'"{place}"' for place in config.runs_dir)
        yield f"no runs in {places}. {HOW_TO_START}"
        return
    by_name = {project.name: project for project in projects}
    for name, options in config.projects.items():
        if name not in by_name:
            yield f'projects: no run belongs to "{name}".{did_you_mean(name, list(by_name))}'
            continue
        metrics = by_name[name].metrics
        for pattern in options.metrics:
            if not any(fnmatchcase(metric, pattern) or metric == pattern for metric in metrics):
                near = did_you_mean(pattern, list(metrics))
                yield f'projects.{name}.metrics: no run logged "{pattern}".{near}'
