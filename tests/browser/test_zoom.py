"""Zooming in a browser: down to the log's own values, from disk, and honest about what is missing."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.server import serve
from tests.browser.test_charts import DRAWN, settle
from tests.browser.visit import Visit, wait_until
from tests.recorded import EPOCH, RecordedRun
from tests.sites import build_site

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

Open = Callable[..., Visit]
POINTS = 45_000
RUNS = 2
LOSS = "site.panels.all.find((one) => one.spec.metric === 'loss')"
RAW = "site.panels.all.find((one) => one.spec.metric === '{}').visible.every((one) => one.width === 1)"


def values(seed: int) -> list[float]:
    """Noise to the last bit, with what hurts: NaN, infinities, both zeros, one spike."""
    rng = random.Random(seed)
    made = [rng.gauss(0, 1) / 3 for _ in range(POINTS)]
    made[20_005], made[20_006], made[30_000] = math.nan, math.inf, -math.inf
    made[25_000], made[12_345] = -0.0, 40.0
    return made


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs of 45,000 points, with an epoch that the metric is drawn over."""
    root = tmp_path_factory.mktemp("zoom")
    for seed in range(RUNS):
        with RecordedRun(root / "runlogs", "demo", f"run-{seed}-aaaaaa", start=EPOCH + seed) as run:
            run.record("run", project="demo", name=f"run {seed}", group=None)
            run.record("define", metric="val/*", step_metric="epoch")
            for step, value in enumerate(values(seed)):
                row = {"loss": value, "val/acc": step / 3, "epoch": step // 1000}
                run.log(step, row if step % 10 == 0 else {"loss": value}, seconds=0.25)
            run.end()
    return build_site(root)


def opened(visit: Open, site: Path, state: str = "") -> Page:
    seen = visit(f"{(site / 'demo' / 'index.html').as_uri()}{state}")
    near = "site.panels.all.filter((one) => one.near)"
    wait_until(seen.page, f"{near}.length > 0 && {near}.every((one) => one.frame && one.words && !one.dirty)")
    return seen.page


def drawn(page: Page, metric: str) -> list[dict[str, Any]]:
    """What is drawn of a metric, run by run."""
    found: list[dict[str, Any]] = page.evaluate(
        """(metric) => site.panels.all.find((one) => one.spec.metric === metric).visible.map((one) => ({
          run: one.run, width: one.width, x: Array.from(one.x), y: Array.from(one.y), marks: one.marks,
          max: one.buckets && Math.max(...Array.from(one.buckets.hi).filter(Number.isFinite))}))""",
        metric,
    )
    return found


def zoom(page: Page, low: float, high: float, width: int, metric: str = "loss") -> list[dict[str, Any]]:
    """Zooms and waits until the metric is drawn in buckets of this width."""
    page.evaluate(f"site.store.set('zoom', [{low}, {high}])")
    wait_until(
        page,
        f"site.panels.all.find((one) => one.spec.metric === '{metric}')"
        f".visible.every((one) => one.width === {width} && one.lead)",
    )
    settle(page)
    return drawn(page, metric)


def bits(numbers: list[float]) -> list[str]:
    return [repr(float(number)) for number in numbers]


@pytest.mark.parametrize("place", ["disk", "server"])
def test_zoom_reaches_the_log_s_own_values(visit: Open, site: Path, place: str) -> None:
    """To the last bit, NaN, infinities and the sign of zero included, from disk and under a sub-path."""
    with serve(site) as server:
        url = (site / "demo" / "index.html").as_uri() if place == "disk" else f"{server.url}demo/index.html"
        seen = visit(url)
        wait_until(seen.page, DRAWN)
        for curve in zoom(seen.page, 19_000, 20_500, 1):
            expected = values(int(curve["run"][4]))
            rows = [int(x) for x in curve["x"]]
            assert rows[0] <= 19_000
            assert rows[-1] >= 20_500
            assert bits(curve["y"]) == bits([expected[row] for row in rows])
            kinds = [(mark["step"], mark["kind"]) for mark in curve["marks"]]
            assert kinds[:2] == [(20_005, "NaN"), (20_006, "∞")]
        assert seen.complaints() == []


def test_levels_between_keep_the_spike_and_the_losses(visit: Open, site: Path) -> None:
    """Half the run is drawn in buckets of 16, in which nothing that matters is missing."""
    page = opened(visit, site)
    for curve in zoom(page, 5_000, 35_000, 16):
        assert curve["max"] == 40.0
        assert [mark["step"] for mark in curve["marks"]] == [20_005, 30_000]
        assert [mark["kind"] for mark in curve["marks"]] == ["NaN and ∞", "−∞"]


def test_the_overview_marks_losses_at_their_steps(visit: Open, site: Path) -> None:
    """Before any zoom each NaN's bucket says where its first one was, and the spike is in the band."""
    page = opened(visit, site)
    for curve in drawn(page, "loss"):
        assert curve["width"] == 256
        assert curve["max"] == 40.0
        assert [mark["step"] for mark in curve["marks"]] == [20_005, 30_000]


@pytest.mark.parametrize(("mode", "factor", "start"), [("relative", 0.25, 0), ("wall", 0.25, EPOCH)])
def test_every_x_axis_uses_the_same_tiles(
    visit: Open, site: Path, mode: str, factor: float, start: float
) -> None:
    """Zooming in time loads the points that were logged then."""
    page = opened(visit, site, f"#x={mode}")
    wait_until(page, DRAWN)
    [first, _] = zoom(page, start + 40_000 * factor, start + 40_500 * factor, 1)
    expected = values(int(first["run"][4]))
    row = round((first["x"][0] - start) / factor)
    assert abs(row - 32_768) <= 8
    assert first["y"][4000:4100] == expected[32_768 + 4000 : 32_768 + 4100]


def test_a_step_metric_is_an_axis_to_zoom_over(visit: Open, site: Path) -> None:
    """Over epochs too the raw points come."""
    page = opened(visit, site)
    page.evaluate("site.store.set('zoommetric', {epoch: [10, 12]})")
    wait_until(page, RAW.format("val/acc"))
    for curve in drawn(page, "val/acc"):
        assert curve["y"][:3] == [0, 10 / 3, 20 / 3]
        assert curve["x"][1000] == 10


def test_a_chosen_metric_is_an_axis_to_zoom_over(visit: Open, site: Path) -> None:
    """Over a metric that the reader chose the points come too, each where the metric was at its step."""
    page = opened(visit, site, "#x=metric%3Aepoch")
    assert {curve["width"] for curve in drawn(page, "loss")} == {256}
    page.evaluate("site.store.set('zoommetric', {epoch: [20, 21]})")
    wait_until(page, RAW.format("loss"))
    settle(page)
    for curve in drawn(page, "loss"):
        expected = values(int(curve["run"][4]))
        start = curve["x"].index(20)
        assert bits(curve["y"][start : start + 2000]) == bits(expected[20_000:22_000])
        assert curve["x"][start : start + 2000] == [20] * 1000 + [21] * 1000


def test_the_chart_that_a_reader_is_at_has_its_points_first(visit: Open, site: Path) -> None:
    """Nothing that only the other charts need is asked for before it is drawn."""
    page = opened(visit, site)
    chart = page.locator("figure:has(h3[title=epoch])")
    chart.scroll_into_view_if_needed()
    chart.locator("canvas.over").hover()
    page.evaluate(
        """() => {
          const { once } = site.load, isThere = () => RAW;
          window.asked = [];
          site.load.once = async (path) => {
            const early = !isThere(), entries = await once(path);
            window.asked.push({ early, metrics: entries.map((one) => one.metric) });
            return entries;
          };
        }""".replace("RAW", RAW.format("epoch"))
    )
    page.evaluate("site.store.set('zoom', [19000, 20500])")
    wait_until(page, RAW.format("loss"))
    asked = page.evaluate("window.asked")
    assert all("epoch" in one["metrics"] for one in asked if one["early"])
    assert sum(not one["early"] and "epoch" not in one["metrics"] for one in asked) >= RUNS


def test_leaving_the_zoom_shows_the_overview_again(visit: Open, site: Path) -> None:
    """And the caption tells at each moment what is drawn."""
    page = opened(visit, site)
    caption = "site.panels.all.find((one) => one.spec.metric === 'loss').words"
    assert page.evaluate(caption) == "2 runs · 176 buckets of 45,000 points · zoom in for every point"
    zoom(page, 19_000, 20_500, 1)
    assert page.evaluate(caption) == "2 runs · every point"
    zoom(page, 5_000, 35_000, 16)
    assert page.evaluate(caption) == "2 runs · buckets of 16, extremes kept"
    page.evaluate("site.store.set('zoom', null)")
    settle(page)
    assert [curve["width"] for curve in drawn(page, "loss")] == [256, 256]


def test_a_missing_tile_is_told_and_the_chart_stays(visit: Open, site: Path, tmp_path: Path) -> None:
    """The page says which file is missing, goes on drawing what it has, and can be asked to try again."""
    import shutil

    copy = tmp_path / "site"
    shutil.copytree(site, copy)
    page = opened(visit, copy)
    index = page.evaluate("site.current.tiles + site.current.runs[0].tiles + '.js'")
    (copy / index).rename(copy / "away.js")
    page.evaluate("site.store.set('zoom', [19000, 20500])")
    alert = page.locator("figure:has(h3[title=loss]) .panel-error")
    alert.wait_for()
    assert f"{index} could not be loaded" in alert.inner_text()
    assert page.evaluate(f"{LOSS}.state") == "live"
    # The other run's tile is on its own way, and may come after the complaint.
    wait_until(page, f"{LOSS}.visible.map((one) => one.width).sort().join() === '1,256'")
    (copy / "away.js").rename(copy / index)
    alert.get_by_role("button").click()
    wait_until(page, RAW.format("loss"))
    settle(page)
    assert alert.count() == 0


def test_a_site_without_points_says_so(visit: Open, site: Path) -> None:
    """With `resolution: overview` the caption gives the reason, and zooming asks for nothing."""
    root = site.parent
    (root / "overview.yml").write_text("charts: {resolution: overview}\nsite_dir: overview\n")
    build_site(root, "--config-file", "overview.yml")
    seen = visit(root / "overview" / "demo" / "index.html")
    wait_until(seen.page, DRAWN)
    words = seen.page.evaluate("site.panels.all.find((one) => one.spec.metric === 'loss').words")
    assert (
        words == "2 runs · 176 buckets of 45,000 points · raw points were not shipped (resolution: overview)"
    )
    seen.page.evaluate("site.store.set('zoom', [19000, 20500])")
    settle(seen.page)
    assert {curve["width"] for curve in drawn(seen.page, "loss")} == {256}
    assert seen.complaints() == []
