"""Signs of life come in their rhythm, whatever becomes of the samples."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from collector.catalog.damage import findings_of
from collector.runlog.reader import read_records
from collector.system import sampler
from collector.wrapper import watch
from collector.wrapper.plan import Plan
from collector.wrapper.recording import Moment, Recording


def watch_for(folder: Path, seconds: float) -> list[Mapping[str, Any]]:
    """What is recorded while our own process is watched for so long."""
    plan = Plan(("true",), dict(os.environ), str(folder), "digits", "calm-fox", None, save_code=False)
    recording = Recording(plan, Moment.now())
    watched = watch.Watch(plan, recording, os.getpid(), os.getpid())
    watched.start()
    time.sleep(seconds)
    watched.stop()
    recording.close()
    lines, bad = read_records(recording.records.path)
    assert not bad
    return lines


def test_beats_come_in_rhythm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A beat is written every so many seconds, between the samples."""
    monkeypatch.setattr(watch, "BEAT_SECONDS", 0.2)
    lines = watch_for(tmp_path, 1.5)
    beats = [line["t"] for line in lines if line["k"] == "beat"]
    assert 3 <= len(beats) <= 8
    assert len([line for line in lines if line["k"] == "sys"]) >= 2


def test_failing_sampler_does_not_end_the_beats(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When sampling fails it is told once, and signs of life go on."""

    def broken(*arguments: Any, **options: Any) -> None:
        raise RuntimeError("odd machine")

    monkeypatch.setattr(watch, "BEAT_SECONDS", 0.2)
    monkeypatch.setattr(sampler, "Sampler", broken)
    lines = watch_for(tmp_path, 1.0)
    notes = [line["text"] for line in lines if line["k"] == "note"]
    assert notes == ["System samples ended early: RuntimeError: odd machine"]
    assert len([line for line in lines if line["k"] == "beat"]) >= 2


def test_rows_that_were_given_up_are_on_record(tmp_path: Path) -> None:
    """Printed rows that could not be written are counted in the records, which could."""
    plan = Plan(("true",), dict(os.environ), str(tmp_path), "digits", "calm-fox", None)
    recording = Recording(plan, Moment.now())
    metrics = recording.open_metrics()
    metrics.append(0, {"loss": 0.5})
    metrics.writer.lose("ENOSPC: No space left on device")
    recording.close()
    lines, _ = read_records(recording.records.path)
    assert [line["count"] for line in lines if line["k"] == "drop"] == [1]
    ((found,), _) = findings_of(str(tmp_path / "digits" / "calm-fox"))
    assert (found.kind, found.is_loss) == ("dropped", True)
