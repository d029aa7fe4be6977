"""The curve chart, defined once in Altair: axes for the page's canvas layer, and lines for static pictures.

In the page Vega draws only the axes. Domains, ticks, labels and colours are parameters of the compiled
template, so that zoom and theme need no recompilation; field names are ours, never a user's text.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, Literal

from sitegen.charts import cached
from sitegen.charts.colors import PALETTE

ScaleName = Literal["linear", "log", "symlog"]
SCALES: tuple[ScaleName, ...] = ("linear", "log", "symlog")
"""y scales; a compiled template's scale type is fixed, so each has its own."""

MARGINS = {"left": 44, "right": 14, "top": 8, "bottom": 22}
"""Pixels around the plot; the page widens the left one when a label needs it."""

LABEL_SIZE = 10
NEUTRAL_INK = "#7a7e85"
"""Readable on the paper of both modes: a picture cannot follow the reader's choice."""

VERSION = 3
"""Raised when a definition below changes, so that cached templates and pictures are made anew."""

PARAMETERS: dict[str, Any] = {
    "x0": 0,
    "x1": 1,
    "y0": 1,
    "y1": 10,
    "xticks": [0, 1],
    "xlabels": ["0", "1"],
    "yticks": [1, 10],
    "ylabels": ["1", "10"],
    "ink": "#777777",
    "grid": "#dddddd",
    "font": "sans-serif",
}
"""What the page sets on a template, with values that make it valid alone."""


def templates(cache_dir: Path, user_dir: Path | None = None) -> bytes:
    """The classic script that hands every compiled template, and the palette, to the page.

    Like the bundle it is kept with the site and once per user.
    """
    return cached.shared(cache_dir, user_dir, f"templates-{version_hash()}.js", _templates_script)


def compiled(scale: ScaleName) -> dict[str, Any]:
    """The axes of a curve chart as a Vega specification."""
    # 0.5 s of imports and an engine of 84 MB: only when no cached template fits.
    import vl_convert

    spec = axes(scale).to_dict() | {"background": None}
    vega: dict[str, Any] = vl_convert.vegalite_to_vega(spec)
    # The schema's address is the only external URL in it, and no page may hold one.
    vega.pop("$schema", None)
    return vega


def axes(scale: ScaleName) -> Any:
    """Axes and grid without data: what the page draws its own lines over."""
    import altair

    mark = altair.Chart(altair.NamedData("points")).mark_point(opacity=0, aria=False, invalid=None)
    reference = altair.ExprRef
    quiet = _quiet_axis(ink=reference("ink"), grid=reference("grid"), font=reference("font"))
    chart = mark.encode(
        x=altair.X(
            "x:Q",
            scale=altair.Scale(domain=[reference("x0"), reference("x1")], nice=False, zero=False),
            axis=altair.Axis(
                values=reference("xticks"),
                labelExpr="xlabels[indexof(xticks, datum.value)]",
                labelFlush=False,
                **{**quiet, "grid": False},
            ),
        ),
        y=altair.Y(
            "y:Q",
            scale=altair.Scale(type=scale, domain=[reference("y0"), reference("y1")], nice=False, zero=False),
            axis=altair.Axis(
                values=reference("yticks"),
                labelExpr="ylabels[indexof(yticks, datum.value)]",
                minExtent=MARGINS["left"],
                maxExtent=MARGINS["left"],
                **quiet,
            ),
        ),
    )
    parameters = [altair.param(name=name, value=value) for name, value in PARAMETERS.items()]
    return _framed(chart.add_params(*parameters), width=320, height=170)


def picture_template(width: int, height: int) -> dict[str, Any]:
    """The chart of `lines` as a Vega specification whose data set "points" is to be filled."""
    # 0.5 s of imports and an engine: only when no cached template fits.
    import vl_convert

    vega: dict[str, Any] = vl_convert.vegalite_to_vega(lines(width, height).to_dict() | {"background": None})
    vega.pop("$schema", None)
    return vega


def lines(width: int, height: int) -> Any:
    """The same chart drawn whole, for a picture: one row per line with its color and its lists of x and y.

    Where a y is null there is a gap, and a mark below it. A row per point took twice the time to draw: each
    carried its line and color through every step, and was asked for numbers in text and sorted by x.
    """
    import altair

    quiet = _quiet_axis(ink=NEUTRAL_INK, grid=NEUTRAL_INK, font="sans-serif") | {"gridOpacity": 0.22}
    number = "abs(datum.value) >= 1e4 ? format(datum.value, '~s') : format(datum.value, '~g')"
    rows = altair.NamedData("points", format={"parse": None})
    chart = altair.Chart(rows).transform_flatten(["x", "y"])
    x = altair.X(
        "x:Q",
        scale=altair.Scale(nice=False, zero=False),
        axis=altair.Axis(labelExpr=number, tickCount=width // 80, **{**quiet, "grid": False}),
    )
    y = altair.Y(
        "y:Q",
        scale=altair.Scale(nice=True, zero=False),
        axis=altair.Axis(labelExpr=number, tickCount=height // 40, **quiet),
    )
    # The round cap makes a point alone visible.
    curves = chart.mark_line(
        strokeWidth=1.5,
        strokeJoin="round",
        strokeCap="round",
        aria=False,
        invalid="break-paths-show-domains",
        order=False,
    ).encode(x=x, y=y, detail="line:N", stroke=altair.Stroke("color:N", legend=None, scale=None))
    lost = chart.mark_point(shape="triangle-up", filled=True, size=36, opacity=1, aria=False).encode(
        x=x, y=altair.value(height - 4), fill=altair.Fill("color:N", legend=None, scale=None)
    )
    gaps = lost.transform_filter("datum.y === null")
    return _framed(altair.layer(curves, gaps), width=width, height=height)


def _quiet_axis(*, ink: Any, grid: Any, font: Any) -> dict[str, Any]:
    return {
        "title": None,
        "domain": False,
        "ticks": False,
        "grid": True,
        "labelColor": ink,
        "gridColor": grid,
        "labelFont": font,
        "labelFontSize": LABEL_SIZE,
        "labelPadding": 6,
        "labelOverlap": False,
    }


def _framed(chart: Any, *, width: int, height: int) -> Any:
    import altair

    # Automatic sizing would move the plot with every label; the canvas layer relies on fixed margins.
    sized = chart.properties(
        width=width, height=height, padding=MARGINS, autosize=altair.AutoSizeParams(type="none")
    )
    return sized.configure_view(stroke=None)


def _templates_script() -> bytes:
    body = {scale: compiled(scale) for scale in SCALES} | {"palette": list(PALETTE)}
    return f"site.templates({json.dumps(body, separators=(',', ':'))});\n".encode()


def version_hash() -> str:
    """What a cached template has to agree with: our definitions and the packages that compile them."""
    text = repr((VERSION, PARAMETERS, MARGINS, PALETTE, cached.tool_versions()))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
