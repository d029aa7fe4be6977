"""How the frozen logs of format 1 were made, by the writer of that day: never run again over existing files.

python -m tests.logs.make_v1 tests/logs/v1
"""

from __future__ import annotations

import math
import sys
from pathlib import Path
from unittest import mock

from collector.runlog.metrics import MetricsLog
from collector.runlog.paths import RunPaths
from collector.runlog.records import segment_header
from collector.runlog.writer import SegmentWriter

STARTED = 1_767_268_800.0
RUN = "calm-fox-aaaaaa"


class Clock:
    """Counts quarter seconds."""

    def __init__(self) -> None:
        self.passed = 0.0

    def __call__(self) -> float:
        self.passed += 0.25
        return 1000.0 + self.passed


def open_writer(
    path: str, role: str = "rank", rank: int = 0, attempt: int = 1, later: float = 0
) -> SegmentWriter:
    header = segment_header("demo", RUN, role, rank, 2, attempt, "test-host")
    with mock.patch("collector.runlog.writer.os.getpid", return_value=4242):
        return SegmentWriter(path, header, monotonic=Clock(), now=lambda: STARTED + later)


def make_whole(root: Path) -> None:
    """One run with everything the format has: two ranks, two attempts, a wrapper, every kind of record."""
    paths = RunPaths(str(root), "demo", RUN)
    Path(paths.console()).mkdir(parents=True)
    first = MetricsLog(open_writer(paths.metrics("r0-20260101T120000Z-aaaaaa")))
    for step in range(4):
        first.append(step, {"train/loss": 1 / (step + 1), "epoch": step})
    first.append(4, {"train/loss": math.nan, "val": {"acc": 0.5, "best": True}, "text": "grüße"})
    first.append(2, {"train/loss": 0.25, "count": 2**60, "none": None})
    first.append(2.5, {"train/loss": -math.inf, "long": "x" * 70_000})
    first.writer.close()
    second = MetricsLog(open_writer(paths.metrics("r0-20260101T130000Z-bbbbbb"), attempt=2, later=3600))
    for step in (3, 4):
        second.append(step, {"train/loss": step / 100})
    second.writer.close()
    other = MetricsLog(open_writer(paths.metrics("r1-20260101T120001Z-cccccc"), rank=1, later=1))
    other.append(0, {"train/loss": 7.0, "only/rank1": 1})
    other.writer.close()
    make_records(paths)
    make_wrapper(paths)


def make_records(paths: RunPaths) -> None:
    """Every kind that stands in a records file, one that does not exist, and a field nobody knows."""
    records = open_writer(paths.records("r0-20260101T120000Z-aaaaaa"))
    for record in (
        {"k": "run", "project": "demo", "name": "calm-fox", "group": "lr", "tags": ["a", "ü"], "notes": None},
        {"k": "config", "v": {"lr": 0.1, "model": {"dim": 8, "big": None}}, "x": {"model.big": "Infinity"}},
        {"k": "config", "v": {"model": {"depth": 2}}},
        {"k": "define", "metric": "val/*", "step_metric": "epoch", "step_sync": True, "goal": "maximize"},
        {"k": "summary", "v": {"best": 0.5}},
        {"k": "provenance", "section": "python", "fields": {"version": "3.11.0"}},
        {"k": "provenance", "section": "python", "fields": {"executable": "python"}},
        {"k": "file", "name": "diff.patch", "bytes": 0, "sha256": "0" * 64},
        {"k": "sys", "m": {"cpu/percent": 12.5, "memory/used_bytes": 1000}},
        {"k": "beat", "step": 4, "bytes": 900, "dropped": 3},
        {"k": "drop", "count": 3, "why": "ENOSPC: No space left on device"},
        {"k": "note", "level": "warning", "text": "a <b>hostile</b> note"},
        {"k": "from the future", "anything": [1, {"x": None}]},
        {"k": "note", "level": "info", "text": "known", "unknown field": 5},
        {
            "k": "end",
            "state": "failed",
            "exit": 1,
            "signal": None,
            "cause": "ValueError: x",
            "traceback": "T\n",
        },
    ):
        assert records.write(record)
    records.close()


def make_wrapper(paths: RunPaths) -> None:
    """The wrapper's records, its console and the console's index."""
    name = "w0-20260101T115959Z-dddddd"
    records = open_writer(paths.records(name), "wrapper", later=-1)
    records.write({"k": "run", "project": "demo", "name": "calm-fox"})
    records.write(
        {"k": "end", "state": "stopped", "exit": None, "signal": 15, "cause": "killed by signal 15"}
    )
    records.close()
    Path(paths.console(f"{name}.log")).write_bytes(b"epoch 1\r\x1b[32mepoch 2\x1b[0m\nwarning\n")
    index = open_writer(paths.console(f"{name}.index.jsonl"), "wrapper", later=-1)
    index.write({"k": "out", "s": 1, "o": 0, "n": 25})
    index.write({"k": "out", "s": 2, "o": 25, "n": 8})
    index.write({"k": "skip", "n": 100})
    index.close()


def make_damaged(folder: Path, whole: bytes) -> None:
    """The same file, damaged in each of the ways that happen."""
    lines = whole.split(b"\n")
    flipped = bytearray(whole)
    flipped[whole.index(b'loss":0.5') + 8] ^= 1
    half = lines[3][: len(lines[3]) // 2]
    variants = {
        "torn-tail": whole[:-30],
        "bit-flip": bytes(flipped),
        "foreign-line": b"\n".join([*lines[:3], b"Epoch 1: done", *lines[3:]]),
        "nul-run": whole[:-40] + bytes(4096),
        "windows-line-ends": whole.replace(b"\n", b"\r\n"),
        "short-write": b"\n".join([*lines[:3], half, *lines[3:]]),
        "lost-keys-line": b"\n".join([lines[0], *lines[2:]]),
        "no-header": b"\n".join(lines[1:]),
    }
    folder.mkdir(parents=True)
    for name, content in variants.items():
        (folder / f"{name}.metrics.jsonl").write_bytes(content)


def main() -> None:
    """Make the folder; it must not exist."""
    root = Path(sys.argv[1])
    root.mkdir()
    make_whole(root / "runlogs")
    metrics = root / "runlogs" / "demo" / RUN / "r0-20260101T120000Z-aaaaaa.metrics.jsonl"
    make_damaged(root / "damaged", b"\n".join(metrics.read_bytes().split(b"\n")[:6]) + b"\n")


if __name__ == "__main__":
    main()
