"""Charts in a browser: drawn where the axes say, alive to the reader, and honest about what is missing."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sitegen.charts import bundle
from tests.browser.chart_page import write_chart_page
from tests.browser.visit import Visit, wait_until
from tests.sitegen.charts.made import bucketed, project_of, run_of, whole

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

Open = Callable[..., Visit]


def spiky(count: int = 5000) -> list[float]:
    values = [1.0] * count
    values[3333] = 50.0
    return values


def runs() -> list[Any]:
    """Two runs with every kind of series; the second one has only some of the metrics."""
    a = [
        whole([1.0, 4.0, 2.0, 8.0, 5.0], run="a", metric="known"),
        whole([0.5] * 5, run="a", metric="constant"),
        whole([math.nan] * 5, run="a", metric="lost"),
        whole([7.0], run="a", metric="one"),
        whole([10.0, 0.0, -1.0, 100.0, 1000.0], run="a", metric="signed"),
        bucketed(spiky(), 64, run="a", metric="long"),
    ]
    b = [
        whole([2.0, 3.0, math.nan, 3.0, 3.0], run="b", metric="known"),
        whole([1.0, 2.0], run="b", metric="signed"),
    ]
    return [run_of("a", a, [whole([5.0, 6.0], run="a", metric="cpu")]), run_of("b", b)]


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_chart_page(tmp_path_factory.mktemp("charts") / "site", project_of(runs()))


DRAWN = "site.panels.all.length > 0 && site.panels.all.every((one) => one.frame && !one.dirty)"


def ready(seen: Visit) -> Page:
    """Waits until every chart of the page is drawn."""
    wait_until(seen.page, DRAWN)
    settle(seen.page)
    return seen.page


def settle(page: Page) -> None:
    """Waits for drawing that was asked for to be done."""
    page.wait_for_timeout(60)
    wait_until(page, "site.panels.all.every((one) => one.state !== 'live' || !one.dirty)")
    page.wait_for_timeout(40)


PANEL = "const panel = site.panels.all.find((one) => one.spec.id === name);"


def of_panel(page: Page, name: str, expression: str) -> Any:
    return page.evaluate(f"(name) => {{ {PANEL} return {expression}; }}", name)


# Columns of the layer's canvas where a curve's colour is: the device pixels whose middle is hit.
HEIGHTS = (
    """async ({name, steps, run}) => {
  """
    + PANEL
    + """
  const curve = panel.visible.find((one) => one.run === run);
  const {canvas} = panel.axes;
  const layer = panel.layer;
  const copy = new OffscreenCanvas(layer.width, layer.height);
  copy.getContext("2d").drawImage(layer, 0, 0);
  const box = layer.getBoundingClientRect(), axesBox = canvas.getBoundingClientRect();
  const ratio = layer.width / box.width;
  const data = copy.getContext("2d").getImageData(0, 0, layer.width, layer.height).data;
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(curve.color.slice(at, at + 2), 16));
  const {view} = panel.axes;
  const origin = view.origin(), padding = view.padding();
  return steps.map((step) => {
    const value = curve.y[step];
    // Where Vega itself puts the value, in pixels of the window.
    const x = axesBox.left + origin[0] + padding.left + view.scale("x")(step);
    const y = axesBox.top + origin[1] + padding.top + view.scale("y")(value);
    let sum = 0, weight = 0;
    const column = Math.min(layer.width - 1, Math.floor((x - box.left) * ratio));
    for (let row = 0; row < layer.height; row++) {
      const at = 4 * (row * layer.width + column);
      const near = Math.abs(data[at] - r) + Math.abs(data[at + 1] - g) + Math.abs(data[at + 2] - b) < 60;
      if (near && data[at + 3] > 30) { sum += (row + 0.5) * data[at + 3]; weight += data[at + 3]; }
    }
    return {vega: y, drawn: weight ? box.top + sum / weight / ratio : null};
  });
}"""
)


@pytest.mark.parametrize("ratio", [1, 1.5, 2])
@pytest.mark.parametrize("scale", ["linear", "log", "symlog"])
def test_lines_are_where_the_axes_say(visit: Open, page_file: Path, ratio: float, scale: str) -> None:
    """At every device pixel ratio a drawn point lies within a pixel of where Vega's scales put its value."""
    seen = visit(f"{page_file.as_uri()}#y={scale}", device_scale_factor=ratio)
    page = ready(seen)
    places = page.evaluate(HEIGHTS, {"name": "constant", "steps": [1, 2, 3], "run": "a"})
    places += page.evaluate(HEIGHTS, {"name": "one", "steps": [0], "run": "a"})
    for place in places:
        assert place["drawn"] == pytest.approx(place["vega"], abs=1.0)
    assert seen.complaints() == []


@pytest.mark.parametrize("scale", ["linear", "log", "symlog"])
def test_our_scales_are_vega_s(visit: Open, page_file: Path, scale: str) -> None:
    """The layer's scales give the same pixels as the view's, for x and for y."""
    page = ready(visit(f"{page_file.as_uri()}#y={scale}"))
    for name in ("known", "signed", "long"):
        worst = of_panel(
            page,
            name,
            """Math.max(...[0, 0.25, 0.5, 1].flatMap((part) => ["x", "y"].map((axis) => {
              const scale = panel.frame[axis], [lo, hi] = scale.domain, value = lo + part * (hi - lo);
              const at = axis === "x" ? panel.frame.left : panel.frame.top;
              return Math.abs(scale.map(value) - at - panel.axes.view.scale(axis)(value));
            })))""",
        )
        assert worst < 1e-6, name


def test_the_layer_stays_aligned_after_resize_and_zoom(visit: Open, page_file: Path) -> None:
    """A new size or domain moves axes and lines together."""
    page = ready(visit(page_file))
    page.set_viewport_size({"width": 700, "height": 900})
    page.evaluate("site.store.set('zoom', [0.5, 3.5])")
    page.wait_for_timeout(200)
    settle(page)
    for place in page.evaluate(HEIGHTS, {"name": "constant", "steps": [1, 2, 3], "run": "a"}):
        assert place["drawn"] == pytest.approx(place["vega"], abs=1.0)
    width = of_panel(page, "constant", "[panel.layer.clientWidth, panel.plot.clientWidth]")
    assert width[0] == width[1] < 300


def test_full_screen_fits_the_screen(visit: Open, page_file: Path) -> None:
    """A chart that fills the screen takes the room there is, and does not push itself out of it."""
    page = ready(visit(page_file))
    page.click('[data-chart="known"] .tool-full')
    page.wait_for_timeout(400)
    settle(page)
    outer = of_panel(page, "known", "panel.frame.outer")
    assert outer["width"] > 1000
    assert 500 < outer["height"] <= 900


def test_captions_say_what_is_drawn_and_what_is_not(visit: Open, page_file: Path) -> None:
    """Each chart says how exact it is, which runs are missing, and what a log axis hides."""
    page = ready(visit(page_file))
    captions = {
        name: of_panel(page, name, "panel.figure.querySelector('.sub').textContent")
        for name in ("known", "long", "lost")
    }
    assert captions == {
        "known": "2 runs · every point",
        "long": "1 of 2 runs · 79 buckets of 5,000 points",
        "lost": "1 of 2 runs · no finite value here",
    }
    label = of_panel(page, "long", "panel.over.getAttribute('aria-label')")
    assert label.startswith("long: 1 of 2 runs · 79 buckets of 5,000 points · not logged by b.")
    page.evaluate("site.store.set('yscale', 'log')")
    settle(page)
    assert "2 values ≤ 0 left out" in of_panel(
        page, "signed", "panel.figure.querySelector('.sub').textContent"
    )


def test_a_peak_inside_a_bucket_is_on_the_canvas(visit: Open, page_file: Path) -> None:
    """The band reaches the one high value among thousands, so the domain and the pixels show it."""
    page = ready(visit(page_file))
    assert of_panel(page, "long", "panel.frame.y.domain[1]") > 50
    band = of_panel(
        page,
        "long",
        """(() => { const f = panel.frame, r = panel.layer.width / f.outer.width;
          const context = panel.layer.getContext("2d");
          const d = context.getImageData(f.left * r, (f.top + 20) * r, f.width * r, 40 * r).data;
          let n = 0; for (let i = 3; i < d.length; i += 4) n += d[i] > 8; return n; })()""",
    )
    assert band > 20


def test_nan_is_marked_where_it_happened(visit: Open, page_file: Path) -> None:
    """A value that is not a number is on the axis, in the colour of its run."""
    page = ready(visit(page_file))
    marks = of_panel(page, "known", "panel.visible.map((one) => one.marks)")
    assert marks == [[], [{"x": 2, "step": 2, "kind": "NaN"}]]
    place = of_panel(
        page,
        "known",
        """(() => { const f = panel.frame, r = panel.layer.width / f.outer.width;
          const x = f.x.map(2) * r, y = (f.top + f.height - 3) * r;
          const d = panel.layer.getContext("2d").getImageData(x - 2, y, 4, 3 * r).data;
          return Math.max(...d.filter((_, i) => i % 4 === 3)); })()""",
    )
    assert place > 100


def hover(page: Page, name: str, part: float = 0.56) -> None:
    box = page.locator(f'[data-chart="{name}"] canvas.over').bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * part, box["y"] + box["height"] * 0.5)
    page.wait_for_timeout(100)


# Opaque pixels of the hover canvas, inside the plot.
OVER = """(() => { const {over} = panel;
  if (!over.width) return 0;
  const d = over.getContext("2d").getImageData(0, 0, over.width, over.height).data;
  let n = 0; for (let i = 3; i < d.length; i += 4) n += d[i] > 0; return n; })()"""


def test_the_crosshair_is_in_every_chart_of_the_same_axis(visit: Open, page_file: Path) -> None:
    """Hovering one chart marks its step in the others, but steps are not marked on a clock's axis."""
    page = ready(visit(page_file))
    hover(page, "known")
    assert of_panel(page, "constant", OVER) > 20
    assert of_panel(page, "cpu", OVER) == 0
    rows = page.locator(".tip .tip-row")
    assert rows.count() == 2
    assert rows.all_text_contents() == ["a2", "bNaN"]
    assert page.locator(".tip-head").text_content() == "step 2"
    page.mouse.move(2, 2)
    page.wait_for_timeout(100)
    assert not page.locator(".tip").is_visible()
    assert of_panel(page, "constant", OVER) == 0


def test_dragging_zooms_all_charts_and_is_in_the_address(visit: Open, page_file: Path) -> None:
    """A brushed range is shared, can be sent to someone, and a double click takes it back."""
    page = ready(visit(page_file))
    box = page.locator('[data-chart="known"] canvas.over').bounding_box()
    assert box
    y = box["y"] + 60
    page.mouse.move(box["x"] + box["width"] * 0.4, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, y)
    page.mouse.move(box["x"] + box["width"] * 0.7, y)
    page.mouse.up()
    page.wait_for_timeout(400)
    settle(page)
    lo, hi = page.evaluate("site.store.get('zoom')")
    assert 1 < lo < 2 < hi < 3
    assert of_panel(page, "constant", "panel.frame.x.domain") == [lo, hi]
    assert of_panel(page, "cpu", "panel.frame.x.domain") == [0, 0.5]
    assert f"z={lo}~{hi}" in page.evaluate("decodeURIComponent(location.hash)")
    assert page.locator('[data-chart="known"] .tool-reset').is_visible()
    page.mouse.dblclick(box["x"] + box["width"] * 0.5, y)
    settle(page)
    assert of_panel(page, "constant", "panel.frame.x.domain") == [0, 4]


def test_keys_read_zoom_and_reset(visit: Open, page_file: Path) -> None:
    """What the pointer does can be done from the keyboard."""
    page = ready(visit(page_file))
    page.locator('[data-chart="known"] canvas.over').focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(100)
    assert page.locator(".tip .tip-row").count() == 2
    page.keyboard.press("+")
    settle(page)
    lo, hi = page.evaluate("site.store.get('zoom')")
    assert hi - lo == pytest.approx(2)
    page.keyboard.press("Escape")
    assert page.evaluate("site.store.get('zoom')") is None


def test_hidden_runs_are_not_drawn_and_not_in_the_domain(visit: Open, page_file: Path) -> None:
    """Hiding a run takes away its line and gives its room to the others."""
    page = ready(visit(page_file))
    page.evaluate("site.store.set('hidden', new Set(['a']))")
    settle(page)
    assert of_panel(page, "known", "panel.visible.map((one) => one.run)") == ["b"]
    assert of_panel(page, "known", "panel.frame.y.domain[1]") < 4
    page.evaluate("site.store.set('hidden', new Set(['a', 'b']))")
    settle(page)
    assert (
        of_panel(page, "known", "panel.figure.querySelector('.sub').textContent")
        == "0 of 2 runs · no run is shown"
    )


def test_x_can_be_time_and_smoothing_keeps_the_raw_line(visit: Open, page_file: Path) -> None:
    """Seconds replace steps everywhere; a smoothed line stands beside the values it came from."""
    page = ready(visit(f"{page_file.as_uri()}#x=relative&s=0.9"))
    assert of_panel(page, "known", "Array.from(panel.visible[0].x)") == [0, 0.5, 1, 1.5, 2]
    raw, smooth = of_panel(
        page, "known", "[Array.from(panel.visible[0].y), Array.from(panel.visible[0].smooth)]"
    )
    assert raw == [1, 4, 2, 8, 5]
    assert smooth[0] == 1
    assert smooth != raw


def test_a_change_of_theme_repaints_the_axes(visit: Open, page_file: Path) -> None:
    """Axes take the theme's colours without being built again."""
    page = ready(visit(page_file))
    page.evaluate("window.before = site.panels.all[0].axes; document.documentElement.dataset.theme = 'dark'")
    page.evaluate("site.store.set('theme', 'dark')")
    page.wait_for_timeout(100)
    settle(page)
    assert page.evaluate("site.panels.all[0].axes.view.signal('ink')") == "#999999"
    assert page.evaluate("site.panels.all[0].axes === window.before")


def test_a_frame_begins_no_further_chart_when_its_time_is_used(visit: Open, page_file: Path) -> None:
    """Scrolling stays smooth: charts that take long to build have a frame each."""
    page = ready(visit(page_file))
    frames = page.evaluate("""async () => {
      const all = site.panels.all.slice(0, 3), drawn = [];
      let frame = 0, counting = true;
      const count = () => { frame++; if (counting) requestAnimationFrame(count); };
      requestAnimationFrame(count);
      const {draw} = site.layer;
      site.layer.draw = (panel) => {
        const until = performance.now() + 20;
        while (performance.now() < until);
        draw(panel);
        if (all.includes(panel)) drawn.push(frame);
      };
      for (const panel of all) { panel.axes.finalize(); panel.axes = null; panel.frame = null; }
      site.panels.refresh("curves");
      while (!all.every((one) => one.frame)) await new Promise(requestAnimationFrame);
      counting = false;
      site.layer.draw = draw;
      return drawn;
    }""")
    assert len(frames) == len(set(frames)) == 3


def test_a_missing_chunk_is_said_in_its_panel_and_can_be_retried(visit: Open, tmp_path: Path) -> None:
    """A file lost in copying costs one chart, which says so and comes back when the file does."""
    made = [whole([1.0, 2.0], run="a", metric="there"), whole([1.0, 2.0], run="a", metric="gone")]
    index = write_chart_page(tmp_path / "site", project_of([run_of("a", made[:1], made[1:])]))
    page_data = (index.parent / "page.js").read_text()
    name = page_data.split('"id": "gone"')[1].split("data/")[1].split('"')[0]
    chunk = (index.parent / "data" / name).read_bytes()
    (index.parent / "data" / name).unlink()
    page = visit(index).page
    alert = page.wait_for_selector('[data-chart="gone"] .panel-error')
    assert alert
    assert name in (alert.text_content() or "")
    wait_until(page, "Boolean(site.panels.all[0].frame)")
    (index.parent / "data" / name).write_bytes(chunk)
    page.click('[data-chart="gone"] .panel-error button')
    wait_until(page, DRAWN)
    assert page.locator(".panel-error").count() == 0


def test_series_of_one_run_have_a_legend_that_toggles(visit: Open, tmp_path: Path) -> None:
    """Ranks of a run are told apart by colour and name, and each can be hidden."""
    ranks = [whole([1.0 + rank, 2.0], run="a", metric="loss", rank=rank) for rank in range(3)]
    index = write_chart_page(tmp_path / "site", project_of([run_of("a", ranks)]))
    page = ready(visit(index))
    buttons = page.locator(".legend button")
    assert buttons.all_text_contents() == ["rank 0", "rank 1", "rank 2"]
    assert len(set(of_panel(page, "loss", "panel.curves.map((one) => one.color)"))) == 3
    buttons.nth(1).click()
    settle(page)
    assert of_panel(page, "loss", "panel.visible.map((one) => one.rank)") == [0, 2]
    assert buttons.nth(1).get_attribute("aria-pressed") == "false"


def test_two_hundred_runs_and_huge_numbers(visit: Open, tmp_path: Path) -> None:
    """Many runs and absurd magnitudes draw without complaint."""
    many = [
        run_of(
            f"run-{at}",
            [
                whole([at + step / 10 for step in range(50)], run=f"run-{at}", metric="many"),
                whole([10.0**300 * (step + 1), 10.0**-300], run=f"run-{at}", metric="huge"),
            ],
        )
        for at, step in zip(range(200), [3] * 200, strict=True)
    ]
    seen = visit(write_chart_page(tmp_path / "site", project_of(many)))
    page = ready(seen)
    assert of_panel(page, "many", "panel.visible.length") == 200
    for kind in ("log", "symlog", "linear"):
        page.evaluate(f"site.store.set('yscale', '{kind}')")
        settle(page)
    hover(page, "many")
    assert page.locator(".tip .tip-row").count() == 20
    assert page.locator(".tip-more").text_content() == "180 more"
    assert seen.complaints() == []


def test_the_bundle_gives_vega_embed_and_nothing_else(visit: Open, tmp_path: Path) -> None:
    """We rely on one function of the bundle; no other global appears, and none of ours is replaced."""
    (tmp_path / "vega.js").write_bytes(bundle.script(tmp_path / "cache"))
    (tmp_path / "index.html").write_text(
        "<!doctype html><title>t</title><script src='before.js'></script><script src='vega.js'></script>"
    )
    (tmp_path / "before.js").write_text("window.site = {}; window.names = new Set(Reflect.ownKeys(window));")
    seen = visit(tmp_path / "index.html")
    added = seen.page.evaluate(
        "Reflect.ownKeys(window).filter((name) => !names.has(name) && name !== 'names').map(String)"
    )
    assert added == []
    assert seen.page.evaluate("[Object.keys(site), typeof site.vegaEmbed]") == [["vegaEmbed"], "function"]
    assert seen.complaints() == []


def test_lines_fade_up_to_where_they_are_painted(visit: Open, page_file: Path) -> None:
    """Zoomed lines reach a little beyond the plot; what is not pointed at fades there as well."""
    page = ready(visit(page_file))
    page.evaluate("site.store.set('zoom', [1, 3])")
    settle(page)
    page.evaluate("site.store.set('highlight', 'a')")
    settle(page)
    faded = of_panel(
        page,
        "known",
        """(() => {
          const { over, frame } = panel, ratio = over.width / frame.outer.width;
          const context = over.getContext("2d");
          const places = [frame.left - 2, frame.left + frame.width + 1];
          const alpha = (left) => context.getImageData(left * ratio, (frame.top + 2) * ratio, 1, 1).data[3];
          return places.map(alpha);
        })()""",
    )
    assert min(faded) > 100


def test_another_screen_with_more_pixels_draws_charts_anew(visit: Open, page_file: Path) -> None:
    """A window that is moved keeps its size: only its pixels are others."""
    page = ready(visit(page_file))
    before = of_panel(page, "known", "[panel.layer.width, panel.plot.clientWidth]")
    screen = page.context.new_cdp_session(page)
    size = page.viewport_size or {"width": 0, "height": 0}
    # Without a height that is another one too, the browser tells nobody; charts are as large as before.
    size["height"] += 2
    screen.send("Emulation.setDeviceMetricsOverride", {**size, "deviceScaleFactor": 2, "mobile": False})
    wide = f"{PANEL} return panel.layer.width;"
    for _ in range(100):
        if page.evaluate(f"(name) => {{ {wide} }}", "known") == 2 * before[0]:
            break
        page.wait_for_timeout(50)
    assert of_panel(page, "known", "[panel.layer.width, panel.plot.clientWidth]") == [
        2 * before[0],
        before[1],
    ]
