"""Tables of one run → everything a page may say about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, TypeVar

from collector.runlog.edits import Edit, Overlay, words_of
from collector.runlog.state import ending_of
from sitegen.derive.annotations import annotations_of
from sitegen.derive.artifacts import artifacts_of
from sitegen.derive.at_best import at_best
from sitegen.derive.axes import with_axes
from sitegen.derive.buckets import series_of
from sitegen.derive.conflicts import Settled, settle
from sitegen.derive.definitions import by_strength, definitions_of, goals_of
from sitegen.derive.facts import ConsoleChunk, EditNote, MetricDefinition, MetricSummary, WholeRun
from sitegen.derive.media import media_of
from sitegen.derive.messages import alerts_of, notes_of
from sitegen.derive.points import Curve, Curves, curves_of, first_steps
from sitegen.derive.problems import conflict_problem, problems_of
from sitegen.derive.state import merged_records
from sitegen.derive.summaries import summarise
from sitegen.ingest.nested import flattened, merged
from sitegen.ingest.tables import RunTables, Segment

T = TypeVar("T")

DEFAULT_BEAT = 10.0


class Logged(NamedTuple):
    """What a run logged over steps, as it counts."""

    settled: Settled
    curves: Curves
    system: Curves
    definitions: dict[str, MetricDefinition]


def logged_by(tables: RunTables) -> Logged:
    """The curves of a run with every point, and what was said of their metrics."""
    settled = settle(tables.history, tables.records.segments)
    definitions = _definitions(settled.segments, Overlay(tables.records.edits))
    return Logged(settled, curves_of(settled.history), curves_of(tables.system), definitions)


def derive_run(tables: RunTables) -> WholeRun:
    """The facts of a run."""
    logged = logged_by(tables)
    settled, curves, definitions = logged.settled, logged.curves, logged.definitions
    segments, begun = settled.segments, first_steps(settled.history)
    records = replace(tables.records, segments=segments)
    overlay = Overlay(records.edits)
    named = overlay.names(_named(segments))
    ending = ending_of(segments)
    last_heard = max((segment.last_heard for segment in segments), default=records.started)
    summary = _summaries(curves.found)
    goals = by_strength(_renamed(goals_of(segments), overlay))
    return WholeRun(
        project=records.project,
        id=records.run_id,
        name=_text(named.get("name")) or records.run,
        group=_text(named.get("group")),
        job_type=_text(named.get("job_type")),
        tags=_texts(named.get("tags")),
        notes=_text(named.get("notes")),
        state=ending.state,
        cause=ending.cause,
        traceback=ending.traceback,
        started=records.started,
        last_heard=last_heard,
        beat_seconds=max((segment.beat for segment in segments), default=DEFAULT_BEAT),
        duration=max(0.0, (ending.at or last_heard) - records.started),
        exit_code=ending.exit_code,
        signal=ending.signal,
        attempts=len({segment.attempt for segment in segments}),
        ranks=_ranks(segments),
        world_size=max((segment.world for segment in segments), default=1),
        config=dict(sorted(overlay.config(dict(_config(segments))).items())),
        summary=summary,
        at_best=at_best(curves.found, summary, goals),
        user_summary=dict(sorted(flattened(merged(merged_records(segments, "summary"))))),
        texts=dict(sorted(records.texts.items())),
        provenance=_provenance(segments),
        patch=records.patch,
        superseded=curves.superseded,
        dropped=sum(segment.dropped for segment in segments),
        problems=(*problems_of(records), *map(conflict_problem, settled.conflicts)),
        console=tuple(ConsoleChunk(*piece) for piece in records.console),
        console_skipped=records.console_skipped,
        goals=goals,
        series=with_axes(series_of(records.run_id, curves.found), curves.found, definitions),
        system=series_of(records.run_id, logged.system.found),
        system_summary=_summaries(logged.system.found),
        media=media_of(records, begun),
        media_files=tables.media,
        alerts=alerts_of(segments, records.started),
        recorder_notes=notes_of(segments),
        logged_artifacts=artifacts_of(segments, "artifact"),
        used_artifacts=artifacts_of(segments, "use"),
        folder=f"{records.folder}/{records.run}",
        project_slug=records.project_slug,
        definitions=definitions,
        edits=_edits(records.edits),
        annotations=annotations_of(segments, begun, records.started),
    )


def _ranks(segments: Sequence[Segment]) -> tuple[int, ...]:
    return tuple(sorted({segment.rank for segment in segments if segment.role != "wrapper"})) or (0,)


def _config(segments: Sequence[Segment]) -> Iterator[tuple[str, Any]]:
    return flattened(merged(merged_records(segments, "config")))


def _definitions(segments: Sequence[Segment], overlay: Overlay) -> dict[str, MetricDefinition]:
    said = _renamed(definitions_of(segments), overlay)
    axes = {name: one.step_metric and overlay.metric(one.step_metric) for name, one in said.items()}
    return by_strength({name: replace(one, step_metric=axes[name]) for name, one in said.items()})


def _renamed(said: Mapping[str, T], overlay: Overlay) -> dict[str, T]:
    """What was said of metrics, by the names that they have now; of patterns as it was."""
    return {name if name.endswith("*") else overlay.metric(name): what for name, what in said.items()}


def _edits(edits: Sequence[Edit]) -> tuple[EditNote, ...]:
    return tuple(
        EditNote(edit.at, tuple(words_of(edit)))
        for edit in edits
        if edit.counts and edit.record["k"] == "edit"
    )


def _named(segments: Sequence[Segment]) -> dict[str, Any]:
    """The fields of all `run` records, the latest of each."""
    found: dict[str, Any] = {}
    for record in merged_records(segments, "run"):
        found.update({key: value for key, value in record.items() if key not in ("k", "t", "c")})
    return found


def _summaries(curves: Sequence[Curve]) -> dict[str, MetricSummary]:
    """By metric, each from the lowest rank that logged it; curves come in that order."""
    found: dict[str, MetricSummary] = {}
    for curve in curves:
        if curve.metric not in found:
            found[curve.metric] = summarise(curve)
    return found


def _provenance(segments: Sequence[Segment]) -> Mapping[str, Mapping[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for record in merged_records(segments, "provenance"):
        section, fields = record.get("section"), record.get("fields")
        if isinstance(section, str) and isinstance(fields, dict):
            found.setdefault(section, {}).update(fields)
    return dict(sorted(found.items()))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _texts(value: object) -> tuple[str, ...]:
    listed = value if isinstance(value, list) else []
    return tuple(dict.fromkeys(tag for tag in listed if isinstance(tag, str) and tag))
