"""What only a browser can show, on a site of recorded runs, from disk and over HTTP under a sub-path."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.pixels import coloured_pixels, series_counts
from tests.browser.server import JENKINS_POLICY, SiteServer, serve
from tests.browser.visit import Visit

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

PAGES = ["index.html", "demo/index.html", "demo/runs/calm-fox-0aaaaa.html", "demo/runs/hot-owl-2bbbbb.html"]


@pytest.fixture(scope="module")
def server(demo_site: Path) -> Iterator[SiteServer]:
    with serve(demo_site) as started:
        yield started


def address(demo_site: Path, server: SiteServer, how: str, page: str) -> str:
    return (demo_site / page).as_uri() if how == "file" else server.url + page


def wait_for_charts(page: Page) -> None:
    """Waits until the first chart is drawn and the page has come to rest."""
    page.wait_for_selector("figure.panel canvas", timeout=20_000)
    page.wait_for_function(
        "site.panels.all.some((panel) => panel.state === 'live' && panel.curves.length > 0)"
    )
    page.wait_for_timeout(300)


@pytest.mark.parametrize("how", ["file", "http"])
@pytest.mark.parametrize("page", PAGES)
def test_page_has_no_complaint(
    visit: Callable[..., Visit], demo_site: Path, server: SiteServer, how: str, page: str
) -> None:
    """No console error, no policy violation, nothing missing, and nothing asked for outside the folder."""
    seen = visit(address(demo_site, server, how, page))
    if page != "index.html":
        wait_for_charts(seen.page)
    inside = demo_site.as_uri() if how == "file" else server.url
    assert seen.complaints() == []
    assert [url for url in seen.requests if not url.startswith((inside, "data:", "blob:"))] == []


@pytest.mark.parametrize("how", ["file", "http"])
def test_charts_are_drawn(visit: Callable[..., Visit], demo_site: Path, server: SiteServer, how: str) -> None:
    """The loss chart of the project holds a curve of every run, and their pixels are on its canvas."""
    seen = visit(address(demo_site, server, how, "demo/index.html"))
    wait_for_charts(seen.page)
    assert series_counts(seen.page)["train/loss"] == 5
    assert coloured_pixels(seen.page, "train/loss") > 500


def test_hidden_run_leaves_the_charts(visit: Callable[..., Visit], demo_site: Path) -> None:
    """Hiding a run in the store takes its curve off; showing it again brings it back."""
    page = visit(demo_site / "demo/index.html").page
    wait_for_charts(page)
    before = coloured_pixels(page, "val/acc")
    page.locator("table.runs tbody tr", has_text="seed 0").locator(".eye").click()
    page.wait_for_timeout(300)
    assert series_counts(page)["train/loss"] == 4
    assert coloured_pixels(page, "val/acc") < before
    page.locator("table.runs tbody tr", has_text="seed 0").locator(".eye").click()
    page.wait_for_timeout(300)
    assert series_counts(page)["train/loss"] == 5


def test_hover_tells_every_run(visit: Callable[..., Visit], demo_site: Path) -> None:
    """The pointer over one chart lists the runs' values at that step, to the digit that was logged."""
    page = visit(demo_site / "demo/index.html").page
    wait_for_charts(page)
    box = page.locator("figure.panel", has_text="acc").locator(".plot").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.5)
    page.wait_for_timeout(200)
    text = page.locator("[role=tooltip], .tooltip, .tip").first.inner_text()
    assert "seed 0" in text
    assert "seed 1" in text


def test_drag_zooms_and_reset_returns(visit: Callable[..., Visit], demo_site: Path) -> None:
    """A drag over a chart sets one narrower x range for every chart, the button restores each."""
    page = visit(demo_site / "demo/index.html").page
    wait_for_charts(page)
    whole = _domains(page)
    box = page.locator("figure.panel", has_text="loss").locator(".plot").bounding_box()
    assert box
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.4, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, middle, steps=5)
    page.mouse.up()
    page.wait_for_timeout(500)
    zoomed = _domains(page)
    widest = max(whole, key=lambda domain: domain[1] - domain[0])
    assert all(domain == zoomed[0] for domain in zoomed)
    assert widest[0] < zoomed[0][0] < zoomed[0][1] < widest[1]
    page.locator("[data-action=reset-zoom]").first.click()
    page.wait_for_timeout(500)
    assert _domains(page) == whole


def _domains(page: Page) -> list[list[float]]:
    """The x range of each chart over steps that is drawn."""
    found: list[list[float]] = page.evaluate(
        "site.panels.all.filter((panel) => panel.frame && panel.spec.family === 'metric')"
        ".map((panel) => Array.from(panel.frame.x.domain))"
    )
    assert found
    return found


def test_filter_narrows_the_table(visit: Callable[..., Visit], demo_site: Path) -> None:
    """Words in the filter leave the rows that contain them, and the address remembers."""
    page = visit(demo_site / "demo/index.html").page
    page.locator("[data-store=filter]").fill("seed")
    page.wait_for_timeout(400)
    assert _names(page) == {"seed 0", "seed 1"}
    assert "seed" in page.url


def test_click_on_a_head_sorts(visit: Callable[..., Visit], demo_site: Path) -> None:
    """The first click on a column's head sorts by it, the second the other way round."""
    page = visit(demo_site / "demo/index.html").page
    head = page.locator("table.runs th[data-key=name] .sorter")
    orders = []
    for _ in range(2):
        head.click()
        page.wait_for_timeout(300)
        orders.append(page.locator("table.runs tbody th.who a").all_inner_texts())
    assert sorted(orders[0]) == sorted(orders[1])
    assert orders[0] == list(reversed(orders[1]))
    assert orders[0] in (sorted(orders[0]), sorted(orders[0], reverse=True))


def _names(page: Page) -> set[str]:
    rows = page.locator("table.runs tbody tr:visible th.who a")
    return {text.strip() for text in rows.all_inner_texts()}


@pytest.mark.parametrize("page", PAGES)
def test_page_is_complete_without_scripts(visit: Callable[..., Visit], demo_site: Path, page: str) -> None:
    """With scripts off a page has its heading, its numbers, its links, and no control that does nothing."""
    seen = visit(demo_site / page, java_script_enabled=False)
    body = seen.page.locator("body")
    assert body.locator("h1:visible").count() >= 1
    assert body.locator("a:visible").count() >= 2
    assert body.locator("button:visible, input:visible, select:visible").count() == 0
    assert seen.errors == []


def test_project_without_scripts_has_its_runs_and_pictures(
    visit: Callable[..., Visit], demo_site: Path
) -> None:
    """The table and the headline charts are there for readers, printers and viewers without scripts."""
    page = visit(demo_site / "demo/index.html", java_script_enabled=False).page
    assert {"seed 0", "seed 1", "too hot", "broken", "long"} <= _names(page)
    pictures = page.locator("figure.panel img:visible")
    assert pictures.count() >= 1
    assert all(image.evaluate("(image) => image.naturalWidth") > 0 for image in pictures.all())


def test_site_reads_under_jenkins_policy(visit: Callable[..., Visit], demo_site: Path) -> None:
    """The header that Jenkins sends leaves a page with its style and its table."""
    with serve(demo_site, JENKINS_POLICY) as jenkins:
        page = visit(jenkins.url + "demo/index.html").page
        assert "too hot" in _names(page)
        assert (
            page.locator("body").evaluate("(body) => getComputedStyle(body).fontFamily") != "Times New Roman"
        )


def test_narrow_page_does_not_scroll_sideways(visit: Callable[..., Visit], demo_site: Path) -> None:
    """At the width of a phone the page itself fits; only tables scroll in their own frame."""
    for name in PAGES:
        page = visit(demo_site / name, viewport={"width": 390, "height": 800}).page
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, name


def test_page_weighs_little_before_charts(
    visit: Callable[..., Visit], demo_site: Path, server: SiteServer
) -> None:
    """What a project page loads before any chart stays under 150 kB when compressed."""
    import gzip

    seen = visit(server.url + "demo/index.html", viewport={"width": 1280, "height": 60})
    asked = {url.removeprefix(server.url) for url in seen.requests if url.startswith(server.url)}
    weighed = [path for path in asked if not path.startswith(("data/", "assets/vega", "assets/templates"))]
    assert len(weighed) >= 3
    assert sum(len(gzip.compress((demo_site / path).read_bytes())) for path in weighed) < 150_000
