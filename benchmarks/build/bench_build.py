"""Measures whole `sitegen build` commands: cold, after a change, and with nothing changed.

    python benchmarks/build/bench_build.py [--runs 100] [--metrics 10] [--steps 1000] [--keep DIR]

Times are wall seconds of whole commands, interpreter and imports included, best of three; the Vega bundle is
warm. The floor reads the same logs with orjson and Polars and makes no page; ratios are to it.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from aside import delete_aside, put_aside  # noqa: E402
from memory import environment  # noqa: E402

ROUNDS = 3

COLD = ("site", ".sitegen")
"""What a first build does not find; the Vega bundle is elsewhere, since all sites of a user share it."""
KEPT = ("facts", "tiles", "runs")
"""Where the cache has what was logged."""


class Measured(NamedTuple):
    """One command, run several times."""

    seconds: float
    """The best wall time."""
    cpu_seconds: float
    """The least processor time, of all cores: what a busy machine changes less."""
    peak_mib: float
    """The largest resident size."""


def main() -> None:
    """Writes the logs, runs the commands, prints the table."""
    from logs import write_runs

    options = _options()
    with tempfile.TemporaryDirectory(prefix="bench-build-") as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "runlogs").exists():
            write_runs(folder / "runlogs", options.runs, options.metrics, options.steps)
        size = sum(path.stat().st_size for path in (folder / "runlogs").rglob("*.jsonl"))
        points = options.runs * options.metrics * options.steps
        print(
            f"{options.runs} runs x {options.metrics} metrics x {options.steps} steps, "
            f"{size / 1e6:.1f} MB of logs"
        )
        _table(folder, points)
        delete_aside(folder)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--metrics", type=int, default=10)
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--keep", type=Path, help="folder that keeps the logs for the next time")
    return parser.parse_args()


def _table(folder: Path, points: int) -> None:
    floor = _measure(folder, [str(Path(__file__).with_name("floor.py")), "runlogs"], lambda: None)
    build = ["-m", "sitegen", "build", "--quiet"]
    _measure(folder, build, lambda: None, rounds=1)  # makes the Vega bundle, once per user
    rows = [("floor: read the logs, no pages", floor)]
    rows.append(("cold: no cache, no site", _measure(folder, build, lambda: put_aside(folder, *COLD))))
    rows.append(("tables cached, no site", _measure(folder, build, lambda: put_aside(folder, "site"))))
    rows.append(("one run touched", _measure(folder, build, lambda: _append(folder))))
    rows.append(("nothing changed", _measure(folder, build, lambda: None)))
    print(f"{'':34} {'seconds':>8} {'to floor':>9} {'CPU s':>7} {'peak MiB':>9}")
    for name, measured in rows:
        ratio = measured.seconds / floor.seconds
        print(f"{name:34} {measured.seconds:8.2f} {ratio:9.2f}", end="")
        print(f" {measured.cpu_seconds:7.2f} {measured.peak_mib:9.0f}")
    kept = [path for name in KEPT for path in (folder / ".sitegen" / name).rglob("*") if path.is_file()]
    cached = sum(path.stat().st_size for path in kept)
    site = sum(path.stat().st_size for path in (folder / "site").rglob("*") if path.is_file())
    print(f"cache {cached / points:.1f} bytes per point; site {site / 1e6:.1f} MB")


def _measure(folder: Path, command: list[str], prepare: Callable[[], None], rounds: int = ROUNDS) -> Measured:
    best, least, peak = float("inf"), float("inf"), 0.0
    for _ in range(rounds):
        prepare()
        time.sleep(0.2)  # files just written are not trusted by their times, on purpose
        started = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=folder,
            env=environment(),
            stdout=subprocess.DEVNULL,
        )
        _, status, usage = os.wait4(process.pid, 0)
        best = min(best, time.perf_counter() - started)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{' '.join(command)} exited with {process.returncode}")
        least = min(least, usage.ru_utime + usage.ru_stime)
        peak = max(peak, _mebibytes(usage))
    return Measured(best, least, peak)


def _mebibytes(usage: resource.struct_rusage) -> float:
    return usage.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def _append(folder: Path) -> None:
    """One more sealed line in one run, as a run that goes on writes it."""
    from collector.runlog.lines import seal

    path = max((folder / "runlogs").rglob("*.records.jsonl"))
    with open(path, "ab") as file:
        file.write(seal(b'{"k":"beat","t":%.6f,"dropped":0}' % time.monotonic()))


if __name__ == "__main__":
    main()
