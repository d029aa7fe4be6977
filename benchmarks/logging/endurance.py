"""A million calls of `log`: how many there are in a second, and whether memory grows.

    python -m benchmarks.logging.endurance [calls]

Ours and the floor take turns in blocks, without a clock between calls; medians of the blocks are compared.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

BLOCK = 20_000
WARM_UP = 20_000
"""Calls before the memory is looked at first: modules load, free lists fill."""


def main() -> None:
    """Print both rows."""
    calls = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory(prefix="collector-bench-") as folder:
        print_rows(Path(folder), calls)


def print_rows(folder: Path, calls: int) -> None:
    """Log and write until there were so many calls of each."""
    import orjson

    import collector

    run = collector.init(project="bench", dir=folder)
    file = os.open(folder / "floor", os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def ours(count: int) -> None:
        for step in range(count):
            run.log({"train/loss": step / count})

    def floor(count: int) -> None:
        for step in range(count):
            os.write(file, orjson.dumps({"s": 1, "t": 1.5, "m": {"train/loss": step / count}}) + b"\n")

    ours(WARM_UP)
    before = resident_mib()
    rates: dict[str, list[float]] = {"run.log": [], "floor: orjson + os.write": []}
    for _ in range(max(1, calls // BLOCK)):
        for name, work in zip(rates, (ours, floor), strict=True):
            rates[name].append(calls_per_second(work))
        os.ftruncate(file, 0)  # the floor's file is of no further use
    grown = resident_mib() - before
    print("1 float, tight loop              calls/s   best block")
    for name, found in rates.items():
        print(f"  {name:<28} {statistics.median(found):9,.0f} {max(found):12,.0f}")
    print(f"resident memory grown by {grown:.2f} MiB in {calls:,} calls (target: less than 20)")
    run.finish()
    os.close(file)


def calls_per_second(work: Callable[[int], None]) -> float:
    """The rate of one block."""
    begin = time.perf_counter()
    work(BLOCK)
    return BLOCK / (time.perf_counter() - begin)


def resident_mib() -> float:
    """Resident memory of this process; where /proc is missing, the most it ever was."""
    status = Path("/proc/self/statm")
    if status.exists():
        return int(status.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


if __name__ == "__main__":
    main()
