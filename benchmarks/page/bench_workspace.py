"""Measures a project's page in Chromium: 1,000 long runs, 10,000 short ones.

    python benchmarks/page/bench_workspace.py [--folder DIR] [--only large|many]

The sites are written by large_project.py and many_runs.py, once per folder: some minutes and 10 GB. Times are
medians from the wish to the last pixel of every chart near the view, all loaded from disk; the floor is
the same wait with nothing to do.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

sys.path[:0] = [str(Path(__file__).parent)]

from browser import browser_page, load_average, traced  # noqa: E402
from large_project import large_site  # noqa: E402
from many_runs import many_site  # noqa: E402

if TYPE_CHECKING:
    from playwright.sync_api import Page

REPEATS = 5
Row = tuple[str, float, str]

READY = "() => Boolean(window.site && site.panels && site.panels.all.slice(0, 6).every((one) => one.frame))"
USABLE = "() => Boolean(document.querySelector('table.runs [aria-rowindex]'))"

PREPARE = """() => {
  const frame = () => new Promise(requestAnimationFrame);
  const near = () => site.panels.all.filter((one) => one.near);
  // Until every chart near the view shows what is wished for and a frame has been painted.
  window.settled = async (isDone = () => true) => {
    const start = performance.now();
    await frame();
    const shows = (one) => one.state === "live" && one.frame && !one.dirty && isDone(one);
    while (!near().every(shows)) await frame();
    await frame();
    return performance.now() - start;
  };
  window.chartsNear = () => near().length;
}"""

TOP = """async (number) => {
  const key = `val/metric_${number}.last`, start = performance.now();
  site.store.set("sort", [{key, dir: "desc"}]);
  await site.choice.draw(`best:20:${key}`, site.current.runs, site.choice.passing(site.current.runs));
  const hidden = site.store.get("hidden");
  const best = (runs) => runs.size === 20 && ![...runs].some((run) => hidden.has(run));
  await settled((one) => best(new Set(one.visible.map((curve) => curve.run))));
  return performance.now() - start;
}"""

USUAL = """async () => {
  const start = performance.now();
  site.state.reset();
  await settled((one) => new Set(one.visible.map((curve) => curve.run)).size === 50);
  return performance.now() - start;
}"""

SMOOTH = """async (weight) => {
  const start = performance.now();
  site.store.set("smoothing", weight);
  await settled((one) => one.visible.every((curve) => Boolean(curve.smooth) === weight > 0));
  return performance.now() - start;
}"""

TOGGLE = """async (count) => {
  const start = performance.now(), run = site.current.runs[3].id, hidden = new Set(site.store.get("hidden"));
  if (!hidden.delete(run)) hidden.add(run);
  site.store.set("hidden", hidden);
  await settled((one) => one.visible.some((curve) => curve.run === run) === !hidden.has(run));
  return performance.now() - start;
}"""

RAW = """async (from) => {
  const isRaw = (one) => !one.dirty && one.visible.every((curve) => curve.width === 1);
  const start = performance.now();
  site.store.set("zoom", [from, from + 500]);
  while (!isRaw(site.panels.all[0])) await new Promise(requestAnimationFrame);
  const first = performance.now() - start;
  await settled(isRaw);
  return [first, performance.now() - start];
}"""

IDLE = """async () => settled()"""

KEY = """(text) => {
  const start = performance.now();
  site.store.set("filter", text);
  document.querySelector("table.runs").getBoundingClientRect();
  return performance.now() - start;
}"""

WORDS = ("a", "am", "amb", "ambe", "amber", "amber-", "amber-c", "", "z", "heron", "heron-i", "")


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description="Measures a project's page in Chromium.")
    parser.add_argument(
        "--folder", type=Path, help="where the sites are kept; a temporary folder unless given"
    )
    parser.add_argument("--only", choices=["large", "many"])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = options.folder or Path(made)
        if options.only != "many":
            show("1,000 runs x 20 metrics x 10,000 steps", large_rows(large_site(folder / "large")))
        if options.only != "large":
            show("10,000 runs x 40 columns", many_rows(many_site(folder / "many")))


def show(title: str, rows: Iterator[Row]) -> None:
    print(f"{title}, {load_average()}")
    for name, value, target in rows:
        print(f"  {name:<66} {value:>9.1f}   target {target}", flush=True)


def large_rows(index: Path) -> Iterator[Row]:
    """Name, value and target of each row of the long runs."""
    with browser_page() as page:
        usable, first = zip(*(opened(page, index) for _ in range(REPEATS)), strict=True)
        yield "table usable, ms after load began", median(usable), "300"
        yield "first six charts drawn, ms after load began", median(first), "800"
        page.evaluate(PREPARE)
        page.wait_for_timeout(1000)
        charts = page.evaluate("chartsNear()")
        yield "a frame with nothing to do, ms", of(page, IDLE, [None] * REPEATS), "floor"
        yield f"toggle a run, {charts} charts x 50 runs, ms", of(page, TOGGLE, range(2 * REPEATS)), "50"
        yield from twice(page, f"smooth {charts} charts x 50 runs", SMOOTH, [0.5, 0.6, 0.7, 0.8, 0.9], "50")
        page.evaluate(SMOOTH, 0)
        yield "sort 1,000 runs by a metric and draw the top 20, cold, ms", page.evaluate(TOP, 1), "800"
        yield "the same by other metrics, ms", of(page, TOP, [5, 9, 13, 17]), "800"
        page.evaluate(USUAL)
        one, every = zip(*zoomed(page, index), strict=True)
        yield "zoom 10 runs x 10 k points to raw, the chart under the pointer, ms", median(one), "300"
        yield f"the same, all {charts} charts, ms", median(every), "none"


def twice(page: Page, name: str, script: str, wishes: Any, target: str) -> Iterator[Row]:
    """On the clock, and the longest task alone."""
    values, longest = traced(page, lambda: of(page, script, wishes))
    yield f"{name}, ms", values, target
    yield f"{name}, longest task, CPU ms", longest.cpu, target


def of(page: Page, script: str, wishes: Any) -> float:
    return median(float(page.evaluate(script, wish)) for wish in wishes)


def opened(page: Page, index: Path) -> tuple[float, float]:
    """When the table was there, and when the first six charts were."""
    page.goto("about:blank")
    page.goto(index.as_uri(), wait_until="commit")
    usable = waited(page, USABLE)
    return usable, waited(page, READY)


def waited(page: Page, script: str) -> float:
    page.wait_for_function(script, polling=5, timeout=120_000)
    return float(page.evaluate("performance.now()"))


def zoomed(page: Page, index: Path) -> Iterator[tuple[float, float]]:
    """One chart and all, each time on a page that has no raw point yet."""
    for at in range(REPEATS):
        page.goto("about:blank")
        page.goto(f"{index.as_uri()}#hide={hidden_but_ten(page, index)}")
        waited(page, READY)
        page.evaluate(PREPARE)
        page.locator("canvas.over").first.hover()
        page.wait_for_timeout(800)
        one, every = page.evaluate(RAW, 2000 + 300 * at)
        yield float(one), float(every)


def hidden_but_ten(page: Page, index: Path) -> str:
    """The runs that an address hides so that ten of those drawn at first stay."""
    page.goto(index.as_uri())
    waited(page, READY)
    return str(
        page.evaluate("(site.current.drawn || site.current.runs.map((one) => one.id)).slice(10).join(',')")
    )


def many_rows(index: Path) -> Iterator[Row]:
    """The same of the short runs."""
    with browser_page() as page:
        usable = [opened(page, index)[0] for _ in range(REPEATS)]
        yield "table usable, ms after load began", median(usable), "1000"
        page.wait_for_timeout(3000)
        yield "a filter's keystroke, median, ms", of(page, KEY, WORDS), "50"
        yield "the slowest of them, ms", keystrokes(page, max), "50"
        page.wait_for_timeout(1000)
        _, longest = traced(page, lambda: typed(page))
        yield "the longest task while a word is typed, CPU ms", longest.cpu, "50"


def keystrokes(page: Page, choose: Callable[[list[float]], float]) -> float:
    return choose([float(page.evaluate(KEY, word)) for word in WORDS])


def typed(page: Page) -> None:
    field = page.locator("[data-store=filter]")
    field.click()
    for letter in "amber-cedar":
        field.press(letter)
        page.wait_for_timeout(120)
    page.wait_for_timeout(500)
    field.fill("")


if __name__ == "__main__":
    main()
