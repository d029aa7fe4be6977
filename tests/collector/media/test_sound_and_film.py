"""Audio and video: samples, frames, files, and what is said where a package is missing."""

from __future__ import annotations

import io
import wave
from pathlib import Path
from typing import Any

import pytest

from collector.media import video
from collector.media.audio import Audio
from collector.media.video import Video
from tests.collector.media.sinks import Kept, chunks

np = pytest.importorskip("numpy")


def encoded(media: Any) -> tuple[dict[str, Any], bytes]:
    assert media.problem == ""
    sink = Kept()
    item = media.encode(sink)
    return item, sink[item]


@pytest.mark.parametrize(
    ("samples", "expected"),
    [
        (np.array([0.0, 1.0, -1.0, 2.0, float("nan")]), [0, 32767, -32767, 32767, 0]),
        (np.array([0, 1000, -1000], dtype=np.int16), [0, 1000, -1000]),
        (np.array([128, 255, 0], dtype=np.uint8), [0, 32512, -32768]),
        (np.array([0, 2**31 - 1], dtype=np.int32), [0, 32767]),
    ],
)
def test_samples_become_16_bits(samples: Any, expected: list[int]) -> None:
    """Floats are cut to -1 to 1, other integers are scaled."""
    item, content = encoded(Audio(samples, 8000))
    with wave.open(io.BytesIO(content)) as file:
        assert np.frombuffer(file.readframes(99), "<i2").tolist() == expected
        assert (file.getframerate(), file.getnchannels()) == (8000, 1)
    assert item["seconds"] == round(len(expected) / 8000, 3)


def test_channels_are_columns_or_come_first() -> None:
    """Two channels either way."""
    for shape in ((400, 2), (2, 400)):
        item, _ = encoded(Audio(np.zeros(shape), 100))
        assert (item["channels"], item["seconds"]) == (2, 4)


def test_sound_files_are_kept(tmp_path: Path) -> None:
    """With their own ending; other files are refused by name."""
    path = tmp_path / "a.mp3"
    path.write_bytes(b"ID3")
    item, content = encoded(Audio(str(path)))
    assert (item["ext"], content) == ("mp3", b"ID3")
    path = tmp_path / "a.doc"
    path.write_bytes(b"x")
    assert "a .doc file" in Audio(str(path)).problem


def test_samples_need_a_rate() -> None:
    """The message names the argument."""
    assert "sample_rate" in Audio(np.zeros(5)).problem


def test_animated_png_has_every_frame() -> None:
    """No package is needed for it."""
    item, content = encoded(Video(np.zeros((5, 3, 4, 6)), fps=10, format="apng"))
    names = [name for name, _ in chunks(content)]
    assert (names.count("fcTL"), names.count("fdAT"), item["frames"]) == (5, 4, 5)
    assert (item["width"], item["height"]) == (6, 4)
    numbers = [
        int.from_bytes(content[:4], "big") for name, content in chunks(content) if name in ("fcTL", "fdAT")
    ]
    assert numbers == list(range(9))


def test_gif_has_every_frame() -> None:
    """As Pillow reads it."""
    pillow = pytest.importorskip("PIL.Image")
    frames = np.random.default_rng(0).integers(0, 255, (4, 3, 8, 8), dtype=np.uint8)
    _, content = encoded(Video(frames, format="gif"))
    assert pillow.open(io.BytesIO(content)).n_frames == 4


@pytest.mark.parametrize(
    ("shape", "size"),
    [((4, 3, 8, 6), (6, 8)), ((4, 8, 6, 3), (6, 8)), ((4, 8, 6), (6, 8)), ((2, 4, 1, 8, 6), (12, 8))],
)
def test_shapes_of_frames(shape: tuple[int, ...], size: tuple[int, int]) -> None:
    """Channels first or last, gray, a batch side by side."""
    item, _ = encoded(Video(np.zeros(shape), format="apng"))
    assert (item["width"], item["height"]) == size


def test_missing_encoders_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """What to install, and what works without."""
    monkeypatch.setattr(video, "_has", lambda package: False)
    frames = np.zeros((2, 3, 4, 4))
    assert "imageio" in Video(frames, format="mp4").problem
    assert "Pillow" in Video(frames, format="gif").problem
    assert encoded(Video(frames))[0]["ext"] == "png"
    assert "not known" in Video(frames, format="avi").problem


def test_film_is_encoded() -> None:
    """An MP4 of odd sides, for encoders want even ones."""
    pytest.importorskip("imageio_ffmpeg")
    _, content = encoded(Video(np.zeros((6, 3, 33, 35)), format="mp4"))
    assert content[4:8] == b"ftyp"
