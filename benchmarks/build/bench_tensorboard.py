"""Measures our cold build beside TensorBoard serving the same points, in turns.

    python benchmarks/build/bench_tensorboard.py [--install] [--runs 100] [--metrics 10] [--steps 1000]

TensorBoard runs in an environment of its own below the user's cache folder, made by `--install`. Its clock
goes from the start of the command until `/data/plugin/scalars/tags` has every tag of every run, and on until
every last step is given out: what its page needs to compare the runs. Ours goes from the start of
`sitegen build`, with no cache and a warm Vega bundle, to its end; then no process is left. Neither draws.
Memory is that of all processes, shared pages counted once.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
sys.path[:0] = [str(ROOT), str(HERE)]

from aside import put_aside  # noqa: E402
from logs import metric_name, write_runs  # noqa: E402
from memory import Watched, run  # noqa: E402

from benchmarks.logging.peers import cache_folder  # noqa: E402

PACKAGES = ("tensorboard", "tensorboardX", "setuptools<81")
"""The last one for pkg_resources, which some versions of TensorBoard import and do not ask for."""

LIMIT_SECONDS = 900


class Served(NamedTuple):
    """What it took TensorBoard to serve everything."""

    tags_seconds: float
    all_seconds: float
    mib: float


class Points(NamedTuple):
    """How much there is to be shown."""

    runs: int
    metrics: int
    steps: int


def main() -> None:
    """Writes the same points twice, measures, prints the table."""
    options = _options()
    points = Points(options.runs, options.metrics, options.steps)
    python = environment(install=options.install)
    with tempfile.TemporaryDirectory(prefix="bench-tensorboard-") as temporary:
        folder = Path(temporary)
        write_runs(folder / "runlogs", *points)
        if python:
            env = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(HERE)))}
            writing = [python, str(HERE / "events.py"), str(folder / "events"), *map(str, points)]
            subprocess.run(writing, env=env, check=True)
        run(folder, ["-m", "sitegen", "build", "-q"])  # makes the Vega bundle, once per user
        print(f"{points.runs} runs x {points.metrics} metrics x {points.steps} steps;", end=" ")
        print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n")
        print("|  | round | tags of all runs s | everything s | MiB |\n|---|---|---|---|---|")
        for number in range(1, options.rounds + 1):
            put_aside(folder, "site", ".sitegen")
            built = run(folder, ["-m", "sitegen", "build", "-q"])
            print(f"| sitegen build, cold | {number} | | {built.seconds:.1f} | {built.mib:.0f} |", flush=True)
            if python:
                served = serve(python, folder, points)
                print(f"| TensorBoard | {number} | {served.tags_seconds:.1f} ", end="")
                print(f"| {served.all_seconds:.1f} | {served.mib:.0f} |", flush=True)


def environment(*, install: bool) -> str | None:
    """The interpreter that has TensorBoard; None where it is not installed."""
    folder = cache_folder() / "tensorboard"
    python, mark = folder / "bin" / "python", folder / "bin" / "installed"
    if not mark.exists() and install:
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
        mark.touch()  # only now: an installation that was broken off is begun again
    if not mark.exists():
        print("left out: TensorBoard, which is not installed (--install does it)")
        return None
    return str(python)


def serve(python: str, folder: Path, points: Points) -> Served:
    """Starts TensorBoard, asks until it has everything, ends it."""
    port = _free_port()
    command = [python, "-m", "tensorboard.main", "--logdir", str(folder / "events"), "--host", "127.0.0.1"]
    # Not 0, which means all to one of its loaders and none to the other.
    command += ["--port", str(port), "--samples_per_plugin", f"scalars={points.steps}"]
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    with open(folder / "said", "wb") as said:
        started = time.perf_counter()
        server = subprocess.Popen(command, env={**env, "HOME": str(folder)}, stdout=said, stderr=said)
    try:
        with Watched(server.pid) as memory:
            client = _Client(server, f"http://127.0.0.1:{port}/data/plugin/scalars", started)
            tags = client.until(lambda: client.has_tags(points))
            everything = client.until(lambda: client.has_points(points))
    finally:
        server.terminate()
        server.wait()
    return Served(tags, everything, memory.peak_mib)


class _Client:
    """Asks a server for what a page would ask for."""

    def __init__(self, server: subprocess.Popen[bytes], address: str, started: float) -> None:
        self._server, self._address, self._started = server, address, started
        # No proxy stands between this machine and itself.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        self._tags: dict[str, dict[str, Any]] = {}
        self._whole: set[str] = set()

    def until(self, has_it: Callable[[], bool]) -> float:
        """Seconds from the start until something is so."""
        while not has_it():
            if self._server.poll() is not None:
                raise SystemExit(f"TensorBoard exited with {self._server.returncode}")
            if time.perf_counter() - self._started > LIMIT_SECONDS:
                raise SystemExit(f"TensorBoard has not loaded everything within {LIMIT_SECONDS} s")
            time.sleep(0.05)
        return time.perf_counter() - self._started

    def has_tags(self, points: Points) -> bool:
        """Whether every tag of every run is told."""
        self._tags = self._get("tags") or {}
        return len(self._tags) == points.runs and all(
            len(tags) == points.metrics for tags in self._tags.values()
        )

    def has_points(self, points: Points) -> bool:
        """Whether every series goes to its last step; a metric that did is not asked for again."""
        for name in map(metric_name, range(points.metrics)):
            if name in self._whole:
                continue
            form = urllib.parse.urlencode({"tag": name, "runs": sorted(self._tags)}, doseq=True)
            found = self._get("scalars_multirun", form.encode()) or {}
            if len(found) < points.runs or any(len(one) < points.steps for one in found.values()):
                return False
            self._whole.add(name)
        return True

    def _get(self, what: str, form: bytes | None = None) -> Any:
        try:
            with self._opener.open(f"{self._address}/{what}", form, timeout=60) as answer:
                return json.load(answer)
        except (urllib.error.URLError, OSError):  # not yet
            return None


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--install", action="store_true", help="install TensorBoard if it is missing")
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--metrics", type=int, default=10)
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=2)
    return parser.parse_args()


if __name__ == "__main__":
    main()
