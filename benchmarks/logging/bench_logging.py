"""Measures what logging costs beside the least work that leaves the same bytes on disk.

    python benchmarks/logging/bench_logging.py [--calls 40000] [--kills 1000] [--endurance 1000000]

The floor encodes the same row with orjson and writes it with one os.write: no checksum, no time, no look at
the values. Contestants take turns in short blocks, and medians over all blocks are compared, so that a
machine that is busy for a while is busy for all of them.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

BLOCK = 1000
"""Calls of one contestant before the next one has its turn."""

if TYPE_CHECKING:
    from collector.training_run import Run

NAMES = [
    *("train/loss", "train/acc", "val/loss", "val/acc", "lr"),
    *("grad/norm", "epoch", "tokens/s", "aux/loss", "weight/norm"),
]
"""Names as long as scripts have them."""

Row = dict[str, float]
Call = Callable[[Row], object]


class Cost(NamedTuple):
    """Microseconds per call."""

    median: float
    p99: float


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=40_000, help="calls per contestant in the tight loops")
    parser.add_argument("--kills", type=int, default=1000, help="processes to kill; 0 leaves this out")
    parser.add_argument(
        "--endurance", type=int, default=1_000_000, help="calls in the endurance trial; 0: none"
    )
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="collector-bench-") as folder:
        print_starts(Path(folder))
        print_calls(Path(folder), asked.calls)
    if asked.endurance:
        print_endurance(asked.endurance)
    if asked.kills:
        print_kills(asked.kills)


def print_starts(folder: Path) -> None:
    """Import and init in fresh interpreters, their bytecode cached as after any first start."""
    cases = {
        "python, nothing imported": "pass",
        "import collector": "import collector",
        "import collector, init": "import collector; collector.init(project='bench')",
    }
    print(
        "\nstart of a process            wall ms   CPU ms   (median of 15; all threads, to the end of init)"
    )
    for name, source in cases.items():
        walls, cpus = zip(*(_start(source, folder) for _ in range(16)), strict=True)
        print(f"{name:<28} {statistics.median(walls[1:]):8.1f} {statistics.median(cpus[1:]):8.1f}")


def _start(source: str, folder: Path) -> tuple[float, float]:
    # Only up to the end of init: the facts that are gathered beside training are waited for at the exit.
    report = "import os, time; print(time.process_time(), flush=True); os._exit(0)"
    env = {name: value for name, value in os.environ.items() if not name.startswith(("COLLECT_", "PYTHON"))}
    env |= {
        "PYTHONPATH": str(ROOT),
        "PYTHONPYCACHEPREFIX": str(folder / "pyc"),
        "COLLECT_DIR": str(folder / "runs"),
    }
    begin = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", f"{source}; {report}"], env=env, cwd=folder, capture_output=True, check=True
    )
    return (time.perf_counter() - begin) * 1e3, float(done.stdout) * 1e3


def print_calls(folder: Path, calls: int) -> None:
    """The cost of a call, tight and paced, and what it leaves behind."""
    import orjson

    import collector

    run = collector.init(project="bench", dir=folder / "calls")
    floor_file = os.open(folder / "floor", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    line = b"x" * 370

    def encode_and_write(row: Row) -> object:
        return os.write(floor_file, orjson.dumps({"s": 1, "t": 1.5, "m": row}) + b"\n")

    contestants: dict[str, Call] = {
        "run.log": run.log,
        "collector.log": collector.log,
        "floor: orjson + os.write": encode_and_write,
        "os.write of 370 bytes alone": lambda row: os.write(floor_file, line),
    }
    ten, one = _rows(10), _rows(1)
    _print_costs("10 floats, tight loop", _measure(contestants, ten, calls, 0))
    _print_costs("1 float, tight loop", _measure(contestants, one, calls, 0))
    _print_costs("10 floats, 1,000 calls a second", _measure(contestants, ten, min(calls, 4000), 0.001))
    _print_size(run, ten, calls)
    run.finish()
    os.close(floor_file)


def _rows(count: int) -> list[Row]:
    chance = random.Random(7)
    return [{name: chance.random() for name in NAMES[:count]} for _ in range(200)]


def _measure(contestants: dict[str, Call], rows: list[Row], calls: int, pace: float) -> dict[str, Cost]:
    spent: dict[str, list[int]] = {name: [] for name in contestants}
    block = BLOCK if not pace else 250
    for _ in range(max(1, calls // block)):
        for name, call in contestants.items():
            _spend(call, rows, block, pace, spent[name])
    return {name: _cost(times) for name, times in spent.items()}


def _spend(call: Call, rows: list[Row], block: int, pace: float, times: list[int]) -> None:
    clock = time.perf_counter_ns
    for i in range(block):
        if pace:
            time.sleep(pace)
        row = rows[i % len(rows)]
        begin = clock()
        call(row)
        times.append(clock() - begin)


def _cost(times: list[int]) -> Cost:
    ordered = sorted(times)
    return Cost(ordered[len(ordered) // 2] / 1e3, ordered[int(len(ordered) * 0.99)] / 1e3)


def _print_costs(title: str, costs: dict[str, Cost]) -> None:
    floor = costs["floor: orjson + os.write"]
    print(f"\n{title:<32} median µs    p99 µs   median / floor")
    for name, cost in costs.items():
        print(f"  {name:<30} {cost.median:9.2f} {cost.p99:9.2f} {cost.median / floor.median:9.2f}")


def _print_size(run: Run, rows: list[Row], calls: int) -> None:
    from benchmarks.logging.endurance import resident_mib

    before_size, before_memory = _metrics_size(run.dir), resident_mib()
    for i in range(calls):
        run.log(rows[i % len(rows)])
    grown = _metrics_size(run.dir) - before_size
    print(f"\nbytes per row of 10 floats (17 digits)  {grown / calls:.0f}")
    memory = resident_mib()
    print(f"resident memory  {memory:.1f} MiB, grown by {memory - before_memory:.1f} in {calls} calls")


def print_endurance(calls: int) -> None:
    """Calls per second without a clock between them, and what a million of them leave in memory."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.logging.endurance", str(calls)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    print(f"\n{done.stdout.strip()}")


def _metrics_size(folder: str) -> int:
    return sum(path.stat().st_size for path in Path(folder).glob("*.metrics.jsonl"))


def print_kills(kills: int) -> None:
    """Processes killed at random moments: what had returned and is not there."""
    begin = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "benchmarks.logging.kill", str(kills)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    print(f"\nkill -9: {done.stdout.strip()} in {time.perf_counter() - begin:.0f} s")


if __name__ == "__main__":
    main()
