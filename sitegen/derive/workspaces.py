"""What workspaces name, looked for among a project's runs: metrics, columns, runs, names in filters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase

from collector.expressions import ExpressionError, Known, parse
from sitegen.config import Config, Workspace
from sitegen.config.check import did_you_mean
from sitegen.derive.facts import ProjectFacts, RunFacts
from sitegen.derive.plots import metrics_of, parts_of
from sitegen.errors import MisuseError

STATISTICS = ("last", "min", "max", "mean", "first", "min_step", "max_step")
FACT_COLUMNS = frozenset({
    "name", "state", "started", "duration", "spark", "alerts", "id", "group", "job_type", "tags", "notes",
    "cause", "exit_code", "attempts", "ranks", "host", "user", "command", "commit", "branch", "dirty",
    "python", "gpu", "values_lost", "superseded",
})  # fmt: skip
"""Columns of what a run is, besides its settings and metrics."""

_SECOND = re.compile(r" \(\d+\)$")
"""Behind the name of a chart of a metric that has another before."""

_SIGN = re.compile(r"[<>=~(`]|&&|\|\|")
_WORD = re.compile(r"(?:^|\s)(?:and|or|not|in)\s")
_FIXED = re.compile(r'-?(?:name|id|state|tag|group):(?:[^\s"<>=~(]|"[^"]*"?)*(?=\s|$)', re.IGNORECASE)
"""Terms such as `state:failed`, which stand beside an expression: as in themes/default/js/filter.js."""


def workspace_warnings(projects: Sequence[ProjectFacts], config: Config) -> Iterator[str]:
    """What no run has of all that workspaces name; a filter that is no expression is a MisuseError."""
    by_name = {project.name: project for project in projects}
    wrong: list[str] = []
    for workspace in config.workspaces:
        project = by_name.get(workspace.project)
        if project is None:
            near = did_you_mean(workspace.project, list(by_name))
            yield f'{workspace.place("project")} no run belongs to project "{workspace.project}".{near}'
            continue
        wrong += _filter_mistakes(workspace, project)
        yield from _unknown_metrics(workspace, project)
        yield from _unknown_plots(workspace, project)
        yield from _unknown_columns(workspace, project)
        yield from _unknown_runs(workspace, project)
    if wrong:
        raise MisuseError("\n".join([*wrong, "Nothing was built."]))


def is_expression(text: str) -> bool:
    """Whether a filter is one, and not words to search for; as the page decides it."""
    unquoted = re.sub(r'"[^"]*"?', " ", _FIXED.sub(_blank, text))
    return bool(_SIGN.search(unquoted) or _WORD.search(unquoted))


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def _filter_mistakes(workspace: Workspace, project: ProjectFacts) -> Iterator[str]:
    text = workspace.options.filter
    if not is_expression(text):
        return
    rest = _FIXED.sub(_blank, text)
    try:
        parse(rest, known_names(project), must_know=True)
    except ExpressionError as error:
        # "cats and dogs" is a search; with a sign of comparison it is a mistake.
        if _SIGN.search(re.sub(r'"[^"]*"?', " ", rest)):
            yield f"{workspace.place('filter')} filter: {error.pointed(text)}"


def known_names(project: ProjectFacts) -> Known:
    """What expressions over a project's runs may name."""
    runs = project.runs
    return Known(
        frozenset(project.metrics),
        frozenset(project.config_keys),
        frozenset(key for run in runs for key in run.user_summary),
        frozenset(key for run in runs for key in run.system_summary),
        frozenset(tag for run in runs for tag in run.tags),
    )


def metrics_in(text: str, shown: Iterable[str], project: ProjectFacts) -> list[str]:
    """The metrics that a `plot` draws or is made of, of those that have charts; none where it is mistaken."""
    try:
        return metrics_of(parts_of(text, known_names(project)._replace(metrics=frozenset(shown))))
    except ExpressionError:
        return []


def matching(pattern: str, names: Iterable[str]) -> list[str]:
    """The names that a pattern means: the one that is called so, else all that fit."""
    listed = list(names)
    return [pattern] if pattern in listed else [name for name in listed if fnmatchcase(name, pattern)]


def _unknown_metrics(workspace: Workspace, project: ProjectFacts) -> Iterator[str]:
    names = list({*project.metrics, *(key for run in project.runs for key in run.system_summary)})
    options = workspace.options
    asked = [(pattern, ("without", at)) for at, pattern in enumerate(options.without)]
    for number, section in enumerate(options.sections):
        for at, panel in enumerate(section.charts):
            if panel.metric:
                asked.append((panel.metric, ("sections", number, "charts", at)))  # type: ignore[arg-type]
    for pattern, place in asked:
        if not matching(_SECOND.sub("", pattern), names):
            near = did_you_mean(pattern, sorted(names))
            yield f'{workspace.place(*place)} no run of "{project.name}" logged "{pattern}".{near}'


def _unknown_plots(workspace: Workspace, project: ProjectFacts) -> Iterator[str]:
    known = known_names(project)
    for number, section in enumerate(workspace.options.sections):
        for at, panel in enumerate(section.charts):
            try:
                if panel.plot:
                    parts_of(panel.plot, known)
            except ExpressionError as error:
                place = workspace.place("sections", number, "charts", at, "plot")
                yield f"{place} plot: {error.pointed(panel.plot)}"


def _unknown_columns(workspace: Workspace, project: ProjectFacts) -> Iterator[str]:
    options = workspace.options
    asked = [
        (name, (key, at))
        for key in ("columns", "left", "group")
        for at, name in enumerate(getattr(options, key))
    ]
    asked += [(name.removesuffix(" desc"), ("sort", at)) for at, name in enumerate(options.sort)]
    if options.color not in ("", "group"):
        asked.append((options.color, ("color",)))  # type: ignore[arg-type]
    if options.style:
        asked.append((options.style, ("style",)))  # type: ignore[arg-type]
    if options.drawn.startswith("best:"):
        asked.append((options.drawn.split(":", 2)[2], ("drawn",)))  # type: ignore[arg-type]
    for name, place in asked:
        if not is_column(name, project):
            near = did_you_mean(name, [*project.metrics, *project.config_keys, *sorted(FACT_COLUMNS)])
            yield f'{workspace.place(*place)} {place[0]}: there is no column "{name}".{near}'


def is_column(name: str, project: ProjectFacts) -> bool:
    """Whether the table of a project can have such a column."""
    metric, _, statistic = name.rpartition(".")
    system = {key for run in project.runs for key in run.system_summary}
    return (
        name in FACT_COLUMNS
        or name in project.metrics
        or (statistic in STATISTICS and (metric in project.metrics or metric in system))
        or name.removeprefix("cfg.").removeprefix("config.") in project.config_keys
        or any(name in run.user_summary for run in project.runs)
    )


def _unknown_runs(workspace: Workspace, project: ProjectFacts) -> Iterator[str]:
    options = workspace.options
    asked = [
        (name, (key, at))
        for key in ("pinned", "show", "hide")
        for at, name in enumerate(getattr(options, key))
    ]
    if options.baseline and not options.baseline.startswith("group:"):
        asked.append((options.baseline.removeprefix("run:"), ("baseline",)))  # type: ignore[arg-type]
    for name, place in asked:
        if not runs_named(name, project.runs):
            near = did_you_mean(name, [run.name for run in project.runs] + [run.id for run in project.runs])
            yield f'{workspace.place(*place)} {place[0]}: there is no run "{name}".{near}'


def runs_named(name: str, runs: Sequence[RunFacts]) -> list[RunFacts]:
    """The run of this id, else all runs of this name."""
    by_id = [run for run in runs if run.id == name]
    return by_id or [run for run in runs if run.name == name]
