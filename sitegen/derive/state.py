"""The records of all processes of a run, in the order in which they count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sitegen.ingest.tables import Segment


def merged_records(segments: Sequence[Segment], kind: str) -> list[Mapping[str, Any]]:
    """All records of a kind, in the order in which they count: by attempt, time and process."""
    found = [
        (segment.attempt, float(record["t"]), number, record)
        for number, segment in enumerate(segments)
        for record in segment.records
        if record["k"] == kind
    ]
    return [record for _, _, _, record in sorted(found, key=lambda entry: entry[:3])]
