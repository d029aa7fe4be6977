"""Share of a core that system samples cost at one per second, with a tree of children to follow.

GPUs are read in a thread of their own, whose time counts as well.

python benchmarks/sampling/bench_sampling.py [--seconds 30] [--children 8]
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

from collector.system.sampler import Sampler


def measure(seconds: float, children: int) -> dict[str, float]:
    """Sample for so long in the true rhythm, and report the CPU time used."""
    sleepers = [
        subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) for _ in range(children)
    ]
    try:
        return _sample(seconds)
    finally:
        for sleeper in sleepers:
            sleeper.communicate(b"\n")


def _sample(seconds: float) -> dict[str, float]:
    samples: list[dict[str, float]] = []
    sampler = Sampler(os.getpid(), samples.append)
    sampler.tick()  # the first opens files and scans: it is paid once, not every second
    begin, cpu_begin = time.monotonic(), time.process_time()
    while time.monotonic() - begin < seconds:
        time.sleep(sampler.tick())
    used, elapsed = time.process_time() - cpu_begin, time.monotonic() - begin
    sampler.close()
    return {
        "percent of a core": used / elapsed * 100,
        "ms per sample": used / (len(samples) - 1) * 1000,
        "samples": float(len(samples) - 1),
        "processes in the tree": samples[-1]["process/count"],
        "processes on the machine": float(len(list(Path("/proc").glob("[0-9]*")))),
    }


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description="Cost of system samples.")
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--children", type=int, default=8)
    options = parser.parse_args()
    for name, value in measure(options.seconds, options.children).items():
        print(f"{name:26} {value:10.3f}")


if __name__ == "__main__":
    main()
