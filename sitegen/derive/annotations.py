"""What happened to a run while it went, as charts mark it on their x axis: restarts, artifacts, alerts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sitegen.derive.facts import Annotation
from sitegen.derive.messages import alerts_of
from sitegen.derive.state import merged_records
from sitegen.ingest.tables import Segment


def annotations_of(
    segments: Sequence[Segment],
    first_steps: Mapping[tuple[int, int], float],
    started: float,
) -> tuple[Annotation, ...]:
    """All of them from the first to the last."""
    alerts = alerts_of(segments, started)
    found = [
        *_restarts(segments, first_steps, started),
        *_logged(segments, started),
        *(Annotation("alert", alert.t, alert.step, alert.title) for alert in alerts if alert.level != "info"),
    ]
    return tuple(sorted(found, key=lambda one: one.t))


def _restarts(
    segments: Sequence[Segment], first_steps: Mapping[tuple[int, int], float], started: float
) -> Iterator[Annotation]:
    """Each attempt after the first, at the first step of any of its ranks."""
    attempts = sorted({segment.attempt for segment in segments})
    for attempt in attempts[1:]:
        began = min(segment.started for segment in segments if segment.attempt == attempt)
        steps = [step for (_, number), step in first_steps.items() if number == attempt]
        yield Annotation("restart", max(0.0, began - started), min(steps, default=None), str(attempt))


def _logged(segments: Sequence[Segment], started: float) -> Iterator[Annotation]:
    """Each version of an artifact where it was first logged."""
    known = set()
    for record in merged_records(segments, "artifact"):
        name, version = record.get("name"), record.get("version")
        if not isinstance(name, str) or not name or (name, version) in known:
            continue
        known.add((name, version))
        label = f"{name}:{version}" if isinstance(version, str) and version else name
        yield Annotation("artifact", max(0.0, float(record["t"]) - started), None, label)
