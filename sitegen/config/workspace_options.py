"""Every option of a workspace file, as frozen classes that can be read as documentation.

The docstring beneath an attribute is its entry in docs/reference/workspaces.md. Files are found and read in
`sitegen.config.workspaces`; what they name is looked for among the runs in `sitegen.derive.workspaces`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from sitegen.config.check import KeyPath


@dataclass(frozen=True)
class PanelOptions:
    """A chart, or one for each metric of a pattern; a plain text is its `metric`."""

    SHORT: ClassVar[str] = "metric"

    metric: str = ""
    """A metric's name, or a pattern such as `val/*` that stands for a chart of each that the section does not
    name by itself."""
    plot: str = ""
    """One chart of several metrics or of an [expression](expressions.md) over them, in place of `metric`:
    `train/loss, val/loss`, `val/*`, `/loss$/` for a regular expression, `val/loss - train/loss`."""
    title: str | None = None
    """Heading of the chart; what it draws unless given."""
    x: Literal["step", "relative", "wall"] | None = None
    """Its own x axis. Where a reader chooses another for the page, that applies."""
    y: Literal["linear", "log", "symlog"] | None = None
    """Its own y scale, likewise."""
    smoothing: float | None = field(default=None, metadata={"least": 0.0, "most": 0.99})
    """Its own smoothing, likewise."""


@dataclass(frozen=True)
class SectionOptions:
    """Charts under a heading; a plain text is its `title`."""

    SHORT: ClassVar[str] = "title"

    title: str = ""
    """The heading. A section without `charts` is the automatic one of this title: that of the metrics
    with this prefix, or of a part of the machine."""
    charts: tuple[PanelOptions, ...] = ()
    """Its charts, in this order. What a section names is left out of the automatic ones."""
    folded: bool = False
    """Whether it is closed at first."""


@dataclass(frozen=True)
class RangeOptions:
    """The ends of a chart's y axis; an end that is left out is that of the values."""

    chart: str = ""
    """The metric of the chart, its `plot`, or the heading of a chart of the machine that draws several."""
    low: float | None = None
    """The lower end."""
    high: float | None = None
    """The upper end."""


@dataclass(frozen=True)
class WorkspaceOptions:
    """The whole of a workspace file. What it does not say is as on a page without one."""

    project: str | None = None
    """The project it belongs to. A file in `workspaces/<project>/` need not say it."""
    title: str | None = None
    """What it is called; the file's name unless given."""
    default: bool = False
    """Whether it is the project's first page. Without one it is the first file by name."""
    sections: tuple[SectionOptions, ...] = ()
    """Sections of charts, in this order; made from the metrics' prefixes unless given."""
    others: Literal["folded", "none"] = "folded"
    """What becomes of metrics that no section names: `folded` automatic sections below, or `none`."""
    without: tuple[str, ...] = ()
    """Charts that are hidden: metric names or patterns. A reader can bring them back."""
    x: Literal["step", "relative", "wall"] | None = None
    """The x axis of its charts; the project's `x_axis` unless given."""
    y: Literal["linear", "log", "symlog"] = "linear"
    """The y scale of its charts."""
    smoothing: float | None = field(default=None, metadata={"least": 0.0, "most": 0.99})
    """Strength of smoothing, from 0 to 0.99; `charts.smoothing` of the site unless given."""
    smoother: Literal["time", "ema", "gaussian", "mean"] = "time"
    """Kind of smoothing: `time` weighs by x, `ema` by points, `gaussian` and `mean` look to both sides."""
    outliers: Literal["shown", "clipped"] = "shown"
    """Whether the y axes of its charts leave outliers out."""
    ranges: tuple[RangeOptions, ...] = ()
    """Ends of the y axes of single charts. They hold over `outliers`."""
    marks: Literal["all", "none"] = "all"
    """Whether restarts, artifacts and alerts are marked in its charts."""
    filter: str = ""
    """Which runs it shows: an [expression](expressions.md), or words as in the page's filter."""
    group: tuple[str, ...] = ()
    """Columns that runs are grouped by, the outermost first."""
    centre: Literal["mean", "median"] = "mean"
    """What the line and the cell of a group are."""
    band: Literal["sd", "sem", "bootstrap", "quartiles", "minmax", "none"] = "sd"
    """The spread around a group's line."""
    columns: tuple[str, ...] = ()
    """Columns of the run table, in this order; those of the project unless given."""
    left: tuple[str, ...] = ()
    """Columns that stay at the left when the table is scrolled."""
    sort: tuple[str, ...] = ()
    """Columns that rows are sorted by, each with ` desc` behind it to begin with the greatest."""
    color: str = ""
    """A column whose values colour the runs, or `group`; each its own colour unless given."""
    style: str = ""
    """A column whose values give lines strokes and marks, six at most; all lines alike unless given."""
    baseline: str = ""
    """The run that others are compared with, by id or name; or `group:` and a group's values, as the page
    writes them."""
    drawn: str = field(default="", metadata={"check": "drawn"})
    """Runs in the charts: `newest:50`, `best:10:val/acc.max`, `pinned`, `all` or `none`; the newest
    `charts.drawn_runs` unless given."""
    show: tuple[str, ...] = ()
    """Runs that are drawn besides, by id or name."""
    hide: tuple[str, ...] = ()
    """Runs that are not drawn, by id or name."""
    pinned: tuple[str, ...] = ()
    """Runs at the top of the table, by id or name, in this order."""


@dataclass(frozen=True)
class Workspace:
    """A workspace file that was read, and where its parts stand."""

    name: str
    """The file's name without its suffix."""
    project: str
    options: WorkspaceOptions
    file: str
    lines: Mapping[KeyPath, int]

    @property
    def title(self) -> str:
        """What it is called."""
        return self.options.title or self.name

    def place(self, *path: str | int) -> str:
        """File and line of a key, as `workspaces/paper.yml:7`."""
        while path and path not in self.lines:
            path = path[:-1]
        return f"{self.file}:{self.lines.get(path, 1)}"
