"""Writes a project of long runs with the real writer, in parallel, and builds its site.

    python benchmarks/page/large_project.py FOLDER [--runs 1000] [--metrics 20] [--steps 10000]

A thousand runs of twenty metrics and ten thousand steps are 200 million points: 6 GB of logs, some minutes.
A folder that holds the logs or the site already is used as it is.
"""

from __future__ import annotations

import argparse
import math
import os
import random
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks" / "build")]

from logs import Value, write_runs  # noqa: E402

RUNS, METRICS, STEPS = 1000, 20, 10_000
PART = 10
"""Runs written by one task."""


def main() -> None:
    """Writes and builds what the command line asks for."""
    parser = argparse.ArgumentParser(description="Writes a project of long runs and builds its site.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--metrics", type=int, default=METRICS)
    parser.add_argument("--steps", type=int, default=STEPS)
    options = parser.parse_args()
    print(large_site(options.folder, options.runs, options.metrics, options.steps))


def large_site(folder: Path, runs: int = RUNS, metrics: int = METRICS, steps: int = STEPS) -> Path:
    """The project's page, written and built where it is not there yet."""
    logs = folder / "runlogs"
    if not (folder / "written").exists():
        seconds = write(logs, runs, metrics, steps)
        (folder / "written").write_text(f"{runs} runs, {metrics} metrics, {steps} steps\n", encoding="utf-8")
        size = sum(path.stat().st_size for path in logs.rglob("*.jsonl"))
        print(f"{size / 1e9:.1f} GB of logs written in {seconds:.0f} s")
    return build_site(folder)


def build_site(folder: Path) -> Path:
    """The page of a folder's one project, built where it is not there yet."""
    page = folder / "site" / "bench" / "index.html"
    if not page.exists():
        started = time.perf_counter()
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "sitegen", "build"]
        subprocess.run(command, cwd=folder, check=True, env=environment)
        print(f"site built in {time.perf_counter() - started:.0f} s")
    return page


def write(logs: Path, runs: int, metrics: int, steps: int) -> float:
    """Writes the runs on all cores; how many seconds it took."""
    started = time.perf_counter()
    with ProcessPoolExecutor(max_tasks_per_child=1) as pool:
        for first in range(0, runs, PART):
            pool.submit(write_part, logs, first, min(PART, runs - first), metrics, steps)
    return time.perf_counter() - started


def write_part(logs: Path, first: int, runs: int, metrics: int, steps: int) -> None:
    write_runs(logs, runs, metrics, steps, first, lambda number: curves(number, steps))


def curves(number: int, steps: int) -> Value:
    """Curves that fall over the whole length, each run's to a level of its own, with noise and spikes."""
    own = random.Random(f"levels {number}")
    level, pace = 0.05 + 0.4 * own.random(), 2 + 6 * own.random()

    def value(chance: random.Random, step: int, metric: int) -> float:
        noise = chance.random()
        if noise > 0.9999:
            return 3 * noise
        return round(level + (1 + 0.1 * metric) * math.exp(-pace * step / steps) + 0.05 * (noise - 0.5), 6)

    return value


if __name__ == "__main__":
    main()
