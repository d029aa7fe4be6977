"""Measures how a build's cost grows, and has sitegen draw it: the cost is logged as a run of its own.

    python benchmarks/build/bench_scale.py [--sizes 10 100 1000] [--metrics 10] [--steps 1000] [--out DIR]

For each number of runs: a cold build (no cache, warm Vega bundle), reading alone, one point appended to one
run in a process that has built before (as in watch mode), and nothing changed. Memory is that of all
processes, shared pages counted once. Times on a busy machine are those of a busy machine: compare columns.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

CHILD_RUNS = 1000
"""Runs written by one process: closed log files give their descriptors back a while later."""

READ = (
    "from sitegen.config.load import Overrides, load_settings; from sitegen.discover import discover;"
    "from sitegen.work.crew import Processes, cores; from sitegen.work.library import gather;"
    "from sitegen.work.profile import Profile;"
    "config = load_settings(None, Overrides()).config;"
    "crew = Processes(cores()); crew.__enter__(); gather(config, discover(config), crew, Profile());"
    "crew.__exit__(None, None, None)"
)
WATCH = (
    "import json, sys; sys.path.insert(0, {here!r}); from bench_scale import append;"
    "from sitegen.config.load import Overrides, load_settings; from sitegen.build import builds;"
    "config = load_settings(None, Overrides()).config; kept = builds(); build = kept.__enter__();"
    "build(config); append(); build(config); append(); seconds = build(config).seconds;"
    "kept.__exit__(None, None, None); print(json.dumps(seconds))"
)


def main() -> None:
    """Writes the logs, measures each size, logs the cost and builds a site of it."""
    options = _options()
    rows = []
    for runs in options.sizes:
        with tempfile.TemporaryDirectory(prefix="bench-scale-") as folder:
            _write(Path(folder), runs, options.metrics, options.steps)
            rows.append(_measured(Path(folder), runs))
            print(json.dumps(rows[-1]), flush=True)
    print(f"The cost over the number of runs: {_drawn(rows, options.out)}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--sizes", type=int, nargs="+", default=[10, 100, 1000])
    parser.add_argument("--metrics", type=int, default=10)
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--out", type=Path, default=Path("bench-scale"), help="where the cost is shown")
    return parser.parse_args()


def _write(folder: Path, runs: int, metrics: int, steps: int) -> None:
    code = (
        "import sys; from logs import write_runs; from pathlib import Path; a = list(map(int, sys.argv[2:]));"
    )
    code += "write_runs(Path(sys.argv[1]), a[0], a[1], a[2], a[3])"
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path[:2])}
    for first in range(0, runs, CHILD_RUNS):
        counts = (min(CHILD_RUNS, runs - first), metrics, steps, first)
        arguments = [sys.executable, "-c", code, str(folder / "runlogs"), *map(str, counts)]
        subprocess.run(arguments, check=True, env=env)


def _measured(folder: Path, runs: int) -> dict[str, float]:
    build = ["-m", "sitegen", "build", "-q"]
    logs = sum(path.stat().st_size for path in (folder / "runlogs").rglob("*.jsonl"))
    read, read_mib = _run(folder, ["-c", READ])
    shutil.rmtree(folder / ".sitegen")
    cold, cold_mib = _run(folder, build)
    time.sleep(0.3)  # files just written are not trusted by their times, on purpose
    _run(folder, build)
    unchanged, _ = _run(folder, build)
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    watch = [sys.executable, "-c", WATCH.format(here=str(Path(__file__).parent))]
    appended = json.loads(subprocess.run(watch, cwd=folder, env=env, capture_output=True, check=True).stdout)
    return {
        "runs": runs, "logs_mb": logs / 1e6, "read_seconds": read, "read_mib": read_mib, "cold_seconds": cold,
        "cold_mib": cold_mib, "appended_seconds": appended, "unchanged_seconds": unchanged,
    }  # fmt: skip


def _run(folder: Path, arguments: list[str]) -> tuple[float, float]:
    """Seconds of a command, and the most memory of all its processes."""
    started = time.perf_counter()
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen([sys.executable, *arguments], cwd=folder, env=env)
    peak = [0.0]
    watcher = threading.Thread(target=_watch_memory, args=(process, peak), daemon=True)
    watcher.start()
    if process.wait():
        raise SystemExit(f"{' '.join(arguments)[:80]} exited with {process.returncode}")
    seconds = time.perf_counter() - started
    watcher.join()
    return round(seconds, 2), round(peak[0])


def _watch_memory(process: subprocess.Popen[bytes], peak: list[float]) -> None:
    while process.poll() is None:
        peak[0] = max(peak[0], sum(map(_mebibytes, _family(process.pid))))
        time.sleep(0.05)


def _family(pid: int) -> list[int]:
    found = [pid]
    for parent in found:
        try:
            listed = Path(f"/proc/{parent}/task/{parent}/children").read_text()
        except OSError:
            continue
        found += map(int, listed.split())
    return found


def _mebibytes(pid: int) -> float:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:  # ended meanwhile, or not Linux
        return 0.0
    return next((float(line.split()[1]) / 1024 for line in text.splitlines() if line.startswith("Pss:")), 0.0)


def append(folder: Path = Path("runlogs")) -> None:
    """One more value in one run, as the run would write it, and time enough for it to be trusted."""
    from collector.runlog.lines import seal

    path = min(folder.rglob("*.metrics.jsonl"))
    value = b"%.9f" % (time.time() % 1)
    with open(path, "ab") as file:
        step = int(time.time() * 10)
        file.write(seal(b'{"k":"log","t":9999.0,"step":%d,"n":10,"m":{"train/metric_0":%b}}' % (step, value)))
    time.sleep(0.2)


def _drawn(rows: list[dict[str, float]], out: Path) -> Path:
    """A site with the cost of each size: what is measured here draws what was measured."""
    import collector

    out.mkdir(parents=True, exist_ok=True)
    run = collector.init(project="build-cost", dir=str(out / "runlogs"))
    run.define_metric("*", step_metric="runs")
    for row in rows:
        run.log(row)
    run.finish()
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-m", "sitegen", "build", "-q"], cwd=out, env=env, check=True)
    return out / "site" / "index.html"


if __name__ == "__main__":
    main()
