"""Measures how an open page's heap grows while it renews itself for hours.

    python benchmarks/page/bench_live.py [--hours 8]

A project of twelve runs, two of them live, and twelve metrics. Its site is built state by state as the runs
go on, and the open page is given one state after the other, as often as it would ask in so many hours: every
script, chunk and drawing is the real one, only the waiting between is left out. Garbage is collected before
each reading.
"""

from __future__ import annotations

import argparse
import math
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from browser import browser_page, load_average  # noqa: E402

from tests.recorded import RecordedRun  # noqa: E402
from tests.sites import build_site  # noqa: E402

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession, Page

RUNS, LIVE, METRICS, STEPS, STATES = 12, 2, 12, 1000, 8
RHYTHM = 5.0
"""Seconds between two questions of a page with a live run."""

WARM = 300
"""Refreshes before the first reading, so that compiled code and pools are there."""

READINGS = 8
TARGET = 20

READY = "window.site && site.fresh && site.panels && site.panels.all.some((one) => one.frame)"

# Its own clock would ask for the last state in between.
ALONE = "() => { Object.defineProperty(document, 'hidden', { get: () => true }); }"

REFRESH = """async ([from, to, states]) => {
  const frame = () => new Promise(requestAnimationFrame);
  const shown = (at) => new Promise((done, fail) => {
    const script = document.createElement("script");
    document.addEventListener("runpress:renewed", done, { once: true });
    const { root, live } = site.current;
    script.src = `${root}${live.replace(".live.js", `.live-${at % states}.js`)}?${at}`;
    script.onload = () => script.remove();
    script.onerror = () => fail(new Error(script.src));
    document.head.append(script);
  });
  for (let at = from; at < to; at++) {
    await shown(at);
    document.dispatchEvent(new Event("runpress:rows"));
    await frame();
    while (site.panels.all.some((one) => one.state === "live" && one.dirty)) await frame();
  }
  return site.panels.all.filter((one) => one.state === "live").length;
}"""


def main() -> None:
    """Prints a reading for each part of the time, and the growth."""
    parser = argparse.ArgumentParser(description="Measures how an open page's heap grows.")
    parser.add_argument("--hours", type=float, default=8)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        index = write_states(Path(folder))
        with browser_page() as page:
            show(page, index, math.ceil(options.hours * 3600 / RHYTHM), options.hours)


def show(page: Page, index: Path, count: int, hours: float) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    page.goto(index.as_uri())
    page.wait_for_function(READY)
    page.evaluate(ALONE)
    charts = page.evaluate(REFRESH, [0, WARM, STATES])
    first = reading(page, session)
    print(f"{RUNS} runs, {charts} charts drawn, {load_average()}; before: {told(first)}", flush=True)
    started = time.perf_counter()
    for part in range(READINGS):
        bounds = [WARM + count * at // READINGS for at in (part, part + 1)]
        page.evaluate(REFRESH, [*bounds, STATES])
        last = reading(page, session)
        print(f"  after {bounds[1] - WARM:>5} refreshes: {told(last)}", flush=True)
    each = (time.perf_counter() - started) / count
    grown = last["heap"] - first["heap"]
    print(f"{count} refreshes of {1000 * each:.0f} ms")
    print(f"growth over {hours:g} hours, MB: {grown:.1f}   target {TARGET}")


def reading(page: Page, session: CDPSession) -> dict[str, float]:
    for _ in range(3):
        page.evaluate("gc()")
        page.wait_for_timeout(100)
    metrics = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    return {
        "heap": float(page.evaluate("performance.memory.usedJSHeapSize")) / 1e6,
        "nodes": metrics["Nodes"],
        "listeners": metrics["JSEventListeners"],
    }


def told(found: dict[str, float]) -> str:
    return f"{found['heap']:.1f} MB, {found['nodes']:.0f} nodes, {found['listeners']:.0f} listeners"


def write_states(folder: Path) -> Path:
    """The project's page as of the last state, with the scripts of every state beside it."""
    union = folder / "union"
    live = []
    for state in growing(folder):
        site = build_site(folder)
        shutil.copytree(site, union, dirs_exist_ok=True)
        live.append((site / "demo" / "index.live.js").read_bytes())
        print(f"state {state + 1} of {STATES} built", flush=True)
    for at, text in enumerate(live):
        (union / "demo" / f"index.live-{at}.js").write_bytes(text)
    return union / "demo" / "index.html"


def growing(folder: Path) -> Iterator[int]:
    """Goes on with the live runs between one state and the next."""
    chance = random.Random(1)
    runs = [one_run(folder, number, chance) for number in range(RUNS)]
    for state in range(STATES):
        yield state
        for run in runs[:LIVE]:
            for step in range(STEPS + 20 * state, STEPS + 20 * (state + 1)):
                run.log(step, values(chance, step))


def one_run(folder: Path, number: int, chance: random.Random) -> RecordedRun:
    run = RecordedRun(
        folder / "runlogs", "demo", f"run-{number:02d}-aaaaaa", start=time.time() - STEPS - 60 * number
    )
    run.record("run", project="demo", name=f"run {number}", group=None)
    for step in range(STEPS):
        run.log(step, values(chance, step))
    if number >= LIVE:
        run.end()
    return run


def values(chance: random.Random, step: int) -> dict[str, Any]:
    return {
        f"{'train' if at % 2 else 'val'}/metric_{at}": math.exp(-step / 400) + 0.05 * chance.random()
        for at in range(METRICS)
    }


if __name__ == "__main__":
    main()
