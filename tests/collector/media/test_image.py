"""Pictures from arrays: pixels, channels, ranges, files, and what lies over them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from collector.media.image import Image, image_size, sniff
from collector.media.media import MediaError
from collector.media.overlays import BOX_LIMIT, class_color
from tests.collector.media.sinks import Kept, chunks, pixels

np = pytest.importorskip("numpy")


def drawn(image: Image) -> tuple[dict[str, Any], bytes]:
    assert image.problem == ""
    sink = Kept()
    item = image.encode(sink)
    return item, sink[item]


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_every_pixel_of_a_picture_is_kept(channels: int) -> None:
    """A PNG of ours, read back by the standard's rules, has just the pixels of the array."""
    array = np.random.default_rng(channels).integers(0, 256, (13, 7, channels), dtype=np.uint8)
    item, content = drawn(Image(array))
    assert pixels(content) == array.reshape(13, -1).tolist()
    assert (item["width"], item["height"]) == (7, 13)


def test_pillow_reads_what_we_write() -> None:
    """Another reader sees the same picture."""
    pillow = pytest.importorskip("PIL.Image")
    import io

    array = np.random.default_rng(5).integers(0, 256, (20, 31, 3), dtype=np.uint8)
    _, content = drawn(Image(array))
    assert np.array_equal(np.asarray(pillow.open(io.BytesIO(content))), array)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0.0, 0.5, 1.0], [0, 128, 255]),
        ([-1.0, 0.0, 1.0], [0, 128, 255]),
        ([0.0, 100.0, 300.0], [0, 100, 255]),
        ([0.0, float("nan"), 1.0], [0, 0, 255]),
        ([0.0, float("inf"), float("-inf")], [0, 255, 0]),
        ([True, False, True], [255, 0, 255]),
        ([0, 300, -4], [0, 255, 0]),
    ],
)
def test_pixels_of_any_range_become_bytes(values: list[float], expected: list[int]) -> None:
    """0 to 1 and -1 to 1 are spread over the bytes, other numbers are cut."""
    _, content = drawn(Image(np.array([values])))
    assert pixels(content) == [expected]


@pytest.mark.parametrize(
    ("shape", "size"),
    [((5, 9), (9, 5)), ((5, 9, 1), (9, 5)), ((3, 5, 9), (9, 5)), ((4, 3, 6, 6), (4 * 6 + 3 * 2, 6))],
)
def test_shapes_that_are_pictures(shape: tuple[int, ...], size: tuple[int, int]) -> None:
    """Channels may come first, and a batch becomes a grid."""
    item, _ = drawn(Image(np.zeros(shape)))
    assert (item["width"], item["height"]) == size


@pytest.mark.parametrize("shape", [(0, 4, 3), (5,), (5, 5, 7), (2, 2, 2, 2, 2), (1, 20_000)])
def test_shapes_that_are_none(shape: tuple[int, ...]) -> None:
    """Other shapes are told, not raised, and the message names the shape."""
    assert str(shape[-1]) in Image(np.zeros(shape, dtype=np.uint8)).problem


def test_array_may_change_after_the_picture_is_made() -> None:
    """What is recorded is what the array was."""
    array = np.zeros((2, 2), dtype=np.uint8)
    image = Image(array)
    array[:] = 9
    assert pixels(drawn(image)[1]) == [[0, 0], [0, 0]]


def test_files_are_kept_as_they_are(tmp_path: Path) -> None:
    """A picture file is not coded again, and its size is read from its head."""
    _, content = drawn(Image(np.zeros((3, 4), dtype=np.uint8)))
    path = tmp_path / "p.png"
    path.write_bytes(content)
    image = Image(path)
    path.unlink()
    item, kept = drawn(image)
    assert (kept, item["width"], item["height"]) == (content, 4, 3)


def test_missing_file_is_named() -> None:
    """The message says which file there is not."""
    assert Image("nowhere/x.png").problem == "Image: there is no file nowhere/x.png"


def test_size_of_jpeg_and_gif() -> None:
    """Their sizes are found without any package."""
    jpeg = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffc0000b080010002001011100")
    assert image_size(jpeg) == (32, 16)
    assert image_size(b"GIF89a\x05\x00\x07\x00") == (5, 7)
    assert (sniff(jpeg), sniff(b"<svg xmlns='x'>")) == ("jpg", "svg")
    with pytest.raises(MediaError):
        sniff(b"hello")


def test_boxes_in_pixels_and_in_parts_are_the_same() -> None:
    """Both of wandb's ways to say where a box is give parts of the picture."""
    pixel = {"position": {"middle": [20, 10], "width": 20, "height": 10}, "domain": "pixel", "class_id": 1}
    part = {"position": {"minX": 0.25, "maxX": 0.75, "minY": 0.25, "maxY": 0.75}, "scores": {"p": 0.5}}
    boxes = {"found": {"box_data": [pixel, part], "class_labels": {1: "cat"}}}
    item, _ = drawn(Image(np.zeros((20, 40)), boxes=boxes))
    first, second = item["boxes"]["found"]["boxes"]
    assert first == {"at": [0.25, 0.25, 0.75, 0.75], "class": 1}
    assert second == {"at": [0.25, 0.25, 0.75, 0.75], "scores": {"p": 0.5}}
    assert item["boxes"]["found"]["classes"] == {"1": "cat"}


def test_too_many_boxes_are_cut_and_counted() -> None:
    """The record says how many there were."""
    box = {"position": {"minX": 0, "maxX": 1, "minY": 0, "maxY": 1}}
    item, _ = drawn(Image(np.zeros((2, 2)), boxes={"b": {"box_data": [box] * (BOX_LIMIT + 3)}}))
    assert len(item["boxes"]["b"]["boxes"]) == BOX_LIMIT
    assert item["boxes"]["b"]["total"] == BOX_LIMIT + 3


def test_mask_keeps_the_numbers_of_its_classes() -> None:
    """The picture of a mask has a colour for each class, and its pixels are still the classes."""
    sink = Kept()
    labels = {1: "road", 200: "sky"}
    masks = {"truth": {"mask_data": np.array([[0, 1], [200, 1]]), "class_labels": labels}}
    item = Image(np.zeros((2, 2)), masks=masks).encode(sink)
    mask = item["masks"]["truth"]
    assert pixels(sink[mask]) == [[0, 1], [200, 1]]
    palette = dict(chunks(sink[mask]))["PLTE"]
    assert mask["colors"]["200"] == "#" + palette[600:603].hex()
    assert len({class_color(number, {}) for number in range(20)}) == 20


def test_class_0_is_clear_unless_it_has_a_name() -> None:
    """Nothing lies over the background."""
    assert class_color(0, {})[3] == class_color(0, {"0": "Background"})[3] == 0
    assert class_color(0, {"0": "cat"})[3] == 255


def test_wrong_boxes_and_masks_are_told() -> None:
    """A box without a place, a mask of another kind: a word, no exception."""
    assert "position" in Image(np.zeros((2, 2)), boxes={"b": {"box_data": [{}]}}).problem
    assert (
        "classes outside" in Image(np.zeros((2, 2)), masks={"m": {"mask_data": np.full((2, 2), 999)}}).problem
    )
