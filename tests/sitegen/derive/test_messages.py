"""Alerts, the recorder's notes and artifacts of a run, from the records of its processes."""

from __future__ import annotations

from pathlib import Path

from sitegen.derive.facts import Alert, RecorderNote
from tests.sitegen.logs import EPOCH, ProcessLog, only_run

DIGEST = "ab12" * 16


def test_alerts_stand_in_the_order_of_their_times(tmp_path: Path) -> None:
    """Over ranks, with the seconds since the run's start; what is no alert is left out."""
    first = ProcessLog(tmp_path / "logs", world=2)
    first.record("alert", 5.0, title="Late", text="why", level="ERROR", step=9)
    first.record("alert", title=7, text="no title", level="INFO", step=1)
    other = ProcessLog(tmp_path / "logs", rank=1, world=2, start=EPOCH + 1)
    other.record("alert", 2.0, title="Early", text=None, level="LOUD", step=None)
    assert only_run(tmp_path / "logs").alerts == (
        Alert("Early", "", "info", 3.0, None),
        Alert("Late", "why", "error", 5.0, 9.0),
    )


def test_a_note_of_many_ranks_stands_once(tmp_path: Path) -> None:
    """A warning before a remark, and a warning wherever one rank warns."""
    for rank in range(3):
        log = ProcessLog(tmp_path / "logs", rank=rank, world=3)
        log.record("note", level="info", text="a remark")
        log.record("note", level="warning" if rank == 2 else "info", text="the disk is slow")
        log.record("note", level="warning", text="  ")
    assert only_run(tmp_path / "logs").recorder_notes == (
        RecorderNote("the disk is slow", True),
        RecorderNote("a remark", False),
    )


def test_artifacts_stand_once_per_version(tmp_path: Path) -> None:
    """A version that was logged again keeps the aliases of both calls; a use has the one it was asked by."""
    log = ProcessLog(tmp_path / "logs")
    fields = {"name": "net", "type": "model", "version": "v0", "digest": DIGEST, "files": 2, "bytes": 30}
    log.record("artifact", aliases=["latest"], **fields)
    log.record("artifact", aliases=["best", 3], **fields)
    log.record("artifact", name="", version="v1")
    log.record(
        "use",
        name="data",
        type="dataset",
        version="v4",
        digest=DIGEST,
        project="far",
        **{"as": "far/data:v4"},
    )
    log.record("use", name="words", type="dataset", version="v1", digest="", **{"as": "words:clean"})
    run = only_run(tmp_path / "logs")
    [net] = run.logged_artifacts
    assert (net.aliases, net.files, net.bytes, net.digest) == (("latest", "best"), 2, 30, DIGEST)
    far, words = run.used_artifacts
    assert (far.project, far.name, far.version, far.aliases, far.bytes) == ("far", "data", "v4", (), None)
    assert words.aliases == ("clean",)
