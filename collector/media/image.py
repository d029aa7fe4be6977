"""Pictures: arrays, tensors, Pillow's images, figures, files and bytes, with captions, boxes and masks."""

from __future__ import annotations

import io
import math
import struct
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from collector.media.arrays import is_tensor, numpy, snapshot
from collector.media.media import (
    Item,
    Media,
    MediaError,
    Sink,
    caption_text,
    ext_of,
    guarded,
    is_path,
    read_file,
    with_caption,
)
from collector.media.overlays import Masks, class_labels, encode_boxes
from collector.media.png import SIGNATURE, encode_png

if TYPE_CHECKING:
    from collector.media.arrays import Array

FILE_TYPES = ("png", "jpg", "jpeg", "gif", "webp", "bmp", "svg", "avif")
"""Files that browsers show and that are kept as they are."""

SIDE_LIMIT = 16_384
"""Most pixels of a side; browsers give up on larger pictures."""

GRID_COLUMNS, GRID_GAP = 8, 2
"""A batch of pictures becomes one, eight to a row, two pixels apart, as torchvision has it."""


class Image(Media):
    """`Image(array, caption="epoch 3")`; floats from 0 to 1 or -1 to 1, or bytes from 0 to 255."""

    kind = "image"

    @guarded
    def __init__(
        self,
        data_or_path: Any,
        mode: str | None = None,
        caption: str | None = None,
        classes: Any = None,
        boxes: Mapping[str, Any] | None = None,
        masks: Mapping[str, Any] | None = None,
        **other: Any,
    ) -> None:
        # wandb's other arguments: grouping has no meaning here, file_type and normalize have.
        self.caption = caption_text(caption)
        self._file_type = other.get("file_type")
        self._pixels: Array | None = None
        self._content, self._ext = b"", "png"
        self._take(data_or_path, mode, other.get("normalize", True))
        labels = class_labels(classes)
        self._labels = labels
        self._boxes = dict(boxes) if boxes else None
        self._masks = Masks(masks, labels) if masks else None
        held = self._masks.size_bytes if self._masks else 0
        self.size_bytes = held + len(self._content) + (self._pixels.nbytes if self._pixels is not None else 0)
        if self._boxes:
            encode_boxes(self._boxes, labels, 1, 1)  # told now, where the caller can be named

    def encode(self, sink: Sink) -> Item:
        """The picture, its size, and what lies over it."""
        content, ext = self._content, self._ext
        if self._pixels is not None:
            content, ext = _encoded(to_bytes(self._pixels), self._file_type)
        size = image_size(content)
        item = sink.put(content, ext)
        if size is not None:
            item |= {"width": size[0], "height": size[1]}
        if self._boxes:
            width, height = size or (1, 1)
            item["boxes"] = encode_boxes(self._boxes, self._labels, width, height)
        if self._masks:
            item["masks"] = self._masks.encode(sink)
        return with_caption(item, self.caption)

    def _take(self, source: Any, mode: str | None, normalize: bool) -> None:
        if isinstance(source, Image):
            self._pixels, self._content, self._ext = source._pixels, source._content, source._ext
        elif isinstance(source, (bytes, bytearray)):
            self._content = bytes(source)
            self._ext = sniff(self._content)
        elif is_path(source):
            self._take_file(source)
        elif isinstance(source, str) or hasattr(source, "__fspath__"):
            raise MediaError(f"there is no file {source}")
        elif hasattr(source, "savefig"):
            self._content = figure_png(source)
        elif hasattr(source, "getbands") and hasattr(source, "convert"):
            picture = source.convert(mode) if mode else source
            is_plain = picture.mode in ("L", "RGB", "RGBA")
            self._pixels = _channels_last(snapshot(picture if is_plain else picture.convert("RGBA")), False)
        else:
            self._pixels = _channels_last(snapshot(source), is_tensor(source))
            if not normalize and self._pixels.dtype.kind == "f":
                self._pixels = self._pixels.clip(0, 255).astype("uint8")

    def _take_file(self, path: Any) -> None:
        ext = ext_of(path)
        if ext in FILE_TYPES:
            self._content, self._ext = read_file(path), ext
            return
        with _pillow("files of this type").open(path) as picture:
            self._pixels = snapshot(picture.convert("RGBA"))


def to_bytes(pixels: Array) -> Array:
    """Pixels of any number type as bytes: 0 to 1 and -1 to 1 are spread, everything else is cut to 0 to 255.

    NaN becomes black; what is spread is decided by the finite pixels.
    """
    np = numpy()
    if pixels.dtype == np.uint8:
        return pixels
    if pixels.dtype.kind == "b":
        spread: Array = pixels.astype(np.uint8) * np.uint8(255)
        return spread
    if pixels.dtype.kind in "iu":
        cut: Array = pixels.clip(0, 255).astype(np.uint8)
        return cut
    numbers = np.nan_to_num(pixels.astype(np.float32), posinf=1.0, neginf=0.0)
    low, high = float(numbers.min()), float(numbers.max())
    if high <= 1.0:
        numbers = (numbers * 0.5 + 0.5 if -1.0 <= low < 0.0 else numbers) * 255
    rounded: Array = (numbers.clip(0, 255) + 0.5).astype(np.uint8)
    return rounded


def image_size(content: bytes) -> tuple[int, int] | None:
    """Width and height, read from the head of a PNG, GIF, JPEG or WebP file."""
    if content.startswith(SIGNATURE):
        width, height = struct.unpack(">II", content[16:24])
        return width, height
    if content[:4] == b"GIF8":
        width, height = struct.unpack("<HH", content[6:10])
        return width, height
    if content[:2] == b"\xff\xd8":
        return _jpeg_size(content)
    try:
        with _pillow("").open(io.BytesIO(content)) as picture:
            width, height = picture.size
            return width, height
    except Exception:  # named boundary: a file that browsers may know and nobody else here does
        return None


def sniff(content: bytes) -> str:
    """The ending for a picture's bytes."""
    heads = {b"\x89PNG": "png", b"GIF8": "gif", b"\xff\xd8": "jpg", b"BM": "bmp"}
    for head, ext in heads.items():
        if content.startswith(head):
            return ext
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    if b"<svg" in content[:1000]:
        return "svg"
    raise MediaError("these bytes are no picture: PNG, JPEG, GIF, WebP, BMP and SVG are known")


def figure_png(figure: Any) -> bytes:
    """A matplotlib figure, or the axes of one, as it looks now."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", bbox_inches="tight", metadata={"Software": None})
    return buffer.getvalue()


def _channels_last(pixels: Array, is_first: bool) -> Array:
    if pixels.ndim == 4:
        return _grid([_channels_last(one, is_first) for one in pixels])
    if pixels.ndim == 2:
        pixels = pixels[:, :, None]
    if pixels.ndim != 3 or not pixels.size:
        raise MediaError(f"a picture needs height, width and up to 4 channels, not the shape {pixels.shape}")
    first, last = pixels.shape[0] <= 4, pixels.shape[2] <= 4
    if first and (is_first or not last):
        pixels = numpy().moveaxis(pixels, 0, 2)
    if pixels.shape[2] > 4:
        raise MediaError(f"a picture has up to 4 channels, not the shape {pixels.shape}")
    if max(pixels.shape) > SIDE_LIMIT:
        raise MediaError(f"a picture has up to {SIDE_LIMIT} pixels on a side, not the shape {pixels.shape}")
    return pixels


def _grid(pictures: list[Array]) -> Array:
    np = numpy()
    height, width, channels = pictures[0].shape
    columns = min(GRID_COLUMNS, len(pictures))
    rows = math.ceil(len(pictures) / columns)
    down, across = height + GRID_GAP, width + GRID_GAP
    shape = (rows * down - GRID_GAP, columns * across - GRID_GAP, channels)
    grid: Array = np.zeros(shape, dtype=pictures[0].dtype)
    for number, picture in enumerate(pictures):
        top, left = number // columns * down, number % columns * across
        grid[top : top + height, left : left + width] = picture
    return grid


def _encoded(pixels: Array, file_type: str | None) -> tuple[bytes, str]:
    if file_type in (None, "png"):
        return encode_png(pixels), "png"
    name = "jpeg" if file_type in ("jpg", "jpeg") else str(file_type)
    channels = pixels.shape[2]
    picture = _pillow(f"file_type={file_type!r}").fromarray(pixels[:, :, 0] if channels == 1 else pixels)
    buffer = io.BytesIO()
    (picture.convert("RGB") if name == "jpeg" and channels in (2, 4) else picture).save(buffer, format=name)
    return buffer.getvalue(), "jpg" if name == "jpeg" else name


def _pillow(purpose: str) -> Any:
    try:
        from PIL import Image as pillow  # noqa: N813  an optional extra
    except ImportError:
        raise MediaError(f"{purpose} need Pillow: pip install 'runpress[media]'") from None
    return pillow


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    """From the start-of-frame segment: https://www.w3.org/Graphics/JPEG/itu-t81.pdf, B.2.2."""
    at = 2
    while at + 9 <= len(content):
        marker, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + length
    return None
