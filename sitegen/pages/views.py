"""What templates may print: one frozen class per kind of page, every field with a line of help.

The templates see two names, `site` and `page`. docs/reference/theme.md lists what is here, by
`python -m sitegen.pages.reference`; a field without help, or a template that uses another name, fails a test.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from sitegen.pages.console import Console
from sitegen.pages.diff import Patch
from sitegen.pages.formatting import Moment
from sitegen.pages.mediaviews import MediaPanel


@dataclass(frozen=True)
class SiteView:
    """What is the same on every page."""

    name: Annotated[str, "The site's name."]
    description: Annotated[str, "One sentence about the site; empty without one."]
    author: Annotated[str, "Who made the site; empty without one."]
    copyright: Annotated[str, "A line for the foot of every page; empty without one."]
    repo_url: Annotated[str, "Where the experiments' source code is; empty without one."]
    language: Annotated[str, "The language of the pages, for the `lang` attribute."]
    generator: Annotated[str, "Name and version of the program that made the site."]
    csp: Annotated[str, "The content security policy of every page."]
    styles: Annotated[tuple[str, ...], "Paths of the style sheets, from the site's root."]
    early_scripts: Annotated[tuple[str, ...], "Paths of scripts that run before the page is painted."]
    scripts: Annotated[
        Mapping[str, tuple[str, ...]], "By kind of page, paths of scripts that run when it has been read."
    ]
    later: Annotated[str, "Path of the script that is loaded when it is first needed; empty without one."] = (
        ""
    )


@dataclass(frozen=True)
class Link:
    """A link to a page of the site."""

    text: Annotated[str, "What the link says."]
    url: Annotated[str, "Where it leads, relative to this page."]


@dataclass(frozen=True)
class Page:
    """What every page has."""

    kind: Annotated[str, "`home`, `project`, `run`, `patterns` or `missing`."]
    title: Annotated[str, "The page's own title."]
    root: Annotated[str, "The way from this page to the site's root: empty or `../` once or more."]
    crumbs: Annotated[tuple[Link, ...], "The pages above this one, without the first page."]
    data_script: Annotated[str, "Path of the script with the page's data, from the root; empty without one."]


@dataclass(frozen=True)
class StateView:
    """The state of a run."""

    word: Annotated[str, "`finished`, `failed`, `stopped` or `open`."]
    label: Annotated[str, "The word shown; for `open` the page's script finds running, stalled or lost."]
    cause: Annotated[str, "Why the run ended as it did; empty when it simply finished."]
    heard: Annotated[float, "When the run was last heard from, in seconds since 1970."]
    beat: Annotated[float, "Seconds between the heartbeats that its writer promised."]
    heard_at: Annotated[Moment | None, "The same moment for reading."]


@dataclass(frozen=True)
class Curve:
    """One run's line in a small picture."""

    color: Annotated[str, "The run's colour, `#rrggbb`."]
    path: Annotated[str, "The `d` attribute of an SVG path."]


@dataclass(frozen=True)
class Sketch:
    """Small curves on one scale, with the scale's ends."""

    curves: Annotated[tuple[Curve, ...], "One per series."]
    low: Annotated[str, "The smallest value."]
    high: Annotated[str, "The largest value."]
    start: Annotated[str, "The first step, or time of a system metric."]
    end: Annotated[str, "The last."]


@dataclass(frozen=True)
class StateCount:
    """How many runs are in a state."""

    word: Annotated[str, "The state."]
    count: Annotated[int, "How many runs."]
    start: Annotated[float, "Where its part of the bar begins, of 100."]
    share: Annotated[float, "Its part of the bar, of 100."]
    open: Annotated[
        str,
        "Of runs without an end that may be alive: when each was heard from, and its heartbeat, in seconds: "
        "`1767268800/10 1767268805/10`. The page finds out how many are running, stalled and lost.",
    ] = ""
    lost: Annotated[int, "Runs without an end that were lost already when the newest run was heard from."] = 0


@dataclass(frozen=True)
class CardMetric:
    """One more metric on the card of a project that has room for it."""

    headline: Annotated[str, "The metric."]
    best: Annotated[str, "Its best value with its meaning; empty where no direction is better."]
    best_run: Annotated[Link | None, "The run with that value."]
    sketch: Annotated[Sketch | None, "The metric over the newest runs, 300 × 64."]


@dataclass(frozen=True)
class ProjectCard:
    """A project on the first page."""

    name: Annotated[str, "The project's name."]
    title: Annotated[str, "Its title."]
    url: Annotated[str, "Its page."]
    runs: Annotated[int, "How many runs it has."]
    metrics: Annotated[int, "How many metrics its runs logged."]
    counts: Annotated[tuple[StateCount, ...], "Its runs by state, states without runs left out."]
    last_activity: Annotated[Moment | None, "When any of its runs was last heard from."]
    headline: Annotated[str, "The metric that the card shows; empty without one."]
    best: Annotated[
        str, "The best value of that metric with its meaning, as `max 0.9741`; empty without one."
    ]
    best_run: Annotated[Link | None, "The run with that value."]
    sketch: Annotated[Sketch | None, "That metric over the newest runs, 300 × 64."]
    others: Annotated[tuple[CardMetric, ...], "More metrics, on the card of a site's only project."] = ()
    alerted: Annotated[int, "How many runs have alerts that are warnings or errors."] = 0


@dataclass(frozen=True)
class RecentRun:
    """A run in the first page's list of the newest."""

    name: Annotated[str, "The run's name."]
    url: Annotated[str, "Its page."]
    color: Annotated[str, "Its colour."]
    state: Annotated[StateView, "Its state."]
    project: Annotated[Link, "Its project."]
    result: Annotated[str, "Its headline value; empty without one."]
    alarm: Annotated[Alarm | None, "How that metric ended, where it was not finite."]
    metric: Annotated[str, "The metric of that value."]
    started: Annotated[Moment | None, "When it started."]
    duration: Annotated[str, "How long it took."]
    alerts: Annotated[int, "How many alerts it has, warnings and errors."] = 0


@dataclass(frozen=True)
class HomePage(Page):
    """The first page: every project."""

    projects: Annotated[tuple[ProjectCard, ...], "From the most recently active."]
    recent: Annotated[tuple[RecentRun, ...], "The newest runs of all projects."]
    warnings: Annotated[tuple[str, ...], "What the build has to say about its input."]
    runs: Annotated[int, "How many runs the site has."]


@dataclass(frozen=True)
class Alarm:
    """A metric that ended in NaN or infinity."""

    text: Annotated[str, "What its last value is: `NaN` or `∞`."]
    title: Annotated[str, "The same with the first step of it."]


@dataclass(frozen=True)
class Cell:
    """A cell of the run table."""

    text: Annotated[str, "What it says; an en dash when there is nothing."]
    title: Annotated[str, "The exact value, or the text in full; empty when the cell says it all."]
    is_missing: Annotated[bool, "Whether the run has no value here."]
    is_best: Annotated[bool, "Whether this is the best value of the column."]
    is_bad: Annotated[bool, "Whether the value is NaN or infinite."]
    alarm: Annotated[str, "The metric's end where it was not finite: `NaN`, `∞`; else empty."] = ""


@dataclass(frozen=True)
class Column:
    """A column of the run table."""

    key: Annotated[str, "Its key in the page's data, as `lr` or `val/acc`."]
    label: Annotated[str, "Its heading."]
    title: Annotated[str, "What it is, in full."]
    note: Annotated[str, "What its values are, as `max` or `last`; empty for plain ones."]
    group: Annotated[str, "`run`, `config`, `metric` or `spark`."]
    kind: Annotated[str, "`number`, `setting`, `text`, `time`, `duration`, `state` or `spark`."]
    align: Annotated[str, "`left` or `right`."]


@dataclass(frozen=True)
class Row:
    """A run in the run table."""

    id: Annotated[str, "The run's id."]
    name: Annotated[str, "Its name."]
    url: Annotated[str, "Its page."]
    color: Annotated[str, "Its colour."]
    is_drawn: Annotated[bool, "Whether charts draw it at first."]
    state: Annotated[StateView, "Its state."]
    started: Annotated[Moment | None, "When it started."]
    spark: Annotated[str, "SVG path of its headline metric, 64 × 18; empty without one."]
    cells: Annotated[tuple[Cell, ...], "One per column, in their order."]


@dataclass(frozen=True)
class Panel:
    """A chart and its place."""

    id: Annotated[str, "Its id in the page's data."]
    metric: Annotated[str, "The metric's name."]
    title: Annotated[str, "What the panel is called."]
    prefix: Annotated[str, "The part of the title that its section says already; may be empty."]
    sub: Annotated[str, "Unit and the like."]
    picture: Annotated[str, "Path of a static picture, from the root; empty without one."]
    alt: Annotated[str, "What the picture shows, in words."]
    sketch: Annotated[Sketch | None, "What stands there until the chart is drawn, 320 × 120."]
    is_hidden: Annotated[bool, "Whether a workspace hides it at first."] = False


@dataclass(frozen=True)
class Section:
    """Charts whose metrics share a prefix."""

    key: Annotated[str, "The prefix."]
    title: Annotated[str, "Its heading."]
    is_open: Annotated[bool, "Whether it is unfolded at first."]
    count: Annotated[int, "How many charts it has."]
    panels: Annotated[tuple[Panel, ...], "Its charts."]


@dataclass(frozen=True)
class ChartControls:
    """What the line of controls starts with."""

    x: Annotated[str, "`step`, `relative` or `wall`."]
    smoothing: Annotated[float, "From 0 to 0.99."]
    has_charts: Annotated[bool, "Whether there is anything to control."]
    holds: Annotated[
        str, "What charts of long curves are made of; empty where every curve is drawn whole."
    ] = ""


@dataclass(frozen=True)
class ProjectPage(Page):
    """A project's workspace."""

    name: Annotated[str, "The project's name."]
    total: Annotated[int, "How many runs it has."]
    drawn: Annotated[int, "How many of them are drawn at first."]
    counts: Annotated[tuple[StateCount, ...], "Its runs by state."]
    last_activity: Annotated[Moment | None, "When any of its runs was last heard from."]
    columns: Annotated[tuple[Column, ...], "The columns after the run's name."]
    rows: Annotated[tuple[Row, ...], "The newest runs, at most fifty."]
    all_runs: Annotated[
        str, "Page that lists every run, for readers without scripts; empty when the table does."
    ]
    sections: Annotated[tuple[Section, ...], "Its charts: of what the runs logged, and of the machines."]
    workspaces: Annotated[tuple[Link, ...], "Its workspaces; empty when there is only one."]
    workspace: Annotated[str, "What this one is called; empty for the automatic one."]
    filter: Annotated[str, "What the filter starts with."]
    charts: Annotated[int, "How many charts there are."]
    controls: Annotated[ChartControls, "What the controls start with."]
    spark_label: Annotated[str, "The metric that the table's small curves show; empty without one."]


@dataclass(frozen=True)
class RunListPage(Page):
    """Runs of a project as a plain list, for readers without scripts; thousands are on several pages."""

    name: Annotated[str, "The project's name."]
    first: Annotated[int, "The number of the last row's run; the project's oldest is 1."]
    last: Annotated[int, "The number of the first row's run."]
    older: Annotated[str, "The page with the runs before them; empty where there are none."]
    newer: Annotated[str, "The page with the runs after them; empty where there are none."]
    rows: Annotated[tuple[Row, ...], "The runs, newest first, without cells."]


@dataclass(frozen=True)
class Fact:
    """A name with its value."""

    name: Annotated[str, "What it is."]
    value: Annotated[str, "Its value."]
    note: Annotated[str, "What else there is to say, as `at step 940`; may be empty."]
    is_bad: Annotated[bool, "Whether it needs attention: NaN, a loss."]
    is_strong: Annotated[bool, "Whether it stands out: a headline, a key that varies between runs."]
    is_empty: Annotated[bool, "Whether the value is none: unset, an empty text, an empty list."] = False


@dataclass(frozen=True)
class Change:
    """A difference from another run."""

    name: Annotated[str, "What differs."]
    before: Annotated[str, "There; an en dash when it was absent."]
    after: Annotated[str, "Here."]


@dataclass(frozen=True)
class Changes:
    """What differs from the run before."""

    run: Annotated[Link, "The run before."]
    config: Annotated[tuple[Change, ...], "Settings."]
    code: Annotated[tuple[Change, ...], "Commit, command, uncommitted changes."]
    packages: Annotated[tuple[Change, ...], "Versions of packages and of Python."]
    machine: Annotated[tuple[Change, ...], "Host and hardware."]
    same: Annotated[str, "What is the same, in one sentence."]


@dataclass(frozen=True)
class SummaryRow:
    """A metric in numbers."""

    metric: Annotated[str, "Its name."]
    last: Annotated[str, "Its last value, which may be NaN or infinite."]
    min: Annotated[str, "Its smallest value."]
    min_step: Annotated[str, "The step of that."]
    max: Annotated[str, "Its largest value."]
    max_step: Annotated[str, "The step of that."]
    mean: Annotated[str, "The mean of its finite values."]
    count: Annotated[str, "How many finite values."]
    bad: Annotated[str, "How many NaN and infinite values, and since when; empty without any."]


@dataclass(frozen=True)
class Traceback:
    """The exception that ended a run."""

    headline: Annotated[str, "Its last line."]
    text: Annotated[str, "All of it."]


@dataclass(frozen=True)
class EditView:
    """A correction of a run that was made after it was recorded."""

    when: Annotated[Moment | None, "When it was made."]
    what: Annotated[str, "What it did, in a sentence."]


@dataclass(frozen=True)
class AlertView:
    """Something the script wanted somebody to be told."""

    level: Annotated[str, "`info`, `warn` or `error`."]
    title: Annotated[str, "A few words."]
    text: Annotated[str, "The message; empty when the title says it all."]
    when: Annotated[str, "The step, as `at step 940`; empty when it is not known."]
    after: Annotated[str, "How long after the run's start."]


@dataclass(frozen=True)
class ArtifactRow:
    """A version of an artifact that a run logged or used."""

    role: Annotated[str, "`used` or `logged`."]
    name: Annotated[str, "Its name, behind its project's where that is another one."]
    version: Annotated[str, "`v0`, `v1` and so on."]
    type: Annotated[str, "What it is, as `dataset`."]
    size: Annotated[str, "Size of its files together; an en dash when no run of the project says it."]
    files: Annotated[str, "How many files it has; an en dash when no run of the project says it."]
    digest: Annotated[str, "The first twelve digits of its digest."]
    digest_full: Annotated[str, "All of them."]
    aliases: Annotated[tuple[str, ...], "Aliases it was given, or the one it was asked for by."]


@dataclass(frozen=True)
class ProvenancePart:
    """One section of provenance."""

    name: Annotated[str, "The section's name."]
    title: Annotated[str, "Its heading."]
    facts: Annotated[tuple[Fact, ...], "What is known."]


@dataclass(frozen=True)
class RunPage(Page):
    """A run."""

    id: Annotated[str, "The run's id."]
    name: Annotated[str, "Its name."]
    color: Annotated[str, "Its colour."]
    state: Annotated[StateView, "Its state."]
    project: Annotated[Link, "Its project."]
    newer: Annotated[Link | None, "The run after it."]
    older: Annotated[Link | None, "The run before it."]
    started: Annotated[Moment | None, "When it started."]
    duration: Annotated[str, "How long it took."]
    head: Annotated[tuple[Fact, ...], "Facts for the head of the page."]
    tags: Annotated[tuple[str, ...], "Its tags."]
    notes: Annotated[str, "Its notes; empty without any."]
    traceback: Annotated[Traceback | None, "The exception that ended it."]
    alerts: Annotated[tuple[AlertView, ...], "What the script gave alarm of, newest first."]
    problems: Annotated[tuple[str, ...], "What is lost, damaged or in conflict in the run's files, in words."]
    warnings: Annotated[tuple[str, ...], "What the recorder warned of."]
    remarks: Annotated[tuple[str, ...], "What else the recorder had to say."]
    edits: Annotated[tuple[EditView, ...], "Corrections that were made beside the log, the latest first."]
    results: Annotated[tuple[Fact, ...], "What the user set, then headline values."]
    results_left: Annotated[int, "How many metrics only the table of all metrics shows."]
    config: Annotated[tuple[Fact, ...], "Its configuration, keys that vary between runs first."]
    changes: Annotated[Changes | None, "What differs from the run before."]
    sections: Annotated[tuple[Section, ...], "Charts of what it logged."]
    system: Annotated[tuple[Section, ...], "Charts of its machine."]
    charts: Annotated[int, "How many charts of what it logged there are."]
    media: Annotated[tuple[MediaPanel, ...], "Images, sounds, tables and the like that it logged."]
    artifacts: Annotated[tuple[ArtifactRow, ...], "Artifacts that it used, then those that it logged."]
    controls: Annotated[ChartControls, "What the controls start with."]
    summary: Annotated[tuple[SummaryRow, ...], "Every metric in numbers."]
    console: Annotated[Console | None, "What it printed: `head`, `folded`, `tail`, and counts."]
    console_file: Annotated[
        str, "The whole console as a text file, relative to this page; empty without one."
    ]
    console_skipped: Annotated[str, "How much console output was not kept; empty when all was."]
    provenance: Annotated[tuple[ProvenancePart, ...], "Where it came from."]
    packages: Annotated[tuple[Fact, ...], "Installed packages with their versions."]
    patch: Annotated[Patch | None, "The uncommitted changes, file by file."]


@dataclass(frozen=True)
class LegendEntry:
    """A sample of an entry of the legend, which scripts make elsewhere."""

    label: Annotated[str, "What it stands for."]
    count: Annotated[str, "How many runs it has, or how many of them are drawn: `2/4`."]
    drawn: Annotated[str, "`true`, `mixed` or `false`."]
    tint: Annotated[str, "The token of its colour."]
    mark: Annotated[str, "Path of its mark, where lines have one."] = ""
    dash: Annotated[str, "Lengths of its dashes, where its line has any."] = ""


@dataclass(frozen=True)
class LegendRow:
    """A sample of a row of the legend."""

    kind: Annotated[str, "What its entries tell: `color`, `style`, `both` or `group`."]
    title: Annotated[str, "The setting or result whose values they are."]
    entries: Annotated[tuple[LegendEntry, ...], "In order."]
    ramp: Annotated[tuple[str, ...], "The ends of its ramp, where it is one."] = ()
    is_whole: Annotated[bool, "Whether all of many entries are shown, with a field that narrows them."] = (
        False
    )


@dataclass(frozen=True)
class PatternsPage(Page):
    """Every component, in both modes."""

    home: Annotated[HomePage, "Sample of a first page."]
    empty: Annotated[HomePage, "Sample of a site without runs."]
    project: Annotated[ProjectPage, "Sample of a project."]
    run: Annotated[RunPage, "Sample of a run."]
    modes: Annotated[tuple[str, ...], "`light` and `dark`."]
    tokens: Annotated[tuple[str, ...], "Names of the colour tokens."]
    legend: Annotated[tuple[LegendRow, ...], "Sample of the legend above a project's charts."]


@dataclass(frozen=True)
class MissingPage(Page):
    """The page for an address that does not exist."""

    home: Annotated[str, "The first page."]


VIEWS = (
    SiteView, Page, HomePage, ProjectPage, RunListPage, RunPage, PatternsPage, MissingPage,
    Link, StateView, StateCount, Curve, Sketch, ProjectCard, CardMetric, RecentRun, Column, Row, Alarm, Cell,
    Section, Panel, ChartControls, Fact, Change, Changes, SummaryRow, Traceback, AlertView, EditView,
    ArtifactRow, ProvenancePart, LegendRow, LegendEntry,
)  # fmt: skip
"""Every class of this module, in the order of the reference."""

__all__ = [view.__name__ for view in VIEWS]
