"""Logged media made by hand, for patterns.html: those kinds that need no file."""

from __future__ import annotations

from sitegen.pages.mediaviews import MediaBars, MediaCell, MediaItem, MediaPanel, MediaTable

_BARS = "M0 96L0.0 80.0H80.0L80.0 40.0H160.0L160.0 2.0H240.0L240.0 64.0H320.0V96Z"


def sample_panels() -> tuple[MediaPanel, ...]:
    """A text, a histogram, a table and a picture that is missing."""
    text = _item("text", text="Once upon a time\nthere was a run.", caption="prompt 3")
    missing = _item("image", note="Its file is not in the run's media folder, or not whole.")
    rows = tuple(
        (MediaCell(str(number), "", True), MediaCell(f"class {number}", "", False)) for number in range(3)
    )
    return (
        _panel("samples/text", "text", items=(text,)),
        _panel("val/image", "image", items=(missing,), steps=4),
        _panel("weights", "histogram", bars=MediaBars(_BARS, "-0.7831", "0.8976", "4,000 values, 2 NaN")),
        _panel("val/table", "table", table=MediaTable(("id", "label"), rows, 33, "")),
    )


def _item(kind: str, *, text: str = "", caption: str = "", note: str = "") -> MediaItem:
    return MediaItem(kind, "", "", caption, note, 0, 0, text, "", False)


def _panel(
    name: str,
    kind: str,
    *,
    items: tuple[MediaItem, ...] = (),
    steps: int = 1,
    table: MediaTable | None = None,
    bars: MediaBars | None = None,
) -> MediaPanel:
    return MediaPanel(name, kind, "step 900", steps, "", items, 0, table, bars, kind in ("text", "table"))
