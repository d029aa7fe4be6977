"""Boxes and masks of an image, as the page's script draws them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sitegen.charts.colors import PALETTE
from sitegen.pages.formatting import measure, visible
from sitegen.pages.shelf import Shelf

LEGEND_LIMIT = 20
COLOR = re.compile(r"#[0-9a-f]{6}")


def boxes_of(item: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Sets of boxes: corners as parts of the picture, a label, a colour by class."""
    found = []
    for name, given in _members(item.get("boxes")):
        classes, listed = _mapping(given.get("classes")), given.get("boxes")
        listed = listed if isinstance(listed, list) else []
        boxes = [_box(box, classes) for box in listed if _has_corners(box)]
        if boxes:
            found.append({"name": visible(name), "boxes": boxes})
    return found


def masks_of(item: Mapping[str, Any], shelf: Shelf) -> list[dict[str, Any]]:
    """Sets of masks: a picture whose colours are its classes, and the classes' names."""
    found = []
    for name, given in _members(item.get("masks")):
        src = shelf.file(given)
        named, colors = _mapping(given.get("classes")), _mapping(given.get("colors"))
        legend = [
            {"label": visible(str(label)), "color": _color(colors.get(key))}
            for key, label in list(named.items())[:LEGEND_LIMIT]
        ]
        if src:
            found.append({"name": visible(name), "src": src, "classes": legend})
    return found


def _color(value: object) -> str:
    return value if isinstance(value, str) and COLOR.fullmatch(value) else "none"


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _members(sets: Any) -> list[tuple[str, dict[str, Any]]]:
    if not isinstance(sets, dict):
        return []
    return [(name, given) for name, given in sets.items() if isinstance(given, dict)]


def _box(box: Mapping[str, Any], classes: Mapping[str, Any]) -> dict[str, Any]:
    number = box.get("class")
    label = str(box.get("caption") or classes.get(str(number)) or ("" if number is None else number))
    scores = box.get("scores")
    told = (
        ", ".join(f"{key} {measure(score)}" for key, score in scores.items())
        if isinstance(scores, dict)
        else ""
    )
    color = PALETTE[number % len(PALETTE)] if isinstance(number, int) else PALETTE[0]
    return {"at": box["at"], "label": visible(label), "title": visible(told), "color": color}


def _has_corners(box: Any) -> bool:
    at = box.get("at") if isinstance(box, dict) else None
    return isinstance(at, list) and len(at) == 4 and all(isinstance(one, (int, float)) for one in at)
