"""Boxes and masks over an image, in the shapes wandb's users write them."""

from __future__ import annotations

import colorsys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from collector.media.arrays import snapshot
from collector.media.media import Item, MediaError, Sink, caption_text, is_path, read_file
from collector.media.png import Color, encode_palette_png

if TYPE_CHECKING:
    from collector.media.arrays import Array

BOX_LIMIT = 500
"""Most boxes of one set on one image; of more the first are kept, and the item says how many there were."""

BACKGROUND = frozenset(["background", "bg", "none", "unlabeled", "unlabelled", "void", "ignore"])
"""Names of class 0 that mean there is nothing to see."""


class Masks:
    """Sets of masks as they were given, copied: every pixel has the number of its class."""

    def __init__(self, masks: Mapping[str, Any], labels: dict[str, str]) -> None:
        self._labels = labels
        self._pixels: dict[str, Array | bytes] = {}
        self._classes: dict[str, dict[str, str]] = {}
        for name, mask in masks.items():
            given = mask if isinstance(mask, Mapping) else {"mask_data": mask}
            self._classes[str(name)] = labels | class_labels(given.get("class_labels"))
            if "mask_data" in given:
                self._pixels[str(name)] = _class_numbers(given["mask_data"], str(name))
            elif is_path(given.get("path")):
                self._pixels[str(name)] = read_file(given["path"])
            else:
                raise MediaError(f"mask {name!r} has neither mask_data nor a path")

    @property
    def size_bytes(self) -> int:
        """Memory that the copies take."""
        return sum(len(p) if isinstance(p, bytes) else int(p.nbytes) for p in self._pixels.values())

    def encode(self, sink: Sink) -> Item:
        """One picture per set, its colours telling the classes."""
        return {name: self._encode_one(name, pixels, sink) for name, pixels in self._pixels.items()}

    def _encode_one(self, name: str, pixels: Array | bytes, sink: Sink) -> Item:
        classes = self._classes[name]
        if isinstance(pixels, bytes):
            return sink.put(pixels, "png") | {"classes": classes}
        colors = [class_color(number, classes) for number in range(256)]
        named = {key: _hex(colors[int(key)]) for key in classes if key.isdigit() and int(key) < len(colors)}
        return sink.put(encode_palette_png(pixels, colors), "png") | {"classes": classes, "colors": named}


def class_labels(labels: Any) -> dict[str, str]:
    """Names of classes by number, from a dict, a list of names, or wandb's list of id and name."""
    if labels is None:
        return {}
    if isinstance(labels, Mapping):
        return {str(number): str(name) for number, name in labels.items()}
    found = {}
    for position, label in enumerate(getattr(labels, "_class_set", labels)):
        is_named = isinstance(label, Mapping)
        found[str(label["id"]) if is_named else str(position)] = str(label["name"] if is_named else label)
    return found


def class_color(number: int, labels: Mapping[str, str]) -> Color:
    """The colour of a class, well apart from its neighbours'; an unnamed or background class 0 is clear."""
    if number == 0 and labels.get("0", "background").lower() in BACKGROUND:
        return (0, 0, 0, 0)
    # The golden angle: any number of classes in a row get hues far from each other.
    red, green, blue = colorsys.hls_to_rgb(number * 0.381966 % 1.0, 0.5, 0.75)
    return (round(red * 255), round(green * 255), round(blue * 255), 255)


def _hex(color: Color) -> str:
    return "#" + bytes(color[:3]).hex() if color[3] else "none"


def encode_boxes(boxes: Mapping[str, Any], labels: dict[str, str], width: int, height: int) -> Item:
    """Sets of boxes with corners as parts of width and height."""
    return {str(name): _encode_set(given, labels, width, height) for name, given in boxes.items()}


def _encode_set(given: Any, labels: dict[str, str], width: int, height: int) -> Item:
    listed: Iterable[Any] = given.get("box_data", ()) if isinstance(given, Mapping) else given
    named = given.get("class_labels") if isinstance(given, Mapping) else None
    boxes = list(listed)
    found: Item = {"boxes": [_encode_box(box, width, height) for box in boxes[:BOX_LIMIT]]}
    if len(boxes) > BOX_LIMIT:
        found["total"] = len(boxes)
    classes = labels | class_labels(named)
    return found | {"classes": classes} if classes else found


def _encode_box(box: Mapping[str, Any], width: int, height: int) -> Item:
    corners = _corners(box["position"])
    if str(box.get("domain")) == "pixel":
        corners = (corners[0] / width, corners[1] / height, corners[2] / width, corners[3] / height)
    found: Item = {"at": [round(part, 6) for part in corners]}
    if box.get("class_id") is not None:
        found["class"] = int(box["class_id"])
    if box.get("box_caption") is not None:
        found["caption"] = caption_text(box["box_caption"])
    scores = {str(name): float(score) for name, score in dict(box.get("scores") or {}).items()}
    return found | {"scores": scores} if scores else found


def _corners(position: Mapping[str, Any]) -> tuple[float, float, float, float]:
    if "middle" in position:
        across, down = (float(part) for part in position["middle"])
        half_width, half_height = float(position["width"]) / 2, float(position["height"]) / 2
        return across - half_width, down - half_height, across + half_width, down + half_height
    return tuple(float(position[side]) for side in ("minX", "minY", "maxX", "maxY"))  # type: ignore[return-value]


def _class_numbers(mask: Any, name: str) -> Array:
    pixels = snapshot(mask)
    pixels = pixels.reshape(pixels.shape[-2:]) if pixels.ndim > 2 and pixels.size else pixels
    if pixels.ndim != 2 or not pixels.size:
        raise MediaError(f"mask {name!r} needs a height and a width, not the shape {pixels.shape}")
    if pixels.min() < 0 or pixels.max() > 255:
        raise MediaError(f"mask {name!r} has classes outside 0 to 255")
    return pixels.astype("uint8")
