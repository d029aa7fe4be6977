"""Moving pictures: a file as it is, or frames as GIF, APNG, MP4 or WebM."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING, Any

from collector.media.arrays import numpy, snapshot
from collector.media.image import image_size, to_bytes
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
from collector.media.png import encode_apng

if TYPE_CHECKING:
    from collector.media.arrays import Array

FILE_TYPES = ("mp4", "webm", "ogg", "ogv", "m4v", "mov", "gif", "png", "apng", "webp")
FORMATS = ("gif", "apng", "mp4", "webm")
FRAMES_PER_SECOND = 4
"""wandb's default."""


class Video(Media):
    """`Video(frames, fps=8)` with frames of shape (time, channels, height, width), or `Video("clip.mp4")`.

    Frames become a GIF by Pillow, or an animated PNG where there is no Pillow; MP4 and WebM need imageio.
    """

    kind = "video"

    @guarded
    def __init__(
        self,
        data_or_path: Any,
        caption: str | None = None,
        fps: float | None = None,
        format: str | None = None,  # noqa: A002  wandb's name
    ) -> None:
        self.caption = caption_text(caption)
        self._fps = float(fps or FRAMES_PER_SECOND)
        self._frames: Array | None = None
        self._content, self._ext = b"", ""
        if is_path(data_or_path):
            self._content, self._ext = read_file(data_or_path), ext_of(data_or_path)
            if self._ext not in FILE_TYPES:
                raise MediaError(
                    f"a .{self._ext} file is no video that browsers play: {', '.join(FILE_TYPES)}"
                )
        elif isinstance(data_or_path, (bytes, bytearray)):
            self._content, self._ext = bytes(data_or_path), str(format or "mp4")
        elif isinstance(data_or_path, str):
            raise MediaError(f"there is no file {data_or_path}")
        else:
            self._ext = _choose_format(format)
            self._frames = _frames(snapshot(data_or_path))
        self.size_bytes = len(self._content) + (self._frames.nbytes if self._frames is not None else 0)

    def encode(self, sink: Sink) -> Item:
        """The video; frames are encoded here."""
        content, ext = self._content, self._ext
        facts: Item = {}
        if self._frames is not None:
            frames = to_bytes(self._frames)
            content, ext = _encode(frames, self._fps, ext)
            facts = {"width": frames.shape[2], "height": frames.shape[1], "frames": frames.shape[0]}
        elif (size := image_size(content) if ext in ("gif", "png", "apng", "webp") else None) is not None:
            facts = {"width": size[0], "height": size[1]}
        return with_caption(sink.put(content, ext) | facts, self.caption)


def _choose_format(wanted: str | None) -> str:
    if wanted is None:
        return "gif" if _has("PIL") else "apng"
    if wanted not in FORMATS:
        raise MediaError(f"format={wanted!r} is not known: {', '.join(FORMATS)}")
    if wanted == "gif" and not _has("PIL"):
        raise MediaError("a GIF needs Pillow: pip install 'runpress[media]'; format='apng' needs nothing")
    if wanted in ("mp4", "webm") and not (_has("imageio") and _has("imageio_ffmpeg")):
        raise MediaError(f"{wanted} needs an encoder: pip install 'imageio[ffmpeg]'; 'apng' needs nothing")
    return wanted


def _has(package: str) -> bool:
    from importlib.util import find_spec

    return find_spec(package) is not None


def _frames(frames: Array) -> Array:
    """As (time, height, width, channels); a batch of videos lies side by side."""
    np = numpy()
    if frames.ndim == 5:
        frames = np.concatenate(list(frames), axis=-1)
    if frames.ndim == 3:
        frames = frames[:, None]
    if frames.ndim != 4 or not frames.size:
        raise MediaError(f"frames need the shape (time, channels, height, width), not {frames.shape}")
    if frames.shape[1] in (1, 3, 4) or frames.shape[3] not in (1, 3, 4):
        frames = np.moveaxis(frames, 1, 3)
    if frames.shape[3] not in (1, 3, 4):
        raise MediaError(f"frames have 1, 3 or 4 channels, not the shape {frames.shape}")
    moved: Array = frames
    return moved


def _encode(frames: Array, fps: float, ext: str) -> tuple[bytes, str]:
    if ext == "apng":
        return encode_apng(frames, fps), "png"
    if ext == "gif":
        return _encode_gif(frames, fps), "gif"
    return _encode_film(frames, fps, ext), ext


def _encode_gif(frames: Array, fps: float) -> bytes:
    from PIL import Image as pillow  # noqa: N813  an optional extra, found before

    pictures = [pillow.fromarray(frame[:, :, 0] if frame.shape[2] == 1 else frame) for frame in frames]
    buffer = io.BytesIO()
    first, rest = pictures[0], pictures[1:]
    first.save(buffer, format="gif", save_all=True, append_images=rest, duration=1000 / fps, loop=0)
    return buffer.getvalue()


def _encode_film(frames: Array, fps: float, ext: str) -> bytes:
    import tempfile

    import imageio.v2 as imageio  # an optional extra, found before

    np = numpy()
    colored = np.repeat(frames, 3, axis=3) if frames.shape[3] == 1 else frames[..., :3]
    # The usual chroma subsampling takes even sides only.
    pads = ((0, 0), (0, colored.shape[1] % 2), (0, colored.shape[2] % 2), (0, 0))
    with tempfile.TemporaryDirectory(prefix="collector-") as folder:
        path = os.path.join(folder, f"film.{ext}")
        codec = "libx264" if ext == "mp4" else "libvpx-vp9"
        imageio.mimwrite(path, np.pad(colored, pads, mode="edge"), fps=fps, codec=codec, macro_block_size=1)
        return read_file(path)
