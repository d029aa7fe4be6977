"""Pages on paper: light, without tools, with every row and chart, nothing cut."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.page_sites import first_run, write_site
from tests.browser.visit import Visit
from tests.sitegen.pages.fixture_site import demo_runs, make_project, make_run, make_site

pytestmark = pytest.mark.browser

PAPER = {"width": 700, "height": 1000}
"""About what A4 has between its margins."""

TOOLS = "button, input, select, .top .icon, .bar, .splitter, .tabs, .text-tools, .pane-tools, .foot"
VISIBLE = f"""() => [...document.querySelectorAll("{TOOLS}")]
  .filter((one) => !one.closest("th, .legend, .counts") && one.checkVisibility())
  .map((one) => one.outerHTML.slice(0, 120))"""
"""Tools that can be seen; the names in a table's head and in a legend, and counts, are buttons and stay."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders `demo` and `sixty`."""
    root, cache = tmp_path_factory.mktemp("site"), tmp_path_factory.mktemp("cache")
    sixty = [make_run(number, points=12, console=(), system=(), patch=None) for number in range(60)]
    for name, runs in (("demo", demo_runs()), ("sixty", sixty)):
        write_site(make_site(make_project(runs)), root / name, cache)
    return root


def printed(visit: Callable[..., Visit], path: Path, **options: object) -> Visit:
    """The page as it is while it is printed."""
    seen = visit(path, viewport=PAPER, **options)
    seen.page.wait_for_timeout(900)
    seen.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    seen.page.emulate_media(media="print")
    return seen


@pytest.mark.parametrize("name", ["index.html", "digits/index.html", "warm-pike"])
def test_paper_has_no_tools_and_cuts_nothing(visit: Callable[..., Visit], site: Path, name: str) -> None:
    """What can only be pressed is left out; nothing is wider than the paper."""
    path = site / "demo" / name if name.endswith(".html") else first_run(site / "demo", name)
    page = printed(visit, path).page
    assert page.evaluate(VISIBLE) == []
    # Chromium makes a page smaller whose table has too many columns.
    widest = page.evaluate(
        "Math.max(...[...document.querySelectorAll('.panel, .card, h1, p')].map(RIGHT))".replace(
            "RIGHT", "(one) => one.getBoundingClientRect().right"
        )
    )
    assert widest <= PAPER["width"]
    assert page.locator("h1").first.is_visible()


def test_charts_are_drawings_in_light_colours(visit: Callable[..., Visit], site: Path) -> None:
    """Also where the screen is dark; they are as wide as their place, and go when the printing is over."""
    page = printed(visit, site / "demo" / "digits" / "index.html", color_scheme="dark").page
    drawings = page.locator(".panel .on-paper svg")
    assert drawings.count() >= 2
    widths = page.evaluate(
        "[...document.querySelectorAll('.on-paper svg')].filter((one) => one.checkVisibility())"
        ".map((one) => one.getBoundingClientRect().width / one.closest('.panel').clientWidth)"
    )
    assert min(widths) > 0.9
    assert page.locator(".panel:has(.on-paper) canvas:visible").count() == 0
    label = page.evaluate("document.querySelector('.on-paper text').getAttribute('fill')")
    assert sum(int(label[at : at + 2], 16) for at in (1, 3, 5)) < 3 * 128, f"{label} is pale on paper"
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == "rgb(255, 255, 255)"
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    assert page.locator(".on-paper").count() == 0


def test_every_run_is_on_paper(visit: Callable[..., Visit], site: Path) -> None:
    """The table on the screen has the rows in view only."""
    seen = visit(site / "sixty" / "digits" / "index.html", viewport=PAPER)
    seen.page.wait_for_timeout(500)
    assert seen.page.locator(".runs tbody tr[data-run]").count() < 60
    seen.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert seen.page.locator(".runs tbody tr[data-run]").count() == 60
    seen.page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert seen.page.locator(".runs tbody tr[data-run]").count() < 60


def test_a_pdf_is_made_of_the_drawings(visit: Callable[..., Visit], site: Path, tmp_path: Path) -> None:
    """Chromium tells the page before it prints, and the PDF holds text and lines, not pictures."""
    seen = visit(first_run(site / "demo", "warm-pike"))
    seen.page.wait_for_timeout(900)
    count = "window.drawn = document.querySelectorAll('.on-paper svg').length"
    seen.page.evaluate(f"addEventListener('beforeprint', () => {{ {count}; }})")
    pdf = seen.page.pdf(path=tmp_path / "run.pdf", format="A4")
    assert seen.page.evaluate("window.drawn") >= 2
    assert pdf.count(b"/Subtype /Image") + pdf.count(b"/Subtype/Image") == 0
    assert seen.complaints() == []


MOVING = """() => { const parts = ["", "::before", "::after"], all = [...document.querySelectorAll("*")];
  return all.flatMap((one) => parts.map((part) => {
  const style = getComputedStyle(one, part);
  const times = style.transitionDuration.split(", "), moves = times.some((time) => time !== "0s");
  const isMoving = moves || style.animationName !== "none" || style.scrollBehavior === "smooth";
  return isMoving ? `${one.className || one.tagName}${part}` : "";
})).filter(Boolean); }"""


@pytest.mark.parametrize("name", ["index.html", "digits/index.html", "deep-tide"])
def test_nothing_moves_for_those_who_want_it_still(
    visit: Callable[..., Visit], site: Path, name: str
) -> None:
    """With prefers-reduced-motion there is no animation, transition or smooth scrolling."""
    path = site / "demo" / name if name.endswith(".html") else first_run(site / "demo", name)
    page = visit(path, reduced_motion="reduce").page
    page.wait_for_timeout(300)
    assert page.evaluate(MOVING) == []
    if name == "digits/index.html":
        page.emulate_media(reduced_motion="no-preference")
        assert page.evaluate(MOVING) != []
