"""What an event of TensorBoard says, as values that `log` takes.

The messages of tensorboard, torch and tensorboardX come from different packages and have the same fields.
They are only looked at, so none of these packages is needed here.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

FLOAT, DOUBLE, INT32, STRING, INT64, BOOL = 1, 2, 3, 7, 9, 10
"""TensorFlow's numbers of types."""

_CONTENT = {FLOAT: ("f", 4), DOUBLE: ("d", 8), INT32: ("i", 4), INT64: ("q", 8), BOOL: ("?", 1)}
_FIELDS = {
    FLOAT: "float_val",
    DOUBLE: "double_val",
    INT32: "int_val",
    INT64: "int64_val",
    BOOL: "bool_val",
}
_TEXT_SUFFIX = "/text_summary"
"""What torch and tensorboardX append to the tag of a text."""


def values_of(event: Any) -> dict[str, Any]:
    """By tag, what the event says; empty where it says nothing that can be logged."""
    if not event.HasField("summary"):
        return {}
    return dict(_values(event.summary))


def _values(summary: Any) -> Iterator[tuple[str, Any]]:
    for value in summary.value:
        tag, plugin = value.tag, value.metadata.plugin_data.plugin_name
        if tag.startswith("_hparams_/") or plugin == "hparams":
            continue
        kind = value.WhichOneof("value")
        found = None
        if kind == "simple_value":
            found = value.simple_value
        elif kind == "histo":
            found = histogram(value.histo)
        elif kind == "image":
            found = image(value.image.encoded_image_string)
        elif kind == "tensor":
            found = tensor(value.tensor, plugin)
        if found is not None:
            yield tag.removesuffix(_TEXT_SUFFIX), found


def tensor(message: Any, plugin: str) -> Any:
    """A number, a text or pictures out of a tensor; None for any other."""
    if message.dtype == STRING:
        return _texts_or_pictures(list(message.string_val), plugin)
    if message.dtype not in _CONTENT:
        return None
    numbers = _numbers(message)
    if plugin == "histograms":
        return _histogram_of_rows(numbers)
    return numbers[0] if len(numbers) == 1 else None


def value_of_array(array: Any, plugin: str) -> Any:
    """The same for the array, or the bytes, in which TensorFlow itself has a value."""
    if isinstance(array, bytes):
        return _texts_or_pictures([array], plugin)
    if not hasattr(array, "dtype"):
        return array if isinstance(array, (int, float)) else None
    if array.dtype.kind in "OS":
        parts = [bytes(part) for part in array.reshape(-1).tolist()]
        return _texts_or_pictures(parts, plugin)
    if plugin == "histograms":
        return _histogram_of_rows(array.reshape(-1).tolist())
    return array.reshape(-1).tolist()[0] if array.size == 1 else None


def _texts_or_pictures(parts: list[bytes], plugin: str) -> Any:
    if plugin == "images":  # width and height stand before them
        return [found for part in parts[2:] if (found := image(part)) is not None] or None
    return "\n".join(part.decode("utf-8", "replace") for part in parts) or None


def _numbers(message: Any) -> list[Any]:
    if message.tensor_content:
        code, size = _CONTENT[message.dtype]
        content = bytes(message.tensor_content)
        return list(struct.unpack(f"<{len(content) // size}{code}", content))
    return list(getattr(message, _FIELDS[message.dtype]))


def _histogram_of_rows(numbers: list[float]) -> Any:
    """TensorFlow 2 has a row of left edge, right edge and count for each bucket."""
    rows = [numbers[at : at + 3] for at in range(0, len(numbers) - 2, 3)]
    if not rows:
        return None
    return _histogram([row[2] for row in rows], [rows[0][0], *(row[1] for row in rows)])


def histogram(message: Any) -> Any:
    """A histogram whose outermost edges are the smallest and the largest value."""
    counts, limits = list(message.bucket), list(message.bucket_limit)
    while counts and not counts[0]:
        del counts[0], limits[0]
    while counts and not counts[-1]:
        del counts[-1], limits[-1]
    if not counts:
        return None
    limits[-1] = min(limits[-1], max(message.max, limits[-2] if len(limits) > 1 else message.min))
    return _histogram(counts, [min(message.min, limits[0]), *limits])


def _histogram(counts: list[float], edges: list[float]) -> Any:
    from collector.media.histogram import BIN_LIMIT, Histogram

    while len(counts) > BIN_LIMIT:  # two buckets become one
        counts = [sum(counts[at : at + 2]) for at in range(0, len(counts), 2)]
        edges = [*edges[:-1:2], edges[-1]]
    return Histogram(np_histogram=(counts, edges))


def image(content: bytes) -> Any:
    """A picture that is encoded already."""
    from collector.media.image import Image

    return Image(bytes(content)) if content else None
