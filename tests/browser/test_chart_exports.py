"""What can be taken along of a chart, made from real logs in a real page, and read as users will."""

from __future__ import annotations

import base64
import io
import json
import math
import re
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from xml.etree import ElementTree

import polars as pl
import pytest

from sitegen.charts.fonts import read_tables
from tests.browser.pdf_read import read_pdf
from tests.browser.test_charts import settle
from tests.browser.visit import Visit, wait_until
from tests.recorded import EPOCH, RecordedRun
from tests.sites import ROOT, build_site

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

NEAR = (
    "site.panels.all.length > 0 && "
    "site.panels.all.filter((one) => one.near).every((one) => one.frame && !one.dirty)"
)
STYLED = "site.panels.all.every((one) => one.visible.length && one.visible.every((curve) => curve.mark >= 0))"
NAMES = ("calm-owl", "=SUM(A1)", "学习率 <b>", 'kind "elm"')
SVG = "{http://www.w3.org/2000/svg}"

EXPORT = """async ([metric, kind, asked]) => {
  await site.load.later();
  const panel = site.panels.all.find((one) => one.spec.metric === metric);
  const [suffix, content] = await site.exports.file(panel, kind, asked);
  const bytes = new Uint8Array(await new Blob([content]).arrayBuffer());
  let text = "";
  for (const one of bytes) text += String.fromCharCode(one);
  return btoa(text);
}"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with logs and their site: odd names, NaN, and curves that are drawn as buckets."""
    folder = tmp_path_factory.mktemp("exports")
    for at, name in enumerate(NAMES):
        with RecordedRun(folder / "runlogs", "digits", f"run-{at}-aaaaaa", start=EPOCH + at) as run:
            run.record("run", project="digits", name=name)
            run.record("config", v={"lr": 0.1 * (1 + at % 2), "seed": at})
            for step in range(0, 200, 2):
                lost = at == 0 and 100 <= step < 110
                run.log(step, {"loss": math.nan if lost else 2 / (1 + step / 50) + at / 10, "odd": 1.0})
            for step in range(200, 5200):
                run.log(step, {"grad": math.sin(step / 40) + at})
            run.end()
    build_site(folder)
    return folder


def opened(visit: Callable[..., Visit], lab: Path, state: str = "", **options: Any) -> tuple[Visit, Page]:
    seen = visit(f"{(lab / 'site' / 'digits' / 'index.html').as_uri()}#{state}", **options)
    wait_until(seen.page, NEAR)
    if "style=" in state:
        # Strokes come with a script that is loaded when they are asked for.
        wait_until(seen.page, STYLED)
    settle(seen.page)
    return seen, seen.page


def exported(page: Page, metric: str, kind: str, **asked: Any) -> bytes:
    return base64.b64decode(page.evaluate(EXPORT, [metric, kind, asked]))


def test_a_pdf_is_vector_with_texts_that_can_be_selected(visit: Callable[..., Visit], lab: Path) -> None:
    """Title, axes, names and NaN marks are text in fonts inside the file; what they lack is found."""
    seen, page = opened(visit, lab)
    found = read_pdf(exported(page, "loss", "pdf", preset="column", white=True))
    assert found.title == "loss"
    assert found.size[0] == pytest.approx(84 / 25.4 * 72, abs=0.1)
    assert {"loss", "0", "step", "NaN at 100", "calm-owl", "=SUM(A1)"} <= set(found.texts)
    assert "学习率" in found.texts
    assert found.pictures == 1
    assert found.content.count("\nS Q") >= len(NAMES) + 3
    assert " re W n" in found.content
    assert "[3 3] 0 d" in found.content
    for file in found.embedded.values():
        assert {"glyf", "cmap", "loca"} <= set(read_tables(file))
        assert len(file) < 40_000
    assert not seen.complaints()


def test_bands_are_areas_in_a_pdf(visit: Callable[..., Visit], lab: Path) -> None:
    """The extremes of buckets are filled, translucent paths, one for each run."""
    _, page = opened(visit, lab)
    found = read_pdf(exported(page, "grad", "pdf", preset="slide"))
    assert found.size == (960, 540)
    assert len(re.findall(r"/A\d gs\n[^\n]* rg\n(?:[^\n]*\n)+?f Q", found.content)) >= len(NAMES)


def test_an_svg_brings_its_font_its_marks_and_its_legend(visit: Callable[..., Visit], lab: Path) -> None:
    """A browser shows the file with the font inside it."""
    seen, page = opened(visit, lab)
    text = exported(page, "loss", "svg", preset="shown1").decode()
    root = ElementTree.fromstring(text)
    words = [one.text for one in root.iter(f"{SVG}text")]
    assert {"loss", "step", "NaN at 100", *NAMES} <= set(words)
    assert [one.text for one in root.iter(f"{SVG}title")][1:] == [*reversed(NAMES)]
    assert "stroke-dasharray" in text
    assert "@font-face" in text
    assert len(text) < 150_000
    checked = page.evaluate(
        """async (source) => {
          const face = new FontFace("Export", Uint8Array.from(atob(source), (one) => one.charCodeAt(0)));
          await face.load();
          return face.status;
        }""",
        re.findall(r"base64,([A-Za-z0-9+/=]+)", text)[0],
    )
    assert checked == "loaded"
    assert not seen.complaints()


def test_a_picture_tells_values_by_colour_stroke_and_mark(visit: Callable[..., Visit], lab: Path) -> None:
    """Its legend has the values in place of names, each as its lines are drawn."""
    _, page = opened(visit, lab, "style=cfg.seed&color=cfg.lr")
    text = exported(page, "loss", "svg", preset="shown1").decode()
    root = ElementTree.fromstring(text)
    words = [one.text for one in root.iter(f"{SVG}text")]
    at = words.index("lr:")
    assert words[at:] == ["lr:", "0.1", "0.2", "seed:", "0", "1", "2", "3"]
    paths = list(root.iter(f"{SVG}path"))
    dashes = [one.get("stroke-dasharray") for one in paths if one.get("fill") == "none"]
    colors = page.evaluate("['0', '23'].map((at) => site.current.colors.ramp[at])")
    for dash in ("6 3", "2 2.5", "9 3 2 3"):
        assert dashes.count(dash) == 2, "a line and its entry"
    marks = [one for one in paths if one.get("fill") in colors]
    assert len(marks) == len(NAMES)
    assert all((one.get("d") or "").count("Z") >= 3 for one in marks), "sparse, but not at the end alone"
    assert exported(page, "loss", "png", preset="column", white=True)[:4] == b"\x89PNG"
    found = read_pdf(exported(page, "loss", "pdf", preset="column", white=True))
    assert "[9 3 2 3] 0 d" in found.content


def test_pictures_have_the_size_that_was_asked_for(visit: Callable[..., Visit], lab: Path) -> None:
    """1×, 3×, a paper's column at 300 dpi, a slide, and a size of one's own."""
    _, page = opened(visit, lab)
    width = page.evaluate("site.panels.all.find((one) => one.spec.metric === 'loss').plot.clientWidth")

    def size(**asked: Any) -> tuple[int, int]:
        return struct.unpack(">LL", exported(page, "loss", "png", **asked)[16:24])  # type: ignore[return-value]

    assert size(preset="shown1")[0] == width
    assert size(preset="shown3")[0] == 3 * width
    assert size(preset="column")[0] == round(84 / 25.4 * 300)
    assert size(preset="slide") == (1920, 1080)
    assert size(preset="own", width=500, height=333) == (500, 333)


@pytest.mark.parametrize(
    "state", ["", "s=0.6", "g=cfg.lr", "x=relative", "x=wall", "y=log&s=0.5", "style=cfg.seed&color=cfg.lr"]
)
def test_csv_and_sources_say_what_is_drawn(
    visit: Callable[..., Visit], lab: Path, tmp_path: Path, state: str
) -> None:
    """A row for each point; Altair takes the specification, Vega draws it, and the script runs."""
    import altair
    import vl_convert

    seen, page = opened(visit, lab, state)
    for metric in ("loss", "grad"):
        frame = pl.read_csv(io.BytesIO(exported(page, metric, "csv")), infer_schema_length=None)
        drawn = page.evaluate(
            """(name) => site.panels.all.find((one) => one.spec.metric === name).visible
              .map((one) => [one.x.length, [...one.y].map(String)])""",
            metric,
        )
        assert frame.height == sum(count for count, _ in drawn)
        assert [float(value) for _, values in drawn for value in values] == pytest.approx(
            frame["value"].cast(pl.Float64).to_list(), nan_ok=True
        )
        assert frame.columns[0] == ("group" if state.startswith("g=") else "run")
        assert {"low", "high", "n"} <= set(frame.columns) or (metric == "loss" and not state.startswith("g="))
        spec = json.loads(exported(page, metric, "vega"))
        altair.Chart.from_dict(spec)
        picture = vl_convert.vegalite_to_svg(spec)
        assert picture.count("<path") > len(drawn)
        assert metric in picture
        (tmp_path / f"{metric}.csv").write_bytes(exported(page, metric, "csv"))
        script = tmp_path / f"{metric}.py"
        script.write_bytes(exported(page, metric, "python"))
        if "runlogs" in script.read_text(encoding="utf-8"):
            assert state in ("", "x=relative"), "only lines of runs come from logs"
            (tmp_path / "runlogs").unlink(missing_ok=True)
            (tmp_path / "runlogs").symlink_to(lab / "runlogs")
        done = subprocess.run(
            [sys.executable, script.name], cwd=tmp_path, capture_output=True, text=True, timeout=120,
            env={"PYTHONPATH": str(ROOT), "PATH": "", "HOME": str(tmp_path)},
        )  # fmt: skip
        assert done.returncode == 0, f"{script.read_text(encoding='utf-8')}\n{done.stderr}"
        assert (tmp_path / f"{metric}.html").stat().st_size > 5000
    assert not seen.complaints()


@pytest.mark.parametrize("state", ["style=cfg.seed", "style=cfg.lr&g=cfg.lr&s=0.5", "style=cfg.seed&x=wall"])
def test_sources_have_the_marks_of_the_lines(
    visit: Callable[..., Visit], lab: Path, tmp_path: Path, state: str
) -> None:
    """Of each line the shape that the page draws, at the points where it does; Vega draws them all."""
    import vl_convert

    seen, page = opened(visit, lab, state)
    found = page.evaluate(
        """() => {
          const panel = site.panels.all.find((one) => one.spec.metric === "loss");
          const { borne } = site.markers.spread(panel.visible, panel.frame);
          const seconds = panel.xmode === "wall" ? 1000 : 1;
          return panel.visible.map((curve, at) => ({
            shape: site.markers.named(curve.mark), places: borne[at].map((place) => curve.x[place] * seconds),
          }));
        }"""
    )
    shapes = [one["shape"] for one in found]
    assert shapes[:2] == (["circle", "square"] if "g=" in state else ["diamond", "triangle-up"])
    assert all(len(one["places"]) >= 3 for one in found)
    spec = json.loads(exported(page, "loss", "vega"))
    names = spec["layer"][-1]["encoding"]["color"]["scale"]["domain"]
    points = next(one for one in spec["layer"] if one["mark"]["type"] == "point")
    assert points["encoding"]["shape"]["scale"] == {"domain": names, "range": shapes}
    rows = spec["data"]["values"]
    for name, one in zip(names, found, strict=True):
        marked = [row["x"] for row in rows if row["line"] == name and row.get("mark")]
        assert sorted(marked) == pytest.approx(sorted(one["places"]))
    count = sum(len(one["places"]) for one in found)
    assert _points(vl_convert.vegalite_to_svg(spec)) == count
    (tmp_path / "loss.csv").write_bytes(exported(page, "loss", "csv"))
    script = exported(page, "loss", "python").decode().replace("loss.html", "loss.svg")
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=120,
        env={"PYTHONPATH": str(ROOT), "PATH": "", "HOME": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 0, f"{script}\n{done.stderr}"
    assert _points((tmp_path / "loss.svg").read_text(encoding="utf-8")) == count
    assert not seen.complaints()


@pytest.mark.parametrize(
    ("zone", "title", "clock"), [("Europe/Berlin", "CET", "13:00:30"), ("", "UTC", "12:00:30")]
)
def test_dates_of_sources_are_those_of_the_site(
    visit: Callable[..., Visit], lab: Path, tmp_path: Path, zone: str, title: str, clock: str
) -> None:
    """Whoever draws them has the clocks of the page, and its axis says which these are."""
    _, page = opened(visit, lab, "x=wall", timezone_id="America/New_York")
    page.evaluate("id => { site.current.zone = { id, names: { 60: 'CET', 120: 'CEST' } }; }", zone)
    (tmp_path / "spec.json").write_bytes(exported(page, "loss", "vega"))
    (tmp_path / "loss.csv").write_bytes(exported(page, "loss", "csv"))
    drawn = "from pathlib import Path; import json, vl_convert; Path('vega.svg').write_text("
    drawn += "vl_convert.vegalite_to_svg(json.loads(Path('spec.json').read_text())))\n"
    script = drawn + exported(page, "loss", "python").decode().replace("loss.html", "loss.svg")
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=120,
        env={"PYTHONPATH": str(ROOT), "PATH": "", "HOME": str(tmp_path), "TZ": "America/New_York"},
    )  # fmt: skip
    assert done.returncode == 0, f"{script}\n{done.stderr}"
    for name in ("vega.svg", "loss.svg"):
        texts = [one.text for one in ElementTree.parse(tmp_path / name).iter(f"{SVG}text")]
        assert f"date ({title})" in texts
        assert clock in texts


def test_sources_over_a_change_of_the_clocks_have_each_dates_own(
    visit: Callable[..., Visit], lab: Path, tmp_path: Path
) -> None:
    """Before the clocks go back a time is told in summer time, afterwards in winter time."""
    import vl_convert

    _, page = opened(visit, lab, "x=wall")
    middle = page.evaluate(
        """() => {
          site.current.zone = { id: "Europe/Berlin", names: { 60: "CET", 120: "CEST" } };
          const [lo, hi] = site.panels.all.find((one) => one.spec.title === "loss").frame.x.domain;
          const middle = Math.round((lo + hi) / 2);
          site.dates.ahead = (epoch) => (epoch < middle ? 7200 : 3600);
          site.dates.shifts = () => [{ from: lo, ahead: 7200 }, { from: middle, ahead: 3600 }];
          return middle;
        }"""
    )
    spec = json.loads(exported(page, "loss", "vega"))
    script = exported(page, "loss", "python").decode().replace("loss.html", "loss.svg")
    assert spec["transform"][0]["calculate"] == f"datum.x + (datum.x < {1000 * middle} ? 7200000 : 3600000)"
    assert f"time(datum.x) + (time(datum.x) < {1000 * middle} ? 7200000 : 3600000)" in script
    (tmp_path / "loss.csv").write_bytes(exported(page, "loss", "csv"))
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=120,
        env={"PYTHONPATH": str(ROOT), "PATH": "", "HOME": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 0, f"{script}\n{done.stderr}"
    for picture in (vl_convert.vegalite_to_svg(spec), (tmp_path / "loss.svg").read_text(encoding="utf-8")):
        assert "date (CEST/CET)" in picture


def _points(picture: str) -> int:
    """How many points a picture of Vega's has."""
    groups = [
        one for one in ElementTree.fromstring(picture).iter(f"{SVG}g")
        if {"mark-symbol", "role-mark"} <= set((one.get("class") or "").split())
    ]  # fmt: skip
    return sum(len(list(one.iter(f"{SVG}path"))) for one in groups)


@pytest.mark.parametrize("plot", ["loss * 2 - odd", "loss, odd"])
def test_charts_that_were_put_together_are_taken_along(
    visit: Callable[..., Visit], lab: Path, tmp_path: Path, plot: str
) -> None:
    """An expression's numbers, and the lines of several metrics told apart, in every file."""
    import altair

    seen, page = opened(visit, lab, f"plot={quote(quote(plot))}")
    made = f"site.panels.all.find((one) => one.spec.added === {json.dumps(plot)})"
    wait_until(page, f"{made}?.frame && {made}.visible.length")
    of_plot = EXPORT.replace("one.spec.metric === metric", "one.spec.added === metric")

    def file(kind: str) -> bytes:
        return base64.b64decode(page.evaluate(of_plot, [plot, kind, {}]))

    frame = pl.read_csv(io.BytesIO(file("csv")), infer_schema_length=None)
    last = frame.filter(pl.col("step") == 198, pl.col("run") == NAMES[0])
    loss = 2 / (1 + 198 / 50)
    expected = {"loss * 2 - odd": [2 * loss - 1], "loss, odd": [loss, 1.0]}[plot]
    assert last["value"].to_list() == pytest.approx(expected)
    altair.Chart.from_dict(json.loads(file("vega")))
    for kind in ("svg", "pdf", "png"):
        assert len(file(kind)) > 2000
    (tmp_path / f"{page.evaluate(f'site.exports.stem({made})')}.csv").write_bytes(file("csv"))
    (tmp_path / "chart.py").write_bytes(file("python"))
    done = subprocess.run(
        [sys.executable, "chart.py"], cwd=tmp_path, capture_output=True, text=True, timeout=120,
        env={"PYTHONPATH": str(ROOT), "PATH": "", "HOME": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert not seen.complaints()


def test_everything_is_behind_one_button(visit: Callable[..., Visit], lab: Path) -> None:
    """The menu says what failed, and Escape gives the focus back."""
    seen, page = opened(visit, lab)
    figure = page.locator("figure", has_text="loss").first
    figure.hover()
    figure.locator(".tool-export").click()
    page.get_by_role("combobox", name="Size").select_option("own")
    page.get_by_label("Width in pixels").fill("640")
    assert not page.get_by_label("On white").is_checked()
    page.get_by_role("combobox", name="Size").select_option("column")
    assert page.get_by_label("On white").is_checked()
    with page.expect_download() as download:
        page.get_by_role("button", name="PDF").click()
    assert download.value.suggested_filename == "loss.pdf"
    assert read_pdf(Path(download.value.path()).read_bytes()).title == "loss"
    page.evaluate("() => { site.faces.load = async () => { throw new Error('fonts.js is missing'); }; }")
    page.get_by_role("button", name="SVG").click()
    page.wait_for_selector("text=This did not work: fonts.js is missing.")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.className") == "tool tool-export"
    assert not seen.complaints()
