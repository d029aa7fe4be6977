"""Measures how a build's cost grows, and has sitegen draw it: the cost is logged as a run of its own.

    python benchmarks/build/bench_scale.py [--sizes 10 100 1000] [--metrics 10] [--steps 1000] [--projects 1]
        [--out DIR]

For each number of runs: a cold build (no cache, warm Vega bundle), reading alone, one point appended to one
run in a process that has built before and is told of it (as in watch mode, the middle of five), and nothing
changed. All runs are of one project; with --projects one more point is also measured for runs that are spread
over so many. Memory is that of all processes, shared pages counted once. Times on a busy machine are those of
a busy machine: compare columns.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from aside import put_aside  # noqa: E402
from memory import environment, run  # noqa: E402

WAYS = {
    "first build": "cold_seconds",
    "reading alone": "read_seconds",
    "nothing changed": "unchanged_seconds",
    "one more point": "appended_seconds",
    "one more point, several projects": "several_seconds",
}
"""What is drawn: the name of a line, and what it tells."""

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
    "from sitegen.discover import News;"
    "config = load_settings(None, Overrides()).config; kept = builds(); build = kept.__enter__();"
    "build(config); build(config, News({{append()}})); build(config, News({{append()}}));"
    "found = sorted(build(config, News({{append()}})).seconds for _ in range(5));"
    "kept.__exit__(None, None, None); print(json.dumps(found[2]))"
)


def main() -> None:
    """Writes the logs, measures each size, logs the cost and builds a site of it."""
    options = _options()
    rows = []
    # All are deleted at the end: what that costs is no part of a build (see aside.py).
    with tempfile.TemporaryDirectory(prefix="bench-scale-") as temporary:
        for runs in options.sizes:
            folder = Path(temporary) / str(runs)
            _write(folder, runs, options, 1)
            rows.append(_measured(folder, runs))
            if options.projects > 1:
                _write(folder / "spread", runs, options, options.projects)
                rows[-1]["several_seconds"] = _appended(folder / "spread")
            print(json.dumps(rows[-1]), flush=True)
    print(f"The cost over the number of runs: {_drawn(rows, options.out)}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--sizes", type=int, nargs="+", default=[10, 100, 1000])
    parser.add_argument("--metrics", type=int, default=10)
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--projects", type=int, default=1, help="for one more point among others")
    parser.add_argument("--out", type=Path, default=Path("bench-scale"), help="where the cost is shown")
    return parser.parse_args()


def _write(folder: Path, runs: int, options: argparse.Namespace, projects: int) -> None:
    code = (
        "import sys; from logs import write_runs; from pathlib import Path; a = list(map(int, sys.argv[2:]));"
    )
    code += "write_runs(Path(sys.argv[1]), *a[:4], projects=a[4])"
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path[:2])}
    for first in range(0, runs, CHILD_RUNS):
        counts = (
            min(CHILD_RUNS, runs - first), options.metrics, options.steps, first, projects
        )  # fmt: skip
        arguments = [sys.executable, "-c", code, str(folder / "runlogs"), *map(str, counts)]
        subprocess.run(arguments, check=True, env=env)


def _measured(folder: Path, runs: int) -> dict[str, float]:
    build = ["-m", "sitegen", "build", "-q"]
    logs = sum(path.stat().st_size for path in (folder / "runlogs").rglob("*.jsonl"))
    read = run(folder, ["-c", READ])
    put_aside(folder, ".sitegen")
    cold = run(folder, build)
    time.sleep(0.3)  # files just written are not trusted by their times, on purpose
    run(folder, build)
    unchanged = run(folder, build)
    appended = _appended(folder)
    return {
        "runs": runs, "logs_mb": logs / 1e6, "read_seconds": read.seconds, "read_mib": read.mib,
        "cold_seconds": cold.seconds, "cold_mib": cold.mib, "cold_cpu_seconds": cold.cpu_seconds,
        "appended_seconds": appended, "unchanged_seconds": unchanged.seconds,
    }  # fmt: skip


def _appended(folder: Path) -> float:
    watch = [sys.executable, "-c", WATCH.format(here=str(Path(__file__).parent))]
    said = subprocess.run(watch, cwd=folder, env=environment(), capture_output=True, check=True).stdout
    return float(json.loads(said))


def append(folder: Path = Path("runlogs")) -> Path:
    """One more value in one run, as it would write it, and time enough for it to be trusted; in which log."""
    from collector.runlog.lines import seal

    path = min(folder.rglob("*.metrics.jsonl"))
    value = b"%.9f" % (time.time() % 1)
    with open(path, "ab") as file:
        step = int(time.time() * 10)
        file.write(seal(b'{"k":"log","t":9999.0,"step":%d,"n":10,"m":{"train/metric_0":%b}}' % (step, value)))
    time.sleep(0.2)
    return path.resolve()


def _drawn(rows: list[dict[str, float]], out: Path) -> Path:
    """A site with the cost of each size, and its chart as a picture: runpress draws what it costs."""
    import collector

    out.mkdir(parents=True, exist_ok=True)
    for name, field in ((name, field) for name, field in WAYS.items() if field in rows[0]):
        measured = collector.init(project="build-cost", id=field, name=name, dir=str(out / "runlogs"))
        measured.define_metric("*", step_metric="runs")
        for row in rows:
            measured.log({"seconds": row[field], "runs": row["runs"]}, step=int(row["runs"]))
        measured.finish()
    subprocess.run([sys.executable, "-m", "sitegen", "build", "-q"], cwd=out, env=environment(), check=True)
    _picture(out)
    return out / "site" / "index.html"


def _picture(out: Path) -> None:
    """The chart with logarithms on both axes: what grows with the archive rises, what does not is level."""
    import altair

    import sitegen

    chart = sitegen.chart(sitegen.load(out / "runlogs"), "seconds", log_y=True)
    for layer in chart.layer:
        layer.encoding.x = altair.X("x:Q", title="runs in the archive", scale=altair.Scale(type="log"))
    chart = chart.configure(background="white").configure_legend(symbolOpacity=1, symbolType="stroke")
    chart.save(out / "build-cost.svg")


if __name__ == "__main__":
    main()
