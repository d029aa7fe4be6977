"""Where nothing is left to show, a press leads on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.page_sites import write_site
from tests.browser.visit import Visit
from tests.sitegen.pages.fixture_site import demo_runs, make_project, make_site

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    facts = make_site(make_project(demo_runs()))
    site = write_site(facts, tmp_path_factory.mktemp("site"), tmp_path_factory.mktemp("cache"))
    return site / "digits" / "index.html"


def test_a_filter_that_nothing_passes_can_be_cleared(visit: Callable[..., Visit], page_file: Path) -> None:
    """What a filter may be stands where the runs would, with a button that shows them all again."""
    seen = visit(page_file)
    way = seen.page.locator("[data-no-runs]")
    assert not way.is_visible()
    seen.page.locator("[data-store=filter]").fill("nothing is called so")
    way.wait_for()
    assert "state:failed" in way.inner_text()
    way.get_by_role("button").click()
    way.wait_for(state="hidden")
    assert seen.page.locator(".runs tbody tr[data-run]").count() == 12
    assert seen.complaints() == []


def test_a_filter_with_a_mistake_is_not_called_empty(visit: Callable[..., Visit], page_file: Path) -> None:
    """It lets everything through and says what is wrong with it, or that it is not whole yet."""
    page = visit(page_file).page
    page.locator("[data-store=filter]").fill("val/acc >")
    page.locator(".filter-note", has_text="Unfinished. Still showing: all runs").wait_for()
    assert not page.locator("[data-no-runs]").is_visible()
    page.locator("[data-store=filter]").fill("val/acc > > 1")
    page.locator(".field.filter.wrong").wait_for()
    assert not page.locator("[data-no-runs]").is_visible()


def test_the_page_can_be_kept_before_anything_was_changed(
    visit: Callable[..., Visit], page_file: Path
) -> None:
    """A project without a workspace has a way to its first one."""
    seen = visit(page_file)
    seen.page.locator("[data-panel=more]").click()
    seen.page.get_by_role("button", name="Keep this page as a workspace file").click()
    file = seen.page.locator(".layout-file pre")
    file.wait_for()
    assert "project: digits" in file.inner_text()
    assert seen.complaints() == []
