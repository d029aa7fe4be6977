"""Sound: samples as a WAV file by the standard library, or a file as it is."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from collector.media.arrays import numpy, snapshot
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

if TYPE_CHECKING:
    from collector.media.arrays import Array

FILE_TYPES = ("wav", "mp3", "ogg", "oga", "opus", "flac", "m4a", "aac", "webm")


class Audio(Media):
    """`Audio(samples, sample_rate=16_000)`: floats from -1 to 1 or 16-bit integers, a column per channel."""

    kind = "audio"

    @guarded
    def __init__(self, data_or_path: Any, sample_rate: int | None = None, caption: str | None = None) -> None:
        self.caption = caption_text(caption)
        self._samples: Array | None = None
        self._content, self._ext = b"", "wav"
        self._rate = int(sample_rate or 0)
        if is_path(data_or_path):
            self._content, self._ext = read_file(data_or_path), ext_of(data_or_path)
            if self._ext not in FILE_TYPES:
                raise MediaError(
                    f"a .{self._ext} file is no sound that browsers play: {', '.join(FILE_TYPES)}"
                )
        elif isinstance(data_or_path, (bytes, bytearray)):
            self._content = bytes(data_or_path)
        elif isinstance(data_or_path, str):
            raise MediaError(f"there is no file {data_or_path}")
        else:
            self._samples = _columns(snapshot(data_or_path))
            if self._rate <= 0:
                raise MediaError("samples need a sample_rate")
        self.size_bytes = len(self._content) + (self._samples.nbytes if self._samples is not None else 0)

    def encode(self, sink: Sink) -> Item:
        """The sound and, of WAV, its rate, channels and seconds."""
        content = self._content if self._samples is None else _encode_wav(self._samples, self._rate)
        facts = _wav_facts(content) if self._ext == "wav" else {}
        return with_caption(sink.put(content, self._ext) | facts, self.caption)


def _columns(samples: Array) -> Array:
    columns = samples[:, None] if samples.ndim == 1 else samples
    if columns.ndim != 2 or not columns.size:
        raise MediaError(f"samples need the shape (count,) or (count, channels), not {samples.shape}")
    # More channels than samples is no sound: they are given channels first, as torchaudio does.
    return columns.T if columns.shape[1] > 32 and columns.shape[0] <= 32 else columns


def _encode_wav(samples: Array, rate: int) -> bytes:
    import wave  # first need

    np = numpy()
    if samples.dtype.kind == "f":
        samples = np.nan_to_num(samples, posinf=1.0, neginf=-1.0).clip(-1.0, 1.0) * 32767
    elif samples.dtype == np.uint8:
        samples = (samples.astype(np.int32) - 128) * 256
    elif samples.dtype == np.int32 and samples.size and abs(samples).max() > 32767:
        samples = samples >> 16
    plain = np.ascontiguousarray(samples.clip(-32768, 32767)).astype("<i2")
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(plain.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(plain.tobytes())
    return buffer.getvalue()


def _wav_facts(content: bytes) -> Item:
    import wave  # first need

    try:
        with wave.open(io.BytesIO(content)) as file:
            rate, channels, frames = file.getframerate(), file.getnchannels(), file.getnframes()
    except (wave.Error, EOFError):  # a WAV of another coding, which browsers may play
        return {}
    return {"sample_rate": rate, "channels": channels, "seconds": round(frames / rate, 3) if rate else 0}
