"""Logged media in a browser: steps, overlays, tables, frames, with no complaint of the browser's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.server import SiteServer, serve
from tests.browser.visit import Visit

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser

np = pytest.importorskip("numpy")

STEPS = 4
FRAME = (
    "<p id='p'>frame</p><script>"
    "try { parent.document.title = 'pwned' } catch (e) { p.textContent = 'alone' }</script>"
)
RUN = "media/runs/all-kinds-aaaaaa.html"


@pytest.fixture(scope="module")
def media_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of one run that logged every kind."""
    from sitegen.build import build
    from sitegen.config import Config

    folder = tmp_path_factory.mktemp("media")
    _record(folder / "logs")
    build(Config(runs_dir=(folder / "logs",), site_dir=folder / "site", cache_dir=folder / "cache"))
    return folder / "site"


def _record(root: Path) -> None:
    import collector

    run = collector.init(project="media", id="all-kinds-aaaaaa", dir=root, reinit="create_new")
    for step in range(STEPS):
        boxes = {"found": {"box_data": [_box(0.25), _box(0.5)], "class_labels": {1: "cat"}}}
        masks = {"truth": {"mask_data": np.eye(40, dtype=int), "class_labels": {1: "line"}}}
        image = collector.Image(
            np.full((40, 40), step / STEPS), caption=f"at {step}", boxes=boxes, masks=masks
        )
        table = collector.Table(columns=["n", "step"], data=[[i, step] for i in range(25)])
        run.log({"image": image, "table": table, "weights": collector.Histogram([0.0, step, step + 1.0])})
    both = dict.fromkeys(("found", "truth"), masks["truth"])
    run.log({"several": [collector.Image(np.zeros((40, 40)), caption="long " * 40, masks=both)] * 3})
    run.log(
        {
            "sound": collector.Audio(np.zeros(800), 8000),
            "film": collector.Video(np.zeros((2, 3, 8, 8)), format="apng"),
            "page": collector.Html(FRAME),
            "words": collector.Text("<b>bold</b>\nnext"),
            "roc": collector.plot.roc_curve([0, 1, 1], [0.1, 0.4, 0.35]),
            "confusion": collector.plot.confusion_matrix(y_true=[0, 1, 1], preds=[0, 1, 0]),
            "vega": collector.Altair(
                {"mark": "bar", "data": {"values": [{"a": 1}]}, "encoding": {"x": {"field": "a"}}}
            ),
        }
    )
    run.finish()


def _box(left: float) -> dict[str, object]:
    return {"position": {"minX": left, "maxX": left + 0.25, "minY": 0.25, "maxY": 0.5}, "class_id": 1}


@pytest.fixture(scope="module")
def server(media_site: Path) -> Iterator[SiteServer]:
    # The page has its policy inside; a server's would also hold for the frames, whose scripts are inline.
    with serve(media_site, "frame-ancestors 'self'") as started:
        yield started


def panel(page: Page, name: str) -> Locator:
    """A panel in view, its steps loaded."""
    found = page.locator(".media-panel").filter(has=page.locator("h3", has_text=name)).first
    found.scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    return found


@pytest.mark.parametrize("how", ["file", "http"])
def test_no_complaint(visit: Callable[..., Visit], media_site: Path, server: SiteServer, how: str) -> None:
    """All kinds come into view without an error, a refusal, or a request to elsewhere."""
    seen = visit((media_site / RUN).as_uri() if how == "file" else server.url + RUN)
    for number in range(seen.page.locator(".media-panel").count()):
        seen.page.locator(".media-panel").nth(number).scroll_into_view_if_needed()
        seen.page.wait_for_timeout(200)
    seen.page.wait_for_selector(".kind-vega .media-chart canvas, .kind-vega .media-chart svg", timeout=20_000)
    inside = media_site.as_uri() if how == "file" else server.url
    assert seen.complaints() == []
    assert [url for url in seen.requests if not url.startswith((inside, "data:", "blob:"))] == []


def test_slider_goes_through_the_steps(visit: Callable[..., Visit], media_site: Path) -> None:
    """The latest at first; the slider and its buttons show others, and the step is told."""
    image = panel(visit(media_site / RUN).page, "image")
    assert image.locator(".sub").inner_text() == f"step {STEPS - 1}"
    image.locator("input[type=range]").fill("0")
    assert (image.locator(".sub").inner_text(), image.locator(".caption").inner_text()) == ("step 0", "at 0")
    image.get_by_role("button", name="Step after").click()
    assert image.locator(".caption").inner_text() == "at 1"


def test_boxes_lie_where_they_were_logged(visit: Callable[..., Visit], media_site: Path) -> None:
    """At their parts of the picture, and a switch takes each set off."""
    page = visit(media_site / RUN).page
    image = panel(page, "image")
    picture, box = image.locator(".media-picture").bounding_box(), image.locator(".box").first.bounding_box()
    assert picture is not None
    assert box is not None
    assert box["x"] - picture["x"] == pytest.approx(picture["width"] * 0.25, abs=1)
    assert box["y"] - picture["y"] == pytest.approx(picture["height"] * 0.25, abs=1)
    assert box["width"] == pytest.approx(picture["width"] * 0.25, abs=1)
    image.get_by_role("button", name="found (2)").click()
    assert not image.locator(".boxes").is_visible()
    image.get_by_role("button", name="truth").click()
    assert not image.locator(".mask").is_visible()


def test_several_pictures_stand_side_by_side(visit: Callable[..., Visit], media_site: Path) -> None:
    """A panel of several takes the whole width, its pictures in a row, and classes are told once each."""
    several = panel(visit(media_site / RUN).page, "several")
    assert several.evaluate("node => node.clientWidth / node.parentElement.clientWidth") > 0.95
    places = [one.bounding_box() for one in several.locator(".media-picture").all()]
    assert len({place["y"] for place in places if place}) == 1
    assert len({place["x"] for place in places if place}) == 3
    assert several.locator(".chips").first.locator(".key").all_inner_texts() == ["line"]


def test_table_turns_its_pages(visit: Callable[..., Visit], media_site: Path) -> None:
    """Ten rows at a time, to the last one, and other steps have their own rows."""
    table = panel(visit(media_site / RUN).page, "table")
    assert table.locator(".rows").inner_text() == "1–10 of 25 rows"
    for _ in range(2):
        table.get_by_role("button", name="Rows after").click()
    assert table.locator(".rows").inner_text() == "21–25 of 25 rows"
    assert table.locator("tbody tr").last.inner_text().split() == ["24", str(STEPS - 1)]
    table.locator("input[type=range]").fill("1")
    assert table.locator("tbody tr").first.inner_text().split() == ["0", "1"]


def test_histogram_follows_pointer_and_keys(visit: Callable[..., Visit], media_site: Path) -> None:
    """The step under the pointer is shown, and arrows go to the one beside it."""
    weights = panel(visit(media_site / RUN).page, "weights")
    heat = weights.locator("canvas")
    box = heat.bounding_box()
    assert box is not None
    heat.hover(position={"x": 2, "y": 10})
    assert weights.locator(".sub").inner_text() == "step 0"
    heat.press("ArrowRight")
    assert weights.locator(".sub").inner_text() == "step 1"
    assert heat.get_attribute("aria-valuenow") == "1"


def test_frame_can_not_reach_the_page(visit: Callable[..., Visit], media_site: Path) -> None:
    """Its script runs, and the page's document is closed to it."""
    page = visit(media_site / RUN).page
    panel(page, "page")
    frame = page.frame_locator(".kind-html iframe")
    assert frame.locator("p").inner_text(timeout=5000) == "alone"
    assert "pwned" not in page.title()


def test_text_is_text(visit: Callable[..., Visit], media_site: Path) -> None:
    """Markup in it is shown, line by line."""
    words = panel(visit(media_site / RUN).page, "words")
    assert words.locator("pre").inner_text() == "<b>bold</b>\nnext"
    assert words.locator("b").count() == 0
