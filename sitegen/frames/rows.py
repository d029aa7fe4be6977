"""From the facts of runs to the rows of frames."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import polars as pl

from sitegen.derive.facts import MediaFacts, RunFacts, WholeRun
from sitegen.derive.points import Curve
from sitegen.frames import schemas


def runs_frame(runs: Sequence[RunFacts]) -> pl.DataFrame:
    """One row for each run."""
    frame = pl.DataFrame([_run_row(run) for run in runs], schema=schemas.RUNS, orient="row")
    settings = sorted({key for run in runs for key in run.config})
    metrics = sorted({name for run in runs for name in (*run.summary, *run.user_summary)})
    columns = [_column(f"config.{key}", [run.config.get(key) for run in runs]) for key in settings]
    columns += [_column(f"summary.{name}", [_summary(run, name) for run in runs]) for name in metrics]
    return frame.hstack(columns)


def curves_frame(run: RunFacts, curves: Iterable[Curve]) -> pl.DataFrame:
    """A row for each point of a run's curves."""
    frames = [
        pl.DataFrame({"step": curve.step, "time": curve.t, "value": curve.y}).with_columns(
            pl.lit(run.project).alias("project"),
            pl.lit(run.id).alias("run"),
            pl.lit(curve.metric).alias("metric"),
            pl.lit(curve.rank).alias("rank"),
        )
        for curve in curves
    ]
    empty = pl.DataFrame(schema=schemas.HISTORY)
    typed = [frame.select(*schemas.HISTORY).cast(schemas.HISTORY) for frame in frames]  # type: ignore[arg-type]
    return pl.concat([empty, *typed])


def media_frame(runs: Sequence[WholeRun]) -> pl.DataFrame:
    """A row for each image, table or other thing that was logged under a name."""
    rows = [row for run in runs for media in run.media for row in _media_rows(run, media)]
    return pl.DataFrame(rows, schema=schemas.MEDIA, orient="row")


def artifacts_frame(runs: Sequence[RunFacts]) -> pl.DataFrame:
    """A row for each version of an artifact that a run logged or used."""
    rows = [
        (
            run.project, run.id, relation, one.name, one.type, one.version, one.digest, one.files, one.bytes,
            list(one.aliases), one.project or run.project,
        )
        for run in runs
        for relation, found in (("logged", run.logged_artifacts), ("used", run.used_artifacts))
        for one in found
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=schemas.ARTIFACTS, orient="row")


def _run_row(run: RunFacts) -> tuple[Any, ...]:
    return (
        run.project, run.id, run.name, run.group, run.job_type, list(run.tags), run.notes, run.state,
        run.cause, _moment(run.started), _moment(run.last_heard), run.duration, run.exit_code, run.attempts,
        len(run.ranks), run.world_size, run.superseded, run.dropped,
        [problem.message for problem in run.problems], run.folder,
    )  # fmt: skip


def _moment(seconds: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):  # a clock that was set to nonsense
        return None


def _summary(run: RunFacts, name: str) -> Any:
    """What the script set by hand, else the last finite value."""
    if name in run.user_summary:
        return run.user_summary[name]
    found = run.summary.get(name)
    return found.last if found else None


def _column(name: str, values: Sequence[Any]) -> pl.Series:
    """Of the narrowest type that holds all values as they are; as JSON where they are of several kinds."""
    kinds = {type(value) for value in values if value is not None}
    if kinds == {bool}:
        return pl.Series(name, values, pl.Boolean)
    if kinds == {int} and all(-(2**63) <= value < 2**63 for value in values if value is not None):
        return pl.Series(name, values, pl.Int64)
    if kinds and kinds <= {int, float} and all(_is_exact(value) for value in values):
        return pl.Series(name, [None if value is None else float(value) for value in values], pl.Float64)
    if kinds <= {str}:
        return pl.Series(name, values, pl.String)
    return pl.Series(
        name, [None if value is None else json.dumps(value, default=str) for value in values], pl.String
    )


def _is_exact(value: Any) -> bool:
    return not isinstance(value, int) or abs(value) <= 2**53


def _media_rows(run: WholeRun, media: MediaFacts) -> Iterator[tuple[Any, ...]]:
    for entry in media.entries:
        for position, item in enumerate(entry.items):
            name = f"{item.get('sha256')}.{item.get('ext')}"
            place = run.media_files.get(name)
            yield (
                run.project, run.id, media.name, media.kind, media.rank, entry.step, entry.t, position,
                _text(item.get("caption")), _text(item.get("sha256")), _whole(item.get("bytes")),
                None if place is None else str(place),
            )  # fmt: skip


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
