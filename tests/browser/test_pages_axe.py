"""axe-core's rules on pages that the demo site does not have: no runs, many runs, crashes, absurd names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sitegen.derive.facts import SiteFacts
from tests.browser.page_sites import first_run, write_site
from tests.browser.visit import Visit
from tests.sitegen.pages.fixture_site import demo_runs, make_project, make_run, make_site

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

ABSURD = (
    "<img src=x onerror=window.pwn=1>",
    "a" * 200,
    "مرحبا \u202e",
    "   ",
    "'\"><script>window.pwn=1</script>",
)

STATES = {
    "palette": ("", "key Control+k", ".palette-list li"),
    "keys": ("", "key ?", ".help"),
    "groups": ("", "[data-panel=group]", ".popover .row-button"),
    "filter": (
        "site.store.set('filter', 'state in [\"finished\"]')",
        "[data-panel=filter]",
        ".popover .quick-facet .tick",
    ),
    "columns": ("", "[data-panel=columns]", ".popover .chooser-list > *"),
    "grouped": ("site.store.set('group', ['cfg.lr'])", "", ".runs tr.group"),
    "selection": (
        "site.store.set('selected', new Set(site.current.runs.slice(0, 2).map((one) => one.id)))",
        "",
        "[data-selection] button",
    ),
    "layout": ("site.store.set('away', ['val/loss'])", "[data-layout]", ".layout-file pre"),
    "chart menu": ("", "figure:not([hidden]) .tool-place >> nth=0", ".popover .menu"),
}
"""What is done to a page, what is pressed, and what then stands there."""


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders `none`, `demo`, `bare`, `sixty` and `absurd`, each a site."""
    root, cache = tmp_path_factory.mktemp("sites"), tmp_path_factory.mktemp("cache")
    absurd = [
        replace(
            make_run(number), name=name, group=name, notes=name, tags=(name,), config={name: name}, cause=name
        )
        for number, name in enumerate(ABSURD)
    ]
    bare = replace(
        make_run(0), series=(), summary={}, config={}, console=(), patch=None, system=(), provenance={}
    )
    sixty = [make_run(number, points=3, console=(), system=(), patch=None) for number in range(60)]
    few = pytest.MonkeyPatch()
    few.setattr("sitegen.pages.runlist.PAGE_RUNS", 30)  # So that the list of sixty has two pages.
    for name, facts in {
        "none": SiteFacts(()),
        "demo": make_site(make_project(demo_runs())),
        "bare": make_site(make_project([bare])),
        "sixty": make_site(make_project(sixty)),
        "absurd": make_site(make_project(absurd, title=ABSURD[0])),
    }.items():
        write_site(facts, root / name, cache)
    few.undo()
    return root


def page_of(sites: Path, name: str) -> Path:
    site, _, page = name.partition(":")
    return sites / site / page if page.endswith(".html") else first_run(sites / site, page)


KINDS = (
    "none:index.html", "none:404.html", "demo:index.html", "demo:patterns.html", "demo:digits/index.html",
    "demo:warm-pike", "demo:late-moss", "demo:deep-tide", "bare:digits/index.html", "bare:tidy-fox",
    "sixty:digits/runs/index.html", "absurd:index.html", "absurd:digits/index.html", "absurd:tidy-fox",
)  # fmt: skip
"""Every kind of page, and states of it."""


def broken_rules(page: Page, *, without: tuple[str, ...] = ()) -> list[str]:
    """Every rule of axe-core that a page breaks, those beyond WCAG included, with what breaks it."""
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed"
    )
    # Without preload: axe would fetch the style sheets, which file:// refuses.
    options = {"preload": False, "rules": {rule: {"enabled": False} for rule in without}}
    violations = axe.Axe().run(page, options=options).response["violations"]
    return [f"{rule['id']}: {node['html'][:200]}" for rule in violations for node in rule["nodes"][:3]]


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("name", KINDS)
def test_page_breaks_no_accessibility_rule(
    visit: Callable[..., Visit], sites: Path, name: str, width: int
) -> None:
    """No violation of any rule in either mode, and no complaint of the browser."""
    size = {"width": width, "height": 900}
    seen = visit(page_of(sites, name), color_scheme="light", viewport=size, bypass_csp=True)
    seen.page.wait_for_timeout(400)
    assert seen.complaints() == []
    # The page of patterns shows every part twice, once in each mode.
    without = ("landmark-unique",) if "patterns" in name else ()
    assert broken_rules(seen.page, without=without) == []
    seen.page.emulate_media(color_scheme="dark")
    seen.page.wait_for_timeout(200)
    assert broken_rules(seen.page, without=without) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", list(STATES))
def test_state_of_a_project_page_breaks_no_accessibility_rule(
    visit: Callable[..., Visit], sites: Path, state: str, scheme: str
) -> None:
    """What opens or comes up on a press is as sound as the page it stands on."""
    seen = visit(page_of(sites, "demo:digits/index.html"), color_scheme=scheme, bypass_csp=True)
    script, opener, shown = STATES[state]
    if script:
        seen.page.evaluate(script)
    if opener.startswith("key "):
        seen.page.keyboard.press(opener.removeprefix("key "))
    elif opener:
        seen.page.locator(opener).click()
    seen.page.locator(shown).first.wait_for()
    seen.page.wait_for_timeout(300)
    assert broken_rules(seen.page) == []


@pytest.mark.parametrize("width", [390, 1920])
@pytest.mark.parametrize(
    "name", ["absurd:index.html", "absurd:digits/index.html", "absurd:tidy-fox", "demo:warm-pike"]
)
def test_nothing_makes_a_page_wider_than_its_window(
    visit: Callable[..., Visit], sites: Path, name: str, width: int
) -> None:
    """Long names wrap or end in an ellipsis; nothing of them runs as code."""
    seen = visit(page_of(sites, name), viewport={"width": width, "height": 800})
    seen.page.wait_for_timeout(300)
    assert seen.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert seen.page.evaluate("window.pwn === undefined")
    assert seen.complaints() == []
