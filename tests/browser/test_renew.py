"""Pages of live runs follow their logs in place, keep what the reader has set, and do not grow."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.server import serve
from tests.browser.test_charts import settle
from tests.browser.visit import Visit, wait_until
from tests.recorded import RecordedRun
from tests.sites import build_site

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

Open = Callable[..., Visit]
READY = "window.site && site.panels && site.panels.all.length > 0 && site.panels.all.some((one) => one.frame)"
SOON = 45.0


@pytest.fixture
def run(tmp_path: Path) -> Iterator[RecordedRun]:
    """A run that began a minute ago and goes on, beside one that is over."""
    with RecordedRun(tmp_path / "runlogs", "demo", "old-elk-aaaaaa", start=time.time() - 900) as old:
        old.record("run", project="demo", name="old", group=None)
        old.log_all("loss", [3.0, 2.0])
        old.end()
    with RecordedRun(tmp_path / "runlogs", "demo", "new-fox-bbbbbb", start=time.time() - 60) as made:
        made.record("run", project="demo", name="new", group=None)
        made.log_all("loss", (10.0 / (1 + step) for step in range(50)))
        yield made


def opened(visit: Open, site: Path, page: str) -> Page:
    seen = visit(site / page)
    wait_until(seen.page, READY)
    settle(seen.page)
    seen.page.evaluate("window.marker = 1")
    return seen.page


def wait_soon(page: Page, expression: str) -> None:
    """The page asks every five seconds."""
    end = time.monotonic() + SOON
    while time.monotonic() < end:
        if _holds(page, expression):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"never came true: {expression}")


def _holds(page: Page, expression: str) -> bool:
    try:
        return bool(page.evaluate(expression))
    except Exception:  # the page is loading itself anew; what stays wrong fails when the time is over
        return False


RUN_PAGE = "demo/runs/new-fox-bbbbbb.html"
POINTS = "site.panels.all[0].curves.find((one) => one.run.startsWith('new')).x.length"


@pytest.mark.parametrize("place", ["disk", "server"])
def test_a_run_s_page_follows_its_log(visit: Open, run: RecordedRun, tmp_path: Path, place: str) -> None:
    """New points and numbers appear without a reload; zoom, scroll and what was unfolded stay."""
    site = build_site(tmp_path)
    with serve(site) as server:
        seen = visit((site / RUN_PAGE).as_uri() if place == "disk" else server.url + RUN_PAGE)
        page = seen.page
        page.set_viewport_size({"width": 900, "height": 400})
        wait_until(page, READY)
        page.evaluate("window.marker = 1; site.store.set('zoom', [5, 40]); scrollTo(0, 150)")
        settle(page)
        assert page.evaluate(POINTS) == 50
        for step in range(50, 80):
            run.log(step, {"loss": 0.125})
        build_site(tmp_path)
        wait_soon(page, f"{POINTS} === 80")
        wait_soon(page, "document.querySelector('#overview').textContent.includes('0.125')")
        assert "80" in page.inner_text("#metrics")
        assert page.evaluate("[window.marker, site.store.get('zoom'), scrollY]") == [1, [5, 40], 150]
        assert "z=5" in page.evaluate("location.hash")
        assert seen.complaints() == []


def test_a_project_s_page_follows_all_its_runs(visit: Open, run: RecordedRun, tmp_path: Path) -> None:
    """The table's numbers and its order change in place; hidden runs stay hidden, new ones come."""
    site = build_site(tmp_path)
    page = opened(visit, site, "demo/index.html")
    page.evaluate("site.store.set('hidden', new Set(['old-elk-aaaaaa']))")
    run.log(99, {"loss": 0.125})
    with RecordedRun(tmp_path / "runlogs", "demo", "third-owl-cccccc", start=time.time()) as third:
        third.record("run", project="demo", name="third", group=None)
        third.log(0, {"loss": 7.5})
        build_site(tmp_path)
    wait_soon(page, "document.querySelector('table.runs').textContent.includes('0.125')")
    assert "third" in page.inner_text("table.runs")
    assert "7.5" in page.inner_text("table.runs")
    wait_soon(page, "site.panels.all[0].visible.length === 2")
    assert page.evaluate("[window.marker, [...site.store.get('hidden')]]") == [1, ["old-elk-aaaaaa"]]
    assert page.evaluate("site.panels.all[0].visible.map((one) => one.name).sort()") == ["new", "third"]


def test_a_text_that_is_being_selected_is_left_alone(visit: Open, run: RecordedRun, tmp_path: Path) -> None:
    """Whoever is about to copy a number gets that number."""
    site = build_site(tmp_path)
    page = opened(visit, site, RUN_PAGE)
    page.evaluate("getSelection().selectAllChildren(document.querySelector('#metrics td'))")
    before = page.evaluate("getSelection().toString()")
    run.log(50, {"loss": 0.125})
    build_site(tmp_path)
    wait_soon(page, "document.querySelector('#overview').textContent.includes('0.125')")
    assert page.evaluate("getSelection().toString()") == before


def test_a_run_that_ends_is_told_so(visit: Open, run: RecordedRun, tmp_path: Path) -> None:
    """The page loads itself once more, says how the run ended, and asks no further."""
    site = build_site(tmp_path)
    page = opened(visit, site, RUN_PAGE)
    assert page.inner_text(".head .state").startswith("running")
    run.end()
    build_site(tmp_path)
    wait_soon(page, "document.querySelector('.head .state').textContent === 'finished'")
    wait_soon(page, READY)
    assert page.evaluate("[window.marker === undefined, site.current.live === undefined]") == [True, True]
    assert not (site / "demo" / "runs" / "new-fox-bbbbbb.live.js").exists()


def test_a_new_metric_gets_its_chart(visit: Open, run: RecordedRun, tmp_path: Path) -> None:
    """What cannot be added in place loads the page anew, with what the reader had set."""
    site = build_site(tmp_path)
    page = opened(visit, site, RUN_PAGE)
    page.evaluate("site.store.set('zoom', [5, 40])")
    page.wait_for_timeout(300)
    run.log(50, {"loss": 1.0, "val/acc": 0.5})
    run.log(51, {"loss": 1.0, "val/acc": 0.6})
    build_site(tmp_path)
    wait_soon(page, "!window.marker && window.site && site.panels && site.panels.all.length === 2")
    assert page.evaluate("site.store.get('zoom')") == [5, 40]


def test_a_silent_run_is_stalled_then_lost_in_an_open_page(
    visit: Open, run: RecordedRun, tmp_path: Path
) -> None:
    """The words follow the clock of the reader, also when nothing is built any more."""
    site = build_site(tmp_path)
    page = opened(visit, site, RUN_PAGE)
    for minutes, word in ((2, "stalled"), (60, "lost")):
        page.evaluate(
            "(minutes) => { const now = Date.now; Date.now = () => now() + minutes * 60000;"
            " document.dispatchEvent(new Event('runpress:rows')); }",
            minutes,
        )
        assert page.inner_text(".head .state").startswith(word)


def renewed(page: Page, states: list[dict[str, Any]], times: int) -> None:
    """Hands the page one state after the other, as the script beside it does, and waits for each."""
    page.evaluate(
        """async ([states, times]) => {
          for (let at = 0; at < times; at++) {
            await site.fresh(states[at % states.length]);
            await new Promise(requestAnimationFrame);
          }
        }""",
        [states, times],
    )
    settle(page)


def test_a_page_does_not_grow_over_hours(visit: Open, run: RecordedRun, tmp_path: Path) -> None:
    """After hundreds of renewals the page is as large as after a few."""
    for step in range(50, 5000):
        run.log(step, {"loss": 1.0 / step}, seconds=0.001)
    states = []
    for number in range(3):
        run.log(5000 + number, {"loss": float(number)})
        built = build_site(tmp_path)
        text = (built / "demo" / "runs" / "new-fox-bbbbbb.live.js").read_text()
        found = re.fullmatch(r'site\.fresh\(\{"data":"(.*?)","app":"(.*?)","body":"(.*?)"\}\);\n', text)
        assert found, text
        states.append({"data": found[1], "app": found[2], "body": found[3]})
        shutil.copytree(built, tmp_path / "all", dirs_exist_ok=True)
    page = opened(visit, tmp_path / "all", RUN_PAGE)
    session = page.context.new_cdp_session(page)
    sizes = []
    for times in (30, 300):
        renewed(page, states, times)
        session.send("HeapProfiler.collectGarbage")
        used = session.send("Runtime.getHeapUsage")["usedSize"]
        sizes.append((used, page.evaluate("document.querySelectorAll('*').length")))
    (early, nodes_early), (late, nodes_late) = sizes
    assert late - early < 1_500_000, f"{early:,} bytes became {late:,}"
    assert nodes_late == nodes_early
    print(f"heap after 30 renewals {early / 1e6:.2f} MB, after 330 {late / 1e6:.2f} MB")
