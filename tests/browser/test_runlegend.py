"""The legend above a project's charts: what it says, and what a press, a double press and the pointer do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.page_sites import write_site
from tests.browser.test_pages_axe import broken_rules
from tests.browser.visit import Visit, wait_until
from tests.sitegen.pages.fixture_site import make_project, make_run, make_site

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser

RATES = (0.001, 0.01, 0.1)
LONG = "a-model-whose-name-is-as-long-as-that-of/a-checkpoint-somewhere-on-a-disk-" * 2
COUNT, MANY = 24, 200
Open = Callable[..., "Page"]


def config_of(number: int) -> dict[str, object]:
    """Three rates, three models of which one is missing, a number of its own, and a name of its own."""
    model = (LONG, "vit", None)[number // 3 % 3]
    return {
        "lr": RATES[number % 3],
        "seed": number // 9,
        "decay": 10.0 ** -(number % 12),
        "name": f"name-{number:03d}",
        **({"model": model} if model else {}),
    }


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders `few` and `many`, each a site."""
    root, cache = tmp_path_factory.mktemp("sites"), tmp_path_factory.mktemp("cache")
    for name, count, points in (("few", COUNT, 20), ("many", MANY, 3)):
        runs = [
            make_run(one, points=points, console=(), patch=None, system=(), config=config_of(one))
            for one in range(count)
        ]
        write_site(make_site(make_project(runs)), root / name, cache)
    return root


@pytest.fixture
def open_at(visit: Callable[..., Visit], sites: Path) -> Iterator[Open]:
    """`open_at("few", "color=cfg.lr", 390)`: the project's page with its legend and a chart drawn."""

    def open_page(name: str, state: str, width: int = 1440, **options: object) -> Page:
        address = f"{(sites / name / 'digits' / 'index.html').as_uri()}#{state}"
        seen.append(visit(address, viewport={"width": width, "height": 900}, **options))
        page = seen[-1].page
        page.locator(".run-legend").wait_for(timeout=60_000)
        page.locator(".pane-charts").evaluate("pane => pane.scrollIntoView()")
        wait_until(page, "site.panels.all.some((one) => one.visible.length)")
        return page

    seen: list[Visit] = []
    yield open_page
    # The tests read pixels, which the browser remarks; a reload gives up what was on its way.
    said = [text for one in seen for text in (*one.errors, *one.violations()) if "getImageData" not in text]
    assert said == []


def chip(page: Page, name: str) -> Locator:
    return page.locator(".legend-chip", has=page.locator("bdi", has_text=name))


def chips(page: Page) -> list[list[str | None]]:
    """Of each entry its name, how it is pressed, and its count."""
    found: list[list[str | None]] = page.locator(".legend-chip").evaluate_all(
        """all => all.map((one) => [one.querySelector("bdi").textContent, one.getAttribute("aria-pressed"),
             one.querySelector("small").textContent])"""
    )
    return found


LR = "site.current.runs.map((run, at) => [run.id, site.columns.find('cfg.lr').values[at]])"
SHOWN = f"JSON.stringify([...new Set({LR}.flatMap(([id, lr]) => site.store.get('hidden').has(id) ? [] : [lr]))].sort())"  # noqa: E501
"""The rates of which a run is drawn."""
DRAWN = "site.panels.all.find((one) => one.visible.length).visible.length"
"""How many curves a chart draws."""
WIDTHS = pytest.mark.parametrize("width", [1440, 390])


@WIDTHS
def test_a_press_hides_a_value_in_all_charts_and_the_address_keeps_it(open_at: Open, width: int) -> None:
    """Hidden runs are those of the table and the address; the page comes back so; the reset brings all."""
    page = open_at("few", "color=cfg.lr", width)
    assert chips(page) == [["0.001", "true", "8"], ["0.01", "true", "8"], ["0.1", "true", "8"]]
    assert page.locator(".legend-reset").is_hidden()
    chip(page, "0.01").nth(0).click()
    wait_until(page, f"{DRAWN} === 16")
    assert page.evaluate(SHOWN) == "[0.001,0.1]"
    assert chips(page)[1] == ["0.01", "false", "8"]
    assert page.locator(".runs tr.off").count() > 0
    wait_until(page, "location.hash.includes('hide=')")
    page.reload()
    page.locator(".legend-chip[aria-pressed=false]").wait_for(timeout=60_000)
    assert page.evaluate(SHOWN) == "[0.001,0.1]"
    page.locator(".legend-reset").click()
    wait_until(page, f"{SHOWN} === '[0.001,0.01,0.1]'")
    wait_until(page, "!location.hash.includes('hide=')")
    assert page.evaluate("document.activeElement.className") == "legend-head"


@WIDTHS
def test_a_double_press_shows_only_a_value_and_the_next_all(open_at: Open, width: int) -> None:
    """What was hidden before comes back as it was."""
    page = open_at("few", "color=cfg.lr", width)
    page.evaluate("site.store.set('hidden', new Set([site.current.runs[0].id]))")
    chip(page, "0.001").dblclick()
    wait_until(page, f"{SHOWN} === '[0.001]'")
    wait_until(page, "document.querySelectorAll('.legend-chip[aria-pressed=false]').length === 2")
    chip(page, "0.001").dblclick()
    wait_until(page, "site.store.get('hidden').size === 1")
    assert page.evaluate("site.store.get('hidden').has(site.current.runs[0].id)")


def test_a_double_tap_shows_only_a_value(open_at: Open) -> None:
    """Fingers do what a mouse does."""
    page = open_at("few", "color=cfg.lr", 390, has_touch=True, is_mobile=True)
    place = chip(page, "0.1").bounding_box() or {}
    for _ in range(2):
        page.touchscreen.tap(place["x"] + 20, place["y"] + 12)
    wait_until(page, f"{SHOWN} === '[0.1]'")


def test_keys_do_what_the_pointer_does(open_at: Open) -> None:
    """Space toggles, Alt with Enter shows only these; the focus stays, and emphasises."""
    page = open_at("few", "color=cfg.lr")
    second = chip(page, "0.01").nth(0)
    second.focus()
    wait_until(page, "site.store.get('highlight') instanceof Set && site.store.get('highlight').size === 8")
    page.keyboard.press("Space")
    wait_until(page, f"{SHOWN} === '[0.001,0.1]'")
    page.keyboard.press("Space")
    wait_until(page, f"{SHOWN} === '[0.001,0.01,0.1]'")
    page.keyboard.press("Alt+Enter")
    wait_until(page, f"{SHOWN} === '[0.01]'")
    assert page.evaluate("document.activeElement.dataset.entry") == "color 0.01"
    page.keyboard.press("Alt+Enter")
    wait_until(page, f"{SHOWN} === '[0.001,0.01,0.1]'")


INK = """(() => {
  const panel = site.panels.all.find((one) => one.visible.length), { width, height } = panel.over;
  const pixels = () => panel.over.getContext("2d").getImageData(0, 0, width, height).data;
  return width > 0 && pixels().some((one) => one > 0);
})()"""


@WIDTHS
def test_the_pointer_emphasises_a_value_in_charts_and_table(open_at: Open, width: int) -> None:
    """Its curves stand out, and its rows; nothing does when the pointer has left."""
    page = open_at("few", "color=cfg.lr", width)
    assert not page.evaluate(INK)
    chip(page, "0.001").hover()
    wait_until(page, INK)
    assert page.locator(".runs tr.lit").count() == 8
    page.mouse.move(width / 2, 880)
    wait_until(page, "!(site.store.get('highlight') instanceof Set)")
    assert page.locator(".runs tr.lit").count() <= 1


@WIDTHS
def test_many_numbers_are_a_ramp_whose_parts_can_be_pressed(open_at: Open, width: int) -> None:
    """Its ends, that it is logarithmic, and parts that hide their runs, in one line."""
    page = open_at("few", "color=cfg.decay", width)
    assert page.locator(".run-legend").evaluate("one => one.offsetHeight") < 50
    assert page.locator(".legend-ramp").inner_text().split() == ["1e-11", "1", "log"]
    part = page.locator("button.legend-part").last
    assert (part.get_attribute("aria-label") or "").startswith("0.0422 – 1: 4 of 4 drawn")
    part.click()
    wait_until(page, "site.store.get('hidden').size === 4")
    assert part.get_attribute("aria-pressed") == "false"


def test_missing_and_long_values_are_told(open_at: Open) -> None:
    """A run without the value belongs to an entry of its own; a long name ends in an ellipsis."""
    page = open_at("few", "color=cfg.model")
    assert [one[0] for one in chips(page)] == [LONG, "vit", "none"]
    assert (chip(page, "a-model").bounding_box() or {})["width"] <= 240
    assert LONG in (chip(page, "a-model").get_attribute("title") or "")
    page.evaluate("site.store.set('hidden', new Set([site.current.runs[23].id]))")
    wait_until(page, "document.querySelectorAll('.legend-chip[aria-pressed=mixed]').length === 1")
    assert all(
        height < 40
        for height in page.locator(".legend-chip").evaluate_all("all => all.map((one) => one.offsetHeight)")
    )


def test_groups_have_entries_and_take_the_colour_of_a_value(open_at: Open) -> None:
    """A press hides a group's line; coloured by a value, lines and legend agree."""
    page = open_at("few", "g=cfg.lr")
    assert page.locator(".legend-head").inner_text() == "groups lr"
    wait_until(page, f"{DRAWN} === 3")
    chip(page, "0.1").click()
    wait_until(page, f"{DRAWN} === 2")
    page.evaluate("site.store.set('color', 'cfg.lr')")
    first = "site.panels.all.find((one) => one.visible.length).visible[0].color"
    wait_until(page, f"{first} === site.current.colors.ramp[0]")
    dot = "site.tokens.probe(document.querySelector('.legend-chip .dot').style.color)"
    wait_until(page, f"{dot} === site.current.colors.ramp[0]")


@WIDTHS
def test_of_many_values_some_are_shown_and_the_others_open(open_at: Open, width: int) -> None:
    """The values that are drawn come first; the list of all scrolls, and the charts stay in view."""
    page = open_at("many", "color=cfg.name", width)
    assert len(chips(page)) == 12
    assert chips(page)[0] == [f"name-{MANY - 50:03d}", "true", "1"]
    fold = page.locator(".run-legend .legend-fold[aria-expanded]")
    assert fold.inner_text() == f"and {MANY - 12} more"
    fold.click()
    wait_until(page, f"document.querySelectorAll('.legend-chip').length === {MANY}")
    assert page.locator(".run-legend").evaluate("one => one.offsetHeight < innerHeight / 2")
    assert page.evaluate("document.activeElement.textContent") == "fewer"
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@WIDTHS
def test_a_long_list_of_values_is_narrowed_by_a_field(open_at: Open, width: int) -> None:
    """What is typed leaves the entries that have it, also after a press on one; folded, all is as before."""
    page = open_at("many", "color=cfg.name", width)
    assert page.locator(".legend-find").count() == 0
    page.locator(".run-legend .legend-fold[aria-expanded]").click()
    field = page.get_by_label("Find in the legend")
    field.fill("NAME 19")
    wait_until(page, "document.querySelectorAll('.legend-chip:not([hidden])').length === 12")
    assert page.locator(".legend-found").inner_text() == f"12 of {MANY}"
    shown = page.locator(".legend-chip:visible bdi").all_inner_texts()
    assert shown == ["name-019", "name-119", *(f"name-{number}" for number in range(190, 200))]
    chip(page, "name-193").click()
    wait_until(page, "site.store.get('hidden').size === 151")
    # Another row of the legend makes its elements anew.
    page.evaluate("site.store.set('style', 'cfg.lr')")
    page.locator(".legend-stroke").first.wait_for()
    assert field.input_value() == "NAME 19"
    assert page.locator(".legend-row.whole .legend-chip:visible").count() == 12
    field.fill("nothing like it")
    assert page.locator(".legend-found").inner_text() == f"0 of {MANY}"
    page.get_by_role("button", name="fewer").click()
    page.locator(".run-legend .legend-fold[aria-expanded]").first.click()
    assert field.input_value() == ""
    assert page.locator(".legend-row.whole .legend-chip:visible").count() == MANY
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_a_filter_leaves_only_its_values(open_at: Open) -> None:
    """Colours stay what they were."""
    page = open_at("few", "color=cfg.lr&q=cfg.lr%20%3C%200.05")
    wait_until(page, "document.querySelectorAll('.legend-chip').length === 2")
    color = page.locator(".legend-chip .dot").nth(1).evaluate("dot => dot.style.color")
    page.evaluate("site.store.set('filter', '')")
    wait_until(page, "document.querySelectorAll('.legend-chip').length === 3")
    assert page.locator(".legend-chip .dot").nth(1).evaluate("dot => dot.style.color") == color


def test_a_row_that_goes_on_has_a_shade_at_its_end(open_at: Open) -> None:
    """On a phone, at the right end until the last entry is seen, and then at the left."""
    page = open_at("many", "color=cfg.name", 390)
    row = page.locator(".legend-row").first

    def shades() -> list[bool]:
        box = row.bounding_box()
        assert box is not None
        ends = (box["x"] + 2, box["x"] + box["width"] - 3)
        shots = [
            page.screenshot(clip={"x": end, "y": box["y"] + box["height"] - 2, "width": 1, "height": 1})
            for end in ends
        ]
        paper = page.screenshot(clip={"x": 195, "y": box["y"] + box["height"] + 1, "width": 1, "height": 1})
        return [shot != paper for shot in shots]

    assert row.evaluate("(one) => one.scrollWidth > one.clientWidth + 40")
    assert shades() == [False, True]
    row.evaluate("(one) => { one.scrollLeft = 200; }")
    assert shades() == [True, True]
    row.evaluate("(one) => { one.scrollLeft = one.scrollWidth; }")
    assert shades() == [True, False]


MARKS = """JSON.stringify([...new Set(site.panels.all.find((one) => one.visible.length).visible
  .map((one) => `${one.dash} ${one.mark}`))].sort())"""
"""The strokes and marks of a chart's curves."""


@WIDTHS
def test_lines_are_styled_by_a_value(open_at: Open, width: int) -> None:
    """Each value a stroke and a mark, told by the legend and the address; without the value all are alike."""
    page = open_at("few", "color=cfg.lr", width)
    assert page.evaluate(MARKS) == '["0 -1"]'
    page.evaluate("site.store.set('style', 'cfg.model')")
    wait_until(page, f'{MARKS} === \'["0 0","1 1","2 2"]\'')
    page.locator(".legend-head", has_text="line model").wait_for()
    assert [one[0] for one in chips(page)[3:]] == [LONG, "vit", "none"]
    assert page.locator(".legend-chip .legend-stroke").count() == 3
    wait_until(page, "location.hash.includes('style=cfg.model')")
    page.reload()
    wait_until(page, "site.panels.all.some((one) => one.visible.length)")
    wait_until(page, f'{MARKS} === \'["0 0","1 1","2 2"]\'')
    chip(page, "vit").click()
    wait_until(page, f'{MARKS} === \'["0 0","2 2"]\'')
    page.evaluate("site.store.set('style', '')")
    wait_until(page, f"{MARKS} === '[\"0 -1\"]'")


def test_colour_and_stroke_of_one_value_share_a_row(open_at: Open) -> None:
    """Groups of that value say it alone, in lines of their colour, stroke and mark."""
    page = open_at("few", "color=cfg.lr&style=cfg.lr")
    page.locator(".legend-head", has_text="colour and line lr").wait_for()
    assert page.locator(".legend-head").count() == 1
    assert page.locator(".legend-chip .legend-stroke").count() == 3
    page.evaluate("site.store.set('group', ['cfg.lr'])")
    page.locator(".legend-head", has_text="groups lr").wait_for()
    assert page.locator(".legend-head").count() == 1
    assert page.locator(".legend-chip .legend-stroke").count() == 3
    wait_until(page, f'{MARKS} === \'["0 0","1 1","2 2"]\'')


def test_marks_are_painted_into_charts(open_at: Open) -> None:
    """Where a mark stands there is more of the line's colour than its stroke has."""
    page = open_at("few", "style=cfg.lr&hide=")
    wait_until(page, f'{MARKS} === \'["0 0","1 1","2 2"]\'')
    page.evaluate("site.store.set('hidden', new Set(site.current.runs.slice(1).map((run) => run.id)))")
    wait_until(page, f"{DRAWN} === 1")
    ink = """() => {
      const panel = site.panels.all.find((one) => one.visible.length), [curve] = panel.visible;
      const { frame, layer } = panel;
      const ratio = layer.width / frame.outer.width, at = site.markers.places(curve, frame, 84, 0)[0];
      const x = frame.x.map(curve.x[at]) * ratio, y = frame.y.map(curve.y[at]) * ratio;
      const square = [x - 2 * ratio, y - 2 * ratio, 4 * ratio, 4 * ratio];
      const { data } = layer.getContext("2d").getImageData(...square);
      return data.filter((one, place) => place % 4 === 3 && one === 255).length / (data.length / 4);
    }"""
    wait_until(page, f"({ink})() > 0.6")


PARTS = """[...document.querySelectorAll('.run-legend *')]
  .flatMap((one) => [...one.classList].map((name) => `${one.localName}.${name}`))"""
"""Every element of a legend by its name and class."""


def test_the_page_of_patterns_shows_every_part(open_at: Open, sites: Path) -> None:
    """What the script makes a legend of, the sample has, and nothing else but its colours."""
    page = open_at("many", "color=cfg.name&style=cfg.lr")
    page.locator(".run-legend .legend-fold[aria-expanded]").first.click()
    page.locator(".legend-find").wait_for()
    made = set(page.evaluate(PARTS))
    made |= set(open_at("few", "color=cfg.decay").evaluate(PARTS))
    page.goto((sites / "few" / "patterns.html").as_uri())
    shown = set(page.evaluate(PARTS))
    # Where a part of a ramp has no runs, it is no button.
    assert made - shown <= {"span.legend-part"}
    assert {one for one in shown - made if not one.split(".")[1].startswith(("tint-", "shade-"))} == set()


FULL = "site.panels.all.find((one) => one.figure === document.fullscreenElement)"
"""The chart that fills the screen."""


def fill_screen(page: Page) -> None:
    """The first chart over the whole screen, drawn in its new size, with the legend in it."""
    page.locator("figure .tool-full").first.click(force=True)
    page.locator(":fullscreen .run-legend").wait_for()
    wait_until(page, f"{FULL}.frame?.outer.width === {FULL}.plot.clientWidth && !{FULL}.dirty")


@WIDTHS
def test_a_chart_in_full_screen_has_the_legend(open_at: Open, width: int) -> None:
    """Entries hide, show alone and emphasise there; it goes from chart to chart, and at last above all."""
    page = open_at("few", "color=cfg.lr", width)
    fill_screen(page)
    legend, plot = (page.locator(f":fullscreen {one}").bounding_box() for one in (".run-legend", ".plot"))
    assert legend is not None
    assert plot is not None
    assert legend["y"] + legend["height"] <= plot["y"] < 130
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    chip(page, "0.001").hover()
    wait_until(page, INK.replace("site.panels.all.find((one) => one.visible.length)", FULL))
    chip(page, "0.001").click()
    wait_until(page, f"{FULL}.visible.length === 16")
    chip(page, "0.1").dblclick()
    wait_until(page, f"{FULL}.visible.length === 8")
    page.keyboard.press("Alt+Enter")
    wait_until(page, f"{FULL}.visible.length === 16")
    first = page.evaluate(f"{FULL}.spec.id")
    page.keyboard.press("ArrowDown")
    wait_until(page, f"{FULL}.spec.id !== {first!r} && {FULL}.figure.querySelector('.run-legend') !== null")
    page.keyboard.press("Escape")
    page.locator(".pane-charts > .run-legend:first-child").wait_for()
    assert [one[1] for one in chips(page)] == ["false", "true", "true"]


@WIDTHS
def test_runs_of_their_own_colours_are_told_in_full_screen(open_at: Open, width: int) -> None:
    """By name, those that are hidden there too; out of it the table tells them."""
    page = open_at("few", "color=cfg.lr", width)
    fill_screen(page)
    page.evaluate("site.store.set('color', '')")
    wait_until(page, "document.querySelector('.legend-head').textContent.trim() === 'runs'")
    fold = page.locator(".run-legend .legend-fold[aria-expanded]")
    assert fold.inner_text() == f"and {COUNT - 12} more"
    fold.click()
    wait_until(page, f"document.querySelectorAll('.legend-chip').length === {COUNT}")
    names = page.evaluate("site.current.runs.map((run) => run.name)")
    assert page.locator(".legend-chip bdi").all_inner_texts() == names
    assert page.evaluate(
        """[...document.querySelectorAll('.legend-chip .dot')].every(({ style }, at) =>
      site.tokens.probe(style.color) === site.tokens.probe(site.colouring.of(site.current.runs[at])))"""
    )
    third = page.locator(".legend-chip").nth(2)
    third.click()
    wait_until(page, f"{FULL}.visible.length === {COUNT - 1}")
    # An entry that comes back stands where it was, also before its line is drawn.
    third.click()
    page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    assert page.locator(".legend-chip bdi").all_inner_texts() == names
    third.click()
    wait_until(page, f"{FULL}.visible.length === {COUNT - 1}")
    assert third.get_attribute("aria-pressed") == "false"
    assert page.locator(".legend-chip").count() == COUNT
    third.dblclick()
    wait_until(page, f"{FULL}.visible.length === 1")
    assert page.locator(".legend-chip").count() == COUNT
    page.locator(".legend-reset").click()
    wait_until(page, f"{FULL}.visible.length === {COUNT}")
    page.locator(":fullscreen .over").focus()
    page.keyboard.press("Escape")
    page.locator(".run-legend").wait_for(state="hidden")
    assert page.locator(".pane-charts > .run-legend:first-child").count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("name", "state"), [("few", "color=cfg.lr&style=cfg.model"), ("many", "color=cfg.name")]
)
@WIDTHS
def test_the_legend_in_full_screen_breaks_no_accessibility_rule(
    open_at: Open, name: str, state: str, scheme: str, width: int
) -> None:
    """With few entries and with all of many, some of them not drawn; the plot keeps half of the screen."""
    page = open_at(name, state, width, color_scheme=scheme, bypass_csp=True)
    fill_screen(page)
    page.locator(".run-legend button[aria-pressed]").first.click()
    page.locator(".run-legend button[aria-pressed=false]").first.wait_for()
    if name == "many":
        page.locator(".run-legend .legend-fold[aria-expanded]").click()
        wait_until(page, f"document.querySelectorAll('.legend-chip').length === {MANY}")
    assert page.evaluate(f"{FULL}.plot.clientHeight > innerHeight / 2")
    assert broken_rules(page) == []


STATES = (
    "color=cfg.lr",
    "color=cfg.decay",
    "color=cfg.model&g=cfg.lr,cfg.model",
    "color=cfg.lr&style=cfg.model",
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", STATES)
@WIDTHS
def test_the_legend_breaks_no_accessibility_rule(open_at: Open, state: str, scheme: str, width: int) -> None:
    """Also with an entry that is not drawn."""
    page = open_at("few", state, width, color_scheme=scheme, bypass_csp=True)
    page.locator(".run-legend button[aria-pressed]").first.click()
    page.locator(".run-legend button[aria-pressed=false]").first.wait_for()
    assert broken_rules(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@WIDTHS
def test_the_list_of_all_values_breaks_no_accessibility_rule(open_at: Open, scheme: str, width: int) -> None:
    """Two hundred entries, some of them drawn."""
    page = open_at("many", "color=cfg.name", width, color_scheme=scheme, bypass_csp=True)
    page.locator(".run-legend .legend-fold[aria-expanded]").click()
    wait_until(page, f"document.querySelectorAll('.legend-chip').length === {MANY}")
    assert broken_rules(page) == []
