"""The curve chart whole and alive, for notebooks: lines, bands, a legend and tooltips, by Altair."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars

MOST_NAMES = 60
"""So many runs are named beside a chart; Vega counts the others."""


def notebook_lines(
    rows: polars.DataFrame,
    colors: Mapping[str, str],
    *,
    titles: tuple[str, str],
    log_y: bool,
    size: tuple[int, int],
) -> Any:
    """A chart of rows of run, x, y, low and high, in these colours; `titles` are those of x and y."""
    import altair

    # The values themselves: Altair refuses a frame of more than 5,000 rows.
    base = altair.Chart(altair.InlineData(values=rows.to_dicts()))
    x = altair.X("x:Q", title=titles[0], scale=altair.Scale(nice=False, zero=False))
    scale = altair.Scale(type="log" if log_y else "linear", zero=False)
    # Without a look of its own the legend takes the band's, at a sixth of the colours' strength.
    legend = altair.Legend(symbolType="stroke", symbolOpacity=1, symbolStrokeWidth=2, symbolLimit=MOST_NAMES)
    scale_of_runs = altair.Scale(domain=list(colors), range=list(colors.values()))
    color = altair.Color("run:N", title=None, scale=scale_of_runs, sort=None, legend=legend)
    tooltip = [
        altair.Tooltip("run:N"),
        altair.Tooltip("x:Q", title=titles[0]),
        altair.Tooltip("y:Q", title="value", format=".6~g"),
        altair.Tooltip("low:Q", format=".6~g"),
        altair.Tooltip("high:Q", format=".6~g"),
    ]
    band = base.mark_area(opacity=0.16, aria=False).encode(
        x=x, y=altair.Y("low:Q", title=titles[1], scale=scale), y2="high:Q", color=color
    )
    lines = base.mark_line(strokeWidth=1.5, invalid="break-paths-show-domains").encode(
        x=x, y=altair.Y("y:Q", title=titles[1], scale=scale), color=color, tooltip=tooltip
    )
    return altair.layer(band, lines).properties(width=size[0], height=size[1])
