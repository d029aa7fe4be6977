"""The run table in a browser: rows in view only, order, filter, eyes, keyboard; and the console's tools."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.page_sites import first_run, write_site
from tests.browser.visit import Visit
from tests.sitegen.pages.fixture_site import console, demo_runs, make_project, make_run, make_site

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

RUNS = 1_000


@pytest.fixture(scope="module")
def large_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    runs = [
        make_run(number, points=4, console=(), system=(), provenance={}, patch=None) for number in range(RUNS)
    ]
    return write_site(
        make_site(make_project(runs)), tmp_path_factory.mktemp("large"), tmp_path_factory.mktemp("cache")
    )


@pytest.fixture(scope="module")
def small_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    runs = [*demo_runs(), make_run(20, console=console(1_000))]
    return write_site(
        make_site(make_project(runs)), tmp_path_factory.mktemp("small"), tmp_path_factory.mktemp("cache")
    )


@pytest.fixture
def table(visit: Callable[..., Visit], large_site: Path) -> Page:
    return visit(large_site / "digits" / "index.html").page


def names(page: Page) -> list[str]:
    return [text.strip() for text in page.locator(".runs tbody .who a").all_inner_texts()]


def test_only_rows_in_view_are_elements(table: Page) -> None:
    """A thousand runs scroll as one table; its height says how many there are."""
    assert table.locator(".runs tbody tr[data-run]").count() < 80
    assert table.locator("table.runs").get_attribute("aria-rowcount") == str(RUNS + 1)
    table.evaluate("document.querySelector('.scroller').scrollTop = 1e9")
    table.locator(f".runs tr[aria-rowindex='{RUNS + 1}']").wait_for()
    assert names(table)[-1] == make_run(0).name
    assert table.locator(".runs tbody tr[data-run]").count() < 80


def test_a_head_sorts_and_the_address_keeps_the_order(table: Page) -> None:
    """Best first for a metric that is to be large; the order is in the link that one shares."""
    table.get_by_role("button", name="val/acc max").click()
    head = table.locator("th[aria-sort]")
    assert head.get_attribute("aria-sort") == "descending"
    values = [float(text) for text in table.locator(".runs tbody td:nth-child(5)").all_inner_texts()]
    assert values == sorted(values, reverse=True)
    table.wait_for_timeout(400)
    assert "sort=" in table.url


def test_rows_made_by_scripts_lead_where_those_of_the_page_led(
    visit: Callable[..., Visit], tmp_path: Path
) -> None:
    """Also of runs whose ids are no names of files, or not on every system."""
    runs = [replace(make_run(at), id=id_) for at, id_ in enumerate(["calm-fox", "Calm-Fox", "über a/b?#%41"])]
    site = write_site(make_site(make_project(runs)), tmp_path / "site", tmp_path / "cache")
    page = visit(site / "digits" / "index.html").page
    links = page.locator(".runs tbody .who a")
    plain = set(re.findall(r'href="(runs/[^"]+)"', (site / "digits" / "index.html").read_text()))
    page.get_by_role("button", name="val/acc max").click()
    page.locator("th[aria-sort=descending]").wait_for()
    made = [links.nth(at).get_attribute("href") for at in range(len(runs))]
    assert len(plain) == len(runs)
    assert set(made) == plain
    assert all((site / "digits" / str(one)).exists() for one in made)


def test_a_filter_narrows_table_and_counts(table: Page) -> None:
    """An expression, and words; what is no expression is told below the field, with its place."""
    table.keyboard.press("/")
    table.keyboard.type('lr < 0.01 and name ~ "fox"')
    expected = [make_run(n).name for n in range(RUNS) if n % 4 == 0 and "fox" in make_run(n, series=[]).name]
    table.locator("[data-shown]", has_text=f"{len(expected)} of 1,000 runs").wait_for()
    assert table.locator("[data-shown]").inner_text() == f"{len(expected)} of 1,000 runs"
    table.locator(".filter input").fill("lr < 0.01 and val/akk > 3")
    note = table.locator(".filter-note:not(:empty)")
    assert 'No run has a metric or setting "val/akk". Did you mean "val/acc"?' in note.inner_text()
    assert note.locator("mark").inner_text() == "val/akk"
    assert table.locator("[data-shown]").inner_text() == f"{len(expected)} of 1,000 runs"
    table.locator(".filter input").fill("no run is called this")
    assert table.locator(".filter-note").inner_text() == "No run passes this filter."
    table.keyboard.press("Escape")
    assert table.locator("[data-shown]").inner_text() == "1,000 runs"


def test_a_half_typed_filter_changes_nothing_and_moves_nothing(table: Page) -> None:
    """Letter by letter up to an expression: the result before it stays, and says that it does."""
    place = "document.querySelector('.runs').getBoundingClientRect().top"
    before = table.evaluate(place)
    shown, note = table.locator("[data-shown]"), table.locator(".filter-note")
    table.keyboard.press("/")
    table.keyboard.type("val/a")
    note.filter(has_text="Unfinished. Still showing: all runs").wait_for()
    assert shown.inner_text() == "1,000 runs"
    table.keyboard.type("cc > 0.9")
    note.filter(has_text="val/acc means the last value here; the column shows max(val/acc).").wait_for()
    passing = shown.inner_text()
    assert passing.endswith(" of 1,000 runs")
    # At once: on a slow machine "and lr" would be taken as it stands, which it may be.
    table.keyboard.insert_text(" and lr <")
    note.filter(has_text=f"Unfinished. Still showing: val/acc > 0.9 · {passing}").wait_for()
    table.keyboard.insert_text(" < 3")
    note.filter(has_text="Still showing: val/acc > 0.9").filter(has_text="Expected a name").wait_for()
    assert shown.inner_text() == passing
    assert "wrong" in (table.locator(".field.filter").get_attribute("class") or "")
    assert table.evaluate(place) == before


def test_eyes_hide_runs_one_by_one_all_and_all_but_one(table: Page) -> None:
    """The newest fifty are drawn at first; Alt leaves only one."""
    drawn = table.locator("[data-drawn]")
    assert drawn.inner_text() == "50 drawn"
    eye = table.locator(".runs tbody button.eye").first
    eye.click()
    assert (eye.get_attribute("aria-pressed"), drawn.inner_text()) == ("false", "49 drawn")
    eye.click(modifiers=["Alt"])
    assert drawn.inner_text() == "1 drawn"
    table.locator(".eyes").click()
    assert drawn.inner_text() == "1,000 drawn"


def test_charts_draw_the_newest_runs_of_a_filter(table: Page) -> None:
    """As many as without one, and the address says only the filter; what readers choose themselves stays."""
    drawn, field = table.locator("[data-drawn]"), table.locator("[data-store=filter]")
    oldest = table.evaluate("site.current.runs.at(-1).name")
    field.fill("id:" + table.evaluate("site.current.runs.at(-1).id"))
    drawn.filter(has_text="1 drawn").wait_for()
    assert names(table) == [oldest]
    assert table.locator(".runs tbody .eye").get_attribute("aria-pressed") == "true"
    field.fill("lr < 0.01")
    table.locator("[data-shown]").filter(has_text=" of 1,000 runs").wait_for()
    drawn.filter(has_text="50 drawn").wait_for()
    table.locator("[data-panel=draw]").click()
    passing = table.locator("[data-shown]").inner_text().split()[0]
    assert table.get_by_role("button", name=f"All {passing} that pass the filter").count() == 1
    table.keyboard.press("Escape")
    table.wait_for_timeout(400)
    assert "q=" in table.url
    assert "hide=" not in table.url
    assert "show=" not in table.url
    table.locator(".runs tbody .eye").first.click()
    drawn.filter(has_text="49 drawn").wait_for()
    field.fill("lr < 0.02")
    table.wait_for_timeout(600)
    assert "show=" in table.url
    field.fill("id:" + table.evaluate("site.current.runs.at(-1).id"))
    drawn.filter(has_text=re.compile("^0 drawn$")).wait_for()
    table.evaluate("site.press.reopen()")
    drawn.filter(has_text="1 drawn").wait_for()
    field.fill("")
    drawn.filter(has_text="50 drawn").wait_for()


def test_the_heads_are_one_stop_for_tab(table: Page) -> None:
    """Arrows go from one to the next and down to the rows, from the first of which they come back."""
    held = "document.activeElement"
    focused = f"{held}.getAttribute('aria-label') || {held}.innerText.split('\\n')[0].trim()"
    table.locator(".scroller").focus()
    table.keyboard.press("Tab")
    assert table.evaluate(focused) == "Draw all runs, or none"
    table.keyboard.press("ArrowRight")
    table.keyboard.press("ArrowRight")
    assert table.evaluate(focused) == "state"
    table.keyboard.press("Enter")
    assert table.locator("th[aria-sort]").get_attribute("data-key") == "state"
    assert table.evaluate(focused) == "state"
    table.keyboard.press("Tab")
    assert table.evaluate("document.activeElement.closest('tbody') !== null")
    table.keyboard.press("ArrowUp")
    assert table.evaluate(focused) == "state"
    table.keyboard.press("End")
    assert table.evaluate(focused) == "More for started"
    table.keyboard.press("ArrowDown")
    assert table.evaluate("document.activeElement.closest('tr').getAttribute('aria-rowindex')") == "2"


def test_tab_leads_out_of_a_menu_to_what_follows_its_button(table: Page) -> None:
    """It closes behind its last field; Shift and Tab go back to the button, Escape too."""
    opener = table.locator("[data-panel=more]")
    label = "document.activeElement.textContent"
    opener.press("Enter")
    menu = table.locator(".popover")
    for _ in range(menu.locator("button").count()):
        table.keyboard.press("Tab")
    assert menu.count() == 0
    assert table.evaluate("document.activeElement.className") == "scroller"
    opener.press("Enter")
    table.keyboard.press("Shift+Tab")
    assert menu.count() == 0
    assert table.evaluate(label) == "More"
    table.set_viewport_size({"width": 720, "height": 450})
    table.locator("[data-panel=group]").press("Enter")
    table.locator(".chooser-list button").first.wait_for()
    box = table.locator(".chooser-list").bounding_box()
    assert box is not None
    assert box["height"] >= 100
    table.keyboard.press("Escape")
    assert table.evaluate(label) == "Group"


def test_the_table_can_be_used_by_keyboard_alone(table: Page) -> None:
    """One stop for Tab; arrows move, Space turns the eye, End goes to the last run."""
    table.locator(".runs tbody [tabindex='0']").first.focus()
    assert table.locator(".runs tbody [tabindex='0']").count() == 1
    table.keyboard.press("ArrowDown")
    table.keyboard.press(" ")
    second = table.locator(".runs tr[aria-rowindex='3']")
    assert second.locator(".eye").get_attribute("aria-pressed") == "false"
    table.keyboard.press("Control+End")
    focused = table.evaluate("document.activeElement.closest('tr').getAttribute('aria-rowindex')")
    assert focused == str(RUNS + 1)


FOCUS = "(document.activeElement.closest('tr').dataset.run || '') + document.activeElement.innerText.trim()"


@pytest.mark.parametrize("place", ["tbody tr[aria-rowindex='4'] .who a", "thead th[data-key='name'] .sorter"])
def test_rows_and_heads_made_anew_keep_the_focus(table: Page, place: str) -> None:
    """Columns come late, and a live run's page renews itself: neither takes the place from who uses keys."""
    table.locator(f".runs {place}").focus()
    before = table.evaluate(FOCUS)
    table.evaluate("document.activeElement.closest('tr').dataset.old = 'yes'")
    table.evaluate("document.dispatchEvent(new Event('runpress:renewed'))")
    # Not by a function: where it has to be asked twice, the page's policy forbids it.
    table.locator(".runs tr[data-old]").wait_for(state="detached")
    assert table.evaluate(FOCUS) == before != ""


def test_a_search_for_a_metric_opens_its_section(visit: Callable[..., Visit], small_site: Path) -> None:
    """Sections without a match are gone until the search is cleared."""
    page = visit(small_site / "digits" / "index.html").page
    field = page.get_by_label("Find a metric")
    field.fill("gpu util")
    assert page.locator(".panel:visible").count() == 1
    field.fill("no such metric")
    assert page.get_by_text("No metric has that in its name.").is_visible()
    field.fill("")
    assert page.locator("details.group:visible").count() == 4
    assert not page.locator("details.group").last.evaluate("section => section.open")


def test_counts_by_state_filter_the_table(visit: Callable[..., Visit], small_site: Path) -> None:
    """A press on '1 failed' shows that run; the open run has become lost."""
    page = visit(small_site / "digits" / "index.html").page
    page.get_by_role("button", name="1 failed").click()
    assert names(page) == ["warm-pike"]
    page.get_by_role("button", name="1 failed").click()
    page.get_by_role("button", name="1 lost").click()
    assert names(page) == ["deep-tide"]


def test_open_runs_on_the_first_page_are_told_apart(visit: Callable[..., Visit], small_site: Path) -> None:
    """The run without an end, of months ago, is counted as lost; only what is true now is shown."""
    seen = visit(small_site / "index.html")
    card = seen.page.locator(".project-card .dots")
    assert "1 lost" in card.inner_text()
    assert "open" not in card.inner_text()
    seen.page.evaluate("document.dispatchEvent(new Event('runpress:rows'))")
    widths = "rects => rects.map((rect) => [rect.getAttribute('class'), Number(rect.getAttribute('width'))])"
    parts = dict(seen.page.locator(".project-card .statebar rect").evaluate_all(widths))
    assert parts["open"] == 0
    assert parts["lost"] > 0
    assert sum(parts.values()) == pytest.approx(100, abs=0.1)
    assert seen.complaints() == []


def test_a_narrow_run_page_shows_the_way_back(visit: Callable[..., Visit], small_site: Path) -> None:
    """A long name of a run takes no room from its project's."""
    page = visit(first_run(small_site, make_run(20).id)).page
    page.set_viewport_size({"width": 390, "height": 700})
    crumbs = page.locator(".crumbs li:visible")
    assert crumbs.count() == 1
    assert crumbs.first.evaluate("crumb => crumb.scrollWidth <= crumb.clientWidth")


def test_the_console_can_be_searched_and_reduced(visit: Callable[..., Visit], small_site: Path) -> None:
    """A search looks into the fold too; standard error can stand alone."""
    page = visit(first_run(small_site, make_run(20).id)).page
    page.get_by_label("Find in the console").fill("step 50000")
    page.locator(".console-text p:visible").first.wait_for()
    page.wait_for_timeout(300)
    assert page.locator(".console-text p:visible").count() == 1
    page.get_by_label("Find in the console").fill("")
    page.wait_for_timeout(300)
    page.get_by_role("button", name="Standard error only").click()
    assert page.locator(".console-text p:visible").count() == 2


def test_the_mode_is_chosen_and_kept(visit: Callable[..., Visit], small_site: Path) -> None:
    """Auto, light, dark; the next page begins in the mode chosen."""
    page = visit(small_site / "index.html", color_scheme="light").page
    button = page.get_by_role("button", name="Colours")
    button.click()
    button.click()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.goto((small_site / "digits" / "index.html").as_uri())
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert dark == "rgb(18, 20, 23)"
