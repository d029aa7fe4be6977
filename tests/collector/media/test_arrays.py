"""Arrays that are logged: one element is a number, few are a list, many are a histogram."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from collector.media.arrays import snapshot
from collector.training_run import Run
from tests.collector.runs import of_kind

np = pytest.importorskip("numpy")


def logged(run: Run, value: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    run.log({"x": value})
    run.finish()
    folder = Path(run.dir)
    (row,) = of_kind(folder, "log")
    return row["m"] | row.get("s", {}), of_kind(folder, "hist")


@pytest.mark.parametrize(
    "value", [np.float64(2.5), np.array(2.5), np.array([2.5]), np.array([[2.5]], dtype="f2")]
)
def test_one_element_is_a_number(value: Any, start: Callable[..., Run]) -> None:
    """Whatever its shape and type."""
    assert logged(start(), value) == ({"x": 2.5}, [])


def test_few_elements_are_a_list(start: Callable[..., Run]) -> None:
    """Up to 32, as in wandb, and no note calls them odd."""
    run = start()
    row, histograms = logged(run, np.arange(32))
    assert row == {"x": str(list(range(32)))}
    assert histograms == [] == of_kind(Path(run.dir), "note")


def test_many_elements_are_a_histogram(start: Callable[..., Run]) -> None:
    """From 33 on, over all elements whatever the shape."""
    row, (histogram,) = logged(start(), np.arange(66.0).reshape(6, 11))
    assert row == {}
    assert sum(histogram["counts"]) == 66
    assert (histogram["bins"][0], histogram["bins"][-1]) == (0, 65)


def test_arrays_of_texts_are_a_few_words(start: Callable[..., Run]) -> None:
    """There is nothing to count, and the row is kept."""
    row, histograms = logged(start(), np.array(["a"] * 50))
    assert row == {"x": "<ndarray, shape (50,)>"}
    assert histograms == []


def test_torch_tensors(start: Callable[..., Run]) -> None:
    """With gradients, of types that numpy does not know, one element and many."""
    torch = pytest.importorskip("torch")
    run = start()
    many = torch.linspace(0, 1, 65, dtype=torch.bfloat16, requires_grad=True)
    run.log({"one": torch.tensor([0.5], dtype=torch.bfloat16), "few": torch.arange(3), "many": many * 2})
    run.finish()
    (row,) = of_kind(Path(run.dir), "log")
    assert row["m"] | row["s"] == {"one": 0.5, "few": "[0, 1, 2]"}
    (histogram,) = of_kind(Path(run.dir), "hist")
    assert sum(histogram["counts"]) == 65
    assert histogram["bins"][-1] == 2


@pytest.mark.parametrize("kind", ["bfloat16", "float8_e4m3fn"])
def test_small_floats_of_jax(kind: str) -> None:
    """numpy calls their type V; their values are kept."""
    types = pytest.importorskip("ml_dtypes")
    array = np.array([0.5, 1.5, -2.0], dtype=getattr(types, kind))
    assert snapshot(array).tolist() == [0.5, 1.5, -2.0]


def test_tensors_are_copied() -> None:
    """A tensor shares its memory with numpy: the copy does not."""
    torch = pytest.importorskip("torch")
    tensor = torch.zeros(3)
    copied = snapshot(tensor)
    tensor += 1
    assert copied.tolist() == [0, 0, 0]


def test_images_of_torch_have_channels_first(start: Callable[..., Run]) -> None:
    """Also where the last axis could be channels."""
    torch = pytest.importorskip("torch")
    import collector

    run = start()
    run.log({"image": collector.Image(torch.zeros(3, 8, 4))})
    run.finish()
    (record,) = of_kind(Path(run.dir), "media")
    assert (record["items"][0]["width"], record["items"][0]["height"]) == (4, 8)
