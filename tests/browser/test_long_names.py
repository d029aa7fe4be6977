"""Names longer than their place: shown whole where there is room, on as many lines as that takes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.visit import Visit, wait_until
from tests.recorded import RecordedRun
from tests.sites import build_site

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

STEM = "gradients/encoder.layers.11.self_attention"
METRICS = (f"{STEM}.query_key_value.weight.norm", f"{STEM}.output_projection.weight.norm", "gradients/all")
RUN = "resnet50-imagenet-pretrained-with-cosine-annealing-lr0.1-bs32-seed7"
ACCURACY = "validation accuracy of the held out set"
GROUP = "resnet50-imagenet-pretrained-with-cosine-annealing-and-a-warm-up-lr-0.1"
IS_CUT = "(one) => one.scrollHeight > one.clientHeight + 1 || one.scrollWidth > one.clientWidth + 1"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs with long names, of metrics with long names."""
    folder = tmp_path_factory.mktemp("long")
    for number in range(2):
        with RecordedRun(folder / "runlogs", "vision", f"calm-fox-{number}aaaaa") as run:
            run.record("run", project="vision", name=f"{RUN}-{number}", group=GROUP, tags=[])
            for step in range(5):
                run.log(step, {**dict.fromkeys(METRICS, 0.1 * step), ACCURACY: 0.1 * step})
            run.end()
    return build_site(folder)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """More runs than the table of a project has without scripts, so that there is a list of all."""
    folder = tmp_path_factory.mktemp("many")
    for number in range(51):
        with RecordedRun(folder / "runlogs", "a project of vision", f"calm-fox-{number}aaaa") as run:
            run.record("run", project="a project of vision", name=f"{RUN}-{number}", group=None, tags=[])
            run.end()
    return build_site(folder)


def open_at(visit: Callable[..., Visit], page: Path, width: int) -> Page:
    found = visit(page, viewport={"width": width, "height": 900}).page
    wait_until(found, "Boolean(globalThis.site && site.current)")
    return found


def drawn(page: Page) -> Page:
    wait_until(
        page,
        "site.panels.all.some((panel) => panel.state === 'live') && Boolean(document.querySelector('.tool'))",
    )
    return page


@pytest.mark.parametrize("width", [1440, 390])
def test_names_of_charts_are_whole(visit: Callable[..., Visit], site: Path, width: int) -> None:
    """No chart cuts its name, not within a part of it either, and the full name is its title."""
    page = drawn(open_at(visit, site / "vision" / "index.html", width))
    heads = page.locator("figure.panel h3")
    assert sorted(heads.all_text_contents()) == sorted([*METRICS, ACCURACY])
    assert {heads.nth(at).get_attribute("title") for at in range(4)} == {*METRICS, ACCURACY}
    assert page.evaluate(f"[...document.querySelectorAll('figure.panel h3')].filter({IS_CUT}).length") == 0


def test_plots_of_a_line_stand_side_by_side(visit: Callable[..., Visit], site: Path) -> None:
    """Beside a name of two lines the plot of a short one begins as far down."""
    page = drawn(open_at(visit, site / "vision" / "index.html", 1440))
    tops = page.evaluate(
        "[...document.querySelectorAll('[data-section=gradients] .plot')]"
        ".map((one) => one.getBoundingClientRect().top).filter((top, at, all) => Math.abs(top - all[0]) < 60)"
    )
    heights = page.evaluate(
        "[...document.querySelectorAll('[data-section=gradients] h3')].map((one) => one.offsetHeight)"
    )
    assert len(tops) >= 2
    assert len(set(tops)) == 1
    assert max(heights) > min(heights)


def test_tools_of_a_chart_take_no_room_from_its_name(visit: Callable[..., Visit], site: Path) -> None:
    """They lie over the end of the caption, and are seen when the pointer is on the chart."""
    page = drawn(open_at(visit, site / "vision" / "index.html", 1440))
    chart = page.locator("figure.panel").first
    before = chart.locator("h3").bounding_box()
    tools = chart.locator(".tools")
    assert tools.evaluate("(one) => getComputedStyle(one).opacity") == "0"
    chart.hover()
    wait_until(page, "getComputedStyle(document.querySelector('figure.panel .tools')).opacity === '1'")
    assert chart.locator("h3").bounding_box() == before
    tools.locator(".tool-data").click()
    wait_until(page, "document.querySelector('.tool-data').getAttribute('aria-pressed') === 'true'")


@pytest.mark.parametrize("width", [1440, 390])
def test_what_the_filter_takes_is_said_whole(visit: Callable[..., Visit], site: Path, width: int) -> None:
    """The words in the empty field have room in it."""
    page = open_at(visit, site / "vision" / "index.html", width)
    room, words = page.evaluate(
        """() => {
          const field = document.querySelector("[data-store=filter]");
          const ruler = document.createElement("canvas").getContext("2d");
          ruler.font = getComputedStyle(field).font;
          return [field.clientWidth, ruler.measureText(field.placeholder).width];
        }"""
    )
    assert words < room


@pytest.mark.parametrize("width", [1440, 390])
def test_newest_runs_have_whole_names(visit: Callable[..., Visit], site: Path, width: int) -> None:
    """On the first page names of runs and of their metrics are whole."""
    page = open_at(visit, site / "index.html", width)
    assert page.locator(".recent .who-line a").all_text_contents() == [f"{RUN}-0", f"{RUN}-1"]
    for cell in (".who-line a", "td.num small", ".where > *"):
        assert page.evaluate(f"[...document.querySelectorAll('.recent {cell}')].filter({IS_CUT}).length") == 0


@pytest.mark.parametrize("width", [1440, 390])
def test_a_runs_page_says_whole_what_it_is(visit: Callable[..., Visit], site: Path, width: int) -> None:
    """Its name, its group and the run that it is compared with; the page is no wider than the screen."""
    page = open_at(visit, site / "vision" / "runs" / "calm-fox-1aaaaa.html", width)
    assert page.locator(".head h1").text_content() == f"{RUN}-1"
    assert page.locator(".head .dots span", has_text=GROUP).count() == 1
    for part in (".head h1", ".head .dots > *", ".card h2"):
        assert page.evaluate(f"[...document.querySelectorAll('{part}')].filter({IS_CUT}).length") == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    dot, name = page.locator(".head .dot").bounding_box(), page.locator(".head h1").bounding_box()
    assert dot is not None
    assert name is not None
    assert dot["x"] + dot["width"] <= name["x"]


@pytest.mark.parametrize("width", [1440, 390])
def test_the_list_of_all_runs_fits(visit: Callable[..., Visit], many: Path, width: int) -> None:
    """Names are whole, and state and start stand beside them also on a phone."""
    (found,) = many.glob("*/runs/index.html")
    page = visit(found, viewport={"width": width, "height": 900}).page
    assert page.evaluate(f"[...document.querySelectorAll('.numbers tbody th')].filter({IS_CUT}).length") == 0
    assert page.locator(".table-box").evaluate("(one) => one.scrollWidth <= one.clientWidth")
    crumbs = page.locator(".crumbs a", has_text="a project")
    assert crumbs.evaluate("(one) => one.scrollWidth <= one.clientWidth")
