"""The workspace in a browser: groups, columns, baseline, colours, selection, sets of runs, files."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from tests.browser.page_sites import write_site
from tests.browser.visit import Visit, wait_until
from tests.sitegen.pages.fixture_site import make_project, make_run, make_site

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser

RATES = (0.1, 0.01, 0.001)
SEEDS = 4


@pytest.fixture(scope="module")
def sweep(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three learning rates with four seeds each."""
    runs = [
        make_run(
            number,
            console=(),
            patch=None,
            config={"lr": RATES[number % 3], "seed": number // 3, "model.width": 64},
        )
        for number in range(len(RATES) * SEEDS)
    ]
    return write_site(
        make_site(make_project(runs)), tmp_path_factory.mktemp("sweep"), tmp_path_factory.mktemp("cache")
    )


@pytest.fixture
def open_at(visit: Callable[..., Visit], sweep: Path) -> Callable[[str], Page]:
    """`open_at("#…")`: the project's page with a state in its address, its later columns loaded."""

    def open_page(state: str = "") -> Page:
        page = visit(sweep / "digits" / "index.html").page
        if state:
            page.evaluate("state => { location.hash = state; }", state)
        for _ in range(100):
            if page.evaluate("site.columns.here().some((one) => one.later && one.values)"):
                return page
            page.wait_for_timeout(100)
        raise AssertionError("the later columns never came")

    return open_page


def texts(page: Page, selector: str) -> list[str]:
    return [text.strip() for text in page.locator(selector).all_inner_texts()]


def test_all_but_seed_groups_in_one_click(open_at: Callable[..., Page]) -> None:
    """The seeds of each learning rate become one line with mean, spread and n; a press unfolds it."""
    page = open_at()
    page.locator("[data-panel=group]").click()
    page.get_by_role("button", name="All but seed").click()
    page.keyboard.press("Escape")
    rows = page.locator(".runs tr.group")
    rows.nth(2).wait_for()
    assert texts(page, ".runs tr.group .members") == ["4"] * 3
    assert texts(page, ".runs tr.group .group-name bdi") == ["0.001", "0.01", "0.1"]
    assert "±" in (rows.first.inner_text())
    assert page.locator(".runs tbody tr[data-run]").count() == 0
    rows.nth(1).click()
    page.locator(".runs tbody tr[data-run]").nth(3).wait_for()
    assert rows.nth(1).get_attribute("aria-expanded") == "true"
    assert "g=cfg.lr" in page.evaluate("new Promise(done => setTimeout(() => done(location.hash), 400))")


def test_charts_draw_the_groups_of_the_table(open_at: Callable[..., Page]) -> None:
    """A curve for each group, with the numbers that the table has."""
    page = open_at("#g=cfg.lr")
    page.locator(".runs tr.group").nth(2).wait_for()
    page.wait_for_timeout(1500)
    found = page.evaluate(
        """() => {
          const isGrouped = (one) => one.state === "live" && one.visible.some((curve) => curve.members);
          const panel = site.panels.all.find(isGrouped);
          return { names: panel.visible.map((curve) => curve.name),
                   n: panel.visible.map((curve) => curve.members.length),
                   words: panel.figure.querySelector(".sub").textContent };
        }"""
    )
    assert found["names"] == ["lr 0.001", "lr 0.01", "lr 0.1"]
    assert found["n"] == [SEEDS] * 3
    assert "3 groups, mean ± sd" in found["words"]


def test_a_baseline_gives_differences_with_an_interval(open_at: Callable[..., Page]) -> None:
    """Every other group says how far it is, and from how many runs that is known."""
    page = open_at("#g=cfg.lr&base=group%3Acfg.lr%3D0.1")
    page.locator(".runs tr.base").wait_for()
    deltas = page.locator(".runs tr.group:not(.base) .delta")
    assert deltas.count() > 0
    assert "against the baseline; 95 % interval" in (deltas.first.get_attribute("title") or "")
    assert page.locator(".runs tr.base .delta").count() == 0


def test_columns_are_found_shown_and_kept_in_the_address(open_at: Callable[..., Page]) -> None:
    """A statistic that the page did not bring is loaded, shown, and there again by its address."""
    page = open_at()
    assert page.locator(".runs thead th[data-key='train/loss.mean']").count() == 0
    page.locator("[data-panel=columns]").click()
    page.get_by_label("Find a column").fill("train loss")
    page.locator(".metric-line").first.get_by_role("button", name="mean").click()
    head = page.locator(".runs thead th[data-key='train/loss.mean']")
    head.wait_for()
    page.wait_for_timeout(400)
    address = page.url
    page.goto("about:blank")
    page.goto(address)
    head.wait_for()
    values = page.evaluate("site.columns.find('train/loss.mean').values")
    assert sum(isinstance(value, float) for value in values) == len(RATES) * SEEDS


@pytest.mark.parametrize("here", ["null", "site.load.later()"], ids=["nothing", "the language"])
def test_a_filter_asks_for_columns_that_are_not_here(open_at: Callable[..., Page], here: str) -> None:
    """An expression over any metric or setting works, whatever the table shows and has loaded."""
    page = open_at()
    page.evaluate(here)
    field = page.get_by_label("Filter runs")
    field.fill("cfg.model.width == 64 and mean(train/loss) > 0 and seed < 2")
    page.locator("[data-shown]", has_text="6 of 12 runs").wait_for()
    assert page.locator(".filter-note").inner_text() == ""


def test_a_chart_is_put_together_changed_and_removed(open_at: Callable[..., Page]) -> None:
    """Names and patterns, an expression, a mistake told in place; the address brings the chart back."""
    page, every = open_at(), len(RATES) * SEEDS
    page.locator("[data-panel=add]").click()
    field = page.get_by_label("Metrics, or an expression over them")
    field.fill("val/loss - trian/loss")
    assert "train/loss" in page.locator(".added-note.wrong").inner_text()
    assert page.locator(".added-note mark").inner_text() == "trian/loss"
    assert page.locator(".adding .popover-foot button").is_disabled()
    field.fill("val/loss - train/loss")
    field.press("Enter")
    added = page.locator("[data-added] figure")
    added.locator("canvas.layer").wait_for()
    assert added.locator("h3").inner_text() == "val/loss - train/loss"
    wait_until(page, f"{DRAWN} === '[[{every},1]]'")
    page.wait_for_timeout(300)
    address = page.url
    page.goto("about:blank")
    page.goto(address)
    added.locator("canvas.layer").wait_for()
    menu(added, "Edit…")
    field.fill("*/loss")
    field.press("Enter")
    added.locator(".legend button").nth(1).wait_for()
    wait_until(page, f"{DRAWN} === '[[{2 * every},2]]'")
    added.locator(".legend button").first.click()
    wait_until(page, f"{DRAWN} === '[[{every},1]]'")
    menu(added, "Remove")
    added.wait_for(state="detached")
    assert page.locator("[data-added]").is_hidden()


DRAWN = """JSON.stringify(site.panels.all.filter((one) => one.spec.added)
  .map((one) => [one.visible.length, new Set(one.visible.map((curve) => curve.dash)).size]))"""
"""Of each added chart how many curves are drawn, in how many kinds of stroke."""


def menu(figure: Locator, choice: str) -> None:
    figure.hover()
    figure.locator(".tool-place").click()
    figure.page.get_by_role("button", name=choice, exact=True).click()


def test_names_are_offered_while_a_filter_is_typed(open_at: Callable[..., Page]) -> None:
    """The list takes arrow keys and Tab, and is a combobox to those who cannot see it."""
    page = open_at()
    field = page.get_by_label("Filter runs")
    field.click()
    page.locator("#suggestions").wait_for(state="attached")
    field.press_sequentially("val/a")
    page.locator("#suggestions li").first.wait_for()
    assert field.get_attribute("aria-expanded") == "true"
    field.press("Tab")
    assert field.input_value() == "val/acc"
    assert page.locator("#suggestions").is_hidden()


def test_quick_controls_write_the_filter(open_at: Callable[..., Page]) -> None:
    """Ticks and ends make an expression, and show what it says when they are opened again."""
    page = open_at()

    def facet(name: str) -> Locator:
        return page.locator(".quick-facet", has=page.locator(f"summary bdi:text-is('{name}')"))

    page.get_by_role("button", name="Filter", exact=True).click()
    facet("lr").locator("summary").click()
    facet("lr").get_by_role("checkbox", name="0.01").check()
    facet("lr").get_by_role("checkbox", name="0.001").check()
    assert page.evaluate("site.store.get('filter')") == "cfg.lr in [0.01, 0.001]"
    wait_until(page, "document.querySelector('[data-shown]').textContent.startsWith('8 of 12')")
    facet("seed").locator("summary").click()
    facet("seed").get_by_role("checkbox", name=re.compile(r"^2\b")).check()
    assert page.locator("input[data-filter], .field.filter input").first.input_value() == (
        "cfg.lr in [0.01, 0.001] and cfg.seed in [2]"
    )
    facet("val/acc max").locator("summary").click()
    facet("val/acc max").get_by_label("from").fill("2")
    facet("val/acc max").get_by_label("from").press("Tab")
    wait_until(page, "document.querySelector('[data-shown]').textContent.startsWith('0 of 12')")
    page.keyboard.press("Escape")
    page.evaluate("site.store.set('filter', 'cfg.lr in [0.1]')")
    page.get_by_role("button", name="Filter", exact=True).click()
    assert facet("lr").get_by_role("checkbox", name=re.compile(r"^0\.1\b")).is_checked()
    assert facet("lr").locator(".quick-said").inner_text() == "0.1"
    page.get_by_label("Find a setting or a result").fill("see")
    assert page.locator(".quick-facet").count() == 1
    page.get_by_role("button", name="Clear the filter").click()
    wait_until(page, "document.querySelector('[data-shown]').textContent.startsWith('12 runs')")


def test_numbers_of_states_are_of_what_passes_the_rest(visit: Callable[..., Visit], demo_site: Path) -> None:
    """Each says how many runs its press would leave: with words, an expression, and a state chosen."""
    page = visit(demo_site / "demo" / "index.html").page
    wait_until(page, "document.querySelectorAll('[data-counts] button').length === 2")

    def become(finished: int, failed: int) -> None:
        said = "[...document.querySelectorAll('[data-counts] button')].map((one) => one.textContent).join()"
        wait_until(page, f"{said} === '{finished} finished,{failed} failed'")

    def press(state: str) -> None:
        page.locator("[data-store=filter]").blur()  # what it suggests lies over the chips
        page.locator(f"[data-counts] button.{state}").click()

    become(4, 1)
    page.locator("[data-store=filter]").fill("seed")
    become(2, 0)
    press("failed")
    wait_until(page, "document.querySelector('[data-shown]').textContent.startsWith('0 of 5')")
    become(2, 0)
    page.locator("[data-store=filter]").fill('state in ["failed"]')
    become(4, 1)
    press("finished")
    wait_until(page, "document.querySelector('[data-shown]').textContent.startsWith('4 of 5')")
    page.locator("[data-store=filter]").fill('name != "state:finished  seed"')
    become(4, 1)
    press("finished")
    assert (
        page.locator("[data-store=filter]").input_value() == 'name != "state:finished  seed" state:finished'
    )
    page.locator("[data-store=filter]").fill('cfg.lr < 1 and state in ["finished"]')
    wait_until(page, "document.querySelector('[data-shown]').textContent.startsWith('3 of 5')")
    become(3, 1)
    page.locator("[data-store=filter]").fill("cfg.lr < ")
    page.wait_for_timeout(200)
    become(3, 1)
    page.locator("[data-store=filter]").fill("")
    become(4, 1)


def test_numbers_of_states_are_there_whatever_the_address_filters(open_at: Callable[..., Page]) -> None:
    """A filter that makes no sense leaves the numbers of all runs."""
    page = open_at("#q=opt+%3D+adam")
    page.locator(".filter-note:not(:empty)").wait_for()
    assert re.match(r"\d+ finished", page.locator("[data-counts] button").first.inner_text())


def test_a_group_says_that_one_of_its_runs_failed(open_at: Callable[..., Page]) -> None:
    """However many others ended well."""
    page = open_at("#g=cfg.lr")
    page.evaluate("site.current.runs[0].state = 'failed'")
    page.evaluate("document.dispatchEvent(new Event('runpress:renewed'))")
    states = page.locator(".runs tr.group .state")
    wait_until(page, "document.querySelector('.runs tr.group .state.failed')")
    assert sorted(states.all_inner_texts()) == ["1 failed", "finished", "finished"]


def test_first_bad_values_have_the_colour_of_their_group(open_at: Callable[..., Page]) -> None:
    """The colour of the run itself may be that of another group."""
    page = open_at("#g=cfg.lr")
    page.locator(".runs tr.group").nth(2).wait_for()
    page.wait_for_timeout(1500)
    asked, drawn = page.evaluate(
        """() => {
          const { starts } = site.series, asked = [];
          site.series.starts = (curves) => (asked.push(...curves.map(({ color }) => color)), starts(curves));
          const panel = site.panels.all.find((one) => one.visible.some((curve) => curve.members));
          site.layer.draw(panel);
          return [asked, panel.visible.map(({ color }) => color)];
        }"""
    )
    assert len(asked) == 3 * SEEDS
    assert set(asked) == set(drawn)


def test_numbers_of_quick_controls_are_of_what_passes_the_rest(open_at: Callable[..., Page]) -> None:
    """A tick narrows the numbers of the other controls and leaves those beside it."""
    page = open_at()
    page.get_by_role("button", name="Filter", exact=True).click()

    def numbers(name: str) -> list[str]:
        facet = page.locator(".quick-facet", has=page.locator(f"summary bdi:text-is('{name}')"))
        if facet.get_attribute("open") is None:
            facet.locator("summary").click()
            facet.locator(".tick").first.wait_for()
        return facet.locator(".tick .quiet").all_inner_texts()

    assert numbers("lr") == ["4", "4", "4"]
    assert numbers("seed") == ["3", "3", "3", "3"]
    page.locator(".quick-facet .tick", has=page.locator("bdi:text-is('0.01')")).click()
    assert numbers("seed") == ["1", "1", "1", "1"]
    assert numbers("lr") == ["4", "4", "4"]
    page.evaluate("site.store.set('filter', 'cfg.lr in [0.01] and cfg.seed in [2]')")
    assert numbers("lr") == ["1", "1", "1"]


def test_selected_runs_are_drawn_pinned_and_cleared(open_at: Callable[..., Page]) -> None:
    """Shift selects what is between; pinned runs stay on top of any order."""
    page = open_at()
    checks = page.locator(".runs tbody .check")
    checks.nth(1).click(force=True)
    checks.nth(3).click(force=True, modifiers=["Shift"])
    bar = page.locator("[data-selection]")
    assert bar.locator("b").inner_text() == "3 selected"
    chosen = texts(page, ".runs tr.chosen .who a")
    bar.get_by_role("button", name="Only these").click()
    assert page.locator("[data-drawn]").inner_text() == "3 drawn"
    bar.get_by_role("button", name="Pin").click()
    page.locator("table.runs th[data-key=name] .sorter").click()
    assert texts(page, ".runs tbody tr.pinned .who a") == sorted(chosen)
    assert sorted(texts(page, ".runs tbody .who a")[:3]) == sorted(chosen)
    bar.get_by_role("button", name="Clear").click()
    assert bar.is_hidden()


def test_the_best_ten_are_drawn(open_at: Callable[..., Page]) -> None:
    """A set of runs by a result, from the numbers of the table."""
    page = open_at()
    page.locator("[data-drawn]").click()
    page.get_by_role("button", name="The best 10 by val/acc.max").click()
    assert page.locator("[data-drawn]").inner_text() == "10 drawn"
    worst = page.evaluate(
        """() => {
          const values = site.columns.find("val/acc.max").values, hidden = site.store.get("hidden");
          const isHidden = (at) => hidden.has(site.current.runs[at].id);
          const [shown, others] = [false, true].map((one) => values.filter((_, at) => isHidden(at) === one));
          return Math.min(...shown) >= Math.max(...others);
        }"""
    )
    assert worst is True


def test_who_asks_for_a_column_on_its_way_waits_for_it(open_at: Callable[..., Page]) -> None:
    """Sorting by a metric and drawing the best by it at once drew nothing: only one of them waited."""
    page = open_at()
    drawn = page.evaluate(
        """async () => {
          const key = "train/loss.mean", { runs } = site.current;
          await site.columns.open();
          site.store.set("sort", [{ key, dir: "asc" }]);
          await site.choice.draw(`best:3:${key}`, runs, site.choice.passing(runs));
          return runs.length - site.store.get("hidden").size;
        }"""
    )
    assert drawn == 3


def test_runs_are_coloured_by_a_value(open_at: Callable[..., Page]) -> None:
    """Equal values have one colour in table and charts; the runs' own come back."""
    page = open_at("#color=cfg.lr")
    page.wait_for_timeout(800)
    colours = page.evaluate("site.current.runs.map((run) => site.colouring.of(run))")
    rates = page.evaluate("site.columns.find('cfg.lr').values")
    assert len(set(zip(rates, colours, strict=True))) == len(set(colours)) == len(RATES)
    page.locator("[data-chips] .chip", has_text="coloured by lr").click()
    assert page.evaluate("site.current.runs.every((run) => site.colouring.of(run) === run.color)")


def test_a_column_is_moved_hidden_and_pinned(open_at: Callable[..., Page]) -> None:
    """By keys and by its menu; the focus stays with it."""
    page = open_at()

    def keys() -> list[str]:
        found: list[str] = page.locator(".runs thead th").evaluate_all(
            "all => all.map((one) => one.dataset.key)"
        )
        return found

    before = keys()
    page.locator(f".runs th[data-key='{before[2]}'] .sorter").press("Alt+ArrowRight")
    page.wait_for_timeout(200)
    assert keys()[2:4] == [before[3], before[2]]
    assert page.evaluate("document.activeElement.closest('th').dataset.key") == before[2]
    page.locator(f".runs th[data-key='{before[2]}'] .column-more").click(force=True)
    page.get_by_role("button", name="Pin to the left").click()
    page.wait_for_timeout(200)
    assert keys()[1] == before[2]
    head = page.locator(f".runs th[data-key='{before[2]}']")
    assert head.evaluate("head => getComputedStyle(head).position") == "sticky"
    page.locator(f".runs th[data-key='{before[2]}'] .column-more").click(force=True)
    page.locator(".popover").get_by_role("button", name="Hide").click()
    page.wait_for_timeout(200)
    assert before[2] not in keys()


@pytest.mark.parametrize("kind", ["CSV", "Parquet"])
def test_what_is_shown_leaves_as_a_file(open_at: Callable[..., Page], tmp_path: Path, kind: str) -> None:
    """The rows that pass, in their order, with the columns in theirs."""
    page = open_at("#q=seed%20%3C%202&sort=val%2Facc.max:desc")
    page.locator("[data-shown]", has_text="6 of 12 runs").wait_for()
    shown = texts(page, ".runs tbody .who a")
    page.locator("[data-panel=more]").click()
    with page.expect_download() as caught:
        page.get_by_role("button", name=f"Download as {kind}").click()
    path = tmp_path / caught.value.suggested_filename
    caught.value.save_as(path)
    frame = pl.read_csv(path) if kind == "CSV" else pl.read_parquet(path)
    assert frame["run"].to_list() == shown
    # Names may repeat.
    assert frame.columns[:2] == ["run", "id"]
    assert frame["id"].n_unique() == frame.height
    assert frame["val/acc.max"].is_sorted(descending=True)
    assert set(frame["cfg.seed"].cast(pl.Int64)) == {0, 1}
