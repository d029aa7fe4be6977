"""What readers choose for charts: the metric on the x axis, the range of y, charts of their own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.page_sites import write_site
from tests.browser.test_charts import settle
from tests.browser.visit import Visit, wait_until
from tests.sitegen.pages.fixture_site import demo_runs, make_project, make_run, make_site

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

NEAR = "site.panels.all.filter((one) => one.near).every((one) => one.frame && !one.dirty)"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    runs = [*demo_runs(), *(make_run(number, points=300) for number in range(30, 34))]
    return write_site(
        make_site(make_project(runs)), tmp_path_factory.mktemp("choices"), tmp_path_factory.mktemp("cache")
    )


def opened(visit: Callable[..., Visit], site: Path, state: str = "") -> tuple[Visit, Page]:
    seen = visit(f"{(site / 'digits' / 'index.html').as_uri()}#{state}")
    wait_until(seen.page, f"site.panels.all.length > 0 && {NEAR}")
    settle(seen.page)
    return seen, seen.page


def of_panel(page: Page, metric: str, expression: str) -> Any:
    find = "const panel = site.panels.all.find((one) => one.spec.metric === name);"
    return page.evaluate(f"(name) => {{ {find} return {expression}; }}", metric)


def test_the_x_axis_can_be_another_metric(visit: Callable[..., Visit], site: Path) -> None:
    """The field offers the page's metrics; charts go over it, caption and address say so."""
    seen, page = opened(visit, site)
    field = page.locator("select[data-store=x]")
    field.focus()
    field.select_option("metric:val/loss")
    wait_until(page, f"site.panels.all.some((one) => one.joined) && {NEAR}")
    settle(page)
    assert of_panel(page, "val/acc", "[panel.xmode, panel.xname]") == ["metric", "val/loss"]
    assert of_panel(page, "val/acc", "panel.curves.length") > 1
    x, y = of_panel(page, "val/loss", "[[...panel.curves[0].x], [...panel.curves[0].y]]")
    assert x == y, "a metric over itself is the diagonal"
    assert "over val/loss" in of_panel(page, "val/acc", "panel.words")
    page.wait_for_timeout(300)
    assert "x=metric%3Aval%2Floss" in page.evaluate("location.hash")
    assert not seen.complaints()


def test_an_address_with_an_unknown_metric_is_said(visit: Callable[..., Visit], site: Path) -> None:
    """Charts stay over steps and say why."""
    seen, page = opened(visit, site, "x=metric:ghost")
    assert "no metric is called ghost" in of_panel(page, "val/acc", "panel.words")
    assert page.locator("select[data-store=x]").input_value() == "metric:ghost"
    assert not seen.complaints()


def test_the_ends_of_y_are_typed_per_chart_and_outliers_left_out_in_all(
    visit: Callable[..., Visit], site: Path
) -> None:
    """Mistakes are said in the box, the caption counts what is outside, and the address keeps both."""
    seen, page = opened(visit, site)
    figure = page.locator("figure", has_text="val/loss")
    figure.hover()
    figure.locator(".tool-range").click()
    page.get_by_label("upper end of the y axis").fill("0,5")
    assert "such as 0.5" in page.locator(".chart-box-problem").inner_text()
    page.get_by_label("upper end of the y axis").fill("0.5")
    wait_until(page, "location.hash.includes('yr=')")
    settle(page)
    assert of_panel(page, "val/loss", "panel.frame.y.domain[1]") == 0.5
    assert "outside" in of_panel(page, "val/loss", "panel.words")
    assert "outside" not in of_panel(page, "val/acc", "panel.words")
    page.get_by_label("Leave out outliers").check()
    settle(page)
    assert "outside" in of_panel(page, "val/acc", "panel.words")
    page.get_by_role("button", name="All values").click()
    settle(page)
    assert "outside" not in of_panel(page, "val/loss", "panel.words")
    assert not seen.complaints()
