"""What was said about a run while it went: alerts of its script, and notes of the recorder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sitegen.derive.facts import Alert, RecorderNote
from sitegen.derive.state import merged_records
from sitegen.ingest.tables import Segment

_LEVELS = {"INFO": "info", "WARN": "warn", "ERROR": "error"}


def alerts_of(segments: Sequence[Segment], started: float) -> tuple[Alert, ...]:
    """All alerts from the first to the last."""
    found = [_alert(record, started) for record in merged_records(segments, "alert")]
    return tuple(sorted((alert for alert in found if alert is not None), key=lambda alert: alert.t))


def notes_of(segments: Sequence[Segment]) -> tuple[RecorderNote, ...]:
    """Each note once, however many processes said it, warnings first."""
    levels: dict[str, bool] = {}
    for record in merged_records(segments, "note"):
        text = record.get("text")
        if isinstance(text, str) and text.strip():
            levels[text] = levels.get(text, False) or record.get("level") == "warning"
    notes = [RecorderNote(text, is_warning) for text, is_warning in levels.items()]
    return tuple(sorted(notes, key=lambda note: not note.is_warning))


def _alert(record: Mapping[str, Any], started: float) -> Alert | None:
    title, text, step = record.get("title"), record.get("text"), record.get("step")
    if not isinstance(title, str) or not title:
        return None
    return Alert(
        title=title,
        text=text if isinstance(text, str) else "",
        level=_LEVELS.get(str(record.get("level")), "info"),
        t=max(0.0, float(record["t"]) - started),
        step=float(step) if isinstance(step, (int, float)) and not isinstance(step, bool) else None,
    )
