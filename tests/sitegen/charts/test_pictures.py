"""Static pictures hold the curves, are the same at every drawing, and are drawn once."""

import contextlib
import json
import math
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.charts import curve, drawing
from sitegen.charts.colors import PAPERS, contrast, run_color
from sitegen.charts.drawing import Studio
from sitegen.charts.pictures import MAX_RUNS, headline_pictures, svg
from sitegen.charts.points import _thinned_with_gaps, thinned
from sitegen.derive.facts import RunFacts
from sitegen.errors import SiteError
from tests.sitegen.charts.made import project_of, run_of, whole

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def studio() -> Iterator[Studio]:
    with Studio() as opened:
        yield opened


def falling(run: str, count: int = 30) -> list[float]:
    return [math.exp(-at / 10) + len(run) / 100 for at in range(count)]


def test_every_run_has_its_line_and_colour(tmp_path: Path, studio: Studio) -> None:
    """The picture shows the same runs in the same colours as the page."""
    runs = [run_of(name, [whole(falling(name), run=name)]) for name in ("run-a", "run-b")]
    [drawn] = headline_pictures(project_of(runs), ["loss"], tmp_path, studio.draw)
    root = ElementTree.fromstring(drawn.svg)
    strokes = {path.get("stroke") for path in root.iter(f"{SVG}path") if len(path.get("d") or "") > 200}
    assert strokes == {run_color("run-a"), run_color("run-b")}
    assert drawn.alt == "loss over steps, 2 runs"


def test_nan_is_marked_and_breaks_the_line(tmp_path: Path, studio: Studio) -> None:
    """A run that diverged is seen to have diverged."""
    color = run_color("run-a")
    calm = svg([(color, [(0.0, 1.0), (1.0, 2.0), (2.0, 3.0)])], tmp_path, studio.draw)
    lost = svg([(color, [(0.0, 1.0), (1.0, math.nan), (2.0, 3.0)])], tmp_path, studio.draw)
    fills = [
        sum(path.get("fill") == color for path in ElementTree.fromstring(one).iter(f"{SVG}path"))
        for one in (calm, lost)
    ]
    assert fills == [0, 1]


def test_the_text_reads_on_both_papers() -> None:
    """A picture cannot follow the reader's mode, so its ink suits both."""
    assert all(contrast(curve.NEUTRAL_INK, paper) >= 3.5 for paper in PAPERS)


def test_the_same_curves_give_the_same_bytes(tmp_path: Path, studio: Studio) -> None:
    """Ids that the engine counts up over its life are numbered anew."""
    line = [("#336699", [(0.0, 1.0), (1.0, 4.0)])]
    assert svg(line, tmp_path / "one", studio.draw) == svg(line, tmp_path / "two", studio.draw)


def test_a_known_picture_is_not_drawn_again(tmp_path: Path, studio: Studio) -> None:
    """The cache answers by what is drawn, and only for that."""
    line = [("#336699", [(0.0, 1.0), (1.0, 4.0)])]
    first = svg(line, tmp_path, studio.draw)
    assert svg(line, tmp_path, lambda vega: "drawn anew") == first
    assert svg([("#336699", [(0.0, 1.0), (1.0, 5.0)])], tmp_path, lambda vega: "drawn anew") == b"drawn anew"


def test_a_picture_is_known_by_the_logs_of_its_runs(tmp_path: Path, studio: Studio) -> None:
    """Curves are not looked at where the hashes of all runs are known, and are where one of them changed."""
    runs = [run_of(name, [whole(falling(name), run=name)]) for name in ("run-a", "run-b")]
    hashes = {"run-a": "1", "run-b": "1"}

    def shown(values: list[RunFacts]) -> bytes:
        project = project_of(values)
        [found] = headline_pictures(project, ["loss"], tmp_path, studio.draw, lambda run: hashes[run.id])
        return found.svg

    first = shown(runs)
    others = [run_of(name, [whole([1.0, 2.0], run=name)]) for name in ("run-a", "run-b")]
    assert shown(others) == first
    hashes["run-b"] = "2"
    second = shown(others)
    assert second != first
    hashes["run-b"] = ""
    assert shown(runs) == first


@given(
    st.lists(st.tuples(st.floats(-9, 9) | st.just(math.nan), st.floats(width=16)), max_size=60),
    st.integers(1, 12),
)
def test_quick_thinning_is_that_of_any_points(every: list[tuple[float, float]], columns: int) -> None:
    """Points that are all finite take another way to the same result."""
    ordered = sorted((point for point in every if not math.isnan(point[0])), key=lambda point: point[0])
    assert repr(thinned(every, columns)) == repr(_thinned_with_gaps(ordered, columns) if ordered else [])


def test_pictures_stay_small(tmp_path: Path, studio: Studio) -> None:
    """Twenty long runs make a picture of at most 120 KB, and older runs are said to be left out."""
    runs = [run_of(f"run-{at}", [whole(falling("x", 2000), run=f"run-{at}")]) for at in range(MAX_RUNS + 5)]
    (drawn,) = headline_pictures(project_of(runs), ["loss"], tmp_path, studio.draw)
    assert len(drawn.svg) <= 120_000
    assert drawn.alt == f"loss over steps, newest {MAX_RUNS} of {MAX_RUNS + 5} runs"


def test_an_empty_metric_is_an_empty_picture(tmp_path: Path, studio: Studio) -> None:
    """Nothing finite still gives a well-formed picture without a line."""
    root = ElementTree.fromstring(svg([("#336699", [(0.0, math.nan)])], tmp_path, studio.draw))
    lines = [path.get("d") for path in root.iter(f"{SVG}path") if path.get("stroke") == "#336699"]
    assert not any(re.search(r"L", text or "") for text in lines)


def test_an_engine_that_ends_is_told_with_what_to_try(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A drawing process that cannot work fails the build in words, and nothing waits for it."""
    program = tmp_path / "painter.py"
    program.write_text("raise SystemExit(3)\n")
    monkeypatch.setattr(drawing, "PROGRAM", program)
    with Studio() as broken:
        for _ in range(2):
            with pytest.raises(SiteError, match="ended early"):
                broken.draw({})
        program.write_text("print(input())")
        assert broken.draw({"spec": 1}) == {"spec": 1}, "another engine, which gives all back"


def test_work_begun_is_done_in_order_beside_the_caller(studio: Studio) -> None:
    """Pictures of several projects come back as they were begun."""
    works = [studio.begin(lambda at=at: at) for at in range(5)]
    assert [work.result() for work in works] == [0, 1, 2, 3, 4]


def test_a_painter_whose_build_was_killed_ends_without_a_word() -> None:
    """Nobody reads its picture any more, or it got half a specification."""
    spec = json.dumps({"$schema": "https://vega.github.io/schema/vega/v5.json", "width": 9, "height": 9})
    for line, close in ((f"{spec}\n", True), (spec[:40], False)):
        painter = subprocess.Popen(
            [sys.executable, str(drawing.PROGRAM)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert painter.stdin is not None
        assert painter.stdout is not None
        assert painter.stderr is not None
        if close:
            painter.stdout.close()
        with contextlib.suppress(BrokenPipeError):
            painter.stdin.write(line.encode())
            painter.stdin.close()
        assert painter.stderr.read() == b""
        painter.wait()
        painter.stdout.close()
        painter.stderr.close()
        assert painter.returncode == 0
