"""Every option of mkdocs-style.yml, as frozen classes that can be read as documentation.

The docstring beneath an attribute is its entry in docs/reference/configuration.md. Reading and checking
live in `sitegen.config.check` and `load`; here is only what there is to set, and what each default is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal

from sitegen.config.workspace_options import Workspace
from sitegen.config.workspaces import of_project
from sitegen.texts import Patterns

CONFIG_NAME = "mkdocs-style.yml"


@dataclass(frozen=True)
class MetricOptions:
    """How one metric is shown; the key above it is a name or a pattern such as `val/*`."""

    goal: Literal["min", "max"] | None = None
    """`min` or `max`: which direction is better. The table then shows the best value beside the last."""
    unit: str | None = None
    """Unit written behind values, for example `%` or `s`."""
    label: str | None = None
    """Name shown instead of the logged one."""


@dataclass(frozen=True)
class ProjectOptions:
    """Settings of one project; the key above it is the project's name."""

    title: str | None = None
    """Heading of the project's page; its name unless given."""
    metrics: Mapping[str, MetricOptions] = field(default_factory=dict)
    """Metric names or patterns, each with `goal`, `unit` and `label`. A later pattern adds to an earlier."""
    x_axis: Literal["step", "relative", "wall"] = "step"
    """What charts start with on their x axis: `step`, `relative` (time since the start) or `wall` (date)."""
    columns: tuple[str, ...] = ()
    """Columns of the run table, by name; chosen from the data unless given."""
    resolution: Literal["full", "recent", "pinned", "overview"] | None = None
    """Of which runs this project's pages hold every point; as `charts.resolution` unless given."""
    pinned: tuple[str, ...] = ()
    """Runs whose points are shipped before those of others: ids, names or patterns, or `tag:` and a tag."""

    def metric(self, name: str) -> MetricOptions:
        """What all entries that match this metric say together, later ones winning."""
        goal, unit, label = None, None, None
        for pattern, options in self.metrics.items():
            if pattern == name or fnmatchcase(name, pattern):
                goal = options.goal or goal
                unit = options.unit or unit
                label = options.label or label
        return MetricOptions(goal, unit, label)


@dataclass(frozen=True)
class PaletteOptions:
    """Three colours from which a theme mixes the others, each a CSS colour."""

    paper: str | None = field(default=None, metadata={"check": "colour"})
    """Background."""
    ink: str | None = field(default=None, metadata={"check": "colour"})
    """Text."""
    accent: str | None = field(default=None, metadata={"check": "colour"})
    """Links, buttons and marks."""


@dataclass(frozen=True)
class ThemeOptions:
    """How the site looks."""

    name: str = "default"
    """A theme that comes with runpress."""
    custom_dir: Path | None = field(default=None, metadata={"check": "folder"})
    """Folder whose templates and files are found before those of the theme."""
    palette: PaletteOptions = field(default_factory=PaletteOptions)
    """Colours that replace those of the theme."""


@dataclass(frozen=True)
class ChartOptions:
    """What charts start with; readers can change all of it on the page."""

    smoothing: float = field(default=0.0, metadata={"least": 0.0, "most": 0.99})
    """Strength of smoothing, from 0 (none) to 0.99."""
    drawn_runs: int = field(default=50, metadata={"least": 1})
    """How many of a project's runs are drawn at first, the newest ones."""
    height: int = field(default=220, metadata={"least": 80, "most": 2000})
    """Height of a chart in pixels."""
    resolution: Literal["full", "recent", "pinned", "overview"] = "full"
    """Of which runs the site holds every point, for readers who zoom in: `full` all, `recent` those drawn at
    first and pinned ones, `pinned` only these, `overview` none. Curves of up to 2,000 points are always
    whole."""
    budget_mb: int = field(default=500, metadata={"least": 0})
    """Megabytes that these points may take in the site. Pinned runs come first, then the newest; the page
    says of the others that their points were not shipped."""


@dataclass(frozen=True)
class Config:
    """The whole of mkdocs-style.yml. Every option has a default; without a file all of them apply."""

    site_name: str = "Experiments"
    """Name of the site, shown at the top of every page."""
    site_url: str | None = field(default=None, metadata={"check": "address"})
    """Address the site will be published at. Links between pages stay relative and do not need it."""
    site_description: str | None = None
    """One sentence below the name on the first page."""
    site_author: str | None = None
    """Who made the site; written into the pages' metadata."""
    copyright: str | None = None
    """Line at the foot of every page."""
    repo_url: str | None = field(default=None, metadata={"check": "address"})
    """Address of the source repository, linked at the top of every page."""
    site_dir: Path = Path("site")
    """Folder the site is written to. It must be absent, empty, or made by sitegen."""
    runs_dir: tuple[Path, ...] = (Path("runlogs"),)
    """Folder of run logs, or a list of them. Projects of equal name are merged."""
    cache_dir: Path = Path(".sitegen")
    """Folder for what later builds reuse. It can be deleted at any time."""
    workspaces_dir: Path = Path("workspaces")
    """Folder of [workspaces](workspaces.md): files that say what a project's page shows at first."""
    include: tuple[str, ...] = ("*",)
    """Patterns of `project/run` to show; a pattern without a slash matches the project."""
    exclude: tuple[str, ...] = ()
    """Patterns of `project/run` to leave out, for example `scratch/*` or `*/debug-*`."""
    language: str = field(default="en", metadata={"check": "language"})
    """Language of the pages, as in HTML's `lang`: `en`, or one that `texts_dir` has texts in."""
    texts_dir: Path = Path("texts")
    """Folder of [texts](texts.md): files that say the pages' sentences in other words or another language."""
    timezone: str = field(default="UTC", metadata={"check": "timezone"})
    """Time zone of all dates of pages, charts and their axes included, for example `Europe/Paris`."""
    strict: bool = False
    """Treat warnings as errors, and the absence of runs as a failure (exit code 4)."""
    projects: Mapping[str, ProjectOptions] = field(default_factory=dict)
    """Settings by project name."""
    theme: ThemeOptions = field(default_factory=ThemeOptions)
    """How the site looks."""
    extra_css: tuple[Path, ...] = field(default=(), metadata={"check": "file"})
    """Style sheets loaded after those of the theme."""
    extra_javascript: tuple[Path, ...] = field(default=(), metadata={"check": "file"})
    """Scripts loaded after those of the theme. They are classic scripts, not modules."""
    charts: ChartOptions = field(default_factory=ChartOptions)
    """What charts start with."""
    file: Path | None = field(default=None, metadata={"option": False})
    runs_dir_is_default: bool = field(default=True, metadata={"option": False})
    workspaces: tuple[Workspace, ...] = field(default=(), metadata={"option": False})
    texts: tuple[tuple[str, Patterns], ...] = field(default=(), metadata={"option": False})

    def project(self, name: str) -> ProjectOptions:
        """The settings of a project, all defaults unless the file names it."""
        return self.projects.get(name) or ProjectOptions()

    def workspaces_of(self, project: str) -> tuple[Workspace, ...]:
        """A project's workspaces, that of its first page in front."""
        return of_project(self.workspaces, project)
