"""Measures the cold reading of many logs: 1 GB in 1,000 files, unless told otherwise.

    python benchmarks/build/bench_ingest.py [--megabytes 1000] [--files 1000] [--rounds 3]

Whole commands, interpreter, imports and processes included; the files are in the system's memory. `tables` is
ingest alone, `facts` is all that a build does to know its runs, and keeps for the next. The floor reads the
same lines with orjson, in one process, checks no sums, and makes no tables of runs. Memory is that of all
processes, shared pages counted once. The target on two quiet cores: tables within 5 s and 600 MiB.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from aside import put_aside  # noqa: E402
from memory import Cost, run  # noqa: E402

ROW_BYTES = 436
"""A row of ten values, with its share of the records."""

DISTINCT = 50
"""Runs that are written; the others are copies of these under other names, which cost as much to read."""

HERE = Path(__file__).parent

FACTS = (
    "from sitegen.config.load import Overrides, load_settings; from sitegen.discover import discover;"
    "from sitegen.work.crew import Processes, cores; from sitegen.work.library import gather;"
    "from sitegen.work.profile import Profile;"
    "config = load_settings(None, Overrides()).config;"
    "crew = Processes(cores()); crew.__enter__(); gather(config, discover(config), crew, Profile());"
    "crew.__exit__(None, None, None)"
)


def main() -> None:
    """Writes the logs, reads them, prints the table."""
    options = _options()
    steps = max(1, int(options.megabytes * 1e6 / options.files / ROW_BYTES))
    with tempfile.TemporaryDirectory(prefix="bench-ingest-") as temporary:
        folder = Path(temporary)
        write(folder, options.files, steps)
        size = sum(path.stat().st_size for path in (folder / "runlogs").rglob("*.jsonl"))
        print(f"{size / 1e6:,.0f} MB in {options.files} runs of {steps} rows of 10 values")
        print(f"load average before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n")
        commands = {
            "floor: orjson, one process": [str(HERE / "floor.py"), "runlogs"],
            "tables": [str(HERE / "ingest.py")],
            "facts": ["-c", FACTS],
        }
        costs: dict[str, list[Cost]] = {name: [] for name in commands}
        for _ in range(options.rounds):
            for name, command in commands.items():
                put_aside(folder, ".sitegen")
                costs[name].append(run(folder, command))
    print("|  | seconds | GB/s | to the floor | CPU s | MiB |\n|---|---|---|---|---|---|")
    floor = min(cost.seconds for cost in next(iter(costs.values())))
    for name, found in costs.items():
        best = min(found)
        rate, most = size / 1e9 / best.seconds, max(cost.mib for cost in found)
        print(f"| {name} | {best.seconds:.2f} | {rate:.2f} | {best.seconds / floor:.2f}× ", end="")
        print(f"| {min(cost.cpu_seconds for cost in found):.2f} | {most:.0f} |")


def write(folder: Path, runs: int, steps: int) -> None:
    """So many runs below a folder, written by the real writer or copied."""
    from logs import write_runs

    root = folder / "runlogs"
    write_runs(root, min(runs, DISTINCT), 10, steps)
    written = sorted(path for path in (root / "bench").iterdir() if path.is_dir())
    for number in range(DISTINCT, runs):
        shutil.copytree(written[number % DISTINCT], root / "bench" / f"run-{number:05d}-bbbbbb")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--megabytes", type=int, default=1000, help="size of all logs together")
    parser.add_argument("--files", type=int, default=1000, help="how many runs they are of")
    parser.add_argument("--rounds", type=int, default=3, help="the best time of so many is told")
    return parser.parse_args()


if __name__ == "__main__":
    main()
