"""Run the whole example under `collect`: a dozen trainings, one that diverges, one that crashes.

    python examples/digits/run_all.py            twelve runs, about a minute
    python examples/digits/run_all.py --quick    the same kinds of run, a few seconds

Learning rates are groups and seeds are the runs in them, as one would compare them on the site.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

HERE = Path(os.path.relpath(Path(__file__).parent))
"""As one would type it, which is how the site will show it."""

LEARNING_RATES = ("0.003", "0.03", "0.1")
SEEDS = ("0", "1", "2")


class Planned(NamedTuple):
    """One run to be made."""

    name: str
    group: str
    tags: tuple[str, ...]
    arguments: tuple[str, ...]
    """The script and its options."""
    exit_code: int
    """What the command has to end with: a demo that quietly fails to fail shows nothing."""


def main() -> int:
    options = parse_options()
    collect, python = find_collect(), os.path.relpath(sys.executable)
    plan = planned_runs(options.quick)
    for number, planned in enumerate(plan, start=1):
        print(f"[{number:2d}/{len(plan)}] {planned.name}", flush=True)
        finished = subprocess.run(
            [*collect, *collect_options(planned, options.runs_dir), "--", python, *planned.arguments],
            env={**os.environ, "OMP_NUM_THREADS": "1"},
            capture_output=True,
            text=True,
        )
        if finished.returncode != planned.exit_code:
            print(finished.stdout + finished.stderr, file=sys.stderr)
            print(
                f"{planned.name} ended with {finished.returncode}, expected {planned.exit_code}",
                file=sys.stderr,
            )
            return 1
    print(f"{len(plan)} runs are in {options.runs_dir / 'digits'}")
    return 0


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Run the digits example a dozen times under collect.")
    parser.add_argument("--runs-dir", type=Path, default=Path("runlogs"), help="default: runlogs")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter runs")
    return parser.parse_args()


def planned_runs(quick: bool) -> list[Planned]:
    train = str(HERE / "train.py")
    length = ("--epochs", "12", "--hidden", "32") if quick else ()
    seeds = SEEDS[:1] if quick else SEEDS
    sweep = [
        Planned(
            name=f"lr {lr} seed {seed}",
            group=f"lr-{lr}",
            tags=("sweep",),
            arguments=(train, "--lr", lr, "--seed", seed, *length),
            exit_code=0,
        )
        for lr in LEARNING_RATES
        for seed in seeds
    ]
    # The learning rate climbs until the network overflows; NaN is then logged to the end, as frameworks do.
    climb = ("--lr", "1.0", "--warmup", "4") if quick else ("--lr", "0.6", "--warmup", "30")
    diverging = (train, *climb, *length)
    # Two factors last for 50 epochs: the 51st raises IndexError.
    crashing = (
        (train, "--decay", "1.0", "0.3", "--hidden", "32") if quick else (train, "--decay", "1.0", "0.3")
    )
    return [
        Planned("baselines", "baseline", ("baseline",), (str(HERE / "baseline.py"),), 0),
        *sweep,
        Planned("too hot", "lr-0.6", ("diverges",), diverging, 0),
        Planned("short schedule", "lr-0.03", ("crashes",), crashing, 1),
    ]


def collect_options(planned: Planned, runs_dir: Path) -> list[str]:
    options = [
        "--dir",
        str(runs_dir),
        "--project",
        "digits",
        "--name",
        planned.name,
        "--group",
        planned.group,
    ]
    for tag in planned.tags:
        options += ["--tags", tag]
    return options


def find_collect() -> list[str]:
    """The `collect` that belongs to this Python, else the one on the path."""
    beside = Path(sys.executable).with_name("collect")
    found = str(beside) if beside.exists() else shutil.which("collect")
    if found is None:
        raise SystemExit("The command `collect` is not installed beside this Python: pip install runpress")
    return [found]


if __name__ == "__main__":
    raise SystemExit(main())
