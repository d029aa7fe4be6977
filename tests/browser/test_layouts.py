"""Workspaces in a browser: a page's state as a file builds to the same page; charts are moved and hidden."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sitegen.config import Config
from sitegen.config.load import load_settings
from tests.browser.visit import Visit, wait_until
from tests.sitegen.composed import composed
from tests.sitegen.pages.fixture_site import demo_runs, make_project, make_site

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

PROJECT = make_project(demo_runs())
IDS = [run.id for run in PROJECT.runs]
STATE = """() => {
  const { ids, defaults, zoom, zoomtime, hidden, folded, placed, titles, ranks, ...state
  } = site.state.current();
  return { ...state, pinned: [...state.pinned], hidden: [...hidden].sort(),
    columns: state.columns || site.columns.keys(),
    order: [...document.querySelectorAll(".pane-charts details:not([hidden])")].map((one) => [
      one.querySelector("h2").textContent, one.open,
      ...[...one.querySelectorAll("figure h3")].map((chart) => chart.title)]) };
}"""
"""The state as a reader sees it: the sections and their charts as they stand, not as it came about."""

Open = Callable[[dict[str, str]], "Page"]


@pytest.fixture
def open_with(visit: Callable[..., Visit], tmp_path: Path) -> Open:
    """`open_with({"paper.yml": "…"})`: the project's page of a site with these workspace files."""

    def build(files: dict[str, str]) -> Page:
        folder = tmp_path / f"site{len(list(tmp_path.iterdir()))}"
        (folder / "workspaces").mkdir(parents=True)
        for name, text in files.items():
            (folder / "workspaces" / name).write_text(text, encoding="utf-8")
        settings = load_settings(None, folder=folder)
        assert settings.warnings == ()
        config = Config(site_name="Lab", cache_dir=tmp_path / "cache", workspaces=settings.config.workspaces)
        for path, content in composed(make_site(PROJECT), config).items():
            (folder / "site" / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / "site" / path).write_bytes(content)
        page = visit(folder / "site" / "digits" / "index.html").page
        wait_until(page, "site.columns.here().some((one) => one.values)")
        return page

    return build


def change(page: Page, state: dict[str, Any]) -> None:
    """As a reader would: sets are written as lists."""
    page.evaluate(
        "state => { for (const [key, value] of Object.entries(state)) "
        'site.store.set(key, ["hidden", "pinned"].includes(key) ? new Set(value) : value); }',
        state,
    )


def yaml_of(page: Page) -> str:
    page.locator("[data-layout]").click()
    page.locator(".layout-file pre").wait_for()
    text = page.locator(".layout-file pre").inner_text()
    page.keyboard.press("Escape")
    return text


OWN = """project: digits
title: "Paper: one"
filter: val/acc > 0.1
columns:
  - state
  - lr
sections:
  - title: Results
    charts:
      - metric: val/acc
        y: log
      - train/*
others: folded
"""


STATES: list[dict[str, Any]] = [
    {"x": "relative", "yscale": "symlog", "smoothing": 0.35},
    {
        "smoothing": 0.6,
        "filter": 'tag("paper") and val/acc > 0.2',
        "sort": [{"key": "val/acc.max", "dir": "desc"}],
    },
    {"filter": "", "group": ["cfg.lr"], "centre": "median", "band": "quartiles", "color": "group"},
    {"columns": ["state", "host", "val/loss.min_step", "cfg.lr"], "pins": ["state"], "color": "cfg.lr"},
    {"color": "cfg.lr", "style": "cfg.seed"},
    {"hidden": IDS[3:], "pinned": [IDS[4], IDS[1]], "base": f"run:{IDS[2]}"},
    {"hidden": [], "filter": "warm"},
    {"hidden": IDS},
    {"hidden": [IDS[0], IDS[5]]},
    {"pinned": [IDS[3], IDS[6]], "hidden": [one for one in IDS if one not in (IDS[3], IDS[6])]},
    {"group": ["cfg.lr"], "base": "group:cfg.lr=0.1"},
    {"away": ["val/loss"]},
    {"smoothing": 0.5, "smoother": "gaussian", "clip": True, "annotations": False},
    {"placed": {"val/loss": "Results", "train/loss": "Results"}},
    {"placed": {"val/loss": "train"}, "titles": {"train": "Losses"}, "ranks": ["train"]},
    {"ranks": ["Metrics", "val"], "order": ["val/loss"], "folded": ["val"]},
    {"yranges": {"val/loss": [0, 2.5], "train/loss - val/loss": [None, -1e-7], "val/acc": [0.25, None]}},
]


@pytest.mark.parametrize(
    ("source", "state"),
    [*(("", state) for state in STATES), *((OWN, state) for state in (*STATES[2:4], *STATES[-4:-1]))],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "own" if value else "automatic",
)
def test_a_state_as_a_file_builds_to_the_same_page(
    open_with: Open, source: str, state: dict[str, Any]
) -> None:
    """The YAML of a changed page, saved and built, is a page with that state and nothing changed."""
    page = open_with({"paper.yml": source} if source else {})
    assert page.locator("[data-layout]").is_hidden()
    change(page, state)
    text, before = yaml_of(page), page.evaluate(STATE)
    again = open_with({"paper.yml": text})
    assert again.evaluate(STATE) == before
    assert again.locator("[data-layout]").is_hidden()
    assert again.evaluate("site.layoutFile || site.load.later().then(() => 1)")
    written = "site.layoutFile.text(site.current, site.state.current(), site.state.isKept)"
    assert again.evaluate(written) == text


@pytest.mark.parametrize("source", ["", OWN], ids=["automatic", "own"])
def test_folded_and_moved_charts_stay_so_in_the_file(open_with: Open, source: str) -> None:
    """A section is folded, another opened, a chart goes to the top: the built page has them there."""
    page = open_with({"paper.yml": source} if source else {})
    sections = page.locator("details.group")
    sections.last.locator("summary").click()
    sections.first.locator("summary").click()
    sections.first.locator("summary").click()
    sections.first.locator("figure").nth(1).locator(".tool-place").click()
    page.get_by_role("button", name="To the top").or_(
        page.get_by_role("button", name="Move up")
    ).first.click()
    before, text = page.evaluate(STATE), yaml_of(page)
    again = open_with({"paper.yml": text})
    after = again.evaluate(STATE)
    assert after["order"] == before["order"]
    assert before["order"] != open_with({"paper.yml": source} if source else {}).evaluate(STATE)["order"]


@pytest.mark.parametrize("source", ["", OWN], ids=["automatic", "own"])
def test_added_charts_are_charts_of_the_file(open_with: Open, source: str) -> None:
    """What a reader put together is drawn again from the file, in a section of its own."""
    page = open_with({"paper.yml": source} if source else {})
    change(page, {"added": ["val/loss - train/loss", "*/acc"]})
    wait_until(page, "document.querySelectorAll('[data-added] figure').length === 2")
    text, before = yaml_of(page), page.evaluate(STATE)
    assert "- plot: val/loss - train/loss" in text
    again = open_with({"paper.yml": text})
    assert again.evaluate(STATE) == before | {"added": []}
    wait_until(again, "site.panels.all.filter((one) => one.spec.added && one.curves.length).length === 2")
    assert again.locator("[data-layout]").is_hidden()


def test_sections_are_made_renamed_and_moved(open_with: Open) -> None:
    """A chart goes to a new section, which is renamed and moved down; the address carries all of it."""
    page = open_with({})
    seen = ".pane-charts details:not([hidden]) h2"
    headings = f"[...document.querySelectorAll({seen!r})].map((one) => one.textContent)"
    before = page.evaluate(headings)
    figure = page.locator("figure[data-chart]", has=page.locator("h3[title='val/loss']"))
    figure.locator(".tool-place").click()
    page.get_by_role("button", name="To another section…").click()
    page.get_by_label("New section").fill("Mine")
    page.get_by_role("button", name="Create").click()
    wait_until(page, f"{headings}[0] === 'Mine'")
    assert figure.locator("xpath=ancestor::details").get_attribute("data-title") == "Mine"
    page.get_by_label("Section Mine").click()
    page.get_by_label("Heading of the section").fill("Ours")
    page.keyboard.press("Enter")
    wait_until(page, f"{headings}[0] === 'Ours'")
    page.get_by_label("Section Ours").click()
    page.get_by_role("button", name="Move down").click()
    wait_until(page, f"{headings}[1] === 'Ours'")
    assert page.evaluate(headings) == [before[0], "Ours", *before[1:]]
    wait_until(page, "location.hash.includes('secs=')")
    page.reload()
    wait_until(page, f"{headings}[1] === 'Ours'")
    page.get_by_label("Section Ours").click()
    page.get_by_label("Heading of the section").fill(before[0])
    page.keyboard.press("Enter")
    wait_until(page, f"{headings}.length === {len(before)}")
    assert page.evaluate(headings) == before
    page.locator("[data-layout]").click()
    page.locator(".layout-file").get_by_role("button", name="Reset").click()
    wait_until(page, "location.hash === ''")
    assert page.locator("details", has=figure).get_attribute("data-title") == "val"


def test_what_did_not_change_is_written_as_the_file_has_it(open_with: Open) -> None:
    """Names and patterns stay, so that a diff shows what changed and no more."""
    page = open_with({"paper.yml": OWN})
    change(page, {"smoothing": 0.5})
    assert yaml_of(page).replace("smoothing: 0.5\n", "") == OWN.replace("others: folded\n", "")


def test_a_reader_goes_back_to_the_file(open_with: Open) -> None:
    """Reset leaves nothing changed, and an address without a state."""
    page = open_with({"paper.yml": OWN})
    start = page.evaluate(STATE)
    change(page, {"x": "relative", "filter": "", "away": ["val/acc"], "hidden": IDS[2:], "columns": ["host"]})
    page.locator("[data-layout]").click()
    page.locator(".layout-file").get_by_role("button", name="Reset").click()
    page.wait_for_timeout(300)
    assert page.evaluate(STATE) == start
    assert page.evaluate("location.hash") == ""


def test_the_address_of_a_workspace_carries_what_differs(open_with: Open) -> None:
    """Also an empty filter, where the file has one."""
    page = open_with({"paper.yml": OWN})
    assert page.evaluate("location.hash") == ""
    change(page, {"filter": ""})
    wait_until(page, "location.hash === '#q='")
    page.reload()
    assert page.evaluate("site.store.get('filter')") == ""


def test_ends_of_an_axis_in_a_file_hold_until_they_are_taken_away(open_with: Open) -> None:
    """The chart is drawn between them; without them the address says so, also after a reload."""
    page = open_with({"paper.yml": "project: digits\nranges: [{chart: val/loss, low: -1, high: 7}]"})
    panel = "site.panels.all.find((one) => one.spec.metric === 'val/loss')"
    page.evaluate(f"{panel}.figure.scrollIntoView()")
    wait_until(page, f"{panel}.frame !== null")
    assert page.evaluate(f"{panel}.frame.y.domain") == [-1, 7]
    page.evaluate(f"site.yrange.set({panel}.spec, null)")
    wait_until(page, "location.hash === '#yr='")
    page.reload()
    assert page.evaluate("site.store.get('yranges')") == {}


def test_a_hidden_chart_can_be_brought_back(open_with: Open) -> None:
    """From the menu of its place; a search for metrics does not bring it."""
    page = open_with({"paper.yml": OWN})
    first = page.locator("figure[data-chart]").first
    first.locator(".tool-place").click()
    page.get_by_role("button", name="Hide this chart", exact=True).click()
    assert first.is_hidden()
    page.locator("[data-away-note] button").click()
    assert first.is_visible()


def test_workspaces_lead_to_each_other(open_with: Open) -> None:
    """By the name in the head of the page, without scripts too."""
    page = open_with({"a.yml": "project: digits\ntitle: First", "b.yml": "project: digits\ny: log"})
    page.locator(".switch summary").click()
    page.locator(".switch a", has_text="b").click()
    page.wait_for_load_state()
    assert page.url.endswith("digits/w/b.html")
    assert page.evaluate("site.store.get('yscale')") == "log"
    page.locator("table.runs tbody a").first.click()
    page.wait_for_load_state()
    assert "digits/runs/" in page.url
