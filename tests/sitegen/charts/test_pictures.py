"""Static pictures hold the curves, are the same at every drawing, and are drawn once."""

import math
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from sitegen.charts import curve, pictures
from sitegen.charts.colors import PAPERS, contrast, run_color
from sitegen.charts.pictures import MAX_RUNS, headline_pictures, picture, svg
from tests.sitegen.charts.made import project_of, run_of, whole

SVG = "{http://www.w3.org/2000/svg}"


def falling(run: str, count: int = 30) -> list[float]:
    return [math.exp(-at / 10) + len(run) / 100 for at in range(count)]


def test_every_run_has_its_line_and_colour(tmp_path: Path) -> None:
    """The picture shows the same runs in the same colours as the page."""
    runs = [run_of(name, [whole(falling(name), run=name)]) for name in ("run-a", "run-b")]
    drawn = picture(project_of(runs), "loss", tmp_path)
    root = ElementTree.fromstring(drawn.svg)
    strokes = {path.get("stroke") for path in root.iter(f"{SVG}path") if len(path.get("d") or "") > 200}
    assert strokes == {run_color("run-a"), run_color("run-b")}
    assert drawn.alt == "loss over steps, 2 runs"


def test_nan_is_marked_and_breaks_the_line(tmp_path: Path) -> None:
    """A run that diverged is seen to have diverged."""
    color = run_color("run-a")
    calm = svg([(color, [(0.0, 1.0), (1.0, 2.0), (2.0, 3.0)])], tmp_path)
    lost = svg([(color, [(0.0, 1.0), (1.0, math.nan), (2.0, 3.0)])], tmp_path)
    fills = [
        sum(path.get("fill") == color for path in ElementTree.fromstring(one).iter(f"{SVG}path"))
        for one in (calm, lost)
    ]
    assert fills == [0, 1]


def test_the_text_reads_on_both_papers() -> None:
    """A picture cannot follow the reader's mode, so its ink suits both."""
    assert all(contrast(curve.NEUTRAL_INK, paper) >= 3.5 for paper in PAPERS)


def test_the_same_curves_give_the_same_bytes(tmp_path: Path) -> None:
    """Ids that the engine counts up over its life are numbered anew."""
    line = [("#336699", [(0.0, 1.0), (1.0, 4.0)])]
    assert svg(line, tmp_path / "one") == svg(line, tmp_path / "two")


def test_a_known_picture_is_not_drawn_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cache answers by what is drawn, and only for that."""
    line = [("#336699", [(0.0, 1.0), (1.0, 4.0)])]
    first = svg(line, tmp_path)
    monkeypatch.setattr(pictures, "_draw", lambda colors, rows: b"drawn anew")
    assert svg(line, tmp_path) == first
    assert svg([("#336699", [(0.0, 1.0), (1.0, 5.0)])], tmp_path) == b"drawn anew"


def test_pictures_stay_small(tmp_path: Path) -> None:
    """Twenty long runs make a picture of at most 120 KB, and older runs are said to be left out."""
    runs = [run_of(f"run-{at}", [whole(falling("x", 2000), run=f"run-{at}")]) for at in range(MAX_RUNS + 5)]
    (drawn,) = headline_pictures(project_of(runs), ["loss"], tmp_path)
    assert len(drawn.svg) <= 120_000
    assert drawn.alt == f"loss over steps, newest {MAX_RUNS} of {MAX_RUNS + 5} runs"


def test_an_empty_metric_is_an_empty_picture(tmp_path: Path) -> None:
    """Nothing finite still gives a well-formed picture without a line."""
    root = ElementTree.fromstring(svg([("#336699", [(0.0, math.nan)])], tmp_path))
    lines = [path.get("d") for path in root.iter(f"{SVG}path") if path.get("stroke") == "#336699"]
    assert not any(re.search(r"L", text or "") for text in lines)
