"""Measures what logging costs with runpress and with its neighbours, in one interleaved run.

    python benchmarks/logging/bench_peers.py [--install] [--rounds 3] [--kills 5]

Every trial is a fresh process; the contestants take turns (A B C A B C …), so that a machine that is busy for
a while is busy for all of them, and figures are medians over the rounds. A neighbour runs in an environment
of its own below the user's cache folder; `--install` makes those that are missing. Linux only: processes and
memory are read from /proc.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks.logging import peers  # noqa: E402
from benchmarks.logging.trial import descendants  # noqa: E402

TRIAL = Path(__file__).with_name("trial.py")
LIMIT_SECONDS = 180
SCALARS = (10, 1)


class Effort(NamedTuple):
    """How much is measured."""

    rounds: int
    kills: int
    calls: int
    seconds: float
    """After which a slow contestant's loop is ended."""


class Losses(NamedTuple):
    """What the kills of one contestant showed."""

    kills: int = 0
    returned: int = 0
    lost: int = 0


class Standing(NamedTuple):
    """All that was measured of one contestant."""

    title: str
    is_peer: bool
    """Another tracker, neither ours nor a floor."""
    costs: dict[int, dict[str, float]]
    """Medians over the rounds, by scalars per call."""
    losses: Losses
    """Calls that had returned when the process tree was killed, and are not given back."""


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--install", action="store_true", help="install the neighbours that are missing")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--kills", type=int, default=5, help="process trees of each contestant to kill")
    parser.add_argument("--calls", type=int, default=20_000, help="calls per loop, at most")
    parser.add_argument("--seconds", type=float, default=1.5, help="time per loop, at most")
    parser.add_argument("--only", nargs="*", default=peers.CONTESTANTS, choices=peers.CONTESTANTS)
    asked = parser.parse_args()
    if not Path("/proc/self/statm").exists():
        print("left out: processes and memory are read from /proc, which this system has not")
        return
    present = [name for name in asked.only if is_present(name, install=asked.install)]
    effort = Effort(asked.rounds, asked.kills, asked.calls, asked.seconds)
    print(f"load average before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    standings = run(present, effort)
    print(f"load average after: {os.getloadavg()[0]:.1f}\n")
    print("\n".join([*table(standings), "", *verdict(standings)]))


def is_present(name: str, *, install: bool) -> bool:
    """Whether a contestant can run; one that can not is told."""
    if peers.python_of(name) is not None or (install and peers.install(name)):
        return True
    print(f"left out: {peers.contestant(name).TITLE}, which is not installed (--install does it)")
    return False


def run(names: list[str], effort: Effort) -> list[Standing]:
    """All trials of all contestants, taking turns."""
    costs: dict[str, dict[int, list[dict[str, float]]]]
    costs = {name: {scalars: [] for scalars in SCALARS} for name in names}
    losses = dict.fromkeys(names, Losses())
    for _ in range(effort.rounds):
        for scalars in SCALARS:
            for name in names:
                costs[name][scalars].append(measure_cost(name, scalars, effort))
    chance = random.Random(1)
    for _ in range(effort.kills):
        for name in names:
            returned, lost = kill_once(name, chance.uniform(0.5, 2))
            before = losses[name]
            losses[name] = Losses(before.kills + 1, before.returned + returned, before.lost + lost)
    return [
        Standing(_title(name), bool(peers.contestant(name).PACKAGE), _medians(costs[name]), losses[name])
        for name in names
    ]


def measure_cost(name: str, scalars: int, effort: Effort) -> dict[str, float]:
    """One fresh process that logs in a tight loop."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        limits = map(str, (scalars, effort.calls, effort.seconds))
        trial = _start("cost", name, Path(folder), *limits)
        found: dict[str, float] = _outcome(trial, Path(folder))
    return found


def kill_once(name: str, seconds: float) -> tuple[int, int]:
    """Calls that had returned when a process tree was killed, and how many of them are not given back."""
    with tempfile.TemporaryDirectory(prefix="bench-") as place:
        folder = Path(place)
        report = folder / "report"
        report.write_bytes(bytes(8))
        trial = _start("kill", name, folder)
        _wait_for_first_call(trial, report, folder)
        time.sleep(seconds)
        for process in (trial.pid, *descendants(trial.pid)):
            _kill(process)
        trial.wait()
        (returned,) = struct.unpack("q", report.read_bytes()[:8])
        found = set(_outcome(_start("read", name, folder), folder))
    return returned, sum(float(count) not in found for count in range(returned))


def _wait_for_first_call(trial: subprocess.Popen[bytes], report: Path, folder: Path) -> None:
    deadline = time.monotonic() + LIMIT_SECONDS
    while report.read_bytes() == bytes(8):
        if trial.poll() is not None or time.monotonic() > deadline:
            trial.kill()
            raise RuntimeError(f"nothing was logged: {(folder / 'said').read_text()[-2000:]}")
        time.sleep(0.01)


def _kill(process: int) -> None:
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:  # a helper that ends with its parent
        pass


def _start(work: str, name: str, folder: Path, *limits: str) -> subprocess.Popen[bytes]:
    home = folder / "log"
    home.mkdir(exist_ok=True)
    command = [str(peers.python_of(name)), str(TRIAL), work, name, str(home), str(folder / "report"), *limits]
    with open(folder / "said", "ab") as said:
        env = peers.environment(name, folder, ROOT)
        return subprocess.Popen(command, env=env, cwd=home, stdout=said, stderr=said)


def _outcome(trial: subprocess.Popen[bytes], folder: Path) -> Any:
    if trial.wait(LIMIT_SECONDS):
        raise RuntimeError(f"{trial.args} failed: {(folder / 'said').read_text()[-2000:]}")
    return json.loads((folder / "report").read_bytes())


def _title(name: str) -> str:
    return f"{peers.contestant(name).TITLE} {peers.version_of(name)}".strip()


def _medians(rounds: dict[int, list[dict[str, float]]]) -> dict[int, dict[str, float]]:
    return {
        scalars: {field: statistics.median(one[field] for one in found) for field in found[0]}
        for scalars, found in rounds.items()
    }


HEAD = (
    *("", "10 scalars", "median µs", "p99", "mean", "1 scalar", "median µs", "calls/s"),
    *("start s", "helpers", "RSS MiB", "bytes/row", "lost / returned", "kept"),
)


def table(standings: list[Standing]) -> list[str]:
    """Lines of a Markdown table; the columns `10 scalars` and `1 scalar` are ratios to the first row."""
    lines = [f"| {' | '.join(HEAD)} |", "|---" * len(HEAD) + "|"]
    return lines + [f"| {' | '.join(_cells(one, standings[0]))} |" for one in standings]


def verdict(standings: list[Standing]) -> list[str]:
    """A line about the fastest peer that kept its records, if there was one."""
    keepers = [one for one in standings if one.is_peer and one.losses.kills and not one.losses.lost]
    if not keepers:
        return []
    first = min(keepers, key=lambda one: one.costs[10]["median_us"])
    ratio = first.costs[10]["median_us"] / standings[0].costs[10]["median_us"]
    return [
        f"Fastest peer that kept its records: {first.title}, {ratio:.1f}× the time of {standings[0].title}."
    ]


def _cells(one: Standing, ours: Standing) -> list[str]:
    ten, single = one.costs[10], one.costs[1]
    losses = one.losses
    return [
        one.title,
        f"{ten['median_us'] / ours.costs[10]['median_us']:.1f}×",
        *(f"{ten[field]:.1f}" for field in ("median_us", "p99_us", "mean_us")),
        f"{single['median_us'] / ours.costs[1]['median_us']:.1f}×",
        f"{single['median_us']:.1f}",
        f"{single['calls_per_second']:,.0f}",
        f"{ten['start_s']:.2f}",
        f"{ten['helpers']:.0f}",
        f"{ten['rss_mib']:.1f}",
        f"{ten['row_bytes']:.0f}",
        f"{losses.lost} / {losses.returned:,}" if losses.kills else "",
        "" if not losses.kills else "no" if losses.lost else "yes",
    ]


if __name__ == "__main__":
    main()
