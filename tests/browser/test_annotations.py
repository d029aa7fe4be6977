"""Restarts, artifacts and alerts on the x axes of charts, as a reader meets them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sitegen.derive.facts import Annotation
from tests.browser.page_sites import write_site
from tests.browser.test_charts import settle
from tests.browser.visit import Visit, wait_until
from tests.sitegen.pages.fixture_site import make_project, make_run, make_site

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

NEAR = "site.panels.all.filter((one) => one.near).every((one) => one.frame && !one.dirty)"
INK = """(name) => {
  const panel = site.panels.all.find((one) => one.spec.metric === name), { frame, layer } = panel;
  const at = Math.round(frame.x.map(30) * devicePixelRatio);
  const base = Math.round((frame.top + frame.height) * devicePixelRatio);
  const { data } = layer.getContext("2d").getImageData(at - 1, base - 10, 2, 6);
  return [...data].filter((value, index) => index % 4 === 3 && value > 128).length;
}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    happened = (
        Annotation("restart", 60.0, 30.0, "2"),
        Annotation("artifact", 90.0, None, "net:v0"),
        Annotation("alert", 110.0, 50.0, "Loss rises"),
    )
    runs = [make_run(0, annotations=happened, attempts=2), make_run(1), make_run(2)]
    return write_site(
        make_site(make_project(runs)), tmp_path_factory.mktemp("marks"), tmp_path_factory.mktemp("cache")
    )


def opened(visit: Callable[..., Visit], site: Path) -> tuple[Visit, Page]:
    seen = visit((site / "digits" / "index.html").as_uri())
    wait_until(seen.page, f"site.panels.all.length > 0 && {NEAR}")
    settle(seen.page)
    return seen, seen.page


def test_what_happened_is_marked_and_told(visit: Callable[..., Visit], site: Path) -> None:
    """A restart is a tick above its step; the tooltip near it says what it was, and of which run."""
    seen, page = opened(visit, site)
    assert page.evaluate(INK, "train/loss") > 0
    page.evaluate(
        "() => { const panel = site.panels.all.find((one) => one.spec.metric === 'train/loss');"
        " site.hover.show(panel, 30, null); }"
    )
    name = page.evaluate("() => site.current.runs.find((run) => run.annotations).name")
    page.locator(".tip .tip-more", has_text=f"attempt 2 began · {name}").wait_for()
    assert seen.complaints() == []


def test_marks_can_be_switched_off(visit: Callable[..., Visit], site: Path) -> None:
    """By a box among the options of any chart; the address keeps it."""
    seen, page = opened(visit, site)
    page.locator(".panel .tool-range").first.dispatch_event("click")
    page.get_by_label("Mark restarts, artifacts and alerts").uncheck()
    wait_until(page, "location.hash.includes('marks=')")
    wait_until(page, NEAR)
    settle(page)
    assert page.evaluate(INK, "train/loss") == 0
    page.reload()
    wait_until(page, f"site.panels.all.length > 0 && {NEAR}")
    settle(page)
    assert page.evaluate(INK, "train/loss") == 0
    assert seen.complaints() == []
