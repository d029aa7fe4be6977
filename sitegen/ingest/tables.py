"""What ingest hands on: the declared columns of every frame, and the records around them.

Metric names are users' text and never column names: column `m<i>` holds the metric `names[i]`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from collector.runlog.edits import Edit

ROW_SCHEMA: Mapping[str, Any] = {"step": pl.Float64, "t": pl.Float64}
"""One row per logged line: the user's step, and seconds since the run's start."""

CELL_SCHEMA: Mapping[str, Any] = {"row": pl.UInt32, "metric": pl.UInt32, "value": pl.Float64}
"""Long form, for runs of very many metrics: `row` counts rows of the same history, `metric` its names."""

MEDIA = "media/"
"""Where a run keeps images, sounds and other files that it logged, by the digests of their content."""

WIDE_LIMIT = 256
"""Most metrics kept as columns of their own; more are kept in long form."""


def wide_schema(width: int) -> dict[str, Any]:
    """The columns of a wide history: those of the row, then one per metric; null is "not logged"."""
    return {**ROW_SCHEMA, **{f"m{number}": pl.Float64 for number in range(width)}}


@dataclass(frozen=True)
class Part:
    """Consecutive rows that one process wrote."""

    rank: int
    attempt: int
    rows: int
    segment: str = ""
    """Name of the process start."""
    rewound: float | None = None
    """Last step of earlier attempts that counts, where the run was rewound."""


@dataclass(frozen=True)
class History:
    """Everything numeric that a run logged, unmerged, in order of rank, attempt and writing."""

    names: tuple[str, ...]
    parts: tuple[Part, ...]
    rows: pl.DataFrame
    """`wide_schema(len(names))`, or only ROW_SCHEMA when `cells` is given; a single chunk."""
    cells: pl.DataFrame | None = None
    """CELL_SCHEMA, in order of row."""


@dataclass(frozen=True)
class LineProblem:
    """Lines of one file that could not be used, or other damage to it."""

    file: str
    kind: str
    count: int
    lines: tuple[int, ...]
    why: str


@dataclass(frozen=True)
class Segment:
    """One process start: its header, what it recorded, and when it was last heard."""

    name: str
    role: str
    rank: int
    world: int
    attempt: int
    started: float
    """Seconds since the epoch."""
    last_heard: float
    """Seconds since the epoch of the newest line in any of its files."""
    beat: float
    project: str | None
    """As the header names it."""
    dropped: int
    """Records the writer gave up, as far as it could say."""
    records: tuple[Mapping[str, Any], ...]
    """All but metrics, system samples and heartbeats, in order of writing; `t` in seconds since the epoch."""
    host: str | None = None
    pid: int = 0
    """Process id; 0 where the header does not say."""
    is_child: bool = False
    """Whether it is a child that was handed the run of its parent."""
    rewound: float | None = None
    """Last step of earlier attempts that counts, where the run was rewound."""

    @property
    def heard(self) -> float:
        """What the rules of `runlog.state` call `last_heard`."""
        return self.last_heard


@dataclass(frozen=True)
class RunRecords:
    """Everything of a run that is no number over steps."""

    project: str
    """The project it says it belongs to, else the name of the folder it stands in."""
    project_slug: str
    """The same as a portable name."""
    run: str
    """Name of the run's folder."""
    run_id: str
    """The same as a portable name."""
    folder: str
    """Name of the project's folder."""
    started: float
    """Seconds since the epoch: when the first attempt began."""
    segments: tuple[Segment, ...]
    """In order of rank, attempt and start."""
    texts: Mapping[str, str]
    """Last logged text by name, of the lowest rank that logged it."""
    problems: tuple[LineProblem, ...]
    console: tuple[tuple[float, int, str], ...]
    """(seconds since the run's start, stream, text)."""
    console_skipped: int
    patch: str | None
    edits: tuple[Edit, ...] = ()
    """Corrections made afterwards; those of metrics and texts are in the tables already."""


@dataclass(frozen=True)
class RunTables:
    """One run as read from its files, before anything is merged or judged."""

    records: RunRecords
    history: History
    system: History
    """System samples; the step is the time."""
    media: Mapping[str, Path] = field(default_factory=dict)
    """Files that the run logged, by name; the name begins with the digest of the content."""
