"""One small value of every kind of media, and one that nothing can be made from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

import collector
from collector.media.kinds import CLASSES


class Sample(NamedTuple):
    """How to make a value of a kind, and a wrong one."""

    make: Callable[[], Any]
    wrong: Callable[[], Any]
    needs: tuple[str, ...] = ()
    """Packages without which it can not be made."""
    files: tuple[str, ...] = ()
    """Endings of the files it leaves."""


def _noise(*shape: int) -> Any:
    np = pytest.importorskip("numpy")
    return np.random.default_rng(0).random(shape)


def _matplotlib() -> Any:
    pyplot = pytest.importorskip("matplotlib.pyplot")
    pyplot.switch_backend("Agg")
    figure, axes = pyplot.subplots()
    axes.plot([1, 3, 2])
    pyplot.close(figure)
    return figure


SAMPLES = {
    "Image": Sample(
        lambda: collector.Image(_noise(8, 8, 3), caption="c"),
        lambda: collector.Image(3),
        ("numpy",),
        ("png",),
    ),
    "Audio": Sample(
        lambda: collector.Audio(_noise(100), 8000), lambda: collector.Audio([1.0]), ("numpy",), ("wav",)
    ),
    "Video": Sample(
        lambda: collector.Video(_noise(2, 3, 8, 8), format="apng"),
        lambda: collector.Video("no.mp4"),
        ("numpy",),
        ("png",),
    ),
    "Html": Sample(lambda: collector.Html("<b>x</b>"), lambda: collector.Html(3), (), ("html",)),
    "Figure": Sample(
        lambda: collector.Figure(_matplotlib()), lambda: collector.Figure(3), ("matplotlib",), ("png", "svg")
    ),
    "Plotly": Sample(
        lambda: collector.Plotly(pytest.importorskip("plotly.graph_objects").Figure()),
        lambda: collector.Plotly(3),
        ("plotly",),
        ("json",),
    ),
    "Altair": Sample(lambda: collector.Altair({"mark": "bar"}), lambda: collector.Altair(3), (), ("json",)),
    "Table": Sample(
        lambda: collector.Table(columns=["a"], data=[[1]]),
        lambda: collector.Table(log_mode="x"),
        (),
        ("json",),
    ),
    "Histogram": Sample(lambda: collector.Histogram([1.0, 2.0]), lambda: collector.Histogram(), (), ()),
    "Text": Sample(lambda: collector.Text("hello"), lambda: collector.Text(""), (), ("txt",)),
    "File": Sample(lambda: collector.File(__file__), lambda: collector.File("no.bin"), (), ("py",)),
    "Chart": Sample(
        lambda: collector.Chart("line", ["a", "b"], [[1, 2]], {"x": "a", "y": "b"}),
        lambda: collector.Chart("pie", [], [], {}),
        (),
        ("json",),
    ),
}

assert SAMPLES.keys() == CLASSES.keys()
