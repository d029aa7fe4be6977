"""The nouns that pages and charts are made of: what is true about every project and run.

Nothing here reads a file or a clock. Numbers in summaries come from every point of the log; only
`Series.columns` may be bucketed, and then says so by its width.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, TypeVar

from sitegen.derive.blocks import Facts, RunBlock, blocks_of

if TYPE_CHECKING:
    from pathlib import Path

    import polars

T = TypeVar("T")

SERIES_COLUMNS_FULL = ("step", "t", "y")
"""float64 each: the user's step, seconds since the run's start, the value (NaN and infinities kept)."""

SERIES_COLUMNS_BUCKETS = ("step0", "step1", "t0", "t1", "first", "last", "min", "max", "mean", "n", "bad")
"""step0..t1 float64: first and last step and time of the bucket; first..mean float32 over finite values
(NaN where a bucket has none; float64 in a series whose magnitudes float32 cannot hold); n uint32 finite
points; bad uint32 non-finite points."""

SERIES_COLUMNS_LOST = ("bad_step", "bad_t", "bad_kinds")
"""Only in bucketed series that have values which are not finite: step and time of the bucket's first one
(NaN where there is none), and the bits 1 NaN, 2 infinity, 4 minus infinity."""


@dataclass(frozen=True)
class MetricSummary:
    """One metric of one run in a few numbers; the values are None where no finite point exists."""

    metric: str
    rank: int
    """Lowest rank that logged the metric: the one all these numbers come from."""
    count: int
    """Points with a finite value."""
    nan_count: int
    inf_count: int
    first: float | None
    last: float | None
    min: float | None
    max: float | None
    mean: float | None
    first_step: float | None
    last_step: float | None
    min_step: float | None
    max_step: float | None
    first_bad_step: float | None
    """Step of the first NaN or infinity."""
    ends_bad: bool
    """Whether the very last logged value is not finite."""
    starts_infinite: bool = False
    """Whether the first value that is not finite is an infinity, not NaN."""


@dataclass(frozen=True)
class Series:
    """One curve: a metric of a run and rank, whole or in buckets of `width` consecutive points."""

    run_id: str
    metric: str
    rank: int
    points: int
    """Points in the log, before any bucketing."""
    width: int
    """Points per bucket, a power of two; 1 means every point is here."""
    columns: Mapping[str, polars.Series]
    """SERIES_COLUMNS_FULL when width is 1, else SERIES_COLUMNS_BUCKETS; and those of `x_metric`."""
    x_metric: str = ""
    """The metric that the script chose as x axis; `x` is its value at each point, `x0` and `x1` those at the
    ends of each bucket. Empty without one, or where it was never logged."""
    outline: bytes | None = None
    """The few points that small pictures are made of, once they have been picked: see charts/outline.py."""


@dataclass(frozen=True)
class Problem:
    """Something lost, damaged or in conflict in a run's files, told in words a user can act on."""

    file: str
    """Name inside the run's folder."""
    kind: str
    """'torn', 'cut off', 'corrupt', 'foreign', 'too long', 'dropped', 'missing keys', 'conflict', ..."""
    count: int
    lines: tuple[int, ...]
    """First few line numbers, from 1; empty when they are not known."""
    message: str


@dataclass(frozen=True)
class ConsoleChunk:
    """A piece of console output as it was relayed."""

    t: float
    """Seconds since the run's start."""
    stream: int
    """1 standard output, 2 standard error, 0 a remark of ours about what is left out here."""
    text: str


@dataclass(frozen=True)
class MediaEntry:
    """What one call of `log` recorded under a name."""

    step: float
    t: float
    """Seconds since the run's start."""
    items: tuple[Mapping[str, Any], ...]
    """As the records have them: sha256, ext, bytes, caption, ...; a histogram's bins and counts."""


@dataclass(frozen=True)
class MediaFacts:
    """Images, sounds, tables, histograms and the like, logged under one name by one rank."""

    name: str
    kind: str
    """As in the record; 'histogram' for histograms."""
    rank: int
    entries: tuple[MediaEntry, ...]
    """By step, which strictly rises."""


@dataclass(frozen=True)
class Alert:
    """Something the script wanted somebody to be told."""

    title: str
    text: str
    level: str
    """'info', 'warn' or 'error'."""
    t: float
    """Seconds since the run's start."""
    step: float | None


@dataclass(frozen=True)
class Annotation:
    """What charts mark on the x axis of a run."""

    kind: str
    """'restart', 'artifact' or 'alert'."""
    t: float
    """Seconds since the run's start."""
    step: float | None
    """None where only the time is known."""
    label: str
    """The number of the attempt, the artifact's name and version, or the alert's title."""


@dataclass(frozen=True)
class RecorderNote:
    """Something that the recorder itself had to say about the run."""

    text: str
    is_warning: bool


@dataclass(frozen=True)
class EditNote:
    """A correction of the run that was made afterwards."""

    at: float
    """Seconds since the epoch."""
    words: tuple[str, ...]
    """What it did, in short sentences."""


@dataclass(frozen=True)
class ArtifactVersion:
    """A version of an artifact that a run logged or used."""

    project: str
    """Where it was found, when not in the run's own project; else empty."""
    name: str
    type: str
    version: str
    digest: str
    files: int | None
    """None where the record does not say, as that of a use."""
    bytes: int | None
    aliases: tuple[str, ...]
    """Aliases given to it by the run, or the one it was asked for by."""


@dataclass(frozen=True)
class MetricDefinition:
    """What a script said by `define_metric` about a metric, or about all that match a pattern."""

    step_metric: str | None = None
    """The metric that is its x axis."""
    step_sync: bool = True
    """Whether rows without the step metric take its latest value."""
    summary: tuple[str, ...] = ()
    """Which of min, max, mean, first and last stand for it, or 'none'; empty when the script did not say."""
    is_hidden: bool = False


@dataclass(frozen=True)
class RunFacts(Facts):
    """What the pages of a site may say about a run; a project has thousands of these in memory."""

    project: str
    id: str
    name: str
    group: str | None
    job_type: str | None
    tags: tuple[str, ...]
    notes: str | None
    state: str
    """'finished', 'failed', 'stopped', or 'open': no end was recorded, so the page decides between
    running, stalled and lost from last_heard and beat_seconds."""
    cause: str | None
    """Why it ended as it did: 'exit code 1', 'killed by signal 9 (SIGKILL)', 'interrupted'."""
    traceback: str | None
    started: float
    """Seconds since the epoch."""
    last_heard: float
    """Seconds since the epoch of the newest record or heartbeat of any process of the run."""
    beat_seconds: float
    """The heartbeat interval the writer promised."""
    duration: float | None
    """Seconds from start to the recorded end, or to last_heard when open."""
    exit_code: int | None
    signal: int | None
    attempts: int
    ranks: tuple[int, ...]
    world_size: int
    config: Mapping[str, Any]
    """Flat: nested keys joined by dots."""
    summary: Mapping[str, MetricSummary]
    """By metric name, sorted."""
    user_summary: Mapping[str, Any]
    """What the user set by run.summary[...]; shown beside, and before, the computed value."""
    texts: Mapping[str, str]
    """Last logged text per name."""
    provenance: Mapping[str, Mapping[str, Any]]
    """By section: command, git, python, packages, cpu, gpu, system, scheduler."""
    superseded: int
    """Values of an earlier attempt that a later one replaced."""
    dropped: int
    """Records the writer gave up, as it counted them."""
    problems: tuple[Problem, ...]
    series: tuple[Series, ...]
    """Sorted by metric, then rank."""
    system: tuple[Series, ...]
    """System metrics, named as in docs/reference/system-metrics.md; step is seconds since the start."""
    goals: Mapping[str, str] = field(default_factory=dict)
    """'min' or 'max' by metric, or by a pattern that ends in `*`, as the script defined them."""
    alerts: tuple[Alert, ...] = ()
    """From the first to the last."""
    recorder_notes: tuple[RecorderNote, ...] = ()
    logged_artifacts: tuple[ArtifactVersion, ...] = ()
    used_artifacts: tuple[ArtifactVersion, ...] = ()
    at_best: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """By metric with a better direction, what other metrics were at the step of its best value."""
    system_summary: Mapping[str, MetricSummary] = field(default_factory=dict)
    """By system metric, sorted; steps are seconds since the start."""
    folder: str = ""
    """Where it was read from: the folders of project and run, with a slash between."""
    project_slug: str = ""
    """The project's name as a portable one."""
    definitions: Mapping[str, MetricDefinition] = field(default_factory=dict)
    """By metric, or by a pattern that ends in `*`; weaker ones first: an exact name outranks patterns."""
    edits: tuple[EditNote, ...] = ()
    """Corrections that count, from the first to the last."""
    annotations: tuple[Annotation, ...] = ()
    """Restarts, logged artifacts, and alerts that are warnings or errors, from the first to the last."""

    @cached_property
    def is_bucketed(self) -> bool:
        """Whether a curve of the run is too long to be drawn whole."""
        return any(series.width > 1 for series in (*self.series, *self.system))

    @cached_property
    def told_config(self) -> Mapping[str, str]:
        """Each setting as a text that is the same for equal values."""
        # Most runs of a project have the same values: one text for all of them.
        return {
            key: sys.intern(json.dumps(value, sort_keys=True, default=str))
            for key, value in self.config.items()
        }


@dataclass(frozen=True, kw_only=True)
class WholeRun(RunFacts):
    """A run with what only its own page says: that may be megabytes, and is never in memory for all runs."""

    patch: str | None
    """The uncommitted changes, as a unified diff."""
    console: tuple[ConsoleChunk, ...]
    console_skipped: int
    """Bytes of console output that were not kept, by the cap of the recorder or of the page."""
    media: tuple[MediaFacts, ...] = ()
    """By name, kind and rank."""
    media_files: Mapping[str, Path] = field(default_factory=dict)
    """The files that media name, as `<sha256>.<ext>`, with where they lie; one may be missing."""


@dataclass(frozen=True)
class ProjectFacts(Facts):
    """A project: its runs from newest to oldest, and what they logged."""

    name: str
    slug: str
    title: str
    runs: tuple[RunFacts, ...]
    metrics: tuple[str, ...]
    """Every metric any run logged, sorted by section (name prefix before the first slash), then name."""
    config_keys: tuple[str, ...]
    """Every config key; those that differ between runs first."""
    varying_keys: tuple[str, ...]
    """The config keys whose value differs between runs."""
    last_activity: float | None

    def again(self, name: str, given: object, make: Callable[[], T]) -> T:
        """What `make` makes of what is `given` alone; these facts may have it from those that they follow."""
        known = self._passed_on.get(name)
        if known is None or known[0] != given:
            known = self._passed_on[name] = (given, make())
        found: T = known[1]
        return found

    def each(
        self, name: str, given: object, make: Callable[[Sequence[RunFacts]], T], newest: int | None = None
    ) -> list[T]:
        """What `make` makes of each block of runs, the newest first; once for the same runs and given.

        With `newest` only of the blocks that hold so many of the newest runs.
        """
        found, seen = [], 0
        for block in self.blocks:
            if newest is not None and seen >= newest:
                break
            found.append(block.once(name, given, partial(make, block.runs)))
            seen += len(block.runs)
        return found

    @property
    def blocks(self) -> Sequence[RunBlock]:
        """The runs in blocks, the newest first."""
        if not self._blocks:
            self._blocks.extend(blocks_of(self.runs))
        return self._blocks

    def placed(self, found: Sequence[Mapping[int, T]]) -> Iterator[tuple[int, T]]:
        """By the number of the run in the project, what `each` found by its number in the block."""
        start = 0
        for block, part in zip(self.blocks, found, strict=True):
            for at, one in part.items():
                yield start + at, one
            start += len(block.runs)

    @cached_property
    def _passed_on(self) -> dict[str, tuple[Any, Any]]:
        return {}

    @cached_property
    def _blocks(self) -> list[RunBlock]:
        return []

    def follow(self, before: ProjectFacts | None, blocks: Sequence[RunBlock]) -> None:
        """Takes over what was made with the facts of the build before, and the blocks with theirs."""
        if before is not None:
            self._passed_on.update(before._passed_on)
        self._blocks[:] = blocks

    @cached_property
    def lone_endings(self) -> frozenset[str]:
        """What stands behind the last dot of one config key and of no other: it names that key alone."""
        counts = Counter(key.rpartition(".")[2] for key in self.config_keys)
        return frozenset(ending for ending, count in counts.items() if ending and count == 1)

    @cached_property
    def worded_keys(self) -> frozenset[str]:
        """The config keys that some run has a value of that is no number."""
        return frozenset(
            key
            for run in self.runs
            for key, value in run.config.items()
            if value is not None and (isinstance(value, bool) or not isinstance(value, (int, float)))
        )


@dataclass(frozen=True)
class SiteFacts:
    """The whole site: projects from the most recently active."""

    projects: tuple[ProjectFacts, ...]
    warnings: tuple[str, ...] = field(default=())
