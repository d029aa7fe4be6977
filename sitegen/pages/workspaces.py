"""A project's page as a workspace file wants it: its sections of charts, and the state it starts with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, is_dataclass, replace
from typing import Any

from sitegen.config import Config, PanelOptions, SectionOptions, Workspace
from sitegen.derive.facts import ProjectFacts, RunFacts
from sitegen.derive.workspaces import matching, metrics_in, runs_named
from sitegen.pages.columns import column_key, drawn_best
from sitegen.pages.formatting import visible
from sitegen.pages.sections import ChartSource, LaidSection, automatic


def lay_out(
    workspace: Workspace | None,
    metrics: Sequence[ChartSource],
    system: Sequence[ChartSource],
    facts: ProjectFacts,
) -> tuple[LaidSection, ...]:
    """The sections of a page: those of the file, and below them what it does not name."""
    if workspace is None:
        return automatic(metrics, system)
    options = workspace.options
    if not options.sections:
        return () if options.others == "none" else automatic(metrics, system)
    panels = [panel for section in options.sections for panel in section.charts]
    named = {id(source) for panel in panels if panel.metric for source in _sources(panel, metrics, system)}
    rest = {
        section.title: section
        for section in automatic(
            [one for one in metrics if id(one) not in named], [one for one in system if id(one) not in named]
        )
    }
    plots = {panel.plot: _plotted(panel.plot, metrics, facts) for panel in panels if panel.plot}
    laid = [_section(section, rest, metrics, system, plots) for section in options.sections]
    if options.others == "folded":
        laid += [replace(section, is_open=False) for section in rest.values()]
    return _with_keys(section for section in laid if section.charts)


def _section(
    section: SectionOptions,
    rest: dict[str, LaidSection],
    metrics: Sequence[ChartSource],
    system: Sequence[ChartSource],
    plots: Mapping[str, Sequence[ChartSource]],
) -> LaidSection:
    """A section as the file says; an automatic one that it names is taken out of the rest."""
    if not section.charts:
        found = rest.pop(section.title, LaidSection(section.title, section.title, False, ()))
        return replace(found, is_open=not section.folded)
    # A pattern stands for what the section does not name by itself, so that a few can be put in front.
    names = {panel.metric for panel in section.charts}
    charts = [
        replace(source, section=section.title, title=panel.title or source.title, own=_own(panel))
        for panel in section.charts
        for source in (plots[panel.plot] if panel.plot else _sources(panel, metrics, system))
        if panel.plot or panel.metric in source.metrics or not names.intersection(source.metrics)
    ]
    return LaidSection(section.title, section.title, not section.folded, tuple(charts))


def _sources(
    panel: PanelOptions, metrics: Sequence[ChartSource], system: Sequence[ChartSource]
) -> list[ChartSource]:
    """The charts that a panel means: of logged metrics, else of what was measured of the machines."""
    by_name = {source.metrics[0]: source for source in metrics}
    found = [by_name[name] for name in matching(panel.metric, by_name)]
    return found or [source for source in system if matching(panel.metric, source.metrics)]


def _plotted(text: str, metrics: Sequence[ChartSource], facts: ProjectFacts) -> list[ChartSource]:
    """The one chart of a text; none where no run has what it names."""
    by_name = {source.metrics[0]: source for source in metrics}
    names = metrics_in(text, by_name, facts)
    if not names:
        return []  # told with the warnings of the file
    sources = [by_name[name] for name in names]
    units = {source.unit for source in sources}
    return [
        ChartSource(
            metrics=tuple(names),
            title=text,
            unit=units.pop() if len(units) == 1 else "",
            family="metric",
            section="",
            chunks=tuple({str(chunk): chunk for source in sources for chunk in source.chunks}.values()),
            points=max(source.points for source in sources),
            is_bucketed=any(source.is_bucketed for source in sources),
            plot=text,
        )
    ]


def _own(panel: PanelOptions) -> Mapping[str, Any]:
    own = {"title": panel.title, "x": panel.x, "yscale": panel.y, "smoothing": panel.smoothing}
    return {key: value for key, value in own.items() if value is not None}


def _with_keys(sections: Iterable[LaidSection]) -> tuple[LaidSection, ...]:
    """Each chart under a key of its own, also where a metric stands twice."""
    seen: dict[str, int] = {}
    made = []
    for section in sections:
        charts = []
        for source in section.charts:
            number = seen[source.name] = seen.get(source.name, 0) + 1
            charts.append(source if number == 1 else replace(source, key=f"{source.name} ({number})"))
        made.append(replace(section, charts=tuple(charts)))
    return tuple(made)


@dataclass(frozen=True)
class Start:
    """What a page starts with."""

    defaults: Mapping[str, Any]
    """The reader's state, by the names it has in the page's scripts; only what is not usual."""
    drawn: tuple[RunFacts, ...]


def start_of(workspace: Workspace | None, facts: ProjectFacts, config: Config) -> Start:
    """The state a page starts with, and the runs it draws at first."""
    project, charts = config.project(facts.name), config.charts
    plain = {"x": project.x_axis, "smoothing": charts.smoothing, "yscale": "linear"}
    if workspace is None:
        return Start(plain, facts.runs[: charts.drawn_runs])
    options = workspace.options
    keys = {
        key: [visible(column_key(name, facts, project)) for name in getattr(options, option)]
        for key, option in (("columns", "columns"), ("group", "group"), ("pins", "left"))
    }
    sort = [
        {
            "key": visible(column_key(name.removesuffix(" desc"), facts, project)),
            "dir": "desc" if name.endswith(" desc") else "asc",
        }
        for name in options.sort
    ]
    color = options.color if options.color in ("", "group") else column_key(options.color, facts, project)
    state = {
        **keys,
        "filter": options.filter,
        "sort": sort,
        "color": visible(color),
        "style": visible(column_key(options.style, facts, project)) if options.style else "",
        "base": _baseline(options.baseline, facts.runs),
        "smoother": options.smoother if options.smoother != "time" else "",
        "clip": options.outliers == "clipped",
        "yranges": {visible(one.chart): [one.low, one.high] for one in options.ranges},
        "centre": options.centre if options.centre != "mean" else "",
        "band": options.band if options.band != "sd" else "",
        "pinned": [run.id for name in options.pinned for run in runs_named(name, facts.runs)],
    }
    plain |= {"x": options.x or plain["x"], "yscale": options.y}
    if options.smoothing is not None:
        plain["smoothing"] = options.smoothing
    if options.marks == "none":
        plain["annotations"] = False
    return Start(
        plain | {key: value for key, value in state.items() if value}, _drawn(workspace, facts, config)
    )


def _baseline(name: str, runs: Sequence[RunFacts]) -> str:
    if not name or name.startswith("group:"):
        return name
    found = runs_named(name.removeprefix("run:"), runs)
    return f"run:{found[0].id}" if found else ""


def _drawn(workspace: Workspace, facts: ProjectFacts, config: Config) -> tuple[RunFacts, ...]:
    """Where the file has a filter and says no more, all runs that pass it are drawn."""
    options, runs = workspace.options, facts.runs
    usual = "all" if options.filter else f"newest:{config.charts.drawn_runs}"
    kind, _, rest = (options.drawn or usual).partition(":")
    ids = {run.id for run in runs} if kind == "all" else set()
    if kind == "newest":
        ids = {run.id for run in runs[: int(rest)]}
    elif kind == "pinned":
        ids = {run.id for name in options.pinned for run in runs_named(name, runs)}
    elif kind == "best":
        count, _, column = rest.partition(":")
        ids = drawn_best(int(count), column, facts, config.project(facts.name))
    ids |= {run.id for name in options.show for run in runs_named(name, runs)}
    ids -= {run.id for name in options.hide for run in runs_named(name, runs)}
    return tuple(run for run in runs if run.id in ids)


def hidden_charts(workspace: Workspace | None, sections: Sequence[LaidSection]) -> list[str]:
    """The keys of the charts that are hidden at first."""
    patterns = workspace.options.without if workspace else ()
    keys = [source.key or source.name for section in sections for source in section.charts]
    return sorted({key for pattern in patterns for key in matching(pattern, keys)})


def workspace_data(workspace: Workspace | None, facts: ProjectFacts, config: Config) -> dict[str, Any]:
    """What the page needs to write its state as a file: what the file said, and what holds without one."""
    options = config.project(facts.name)
    plain = {"x": options.x_axis, "smoothing": config.charts.smoothing, "drawn": config.charts.drawn_runs}
    if workspace is None:
        return {"name": "", "project": facts.name, "plain": plain, "source": {}}
    return {"name": workspace.name, "project": facts.name, "plain": plain, "source": _said(workspace.options)}


def _said(options: Any) -> dict[str, Any]:
    """Options as the file has them, without those that are as they are anyway."""
    said = {}
    for option in fields(options):
        value = getattr(options, option.name)
        usual = option.default if option.default is not MISSING else option.default_factory
        if value != usual:
            said[option.name] = _written(value)
    return said


def _written(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_written(part) for part in value]
    if is_dataclass(value):
        said = _said(value)
        short = getattr(type(value), "SHORT", "")
        return said[short] if list(said) == [short] else said
    return value
