"""Measures charts in Chromium: one chart's script time, redraws, a synced hover, scrolling, memory.

    python benchmarks/page/bench_page.py [--runs 50] [--buckets 300]

Times are milliseconds of script in a headless browser, medians of many repeats; waiting for a frame is not
counted. Frames and tasks count everything, painting too; a busy machine makes frames late, so the longest
task is also told by its own work. The page holds thirty charts of one project, with the scripts, chunks and
templates of a real site.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from browser import browser_page, load_average, traced  # noqa: E402

from tests.browser.chart_page import write_chart_page  # noqa: E402
from tests.sitegen.charts.made import bucketed, project_of, run_of  # noqa: E402

if TYPE_CHECKING:
    from playwright.sync_api import Page

CHARTS = 30
WIDTH = 64

MEDIAN = "void (window.median = (all) => all.sort((a, b) => a - b)[all.length >> 1])"

FIRST = """async () => {
  const times = [], request = window.requestAnimationFrame;
  window.requestAnimationFrame = (run) => { queueMicrotask(run); return 1; };
  for (let round = 0; round < 9; round++) {
    const panel = site.panels.all[round % 6];
    panel.axes.finalize();
    panel.axes = null;
    panel.dirty = "curves";
    const start = performance.now();
    await site.drawing.draw(panel);
    times.push(performance.now() - start);
  }
  window.requestAnimationFrame = request;
  return median(times);
}"""

REDRAW = """() => {
  const panel = site.panels.all[0], times = [];
  for (let round = 0; round < 60; round++) {
    const start = performance.now();
    site.layer.draw(panel);
    times.push(performance.now() - start);
  }
  return median(times);
}"""

SMOOTH = """async () => {
  const times = [];
  for (let round = 0; round < 9; round++) {
    site.store.set("smoothing", 0.5 + round / 100);
    const start = performance.now();
    for (const panel of site.panels.all.slice(0, 12)) await site.drawing.draw(panel);
    times.push(performance.now() - start);
  }
  site.store.set("smoothing", 0);
  return median(times);
}"""

TOGGLE = """async () => {
  const times = [], id = site.current.runs[25].id, before = site.store.get("hidden");
  for (let round = 0; round < 9; round++) {
    site.store.set("hidden", round % 2 ? before : new Set([...before, id]));
    const start = performance.now();
    for (const panel of site.panels.all.slice(0, 12)) await site.drawing.draw(panel);
    times.push(performance.now() - start);
  }
  site.store.set("hidden", before);
  return median(times);
}"""

HOVER = """async () => {
  const shown = site.panels.all.filter((one) => one.state === "live").slice(0, 12);
  for (const panel of site.panels.all) panel.near = shown.includes(panel);
  const request = window.requestAnimationFrame, times = [];
  let step = null;
  window.requestAnimationFrame = (run) => { step = run; return 1; };
  for (let round = 0; round < 60; round++) {
    const {frame} = shown[0];
    const start = performance.now();
    site.hover.show(shown[0], frame.x.domain[1] * (round + 1) / 62, frame.top + frame.height / 2);
    if (step) step(performance.now());
    times.push(performance.now() - start);
    step = null;
  }
  window.requestAnimationFrame = request;
  site.hover.clear();
  return [shown.length, median(times)];
}"""

SCROLL = """async () => {
  let worst = 0, former = performance.now();
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const end = document.documentElement.scrollHeight - innerHeight;
  for (let top = 0; top <= end; top += 40) {
    scrollTo(0, top);
    await frame();
    const now = performance.now();
    worst = Math.max(worst, now - former);
    former = now;
  }
  return worst;
}"""


ZOOM = """async () => {
  const start = performance.now(), panel = site.panels.all[0];
  site.store.set("zoom", [2000, 7000]);
  const isDone = () => !panel.dirty && panel.visible.every((one) => one.width === 1);
  while (!isDone()) await new Promise(requestAnimationFrame);
  return performance.now() - start;
}"""


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description="Measures charts in Chromium.")
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--buckets", type=int, default=300)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        index = write_chart_page(Path(folder) / "site", project(options.runs, options.buckets), repeat=CHARTS)
        sizes = [path.stat().st_size for path in (index.parent / "data").iterdir()]
        print(f"{options.runs} runs x {options.buckets} buckets, {CHARTS} charts, {load_average()}")
        print(f"chunks of one chart: {sum(sizes) / 1024:.0f} KB in {len(sizes)} files")
        with browser_page() as page:
            for name, value, target in measured(page, index):
                print(f"{name:<44} {value:>9.2f}   target {target}")
            value = zoomed(page, write_long_runs(Path(folder) / "long"))
            print(f"{'zoom to the raw points of 10 runs x 10 k, ms':<44} {value:>9.2f}   target 300")


def project(runs: int, buckets: int) -> Any:
    """Runs whose only metric is bucketed, as long trainings are."""
    return project_of(
        run_of(f"run-{at}", [bucketed(curve(at, buckets * WIDTH), WIDTH, run=f"run-{at}")])
        for at in range(runs)
    )


def curve(seed: int, count: int) -> list[float]:
    rng = random.Random(seed)
    return [math.exp(-at / count * 4) + rng.gauss(0, 0.02) for at in range(count)]


def measured(page: Page, index: Path) -> Iterator[tuple[str, float, str]]:
    """Name, value and target of each row."""
    page.goto(index.as_uri())
    yield "first six charts drawn, ms after load began", first_six(page), "800"
    page.wait_for_timeout(1000)
    page.evaluate(MEDIAN)
    yield "one chart, first drawing, ms", page.evaluate(FIRST), "20"
    yield "redraw of its layer, ms", page.evaluate(REDRAW), "2"
    charts, hover = page.evaluate(HOVER)
    yield f"hover step, {charts:.0f} charts in sync, ms", hover, "8"
    yield "smoothing changed, 12 charts, ms", page.evaluate(SMOOTH), "50"
    yield "a run toggled, 12 charts, ms", page.evaluate(TOGGLE), "50"
    worst, longest = traced(page, lambda: page.evaluate(SCROLL))
    floor, quiet = traced(page, lambda: page.evaluate(SCROLL))
    yield "worst frame while 30 charts scroll by, ms", worst, "50"
    yield "the same with all of them drawn, ms", floor, "floor"
    yield "longest task while they scroll by, CPU ms", longest.cpu, "50"
    yield "the same with all of them drawn, CPU ms", quiet.cpu, "floor"
    page.wait_for_timeout(4000)
    page.evaluate("gc()")
    yield "heap after that, MB", page.evaluate("performance.memory.usedJSHeapSize / 1e6"), "40"


def write_long_runs(folder: Path, runs: int = 10, points: int = 10_000) -> Path:
    """A page with one metric of long runs, and its tiles."""
    from sitegen.charts.tiles import tile_files
    from sitegen.derive.buckets import series_of
    from tests.sitegen.charts.test_tiles import levels
    from tests.sitegen.derive.test_buckets import curve_of

    made, tiles = [], {}
    for at in range(runs):
        logged = [curve_of(curve(at, points), "loss")]
        run = run_of(f"run-{at}", series_of(f"run-{at}", logged))
        made.append(run)
        tiles[run.id] = dict(tile_files(run, levels(logged)))
    return write_chart_page(folder, project_of(made), tiles=tiles)


def zoomed(page: Page, index: Path) -> float:
    """From the reader's wish to the last raw point on the canvas, everything loaded from disk: a median."""
    times = []
    for _ in range(7):
        page.goto(index.as_uri())
        while not page.evaluate("site.panels && site.panels.all[0].frame"):
            page.wait_for_timeout(10)
        page.wait_for_timeout(300)
        times.append(float(page.evaluate(ZOOM)))
    return sorted(times)[len(times) // 2]


def first_six(page: Page) -> float:
    while not page.evaluate("site.panels && site.panels.all.slice(0, 6).every((one) => one.frame)"):
        page.wait_for_timeout(10)
    return float(page.evaluate("performance.now()"))


if __name__ == "__main__":
    main()
