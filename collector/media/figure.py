"""Figures of plotting libraries, as they look at the call of `log`.

None of the libraries is imported: a figure of theirs brings its own way to write itself.
"""

from __future__ import annotations

import io
from typing import Any

from collector.media.image import figure_png, image_size
from collector.media.media import (
    FILE_LIMIT,
    Item,
    Media,
    MediaError,
    Sink,
    caption_text,
    guarded,
    with_caption,
)

SVG_LIMIT = 2 << 20
"""Most bytes of a figure's vector form; a larger one, of many points, is left out: the PNG shows them all."""


class Figure(Media):
    """A matplotlib figure, its axes, or `matplotlib.pyplot` for the current one: a PNG and an SVG."""

    kind = "figure"

    @guarded
    def __init__(self, figure: Any, caption: str | None = None) -> None:
        self.caption = caption_text(caption)
        drawn = figure.gcf() if hasattr(figure, "gcf") else getattr(figure, "figure", figure) or figure
        if not hasattr(drawn, "savefig"):
            raise MediaError(f"a {type(figure).__name__} is no matplotlib figure")
        # Figures are not safe to draw from another thread: this is the one kind that is encoded in the call.
        self._png = figure_png(drawn)
        self._svg = _figure_svg(drawn)
        self.size_bytes = len(self._png) + len(self._svg)

    def encode(self, sink: Sink) -> Item:
        """The picture, with its vector form where that is not too large."""
        width, height = image_size(self._png) or (1, 1)
        item = sink.put(self._png, "png") | {"width": width, "height": height}
        if self._svg:
            item["vector"] = sink.put(self._svg, "svg")
        return with_caption(item, self.caption)


class Plotly(Media):
    """A Plotly figure as its JSON."""

    kind = "plotly"

    @guarded
    def __init__(self, figure: Any, caption: str | None = None) -> None:
        self.caption = caption_text(caption)
        if not hasattr(figure, "to_plotly_json"):
            raise MediaError(f"a {type(figure).__name__} is no Plotly figure")
        self._content = _spec(figure.to_json())
        self.size_bytes = len(self._content)

    def encode(self, sink: Sink) -> Item:
        """The figure's JSON."""
        return with_caption(sink.put(self._content, "json"), self.caption)


class Altair(Media):
    """An Altair chart, or a Vega-Lite specification as a dict, as its JSON."""

    kind = "vega"

    @guarded
    def __init__(self, chart: Any, caption: str | None = None) -> None:
        self.caption = caption_text(caption)
        if isinstance(chart, dict):
            from orjson import dumps  # loaded by every run

            self._content = _spec(dumps(chart))
        elif hasattr(chart, "to_json"):
            self._content = _spec(chart.to_json(indent=None))
        else:
            raise MediaError(f"a {type(chart).__name__} is no Altair chart")
        self.size_bytes = len(self._content)

    def encode(self, sink: Sink) -> Item:
        """The chart's Vega-Lite JSON."""
        return with_caption(sink.put(self._content, "json"), self.caption)


def _spec(written: str | bytes) -> bytes:
    content = written if isinstance(written, bytes) else written.encode()
    if len(content) > FILE_LIMIT:
        raise MediaError(f"the figure has {len(content)} bytes; the limit is {FILE_LIMIT}")
    return content


def _figure_svg(figure: Any) -> bytes:
    import sys

    buffer = io.BytesIO()
    matplotlib: Any = sys.modules["matplotlib"]
    try:
        # Without a salt of our own its ids are random, and equal figures would be different files.
        with matplotlib.rc_context({"svg.hashsalt": "runpress"}):
            figure.savefig(buffer, format="svg", bbox_inches="tight", metadata={"Date": None})
    except Exception:  # named boundary: the PNG is there, and some artists can not be drawn as vectors
        return b""
    return buffer.getvalue() if buffer.tell() <= SVG_LIMIT else b""
