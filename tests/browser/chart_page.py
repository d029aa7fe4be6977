"""A page of charts alone: the theme's scripts, real chunks and templates, and the strict policy of a site."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import chain
from pathlib import Path
from typing import Any

from sitegen.charts import bundle, curve
from sitegen.charts.colors import run_color
from sitegen.charts.packs import Packs, project_packs
from sitegen.derive.facts import ProjectFacts
from sitegen.pages.themes import with_words

SCRIPTS = Path(__file__).parents[2] / "themes" / "default" / "js"
NAMES = (
    "core", "texts", "store", "state", "decode", "loader", "format", "dates", "scale", "ticks", "shown",
    "series", "xmetric", "yrange", "gaussian", "kernels", "smooth", "levels", "detail", "colouring",
    "tokens", "axes", "bands", "layer", "beneath", "emphasis", "tooltip", "moment", "hover", "zoom",
    "legend", "tools", "caption", "drawing", "panel", "fullscreen",
)  # fmt: skip

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; worker-src blob:; "
    "base-uri 'none'; form-action 'none'"
)

STYLE = """
:root { --paper: #fbfaf8; --surface: #fff; --ink: #1d2024; --dim: #777; --line: #e4e4e4; --accent: #3451c6; }
:root[data-theme="dark"] { --paper: #121417; --surface: #1d2024; --ink: #e7e9ec; --dim: #999; --line: #333; }
body { margin: 8px; background: var(--paper); color: var(--ink); font: 13px sans-serif; }
.panels { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 8px; }
.panel { margin: 0; }
.plot { height: 196px; }
.panel:fullscreen { display: flex; flex-direction: column; }
.panel:fullscreen .plot { flex: 1; height: auto; }
figcaption, h3 { display: flex; font-size: 13px; margin: 0; height: 20px; overflow: hidden; }
"""

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>charts</title>
<meta http-equiv="Content-Security-Policy" content="{policy}">
<link rel="icon" href="data:,"><link rel="stylesheet" href="style.css">
<script defer src="app.js"></script><script defer src="page.js"></script></head>
<body><div class="panels">{figures}</div></body></html>
"""

FIGURE = (
    '<figure class="panel" data-chart="{id}"><figcaption><h3>{id}</h3><span class="sub"></span>'
    '<span class="tools"></span></figcaption><div class="plot"><svg width="9"></svg></div></figure>'
)


def write_chart_page(folder: Path, project: ProjectFacts, **more: Any) -> Path:
    """A page with one chart per metric of the project; `more` is added to the page's data.

    `tiles` gives the files of finer levels by run, each with the index last.
    """
    tiles: Mapping[str, Mapping[str, bytes]] = more.pop("tiles", {})
    packs = project_packs(project)
    data = folder / "data"
    data.mkdir(parents=True)
    for name, chunk in chain(packs.files.items(), *(files.items() for files in tiles.values())):
        (data / name).write_bytes(chunk)
    charts = chart_list(packs, more.pop("repeat", 1))
    runs = [{"id": run.id, "name": run.name, "color": run_color(run.id)} for run in project.runs]
    for entry in runs:
        if entry["id"] in tiles:
            entry["tiles"] = list(tiles[entry["id"]])[-1].removesuffix(".js")
    page = {"kind": "project", "root": "", "runs": runs, "charts": charts, "vega": "vega.js",
            "templates": "templates.js", "tiles": "data/", **more}  # fmt: skip
    texts = {
        "app.js": with_words("\n".join((SCRIPTS / f"{name}.js").read_text("utf-8") for name in NAMES)),
        "page.js": f"site.page({json.dumps(page)});",
        "style.css": STYLE,
        "index.html": PAGE.format(
            policy=POLICY, figures="".join(FIGURE.format(id=chart["id"]) for chart in charts)
        ),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    cache = folder.parent / "chart-cache"
    (folder / "vega.js").write_bytes(bundle.script(cache))
    (folder / "templates.js").write_bytes(curve.templates(cache))
    return folder / "index.html"


def chart_list(packs: Packs, repeat: int) -> list[dict[str, Any]]:
    """Charts of every metric, each so many times."""
    return [
        _chart(f"{metric}#{copy}" if copy else metric, metric, family, index, packs)
        for family, index in (("metric", packs.index), ("system", packs.system))
        for copy in range(repeat)
        for metric in index
    ]


def _chart(name: str, metric: str, family: str, index: Mapping[str, Any], packs: Packs) -> dict[str, Any]:
    chunks = [[f"data/{chunk}", *packs.spans[chunk]] for chunk in index[metric]]
    return {"id": name, "metric": metric, "title": metric, "family": family, "chunks": chunks, "height": 196}
