"""Event files of TensorBoard with the points of the runs of logs.py; needs tensorboardX.

python events.py FOLDER RUNS METRICS STEPS
"""

from __future__ import annotations

import random
import shutil
import sys
from pathlib import Path

DISTINCT = 10
"""Runs that are written; the others are copies of these, which cost as much to read."""


def write_events(folder: Path, runs: int, metrics: int, steps: int) -> None:
    """A folder per run, each value an event of its own as SummaryWriter has it."""
    from logs import metric_name, value
    from tensorboardX import SummaryWriter

    names = [metric_name(metric) for metric in range(metrics)]
    for number in range(min(runs, DISTINCT)):
        chance = random.Random(number)
        writer = SummaryWriter(str(folder / f"run-{number:05d}"))
        for step in range(steps):
            for metric, name in enumerate(names):
                writer.add_scalar(name, value(chance, step, metric), step)
        writer.close()
    for number in range(DISTINCT, runs):
        shutil.copytree(folder / f"run-{number % DISTINCT:05d}", folder / f"run-{number:05d}")


if __name__ == "__main__":
    write_events(Path(sys.argv[1]), *map(int, sys.argv[2:]))
