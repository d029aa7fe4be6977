"""Charts that runs log as rows (confusion matrix, ROC, precision and recall, line, bar, scatter, histogram).

Each is defined once in Altair; column names in specifications are ours, a user's text is only ever a title.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from sitegen.charts import cached
from sitegen.charts.colors import PALETTE
from sitegen.charts.curve import NEUTRAL_INK
from sitegen.charts.pictures import GENERATED_ID

CHARTS = ("line", "bar", "scatter", "histogram", "confusion", "pr", "roc")
WIDTH, HEIGHT = 360, 240
BAR_HEIGHT = 18
SPEC_ROWS = 10_000
VERSION = 1
"""Raised when a definition below changes, so that cached pictures are made anew."""

NO_NETWORK = ["https://invalid.invalid/"]
"""Addresses that a user's specification may read from while its picture is drawn: none that exists."""


def chart_spec(content: Mapping[str, Any]) -> dict[str, Any] | None:
    """The Vega-Lite specification of a logged chart with its rows, None where the content makes no sense."""
    chart, fields = content.get("chart"), content.get("fields")
    columns, rows = content.get("columns"), content.get("rows")
    if chart not in CHARTS or not (
        isinstance(fields, dict) and isinstance(columns, list) and isinstance(rows, list)
    ):
        return None
    places = {name: number for number, name in enumerate(columns)}
    used = tuple((role, str(name)) for role, name in sorted(fields.items()) if name in places)
    numbered = {role: places[name] for role, name in used}
    kept = [row for row in rows[:SPEC_ROWS] if isinstance(row, list) and len(row) == len(columns)]
    if not kept or not {"x"} <= numbered.keys():
        return None
    kinds = tuple((role, _is_numeric(kept, place)) for role, place in sorted(numbered.items()))
    values = [{role: _cell(row[place]) for role, place in numbered.items()} for row in kept]
    height = max(HEIGHT, BAR_HEIGHT * len(kept)) if chart == "bar" else HEIGHT
    spec = dict(_template(chart, used, kinds))
    return spec | {"height": height, "datasets": {"rows": values}}


def user_spec(text: bytes) -> dict[str, Any] | None:
    """A Vega-Lite specification that a run logged, without the address of its schema."""
    try:
        spec = json.loads(text)
    except ValueError:
        return None
    if not isinstance(spec, dict):
        return None
    spec.pop("$schema", None)
    # Its own size is kept; without one it gets that of our charts.
    return {"width": WIDTH, "height": HEIGHT, **spec} if "mark" in spec else spec


def chart_picture(spec: Mapping[str, Any], cache_dir: Path) -> bytes | None:
    """The chart as SVG for readers without scripts, from the cache where it was drawn before."""
    text = json.dumps([VERSION, cached.tool_versions(), spec], sort_keys=True, default=str)
    key = hashlib.sha256(text.encode()).hexdigest()[:24]
    found = cached.remember(cache_dir / "charts", f"logged-{key}.svg", lambda: _draw(spec))
    return found or None


def _draw(spec: Mapping[str, Any]) -> bytes:
    # 0.5 s of imports and an engine: only for pictures that are not cached.
    import vl_convert

    colored = {**spec, "background": None, "config": _quiet(NEUTRAL_INK) | dict(spec.get("config") or {})}
    try:
        text = vl_convert.vegalite_to_svg(colored, allowed_base_urls=NO_NETWORK)
    except ValueError:  # the user's own specification may be anything
        return b""
    names: dict[str, str] = {}

    def rename(match: re.Match[str]) -> str:
        return names.setdefault(match[0], f"{match[1]}{len(names)}")

    return GENERATED_ID.sub(rename, text).encode()


@lru_cache(maxsize=64)
def _template(
    chart: str, titles: tuple[tuple[str, str], ...], kinds: tuple[tuple[str, bool], ...]
) -> dict[str, Any]:
    import altair  # 0.3 s: only for sites with such charts

    named, numeric = dict(titles), dict(kinds)
    base = altair.Chart(altair.NamedData("rows")).properties(width=WIDTH)

    def axis(role: str, **options: Any) -> Any:
        shape = f"{role}:{'Q' if numeric[role] else 'N'}"
        return (altair.X if role == "x" else altair.Y)(shape, title=named[role], **options)

    color = altair.Color(
        "color:N", title=named.get("color"), sort=None, scale=altair.Scale(range=list(PALETTE))
    )
    colors = {"color": color} if "color" in named else {}
    if chart == "confusion":
        made = _confusion(altair, base, named)
    elif chart in ("pr", "roc"):
        unit = altair.Scale(domain=[0, 1])
        made = base.mark_line(interpolate="linear", strokeWidth=1.75).encode(
            x=axis("x", scale=unit), y=axis("y", scale=unit), order="x:Q", **colors
        )
    elif chart == "histogram":
        made = base.mark_bar().encode(
            x=altair.X("x:Q", bin=altair.Bin(maxbins=40), title=named["x"]), y="count()"
        )
    elif chart == "bar":
        made = base.mark_bar().encode(x=axis("x"), y=axis("y", sort=None))
    elif chart == "scatter":
        made = base.mark_circle(size=28).encode(x=_free(axis("x")), y=_free(axis("y")), **colors)
    else:
        made = base.mark_line(strokeWidth=1.75).encode(x=_free(axis("x")), y=_free(axis("y")), **colors)
    spec: dict[str, Any] = made.to_dict()
    spec.pop("$schema", None)
    spec.pop("config", None)
    return spec


def _confusion(altair: Any, base: Any, named: Mapping[str, str]) -> Any:
    x = altair.X("x:N", title=named["x"], sort=None)
    y = altair.Y("y:N", title=named["y"], sort=None)
    scale = altair.Scale(range=["#3451c60c", "#3451c6a0"], zero=True)
    boxes = base.mark_rect().encode(x=x, y=y, color=altair.Color("value:Q", scale=scale, legend=None))
    return boxes + base.mark_text(fontSize=11).encode(x=x, y=y, text="value:Q")


def _free(axis: Any) -> Any:
    import altair

    return axis.scale(altair.Scale(zero=False))


def _quiet(ink: str) -> dict[str, Any]:
    quiet = {
        "labelColor": ink, "titleColor": ink, "gridColor": ink, "gridOpacity": 0.22, "domainColor": ink,
        "tickColor": ink, "titleFontWeight": "normal",
    }  # fmt: skip
    legend = {"labelColor": ink, "titleColor": ink}
    return {"axis": quiet, "legend": legend, "text": {"color": ink}, "view": {"stroke": None}}


def _is_numeric(rows: Sequence[Sequence[Any]], place: int) -> bool:
    return all(isinstance(row[place], (int, float)) or row[place] is None for row in rows)


def _cell(value: Any) -> Any:
    return value if isinstance(value, (int, float)) or value is None else str(value)[:200]
