"""Run logs of any number, written by the real writer: what the measurements build sites from."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from pathlib import Path

from collector.runlog.metrics import MetricsLog
from collector.runlog.paths import RunPaths, new_segment_name
from collector.runlog.records import segment_header
from collector.runlog.writer import SegmentWriter

PROJECT = "bench"
EPOCH = 1_767_268_800.0

Value = Callable[[random.Random, int, int], float]
"""The value at a step of a metric, told by its number."""


def write_runs(
    root: Path,
    runs: int,
    metrics: int,
    steps: int,
    first: int = 0,
    value_of: Callable[[int], Value] = lambda number: value,
    projects: int = 1,
) -> int:
    """Writes so many runs, from a number on, of one project or several in turn; how many bytes they have."""
    names = [metric_name(metric) for metric in range(metrics)]
    for number in range(first, first + runs):
        project = PROJECT if projects == 1 else f"{PROJECT}-{number % projects}"
        _write_run(RunPaths(str(root), project, f"run-{number:05d}-aaaaaa"), number, names, steps, value_of)
    return sum(path.stat().st_size for path in root.rglob("*.jsonl"))


def metric_name(metric: int) -> str:
    """The name of a metric by its number."""
    return f"{('train', 'val', 'speed', 'grad')[metric % 4]}/metric_{metric}"


def _write_run(
    paths: RunPaths, number: int, names: list[str], steps: int, value_of: Callable[[int], Value]
) -> None:
    chance, value_at = random.Random(number), value_of(number)
    Path(paths.folder).mkdir(parents=True)
    started = EPOCH + 3600.0 * number
    clock = _Clock()
    segment = new_segment_name(0, "rank", started, chance.randbytes(5))
    header = segment_header(Path(paths.folder).parent.name, paths.run_id, host="bench")
    records = SegmentWriter(paths.records(segment), header, now=lambda: started, monotonic=clock)
    writer = SegmentWriter(paths.metrics(segment), header, now=lambda: started, monotonic=clock)
    metrics = MetricsLog(writer)
    records.write({"k": "run", "name": f"run {number}", "group": f"lr {number % 5}"})
    records.write(
        {"k": "config", "v": {"lr": 0.1 / (1 + number % 5), "seed": number % 10, "model": {"width": 64}}}
    )
    for step in range(steps):
        clock.passed += 0.5
        metrics.append(step, {name: value_at(chance, step, i) for i, name in enumerate(names)})
        if step % 20 == 0:
            records.write({"k": "sys", "m": {"cpu/percent": 50 * chance.random(), "memory/used_bytes": 1e9}})
    records.write({"k": "end", "state": "finished", "exit": 0, "signal": None, "cause": None})
    records.close()
    writer.close()


def value(chance: random.Random, step: int, metric: int) -> float:
    """The value of a metric at a step."""
    return math.exp(-step / (100 + 10 * metric)) + 0.1 * chance.random()


class _Clock:
    """Monotonic time that only passes when told to."""

    def __init__(self) -> None:
        self.passed = 0.0

    def __call__(self) -> float:
        return self.passed
