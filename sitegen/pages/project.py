"""A project's page: its run table, its charts, and the data that scripts make them live with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from functools import partial
from itertools import chain
from typing import Any

from sitegen.charts.colors import NONE, PALETTE, RAMP
from sitegen.charts.packs import Packs
from sitegen.config import Config, Workspace
from sitegen.derive.definitions import project_definitions
from sitegen.derive.facts import ProjectFacts, RunFacts
from sitegen.pages import urls
from sitegen.pages.columns import TableColumn, Value, best_value, cells_of, table_columns
from sitegen.pages.curves import first_rank, spark_code, spark_path
from sitegen.pages.formatting import moment, visible
from sitegen.pages.headline import Headline
from sitegen.pages.pagedata import call_script, run_entries
from sitegen.pages.runlist import plain_row
from sitegen.pages.sections import LaidSection, chart_data, section_entries, shown_sections
from sitegen.pages.sources import Image, curves_of, metric_sources, system_sources, together
from sitegen.pages.states import state_counts
from sitegen.pages.themes import Assets
from sitegen.pages.views import Cell, ChartControls, Link, ProjectPage, Row
from sitegen.pages.workspaces import Start, hidden_charts, lay_out, start_of, workspace_data

STATIC_ROWS = 50
SPARK_RUNS = 1000
"""Newest runs that have a small curve in the table."""


@dataclass(frozen=True)
class Project:
    """A project with everything chosen about its page."""

    facts: ProjectFacts
    config: Config
    zone: tzinfo
    packs: Packs
    chosen: tuple[Headline, ...]
    columns: tuple[TableColumn, ...]
    values: tuple[tuple[Any, ...], ...]
    """Per column, one value per run."""
    sections: tuple[LaidSection, ...]
    start: Start
    workspace: Workspace | None

    @property
    def folder(self) -> str:
        return urls.folder(self.facts.slug)

    @property
    def path(self) -> str:
        """Of its page, from the site's root."""
        return f"{self.folder}/{urls.workspace_page(self.workspace, self.all_workspaces)}"

    @property
    def all_workspaces(self) -> tuple[Workspace, ...]:
        return self.config.workspaces_of(self.facts.name)

    @property
    def up(self) -> str:
        """The way from its page to its folder."""
        return "../" * (self.path.count("/") - 1)

    @property
    def charts(self) -> int:
        return sum(len(section.charts) for section in self.sections)


def gather_project(
    facts: ProjectFacts,
    config: Config,
    zone: tzinfo,
    packs: Packs,
    chosen: tuple[Headline, ...],
    pictures: Mapping[str, Image],
    workspace: Workspace | None = None,
) -> Project:
    """Everything chosen about a project's page, or about that of one of its workspaces."""
    options = config.project(facts.name)
    if workspace is not None and workspace.options.columns:
        options = replace(options, columns=workspace.options.columns)
    columns = table_columns(facts, options, chosen)
    folder, curves = urls.folder(facts.slug), together(facts.each("curves", None, curves_of))
    definitions = project_definitions(facts)
    return Project(
        facts=facts,
        config=config,
        zone=zone,
        packs=packs,
        chosen=chosen,
        columns=columns,
        values=tuple(_column_values(column, facts, chosen) for column in columns),
        sections=lay_out(
            workspace,
            metric_sources(curves.metrics, definitions, packs, folder, options, chosen, pictures),
            system_sources(curves.system, packs, folder),
            facts,
        ),
        start=start_of(workspace, facts, config),
        workspace=workspace,
    )


def table_scripts(project: Project, assets: Assets, catalog: str) -> dict[str, str]:
    """What the table loads when it stands: the catalogue, and the values of columns that come later."""
    later = _later(project)
    values = {
        visible(column.view.key): _told(column, values, project)
        for column, values in _with_values(project)
        if column in later
    }
    script = call_script("site.table", values) if values else None
    return {"catalog": catalog} | ({"later": assets.asset("columns", ".js", script)} if script else {})


def _told(column: TableColumn, values: Sequence[Any], project: Project) -> Sequence[Value]:
    """The values of a column for the page's data."""
    return values if column.view.kind == "spark" else column.told(project.facts)


def _later(project: Project) -> list[TableColumn]:
    """Small curves and all results but the first: most of a table's bytes, and not what is read first."""
    results = [column for column in project.columns if column.view.kind == "number"]
    return [column for column in project.columns if column.view.kind == "spark"] + results[1:]


def _with_values(project: Project) -> Iterator[tuple[TableColumn, tuple[Any, ...]]]:
    return zip(project.columns, project.values, strict=True)


def _column_values(column: TableColumn, facts: ProjectFacts, chosen: Sequence[Headline]) -> tuple[Any, ...]:
    if column.view.kind == "spark":
        sparks = facts.each("sparks", chosen[0].metric, partial(_sparks, metric=chosen[0].metric), SPARK_RUNS)
        return tuple(chain.from_iterable(sparks))[:SPARK_RUNS]
    return column.values(facts)


def _sparks(runs: Sequence[RunFacts], metric: str) -> list[str | None]:
    return [spark_code(first_rank(run, metric)) or None for run in runs]


def project_page(project: Project, data_script: str) -> ProjectPage:
    """What a project's page says without scripts."""
    facts, start, away = (
        project.facts,
        project.start.defaults,
        hidden_charts(project.workspace, project.sections),
    )
    return ProjectPage(
        kind="project",
        title=facts.title,
        root=f"../{project.up}",
        crumbs=(),
        data_script=data_script,
        name=facts.name,
        total=len(facts.runs),
        drawn=len(project.start.drawn),
        counts=state_counts(facts.runs),
        last_activity=moment(facts.last_activity, project.zone),
        columns=tuple(column.view for column in project.columns),
        rows=_rows(project),
        all_runs=f"{project.up}runs/index.html" if len(facts.runs) > STATIC_ROWS else "",
        sections=shown_sections(project.sections, away=away),
        workspaces=_switcher(project),
        workspace=project.workspace.title if project.workspace else "",
        filter=start.get("filter", ""),
        charts=project.charts,
        controls=ChartControls(start["x"], start["smoothing"], project.charts > 0),
        spark_label=project.chosen[0].metric if project.chosen else "",
    )


def _switcher(project: Project) -> tuple[Link, ...]:
    """Links to all workspaces of the project."""
    every = project.all_workspaces
    links = [Link(one.title, project.up + urls.workspace_page(one, every)) for one in every]
    return tuple(links) if len(links) > 1 else ()


def _rows(project: Project) -> tuple[Row, ...]:
    shown, drawn = project.facts.runs[:STATIC_ROWS], {run.id for run in project.start.drawn}
    files = urls.run_files(project.facts)
    # The best value is that of the whole column, although only the newest rows stand in the page.
    cells = [
        cells_of(column, shown, values)
        if column.view.kind != "spark"
        else [Cell("", "", True, False, False)] * len(shown)
        for column, values in _with_values(project)
    ]
    sparks = next((values for column, values in _with_values(project) if column.view.kind == "spark"), ())
    return tuple(
        _row(
            run,
            files[run.id],
            project,
            run.id in drawn,
            sparks[number] if number < len(sparks) else None,
            tuple(column[number] for column in cells),
        )
        for number, run in enumerate(shown)
    )


def _row(
    run: RunFacts, file: str, project: Project, is_drawn: bool, code: str | None, cells: tuple[Cell, ...]
) -> Row:
    plain = plain_row(run, f"{project.up}runs/{file}.html", project.zone)
    return replace(plain, is_drawn=is_drawn, spark=spark_path(code) if code else "", cells=cells)


def project_data(project: Project, scripts: Mapping[str, str]) -> dict[str, Any]:
    """The data of a project's page."""
    facts, up = project.facts, project.up
    later = _later(project)
    sources = [source for section in project.sections for source in section.charts]
    away = hidden_charts(project.workspace, project.sections)
    return {
        "kind": "project",
        "root": f"../{up}",
        "name": visible(facts.name),
        "runs": run_entries(facts.runs, urls.run_files(facts)),
        "pages": f"{up}runs/",
        "drawn": [run.id for run in project.start.drawn],
        "columns": [
            _column_entry(column, values, project, comes_later=column in later)
            for column, values in _with_values(project)
        ],
        "colors": {"palette": PALETTE, "ramp": RAMP, "none": NONE},
        **chart_data(sources, project.config.charts.height),
        **scripts,
        "sections": section_entries(project.sections),
        "defaults": {**project.start.defaults, **({"away": away} if away else {})},
        "workspace": workspace_data(project.workspace, facts, project.config),
    }


def _column_entry(
    column: TableColumn, values: Sequence[Any], project: Project, *, comes_later: bool
) -> dict[str, Any]:
    view = column.view
    entry: dict[str, Any] = {
        "key": visible(view.key),
        "label": visible(view.label),
        "note": view.note,
        "group": view.group,
        "kind": view.kind,
        "align": view.align,
    }
    if view.kind not in ("state", "time") and not comes_later:
        # The runs' own entries say those already, or the values come when the table stands.
        entry["values"] = _told(column, values, project)
    if comes_later:
        entry["later"] = True
    alarms = {str(at): [alarm.text, alarm.title] for at, alarm in column.alarms(project.facts).items()}
    if alarms:
        entry["alarms"] = alarms
    best = best_value(column, values) if view.kind in ("number", "setting") else None
    return entry if best is None else {**entry, "best": best, "goal": column.goal}
