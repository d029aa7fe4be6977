"""axe-core's rules on every kind of page, light and dark."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.test_site import PAGES, wait_for_charts
from tests.browser.visit import Visit

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("page", [*PAGES, "patterns.html"])
def test_page_breaks_no_accessibility_rule(
    visit: Callable[..., Visit], demo_site: Path, page: str, scheme: str
) -> None:
    """No violation of WCAG 2 A or AA that axe-core can find."""
    sync_playwright = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed"
    )
    # The rules are put into the page as a script element, which the page's own policy refuses by design.
    seen = visit(demo_site / page, color_scheme=scheme, reduced_motion="reduce", bypass_csp=True)
    if page not in {"index.html", "patterns.html"}:
        wait_for_charts(seen.page)
    seen.page.wait_for_timeout(800)
    options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
    violations = sync_playwright.Axe().run(seen.page, options=options).response["violations"]
    told = [f"{rule['id']}: {node['html'][:160]}" for rule in violations for node in rule["nodes"][:3]]
    assert told == []
