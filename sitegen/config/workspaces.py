"""Finds and reads workspace files: `workspaces/*.yml`, and `workspaces/<project>/*.yml`."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from collector.runlog import yamlfile
from collector.runlog.errors import YamlError
from sitegen.config.check import Checker, ConfigProblem
from sitegen.config.workspace_options import Workspace, WorkspaceOptions

SUFFIXES = (".yml", ".yaml")


def load_workspaces(folder: Path, problems: list[ConfigProblem]) -> tuple[Workspace, ...]:
    """Every workspace below a folder, in the order of their files; what is wrong with them is noted."""
    found = []
    for path in _files(folder):
        workspace = _read(path, folder, problems)
        if workspace is not None:
            found.append(workspace)
    _check_defaults(found, problems)
    return tuple(found)


def _files(folder: Path) -> Iterator[Path]:
    """The folder's files, then those of its folders; hidden ones are nobody's."""
    if not folder.is_dir():
        return
    inner = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    yield from (path for path in inner if path.suffix in SUFFIXES and path.is_file())
    for part in (path for path in inner if path.is_dir()):
        yield from sorted(
            path
            for path in part.iterdir()
            if path.suffix in SUFFIXES and path.is_file() and not path.name.startswith(".")
        )


def _read(path: Path, folder: Path, problems: list[ConfigProblem]) -> Workspace | None:
    try:
        loaded = yamlfile.load(path)
    except YamlError as error:
        # Its message says file and line already.
        problems.append(ConfigProblem((), str(error), is_in_file=False))
        return None
    checker = Checker(folder)
    options: WorkspaceOptions = checker.options(WorkspaceOptions, loaded.value, ())
    above = path.parent.name if path.parent != folder else ""
    if not options.project and not above:
        checker.problem(("project",), 'is missing: name the project, as "project: digits"')
    if options.project and above and options.project != above:
        checker.problem(("project",), f'"{options.project}" is not "{above}", the folder of the file')
    for number, section in enumerate(options.sections):
        _check_section(options, number, checker)
        for at, panel in enumerate(section.charts):
            if bool(panel.metric) == bool(panel.plot):
                checker.problem(("sections", number, "charts", at), "needs a metric, or a plot instead")
    _check_ranges(options, checker)
    problems += [_placed(problem, loaded) for problem in checker.problems]
    return Workspace(path.stem, options.project or above, options, str(path), loaded.lines)


def _check_section(options: WorkspaceOptions, number: int, checker: Checker) -> None:
    title = options.sections[number].title
    if not title:
        checker.problem(("sections", number), "needs a title")
    elif any(other.title == title for other in options.sections[:number]):
        checker.problem(("sections", number, "title"), f'"{title}" stands twice')


def _check_ranges(options: WorkspaceOptions, checker: Checker) -> None:
    charts = [one.chart for one in options.ranges]
    for number, one in enumerate(options.ranges):
        path = ("ranges", number)
        if not one.chart:
            checker.problem(path, "needs a chart: the name of its metric")
        elif one.chart in charts[:number]:
            checker.problem((*path, "chart"), f'"{one.chart}" stands twice')
        ends = [end for end in (one.low, one.high) if end is not None]
        if not ends:
            checker.problem(path, "needs low, high or both")
        elif not all(math.isfinite(end) for end in ends):
            checker.problem(path, "low and high must be finite")
        elif len(ends) == 2 and ends[0] >= ends[1]:
            checker.problem(path, f"low ({ends[0]:g}) must be below high ({ends[1]:g})")


def _placed(problem: ConfigProblem, loaded: yamlfile.Loaded) -> ConfigProblem:
    line = loaded.line_of(problem.path) or 1
    return ConfigProblem(problem.path, problem.text, problem.is_error, place=(loaded.path, line))


def _check_defaults(workspaces: Sequence[Workspace], problems: list[ConfigProblem]) -> None:
    """One first page for a project, and one file for a name."""
    for number, one in enumerate(workspaces):
        before = [other for other in workspaces[:number] if other.project == one.project]
        if one.options.default:
            for other in (other for other in before if other.options.default):
                said = f'default: "{other.file}" is the first page of "{one.project}" already'
                problems.append(ConfigProblem((), said, place=_at(one, "default")))
        for other in (other for other in before if other.name.lower() == one.name.lower()):
            said = f'"{other.file}" is a workspace of "{one.project}" with the same name already'
            problems.append(ConfigProblem((), said, place=(one.file, 1)))


def _at(workspace: Workspace, *path: str) -> tuple[str, int]:
    return workspace.file, workspace.lines.get(path, 1)


def of_project(workspaces: Iterable[Workspace], project: str) -> tuple[Workspace, ...]:
    """A project's workspaces, that of its first page in front."""
    mine = [one for one in workspaces if one.project == project]
    return tuple(sorted(mine, key=lambda one: not one.options.default))
