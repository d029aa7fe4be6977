"""The table behind a chart and the chart in full screen: by pointer and by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.page_sites import first_run
from tests.browser.test_chart_choices import of_panel, opened
from tests.browser.test_chart_choices import site as site
from tests.browser.test_charts import settle
from tests.browser.test_pages_axe import broken_rules
from tests.browser.visit import Visit, wait_until

pytestmark = pytest.mark.browser

HEADS = "[...document.querySelectorAll('.chart-data thead th')].map((one) => one.textContent)"
CELLS = """[...document.querySelectorAll('.chart-data tbody tr[aria-rowindex]')]
  .map((one) => one.innerText.split('\t'))"""


def test_the_data_of_a_chart_stand_behind_it(visit: Callable[..., Visit], site: Path) -> None:
    """Each point has a row, a press on a head sorts, Escape closes and gives the focus back."""
    seen, page = opened(visit, site)
    figure = page.locator("figure", has_text="val/loss").first
    figure.hover()
    figure.locator(".tool-data").click()
    page.wait_for_selector(".chart-data tbody tr")
    count = of_panel(page, "val/loss", "panel.visible.reduce((sum, one) => sum + one.x.length, 0)")
    table = page.locator(".chart-data table")
    assert table.get_attribute("aria-rowcount") == str(count + 1)
    assert page.evaluate(HEADS) == ["Run", "step", "Value"]
    assert page.locator(".chart-data tbody tr").count() < 60, "only rows in view are made"
    page.get_by_role("button", name="Value", exact=True).click()
    assert page.locator(".chart-data th[aria-sort=ascending]").inner_text().startswith("Value")
    lowest = of_panel(
        page, "val/loss", "Math.min(...panel.visible.flatMap((one) => [...one.y].filter(Number.isFinite)))"
    )
    assert float(page.evaluate(CELLS)[0][2]) == pytest.approx(lowest)
    page.keyboard.press("Enter")
    highest = of_panel(
        page, "val/loss", "Math.max(...panel.visible.flatMap((one) => [...one.y].filter(Number.isFinite)))"
    )
    assert float(page.evaluate(CELLS)[0][2]) == pytest.approx(highest)
    page.locator(".chart-data").focus()
    page.keyboard.press("End")
    wait_until(page, f"document.querySelector('.chart-data tr[aria-rowindex=\"{count + 1}\"]') !== null")
    assert page.evaluate(CELLS)[-1][2] == "NaN", "what is no number stands last"
    page.keyboard.press("Escape")
    assert page.locator(".chart-data").count() == 0
    assert page.evaluate("document.activeElement.className") == "tool tool-data"
    assert not seen.complaints()


def test_the_table_follows_the_chart(visit: Callable[..., Visit], site: Path) -> None:
    """Smoothing adds a column, grouping makes rows of groups with their n."""
    seen, page = opened(visit, site)
    figure = page.locator("figure", has_text="val/loss").first
    figure.hover()
    figure.locator(".tool-data").click()
    page.wait_for_selector(".chart-data tbody tr")
    page.evaluate("site.store.set('smoothing', 0.6)")
    wait_until(page, f"{HEADS}.includes('Smoothed')")
    page.evaluate("site.store.set('group', ['cfg.lr'])")
    wait_until(page, f"{HEADS}.join() === 'Group,step,Value,Low,High,n (runs)'")
    assert not seen.complaints()


def test_full_screen_by_keyboard(visit: Callable[..., Visit], site: Path) -> None:
    """Arrows go from chart to chart, menus open inside, and at the end the focus is where the reader went."""
    seen, page = opened(visit, site)
    figure = page.locator("figure", has_text="val/acc").first
    figure.hover()
    figure.locator(".tool-full").focus()
    page.keyboard.press("Enter")
    full = "(document.fullscreenElement || document.body).querySelector('h3')?.title"
    wait_until(page, f"document.fullscreenElement && {full} === 'val/acc'")
    wait_until(page, "document.activeElement.className === 'over'")
    page.keyboard.press("ArrowDown")
    wait_until(page, f"{full} === 'val/loss'")
    now = "site.panels.all.find((one) => one.figure === document.fullscreenElement)"
    wait_until(page, f"{now}?.frame?.outer.width > 1000 && !{now}.dirty")
    figure = page.locator("figure", has_text="val/loss").first
    figure.locator(".tool-data").click()
    page.wait_for_selector(":fullscreen .chart-data tbody tr")
    figure.locator(".tool-export").click()
    page.wait_for_selector(":fullscreen .popover")
    assert page.locator(".popover").is_visible()
    assert broken_rules(page) == []
    page.keyboard.press("Escape")
    settle(page)
    plot, table = (figure.locator(one).bounding_box() for one in (".plot", ".chart-data"))
    assert plot is not None
    assert table is not None
    assert plot["y"] + plot["height"] <= table["y"] <= 900 - table["height"]
    figure.locator(".over").focus()
    page.keyboard.press("Escape")
    wait_until(page, "!document.fullscreenElement")
    wait_until(page, "document.activeElement.className === 'tool tool-full'")
    assert page.evaluate("document.activeElement.closest('figure').querySelector('h3').title") == "val/loss"
    assert not seen.complaints()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_table_and_the_menu_break_no_rule(visit: Callable[..., Visit], site: Path, scheme: str) -> None:
    """With both open, on a system chart of a run as well, axe-core finds nothing."""
    page_of_run = first_run(site, "")
    seen = visit(page_of_run.as_uri(), color_scheme=scheme)
    page = seen.page
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    figure = page.locator("figure[data-chart]").last
    figure.scroll_into_view_if_needed()
    figure.locator(".tool-data").click()
    page.wait_for_selector(".chart-data tbody tr[aria-rowindex]")
    figure.locator(".tool-export").click()
    page.wait_for_selector(".export-box")
    assert broken_rules(page) == []
    assert not seen.complaints()
