"""Writes run logs for tests, by the real writer and under a clock that the test turns."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from collector.runlog.paths import RunPaths, new_segment_name
from collector.runlog.records import segment_header
from collector.runlog.writer import SegmentWriter

EPOCH = 1_767_268_800.0
"""2026-01-01 12:00 UTC, when every recorded run of the tests begins unless told otherwise."""


@dataclass
class Clock:
    """Wall time and monotonic time of a recorded run, moved by hand."""

    start: float = EPOCH
    passed: float = 0.0

    def now(self) -> float:
        return self.start + self.passed

    def monotonic(self) -> float:
        return 1000.0 + self.passed


class RecordedRun(AbstractContextManager["RecordedRun"]):
    """One run being written: `log` rows, `record` anything else, `end` it or leave it open."""

    def __init__(self, root: Path, project: str, run_id: str, *, start: float = EPOCH, rank: int = 0) -> None:
        self.clock = Clock(start)
        self.paths = RunPaths(str(root), project, run_id)
        self.folder = Path(self.paths.folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        chance = hashlib.sha256(f"{run_id}/{rank}".encode()).digest()[:5]
        segment = new_segment_name(rank, "rank", start, chance)
        header = segment_header(project, run_id, rank=rank, host="test-host")
        self._metrics = self._writer(self.paths.metrics(segment), header)
        self._records = self._writer(self.paths.records(segment), header)
        self._known: list[str] = []

    def _writer(self, path: str, header: dict[str, Any]) -> SegmentWriter:
        return SegmentWriter(path, header, monotonic=self.clock.monotonic, now=self.clock.now)

    def record(self, kind: str, /, **fields: Any) -> None:
        """Writes a record of any kind but `log`."""
        assert self._records.write({"k": kind, **fields})

    def log(self, step: float, values: Mapping[str, float], *, seconds: float = 1.0) -> None:
        """Writes one row and lets time pass."""
        self.clock.passed += seconds
        new = [name for name in values if name not in self._known]
        if new:
            self._known += new
            assert self._metrics.write({"k": "keys", "keys": new})
        plain = {name: value if math.isfinite(value) else None for name, value in values.items()}
        exact = {name: _word(value) for name, value in values.items() if not math.isfinite(value)}
        row = {"k": "log", "n": len(self._known), "step": step, "m": plain}
        assert self._metrics.write({**row, "x": exact} if exact else row)

    def log_all(self, name: str, values: Iterable[float]) -> None:
        """Writes one metric at the steps 0, 1, 2, …"""
        for step, value in enumerate(values):
            self.log(step, {name: value})

    def end(self, state: str = "finished", exit_code: int | None = 0, cause: str | None = None) -> None:
        self.record("end", state=state, exit=exit_code, signal=None, cause=cause)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._metrics.close()
        self._records.close()


def _word(value: float) -> str:
    return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")


def record_demo(root: Path) -> None:
    """A small project of every kind: two good runs, one that diverges, one that fails, one long, one open."""
    for seed in (0, 1):
        with RecordedRun(root, "demo", f"calm-fox-{seed}aaaaa", start=EPOCH + 100 * seed) as run:
            _introduce(run, f"seed {seed}", group="lr-0.1", config={"lr": 0.1, "seed": seed})
            for step in range(40):
                loss = math.exp(-step / 10) + 0.05 * math.sin(step + seed)
                run.log(step, {"train/loss": loss, "val/acc": 1 - loss / 2, "lr": 0.1})
            _sample_machine(run)
            run.end()
    with RecordedRun(root, "demo", "hot-owl-2bbbbb", start=EPOCH + 300) as run:
        _introduce(run, "too hot", group="lr-9", config={"lr": 9.0, "seed": 0}, tags=["diverges"])
        for step in range(30):
            loss = 1.5**step if step < 20 else math.nan
            run.log(step, {"train/loss": loss, "val/acc": 0.1, "lr": 9.0})
        run.end()
    with RecordedRun(root, "demo", "sad-elk-3ccccc", start=EPOCH + 400) as run:
        _introduce(run, "broken", group=None, config={"lr": 0.1, "seed": 3})
        run.log(0, {"train/loss": 1.0})
        run.end("failed", 1, "exit code 1")
    with RecordedRun(root, "demo", "long-cat-4ddddd", start=EPOCH + 500) as run:
        _introduce(run, "long", group=None, config={"lr": 0.01, "seed": 0})
        for step in range(5000):
            spike = 8.0 if step == 2345 else 0.0
            run.log(step, {"train/loss": 1 / (1 + step / 500) + spike}, seconds=0.1)
        run.end()
    with RecordedRun(root, "other", "new-bee-5eeeee", start=EPOCH + 900) as run:
        _introduce(run, "still open", group=None, config={})
        run.log_all("score", (0.1 * step for step in range(10)))


def _introduce(
    run: RecordedRun, name: str, group: str | None, config: dict[str, Any], tags: list[str] | None = None
) -> None:
    run.record("run", project=Path(run.paths.folder).parent.name, name=name, group=group, tags=tags or [])
    run.record("config", v=config)
    run.record("provenance", section="command", fields={"argv": ["python", "train.py", "--name", name]})


def _sample_machine(run: RecordedRun) -> None:
    for number in range(5):
        run.clock.passed += 1
        run.record("sys", m={"cpu/percent": 10.0 * number, "memory/used_bytes": 1e9 + 1e7 * number})
