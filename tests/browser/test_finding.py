"""Finding one's way: the palette, the sheet of keys, runs viewed last."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.page_sites import first_run, write_site
from tests.browser.visit import Visit
from tests.sitegen.pages.fixture_site import demo_runs, make_project, make_site

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    facts = make_site(make_project(demo_runs()))
    return write_site(facts, tmp_path_factory.mktemp("site"), tmp_path_factory.mktemp("cache"))


def search(page: Page, text: str) -> None:
    page.keyboard.press("Control+k")
    page.locator(".palette input").fill(text)
    page.locator(".palette-list li").first.wait_for()


@pytest.mark.parametrize("start", ["index.html", "digits/index.html", "run"])
def test_a_run_is_found_from_anywhere(visit: Callable[..., Visit], site: Path, start: str) -> None:
    """Ctrl K, a part of its name, Enter; without a complaint of the browser."""
    seen = visit(first_run(site, "warm-pike") if start == "run" else site / start)
    search(seen.page, "late-moss")
    seen.page.keyboard.press("Enter")
    seen.page.wait_for_url("**/digits/runs/late-moss*.html")
    assert seen.complaints() == []


def test_a_metric_is_gone_to_on_the_page(visit: Callable[..., Visit], site: Path) -> None:
    """Its section opens, and the chart comes into view."""
    page = visit(site / "digits" / "index.html").page
    search(page, "train/loss")
    page.locator(".palette-list li", has_text="metric").first.click()
    page.wait_for_timeout(200)
    assert page.locator("dialog[open]").count() == 0
    chart = page.locator('figure[data-chart]:has(h3[title="train/loss"])')
    box = chart.bounding_box()
    assert box is not None
    assert 0 <= box["y"] < page.viewport_size["height"]  # type: ignore[index]


def test_nothing_found_is_said(visit: Callable[..., Visit], site: Path) -> None:
    """And Escape closes the palette, whereupon the page has the keys again."""
    page = visit(site / "digits" / "index.html").page
    page.get_by_role("button", name="Search", exact=True).click()
    page.locator(".palette input").fill("no such thing")
    page.locator(".palette .quiet", has_text="Nothing has that in its name.").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.dataset.store") == "filter"


def test_keys_are_told_of_what_the_page_has(visit: Callable[..., Visit], site: Path) -> None:
    """A question mark opens the sheet; in a field it is a question mark."""
    page = visit(site / "digits" / "index.html").page
    page.keyboard.press("?")
    page.locator(".help").wait_for()
    titles = page.locator(".help h2").all_inner_texts()
    assert "Table of runs" in titles
    assert "A run" not in titles
    page.keyboard.press("Escape")
    page.locator("[data-store=filter]").focus()
    page.keyboard.type("?")
    assert page.locator(".help").count() == 0


def test_runs_viewed_last_are_offered(visit: Callable[..., Visit], site: Path) -> None:
    """On the first page and in the palette, the last one in front; only where one has been."""
    page = visit(site / "index.html").page
    assert page.locator("[data-recent]").is_hidden()
    for name in ("warm-pike", "late-moss", "warm-pike"):
        page.goto(first_run(site, name).as_uri())
    page.goto((site / "index.html").as_uri())
    assert page.locator("[data-recent] li a").all_inner_texts() == ["warm-pike", "late-moss"]
    page.keyboard.press("Control+k")
    page.locator(".palette-list li").first.wait_for()
    assert page.locator(".palette-list li").first.inner_text().split() == ["viewed", "warm-pike", "digits"]


def test_a_slash_searches_the_site_where_no_field_is(visit: Callable[..., Visit], site: Path) -> None:
    """On a page with a field of its own it leads there."""
    page = visit(site / "index.html").page
    page.keyboard.press("/")
    page.locator(".palette input").fill("warm")
    page.locator(".palette-list li", has_text="warm-pike").first.wait_for()


def test_the_page_one_is_on_is_not_offered(visit: Callable[..., Visit], site: Path) -> None:
    """It was viewed last, but who searches wants to go elsewhere."""
    page = visit(first_run(site, "warm-pike")).page
    page.goto(first_run(site, "late-moss").as_uri())
    page.keyboard.press("Control+k")
    page.locator(".palette-list li").first.wait_for()
    found = page.locator(".palette-list li", has_text="viewed").all_inner_texts()
    assert [text.split()[1] for text in found] == ["warm-pike"]


@pytest.mark.parametrize("name", ["404.html", "digits/index.html", "warm-pike", "patterns.html"])
def test_every_page_says_where_one_is(visit: Callable[..., Visit], site: Path, name: str) -> None:
    """The way from the first page down, the page itself at its end, each part but the last a link."""
    path = site / name if name.endswith(".html") else first_run(site, name)
    page = visit(path).page
    assert page.locator(".top .mark").get_attribute("href") in {
        "index.html",
        "../index.html",
        "../../index.html",
    }
    steps = page.locator(".crumbs li")
    assert steps.count() >= 1
    assert steps.last.locator("[aria-current=page]").count() == 1
    for number in range(steps.count() - 1):
        assert steps.nth(number).locator("a").count() == 1
