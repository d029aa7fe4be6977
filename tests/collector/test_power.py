"""What a disk holds after a power failure, with the image of a real file system."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from collector.runlog.errors import CollectorError
from collector.training_run import Run
from tests.collector.runs import ROOT, of_kind

Start = Callable[..., Run]

FAILURES = int(os.environ.get("COLLECTOR_POWER_FAILURES", "2"))
"""20 in the benchmark, fewer here."""


def cut_power(*options: str) -> dict[str, Any]:
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.logging.power", str(FAILURES), *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120 + 30 * FAILURES)
    assert done.returncode == 0, done.stderr
    outcome: dict[str, Any] = json.loads(done.stdout)
    if "unavailable" in outcome:
        pytest.skip(f"needs root, loop devices and ext4: {outcome['unavailable']}")
    return outcome


def test_what_was_synced_is_on_the_disk(record_property: pytest.RecordProperty) -> None:
    """After a power failure nothing that a completed sync covered is missing, and no line is damaged."""
    outcome = cut_power()
    record_property("outcome", outcome)
    assert outcome["returned"] > 100
    assert (outcome["lost_after_sync"], outcome["damaged"]) == (0, 0)


def test_sync_of_each_row_loses_none(record_property: pytest.RecordProperty) -> None:
    """Whoever asks for sync="each" finds every row whose log returned."""
    outcome = cut_power("--each")
    record_property("outcome", outcome)
    assert outcome["returned"] > 100
    assert (outcome["lost"], outcome["damaged"]) == (0, 0)


def test_each_row_is_synced_in_its_call(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """By setting or by variable; the folders that were made are synced with the first row."""
    synced: list[int] = []
    run = start(settings={"sync": "each"})
    monkeypatch.setattr("collector.runlog.writer._fdatasync", synced.append)
    for i in range(5):
        run.log({"a": i})
    assert len(synced) == 5
    run.finish()
    monkeypatch.setenv("COLLECT_SYNC", "each")
    other = start()
    synced.clear()
    other.log({"a": 1})
    assert len(synced) == 1
    with pytest.raises(CollectorError, match="sync='always' is not known"):
        start(settings={"sync": "always"}, reinit="create_new")


def test_disk_that_can_not_keep_what_it_has_is_told(
    start: Start, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A failed sync is told once, on stderr and in the log: asking again would prove nothing."""

    def fail(file: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("collector.runlog.writer._fdatasync", fail)
    run = start()
    for i in range(3):
        run.log({"a": i})
        run._files.tick()
    monkeypatch.undo()
    run.finish()
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "EIO: Input/output error on syncing" in said
    assert len([note for note in of_kind(Path(run.dir), "note") if "on syncing" in note["text"]]) == 1


def test_new_folders_are_synced_too(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """The names of the run's folder, of its project and of the root are on the disk with the first row."""
    run = start()
    synced: list[str] = []
    monkeypatch.setattr("os.fsync", lambda file: synced.append(str(Path(f"/proc/self/fd/{file}").readlink())))
    run.log({"a": 1})
    run._files.tick()
    folder = Path(run.dir)
    expected = {str(folder), *map(str, list(folder.parents)[:3])}
    assert set(synced) == expected or sys.platform != "linux"
