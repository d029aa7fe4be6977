"""Writes and reads single log files for the tests of this room."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from collector.runlog.metrics import MetricsLog
from collector.runlog.reader import BadLine, read_records
from collector.runlog.records import segment_header
from collector.runlog.writer import SegmentWriter


def new_writer(path: Path, **options: Any) -> SegmentWriter:
    return SegmentWriter(str(path), segment_header("demo", "calm-fox-aaaaaa", host="test-host"), **options)


def new_metrics(path: Path, **options: Any) -> MetricsLog:
    return MetricsLog(new_writer(path), **options)


def note(text: str) -> dict[str, Any]:
    return {"k": "note", "level": "info", "text": text}


def read(path: Path) -> tuple[list[dict[str, Any]], list[BadLine]]:
    return read_records(str(path))


def texts(path: Path) -> list[str]:
    """The texts of all notes in a file."""
    return [record["text"] for record in read(path)[0] if record["k"] == "note"]


def rows(path: Path) -> list[dict[str, Any]]:
    """The `log` records of a file."""
    return [record for record in read(path)[0] if record["k"] == "log"]
