"""What templates may print of media: images, sounds, tables, histograms and charts that a run logged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True)
class MediaItem:
    """One logged picture, sound, text or file."""

    kind: Annotated[str, "`image`, `figure`, `video`, `audio`, `html`, `text`, `plotly`, `chart` or `file`."]
    src: Annotated[str, "Its file, from the site's root; empty where it is missing."]
    alt: Annotated[str, "What it is, in words."]
    caption: Annotated[str, "What the user wrote beneath it; may be empty."]
    note: Annotated[str, "Length, size and the like; or why there is nothing to see."]
    width: Annotated[int, "Pixels across; 0 where it is not known."]
    height: Annotated[int, "Pixels down."]
    text: Annotated[str, "The text itself, cut where it is long."]
    frame: Annotated[str, "A page of its own for a sandboxed frame, from the root; empty without one."]
    is_film: Annotated[bool, "Whether a video element plays it; an animated picture needs none."]


@dataclass(frozen=True)
class MediaCell:
    """A cell of a logged table."""

    text: Annotated[str, "What it says."]
    src: Annotated[str, "A picture in it, from the root; empty without one."]
    is_number: Annotated[bool, "Whether it is a number."]


@dataclass(frozen=True)
class MediaTable:
    """The beginning of a logged table."""

    columns: Annotated[tuple[str, ...], "Headings."]
    rows: Annotated[tuple[tuple[MediaCell, ...], ...], "The first rows."]
    total: Annotated[int, "How many rows it has."]
    src: Annotated[str, "All of it as JSON, from the root; empty where it grew over several steps."]


@dataclass(frozen=True)
class MediaBars:
    """A histogram as one shape."""

    path: Annotated[str, "The `d` attribute of an SVG path in a 320 × 96 picture."]
    low: Annotated[str, "The lowest edge."]
    high: Annotated[str, "The highest edge."]
    note: Annotated[str, "How many values, and how many were not finite."]


@dataclass(frozen=True)
class MediaPanel:
    """Everything logged under one name; without scripts its latest step."""

    name: Annotated[str, "The name it was logged under, and the rank where several did."]
    kind: Annotated[str, "The kind of its items; also `table` and `histogram`."]
    step: Annotated[str, "The step shown, as `step 900`."]
    steps: Annotated[int, "At how many steps something was logged."]
    script: Annotated[str, "Path of the script with every step, from the root."]
    items: Annotated[tuple[MediaItem, ...], "The latest step's items, the first of many."]
    more: Annotated[int, "How many items of that step are not among them."]
    table: Annotated[MediaTable | None, "The latest table."]
    bars: Annotated[MediaBars | None, "The latest histogram."]
    is_wide: Annotated[bool, "Whether it takes the whole width."]


MEDIA_VIEWS = (MediaPanel, MediaItem, MediaTable, MediaCell, MediaBars)
