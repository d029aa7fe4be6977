"""Groups in a browser, where their runs are not alike: one stopped early, one alone, curves in buckets."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest
import vl_convert

from sitegen.config import Config
from tests.browser.test_chart_exports import exported
from tests.browser.visit import Visit, wait_until
from tests.sitegen.charts.made import bucketed
from tests.sitegen.composed import composed
from tests.sitegen.pages.fixture_site import make_project, make_run, make_site

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from sitegen.derive.facts import WholeRun

pytestmark = pytest.mark.browser

CRASHED = 3


def _run(number: int) -> WholeRun:
    """Three of lr 0.1 of which one crashed after 25 of 60 points, one of lr 0.01; all with a long curve."""
    config = {"lr": 0.01 if number == 0 else 0.1, "seed": number, "amp": number % 2 == 0}
    run = make_run(number, console=(), patch=None, config=config, points=25 if number == CRASHED else 60)
    peaks = [9.0 if at == 777 else 1.0 for at in range(4000)]
    return replace(run, series=(*run.series, bucketed(peaks, 64, run=run.id, metric="long/loss")))


@pytest.fixture(scope="module")
def groups(tmp_path_factory: pytest.TempPathFactory) -> Path:
    config = Config(site_name="Lab", cache_dir=tmp_path_factory.mktemp("cache"))
    config = replace(config, charts=replace(config.charts, budget_mb=0))
    folder = tmp_path_factory.mktemp("groups")
    for path, content in composed(make_site(make_project([_run(at) for at in range(4)])), config).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


@pytest.fixture
def open_at(visit: Callable[..., Visit], groups: Path) -> Callable[[str], Page]:
    """The project's page with a state in its address, its later columns loaded."""

    def open_page(state: str = "") -> Page:
        page = visit(groups / "digits" / "index.html").page
        if state:
            page.evaluate("state => { location.hash = state; }", state)
        wait_until(page, "site.columns.here().some((one) => one.later && one.values)")
        return page

    return open_page


def chart(title: str) -> str:
    return f"site.panels.all.find((one) => one.spec.title === '{title}')"


def drawn(page: Page, title: str) -> None:
    """Waits until a chart draws groups."""
    page.evaluate(f"{chart(title)}.figure.scrollIntoView()")
    wait_until(
        page, f"(({chart(title)}.visible || [])[0] || {{}}).members !== undefined && !{chart(title)}.dirty"
    )


def test_a_groups_line_is_faint_where_a_run_has_stopped(open_at: Callable[..., Page]) -> None:
    """From the crash on the line is of the others, and the tooltip counts them."""
    page = open_at("#g=cfg.lr")
    drawn(page, "train/loss")
    strongest = """([title, x]) => {
      const panel = site.panels.all.find((one) => one.spec.title === title), { frame, layer } = panel;
      const ratio = layer.width / frame.outer.width, context = layer.getContext("2d");
      const curve = panel.visible.find((one) => one.members.length === 3), at = curve.x.indexOf(x);
      const left = Math.round(frame.x.map(x) * ratio), top = Math.round(frame.y.map(curve.y[at]) * ratio);
      const { data } = context.getImageData(left, top - 3, 1, 7);
      return Math.max(...Array.from({ length: 7 }, (_, row) => data[4 * row + 3]));
    }"""
    assert page.evaluate(strongest, ["train/loss", 200]) > 200
    assert page.evaluate(strongest, ["train/loss", 400]) < 200
    box = page.evaluate(
        f"(() => {{ const one = {chart('train/loss')}, box = one.over.getBoundingClientRect();"
        " return [box.left + one.frame.x.map(400), box.top + one.frame.top + 20]; })()"
    )
    page.mouse.move(*box)
    page.locator(".tip").wait_for()
    said = page.locator(".tip").inner_text()
    assert "step 400" in said
    assert "n = 2 of 3" in said
    assert "n = 1" in said.splitlines()


def _lines(picture: str) -> Counter[tuple[str, str]]:
    """How many lines of each width and opacity a picture has, hairlines of axes left out."""
    root = ElementTree.fromstring(picture)
    paths = [one for one in root.iter("{http://www.w3.org/2000/svg}path") if "stroke-width" in one.attrib]
    found = [
        (one.get("stroke-width", ""), one.get("stroke-opacity") or one.get("opacity") or "1") for one in paths
    ]
    return Counter(one for one in found if one in {("1", "0.6"), ("1.5", "1")})


@pytest.mark.parametrize("state", ["#g=cfg.lr", "#g=cfg.lr&s=0.5"])
def test_files_have_the_faint_part_of_a_groups_line(
    open_at: Callable[..., Page], tmp_path: Path, state: str
) -> None:
    """The picture, the specification and the script draw it where some of the runs take no part."""
    page = open_at(state)
    drawn(page, "train/loss")
    shown = page.evaluate(f"{chart('train/loss')}.visible.map((one) => [one.name, !one.parts])")
    assert sorted(whole for _, whole in shown) == [False, True]
    assert _lines(exported(page, "train/loss", "svg").decode())[("1", "0.6")] == 1
    spec = json.loads(exported(page, "train/loss", "vega"))
    group = next(name for name, whole in shown if not whole)
    rows = [row for row in spec["data"]["values"] if row["line"] == group]
    faint, strong = ([row["x"] for row in rows if row[part] is not None] for part in ("some", "full"))
    assert max(strong) == min(faint)
    assert [row["n"] for row in rows if row["x"] in strong] == [3] * len(strong)
    (tmp_path / "train_loss.csv").write_bytes(exported(page, "train/loss", "csv"))
    script = exported(page, "train/loss", "python").decode()
    script = re.sub(r'read_csv\("[^"]*"', 'read_csv("train_loss.csv"', script)
    script = re.sub(r'chart.save\("[^"]*"', 'chart.save("chart.svg"', script)
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, f"{script}\n{done.stderr}"
    expected = _lines(vl_convert.vegalite_to_svg(spec))
    assert expected[("1", "0.6")] >= 1
    assert expected == _lines((tmp_path / "chart.svg").read_text(encoding="utf-8"))


def test_a_baseline_is_called_as_its_line_in_the_table(open_at: Callable[..., Page]) -> None:
    """A group by the settings and values that it has, not by its path."""
    page = open_at("#g=cfg.lr,cfg.amp&base=group%3Acfg.lr%3D0.1%0Acfg.amp%3Dtrue")
    page.locator("[data-chips] .chip", has_text="baseline lr 0.1, amp true").wait_for()


def test_groups_of_buckets_say_so_and_a_run_alone_keeps_its_peak(open_at: Callable[..., Page]) -> None:
    """Means over buckets have no peaks; the caption says it, and the group of one run shows its own."""
    page = open_at("#g=cfg.lr")
    drawn(page, "long/loss")
    found = page.evaluate(
        f"(() => {{ const one = {chart('long/loss')}; return [one.words, ...one.visible.map((curve) =>"
        " [curve.members.length, Math.max(...curve.buckets.hi)])]; })()"
    )
    assert "means of 64 points, peaks not shown" in found[0]
    assert found[1:] == [[1, 9], [3, pytest.approx(1.125)]]


def test_a_group_is_hidden_by_its_swatch_as_a_run_is(open_at: Callable[..., Page]) -> None:
    """A press hides all of its runs; the swatch says whether all, some or none are drawn."""
    page = open_at("#g=cfg.lr")
    row = page.locator(".runs tr.group").last
    eye = row.locator(".eye")
    eye.wait_for()
    drawn = page.locator("[data-drawn]")
    assert (eye.get_attribute("aria-pressed"), drawn.inner_text()) == ("true", "4 drawn")
    eye.click()
    assert (eye.get_attribute("aria-pressed"), drawn.inner_text()) == ("false", "1 drawn")
    assert row.get_attribute("aria-expanded") == "false"
    assert eye.locator("rect").evaluate("rect => getComputedStyle(rect).fill") == "none"
    wait_until(page, "document.querySelectorAll('.legend-chip[aria-pressed=false]').length === 1")
    eye.focus()
    page.keyboard.press("Space")
    assert drawn.inner_text() == "4 drawn"
    row.locator(".caret").click()
    page.locator(".runs tr[data-run] .eye").first.click()
    assert eye.get_attribute("aria-pressed") == "mixed"
    eye.click(modifiers=["Alt"])
    assert (eye.get_attribute("aria-pressed"), drawn.inner_text()) == ("mixed", "2 drawn")


def test_a_filter_leaves_a_group_its_other_runs(open_at: Callable[..., Page]) -> None:
    """The group's line is of those that pass."""
    page = open_at("#g=cfg.lr")
    members = page.locator(".runs tr.group .members").last
    members.filter(has_text="3").wait_for()
    page.locator("[data-store=filter]").fill("seed < 3")
    members.filter(has_text="2").wait_for()
    page.locator("[data-store=filter]").fill("")
    members.filter(has_text="3").wait_for()
