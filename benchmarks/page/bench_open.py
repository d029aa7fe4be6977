"""Measures how long it takes from the end of a training to its curves on the open page.

    python benchmarks/page/bench_open.py [--runs 12] [--steps 1000]

A run is added under `collect` to a site that is built already, as after any other training; when its command
has returned, `sitegen build` runs and Chromium, started anew, opens the project's page until every chart near
the view is drawn with the new run. The floor is the same browser opening an empty page from disk.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks/build"), str(Path(__file__).parent)]

from browser import browser_page, load_average  # noqa: E402
from logs import write_runs  # noqa: E402

REPEATS = 5
TARGET = 5

TRAINING = """
import collector
with collector.init(project={project!r}) as run:
    for step in range({steps}):
        run.log({{f"train/metric_{{at}}": 1 / (1 + step + at) for at in range(10)}})
print(run.id)
"""

DRAWN = """(run) => Boolean(window.site && site.panels && site.panels.all.some((one) => one.near)
  && site.panels.all.filter((one) => one.near).every((one) => one.frame && !one.dirty)
  && site.current.runs.some((one) => one.id === run))"""


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description="Measures from the end of a run to its open page.")
    parser.add_argument("--runs", type=int, default=12, help="that are there before")
    parser.add_argument("--steps", type=int, default=1000, help="of each run, of ten metrics")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        write_runs(folder / "runlogs", options.runs, 10, options.steps)
        project = next(path.name for path in (folder / "runlogs").iterdir() if path.is_dir())
        command(folder, "sitegen", "build", "--quiet")
        rows = [once(folder, project, options.steps) for _ in range(REPEATS)]
    print(f"{options.runs} runs x 10 metrics x {options.steps} steps and one more, {load_average()}")
    names = (
        "sitegen build, s",
        "browser start and page until drawn, s",
        "together, s",
        "floor: empty page, s",
    )
    for name, values in zip(names, zip(*rows, strict=True), strict=True):
        target = f"   target {TARGET}" if name.startswith("together") else ""
        print(f"  {name:<40} {median(values):6.2f}  worst {max(values):6.2f}{target}")


def once(folder: Path, project: str, steps: int) -> tuple[float, float, float, float]:
    """Seconds of the build, of the page, of both, and of an empty page."""
    script = folder / "train.py"
    script.write_text(TRAINING.format(project=project, steps=steps))
    run = command(folder, "collector", "--", sys.executable, str(script)).split()[-1]
    ended = time.perf_counter()
    command(folder, "sitegen", "build", "--quiet")
    built = time.perf_counter()
    with browser_page() as page:
        page.goto((folder / f"site/{project}/index.html").as_uri())
        page.wait_for_function(DRAWN, arg=run, polling=5, timeout=60_000)
        opened = time.perf_counter()
    empty = folder / "empty.html"
    empty.write_text("<!doctype html><title>empty</title>")
    before = time.perf_counter()
    with browser_page() as page:
        page.goto(empty.as_uri())
        floor = time.perf_counter() - before
    return built - ended, opened - built, opened - ended, floor


def command(folder: Path, *words: str) -> str:
    """What a command of ours printed."""
    done = subprocess.run(
        [sys.executable, "-m", *words],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


if __name__ == "__main__":
    main()
