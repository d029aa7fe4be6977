"""The media of a run: panels for the template, and scripts with every step for the page."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sitegen.charts.logged import chart_picture, chart_spec, user_spec
from sitegen.derive.facts import MediaEntry, MediaFacts, WholeRun
from sitegen.pages.formatting import duration, exact, measure, size, visible
from sitegen.pages.logged_table import read_table, static_table
from sitegen.pages.mediaviews import MediaBars, MediaItem, MediaPanel
from sitegen.pages.overlays import boxes_of, masks_of
from sitegen.pages.shelf import Shelf
from sitegen.texts import Texts, said

STATIC_ITEMS = 12
TEXT_CHARACTERS = 20_000
BARS_WIDTH, BARS_HEIGHT = 320, 96
WIDE = frozenset(["table", "html", "plotly", "text", "file"])
PICTURES = frozenset(["png", "jpg", "jpeg", "gif", "webp", "bmp", "svg", "avif", "apng"])
LINKED = PICTURES - {"svg"}
"""Pictures that may be opened on their own: a browser runs the scripts of an SVG that it opens as a page."""

MISSING = said("media.missing")


@dataclass(frozen=True)
class Gallery:
    """What it takes to show media."""

    shelf: Shelf
    cache_dir: Path
    plotly: str
    """Path of the page that draws Plotly figures, from the root; empty without one."""
    texts: Texts

    def script(self, facts: MediaFacts, steps: Sequence[Mapping[str, Any]]) -> str:
        """Path of the script with every step."""
        data = {"kind": facts.kind, "name": visible(facts.name), "plotly": self.plotly, "entries": steps}
        return self.shelf.script(self.texts.throughout(data))


def media_panels(run: WholeRun, gallery: Gallery) -> tuple[MediaPanel, ...]:
    """One panel per name, kind and rank."""
    named = Counter((facts.name, facts.kind) for facts in run.media)
    return tuple(_panel(facts, named[facts.name, facts.kind] > 1, gallery) for facts in run.media)


def _panel(facts: MediaFacts, is_one_of_several: bool, gallery: Gallery) -> MediaPanel:
    entries = facts.entries
    latest = entries[-1]
    table = bars = None
    items: list[MediaItem] = []
    if facts.kind == "histogram":
        steps = [
            _step(entry) | {key: entry.items[-1][key] for key in ("bins", "counts")} for entry in entries
        ]
        bars = _bars(latest.items[-1])
    elif facts.kind == "table":
        content, steps = _table_steps(entries, gallery.shelf)
        table = static_table(content)
    else:
        steps = [
            _step(entry) | {"items": [_shown(item, facts.kind, gallery) for item in entry.items]}
            for entry in entries
        ]
        items = [_item(one, facts, gallery) for one in steps[-1]["items"][:STATIC_ITEMS]]
    return MediaPanel(
        name=said("media.rank", name=visible(facts.name), rank=str(facts.rank))
        if is_one_of_several
        else visible(facts.name),
        kind=facts.kind,
        step=said("metrics.step", step=exact(latest.step)),
        steps=len(steps),
        script=gallery.script(facts, steps),
        items=tuple(items),
        more=max(0, len(latest.items) - STATIC_ITEMS) if items else 0,
        table=table,
        bars=bars,
        is_wide=facts.kind in WIDE,
    )


def _step(entry: MediaEntry) -> dict[str, Any]:
    return {"step": entry.step}


def _table_steps(entries: Sequence[MediaEntry], shelf: Shelf) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The latest table, and all of them; one that grew step by step is a single one."""
    if any(item.get("part") for item in entries[-1].items):
        parts = [item for entry in entries for item in entry.items]
        content = read_table(parts, shelf)
        return content, [_step(entries[-1]) | content]
    steps = [_step(entry) | read_table(entry.items[-1:], shelf) for entry in entries]
    return steps[-1], steps


def _shown(item: Mapping[str, Any], kind: str, gallery: Gallery) -> dict[str, Any]:
    """An item as the page's script takes it: short keys, nothing that is empty."""
    shown: dict[str, Any] = {"caption": visible(str(item.get("caption") or "")), "note": _note(item)}
    if kind in ("chart", "vega"):
        return _chart(item, kind, gallery) | {key: text for key, text in shown.items() if text}
    src = "" if kind in ("html", "text") else gallery.shelf.file(item)
    if kind == "html":
        shown["frame"] = gallery.shelf.frame(item)
    elif kind == "text":
        shown["text"] = _text(gallery.shelf.content(item))
    elif kind == "plotly":
        shown["figure"] = (gallery.shelf.content(item) or b"").decode("utf-8", "replace")
    elif kind in ("image", "figure", "video"):
        shown |= {"width": _pixels(item.get("width")), "height": _pixels(item.get("height"))}
        shown["boxes"], shown["masks"] = boxes_of(item), masks_of(item, gallery.shelf)
        shown["film"] = item["ext"] not in PICTURES
        shown["link"] = item["ext"] in LINKED
    shown["src"] = src
    if not any(shown.get(key) for key in ("src", "frame", "text", "figure")):
        shown["note"] = MISSING
    return {key: value for key, value in shown.items() if value}


def _chart(item: Mapping[str, Any], kind: str, gallery: Gallery) -> dict[str, Any]:
    content = gallery.shelf.content(item)
    if content is None:
        return {"note": MISSING}
    spec = user_spec(content) if kind == "vega" else chart_spec(_json(content))
    if spec is None:
        return {"note": said("media.nothing"), "src": gallery.shelf.file(item)}
    title = _json(content).get("title") if kind == "chart" else None
    return {"spec": spec, "title": str(title or "")}


def _item(shown: Mapping[str, Any], facts: MediaFacts, gallery: Gallery) -> MediaItem:
    kind = facts.kind
    src = str(shown.get("src", ""))
    note = shown.get("note", "")
    if "spec" in shown:
        drawn = chart_picture(shown["spec"], gallery.cache_dir)
        src = gallery.shelf.add(".svg", drawn) if drawn else ""
    if kind == "plotly" and not note:
        note = said("media.interactive") if gallery.plotly else NO_PLOTLY
    return MediaItem(
        kind="chart" if kind in ("chart", "vega") else kind,
        src=src,
        alt=str(shown.get("caption") or shown.get("title") or facts.name),
        caption=str(shown.get("caption", "")),
        note=note,
        width=int(shown.get("width", 0)),
        height=int(shown.get("height", 0)),
        text=str(shown.get("text", "")),
        frame=str(shown.get("frame", "")),
        is_film=bool(shown.get("film")),
    )


NO_PLOTLY = said("media.no_plotly")


def _note(item: Mapping[str, Any]) -> str:
    if isinstance(item.get("name"), str):
        return f"{visible(item['name'])}, {size(item.get('bytes'))}"
    seconds, rate = item.get("seconds"), item.get("sample_rate")
    if isinstance(seconds, (int, float)) and isinstance(rate, int):
        return f"{duration(seconds)}, {rate:,} Hz"
    frames = item.get("frames")
    return said("media.frames", n=frames) if isinstance(frames, int) else ""


def _bars(item: Mapping[str, Any]) -> MediaBars:
    bins, counts = item["bins"], item["counts"]
    low, high, top = bins[0], bins[-1], max(max(counts), 1e-300)
    span = (high - low) or 1.0
    parts = [f"M0 {BARS_HEIGHT}"]
    for number, count in enumerate(counts):
        left, right = ((edge - low) / span * BARS_WIDTH for edge in bins[number : number + 2])
        height = BARS_HEIGHT - count / top * (BARS_HEIGHT - 2)
        parts.append(f"L{left:.1f} {height:.1f}H{right:.1f}")
    path = "".join([*parts, f"V{BARS_HEIGHT}Z"])
    told = [
        word for word in (_counted("nan", item.get("nan")), _counted("infinite", item.get("inf"))) if word
    ]
    note = said("media.values", what=[said("media.value_count", count=measure(float(sum(counts)))), *told])
    return MediaBars(path, measure(low), measure(high), note)


def _counted(kind: str, count: object) -> str:
    return said(f"metrics.bad.{kind}", n=count) if isinstance(count, int) and count else ""


def _text(content: bytes | None) -> str:
    text = (content or b"").decode("utf-8", "replace")
    shown = "\n".join(visible(line) for line in text[:TEXT_CHARACTERS].splitlines())
    return shown if len(text) <= TEXT_CHARACTERS else f"{shown}…"


def _pixels(value: object) -> int:
    return value if isinstance(value, int) and 0 < value < 1 << 20 else 0


def _json(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
