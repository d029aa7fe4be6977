"""The choice of what colours runs and what styles their lines."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.page_sites import write_site
from tests.browser.visit import Visit, wait_until
from tests.sitegen.pages.fixture_site import full_series, make_project, make_run, make_site, summary_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

Open = Callable[[str], "Page"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six runs of two rates and three models."""
    runs = [
        make_run(
            number,
            console=(),
            patch=None,
            system=(),
            system_summary={
                "cpu/percent": summary_of(full_series("a", "cpu/percent", [0, 1], [50, 60 + number]))
            },
            config={"lr": (0.1, 0.01)[number % 2], "model": ("cnn", "vit", "mlp")[number % 3]},
        )
        for number in range(6)
    ]
    return write_site(
        make_site(make_project(runs)), tmp_path_factory.mktemp("looks"), tmp_path_factory.mktemp("cache")
    )


@pytest.fixture
def open_at(visit: Callable[..., Visit], site: Path) -> Open:
    """`open_at("color=cfg.lr")`: the project's page with its legend."""

    def open_page(state: str) -> Page:
        page = visit(f"{(site / 'digits' / 'index.html').as_uri()}#{state}").page
        page.locator(".legend-head").first.wait_for()
        return page

    return open_page


def test_colours_are_chosen_from_a_list(open_at: Open) -> None:
    """The legend's head and the button above the table open it; without a colour the legend is gone."""
    page = open_at("color=cfg.lr")
    page.locator(".legend-head").click()
    rows = page.locator(".looks .row-button")
    rows.locator("bdi", has_text=re.compile("^model$")).click()
    wait_until(page, "document.querySelector('.legend-head').textContent === 'colour model'")
    assert page.locator('.looks .row-button[aria-pressed="true"]').all_inner_texts() == ["model"]
    rows.first.click()
    page.locator(".run-legend").wait_for(state="hidden")
    page.keyboard.press("Escape")
    page.locator("[data-panel=looks]").click()
    assert page.locator(".looks-of bdi").all_inner_texts() == ["each run its own", "all lines alike"]


def test_what_colours_runs_is_found_by_its_name(open_at: Open) -> None:
    """Words typed narrow the list to what has them; lines are styled from the same list."""
    page = open_at("color=cfg.lr")
    page.locator("[data-panel=looks]").click()
    rows = page.locator(".looks .row-button")
    rows.locator("bdi", has_text=re.compile("^model$")).wait_for()
    page.keyboard.type("mod")
    wait_until(page, "document.querySelectorAll('.looks .row-button').length === 1")
    page.get_by_role("button", name="Line style by").click()
    rows.first.click()
    page.locator(".legend-head", has_text="line model").wait_for()
    assert page.evaluate("[site.store.get('color'), site.store.get('style')]") == ["cfg.lr", "cfg.model"]
    assert page.locator(".looks-of bdi").nth(1).inner_text() == "model"
    page.get_by_label("Find a setting or a result").fill("no such name")
    page.get_by_text("No column has that in its name.").wait_for()


def test_strokes_are_chosen_at_a_columns_head_and_from_the_list(open_at: Open) -> None:
    """Both lead to the same."""
    page = open_at("color=cfg.lr")
    page.locator(".legend-head").click()
    page.get_by_role("button", name="Line style by").click()
    page.locator(".looks .row-button bdi", has_text=re.compile("^lr$")).click()
    page.locator("[data-chips] .chip", has_text="lines by lr").wait_for()
    page.keyboard.press("Escape")
    page.locator(".runs th[data-key='cfg.lr'] .column-more").click(force=True)
    page.get_by_role("button", name="Draw all lines alike").click()
    wait_until(page, "site.store.get('style') === ''")


def test_lists_are_gone_through_by_keys(open_at: Open) -> None:
    """Enter in the field takes the first that fits, Down goes into the list, Up back, Escape away."""
    page = open_at("color=cfg.lr")
    page.locator("[data-panel=looks]").click()
    rows = page.locator(".looks .row-button")
    rows.locator("bdi", has_text=re.compile("^model$")).wait_for()
    field = page.get_by_label("Find a setting or a result")
    assert page.locator(f"#{field.get_attribute('aria-controls')}").get_attribute("class") == "chooser-list"
    page.keyboard.press("Enter")
    assert page.evaluate("site.store.get('color')") == "cfg.lr"
    page.keyboard.type("model")
    page.keyboard.press("Enter")
    wait_until(page, "site.store.get('color') === 'cfg.model'")
    field.fill("loss")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.textContent") == rows.nth(1).inner_text()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.type") == "search"
    page.keyboard.press("Escape")
    assert page.locator(".popover").count() == 0
    assert page.evaluate("document.activeElement.dataset.panel") == "looks"


def test_groups_and_columns_are_chosen_by_keys(open_at: Open) -> None:
    """The list keeps the focus where what was pressed leaves it; a metric's statistics stand side by side."""
    page = open_at("color=cfg.lr")
    page.locator("[data-panel=group]").click()
    page.locator(".chooser-list .row-button").nth(1).wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    wait_until(page, "site.store.get('group').length === 1")
    wait_until(page, "document.activeElement.className === 'row-button'")
    page.keyboard.press("Escape")
    page.locator("[data-panel=columns]").click()
    page.locator(".metric-line").first.wait_for()
    page.keyboard.type("train/loss")
    page.keyboard.press("ArrowDown")
    first = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.textContent") != first
    pressed = "document.activeElement.getAttribute('aria-pressed')"
    before = page.evaluate(pressed)
    page.keyboard.press("Enter")
    wait_until(page, f"{pressed} === '{'false' if before == 'true' else 'true'}'")


def test_what_the_machine_did_comes_last(open_at: Open) -> None:
    """Its measurements are no results; a unit stands in brackets."""
    page = open_at("color=cfg.lr")
    page.locator("[data-panel=looks]").click()
    page.locator(".looks h3", has_text="Machine").wait_for()
    assert page.locator(".looks h3").last.inner_text() == "Machine"
    assert page.locator(".looks .row-button").last.inner_text() == "cpu/percent last (%)"


def test_what_is_chosen_does_not_move_the_word_of_another_layout(open_at: Open) -> None:
    """Chips wrap below the tools, in one line with each other and in the middle of it."""
    page = open_at("color=cfg.lr")
    page.locator("[data-layout]").wait_for()
    place = "(({ x, y }) => [x, y])(document.querySelector('[data-layout]').getBoundingClientRect())"
    before = page.evaluate(place)
    page.evaluate("site.store.set('group', ['cfg.lr', 'cfg.model'])")
    page.locator(".pane-tools .chips .chip").nth(1).wait_for()
    assert page.evaluate(place) == before
    page.locator(".scroller").evaluate("box => { box.scrollLeft = 60; }")
    wait_until(page, "document.querySelector('.scroller').classList.contains('moved')")
    edge = "getComputedStyle(document.querySelector('.runs tbody .who')).boxShadow"
    assert page.evaluate(edge) != "none"
    page.locator(".scroller").evaluate("box => { box.scrollLeft = 0; }")
    wait_until(page, f"{edge} === 'none'")
