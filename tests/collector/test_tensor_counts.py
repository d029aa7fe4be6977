"""Histograms of tensors, compared with NumPy's."""

from __future__ import annotations

import math
from collections import namedtuple
from typing import Any

import pytest

from collector.tensor_counts import BINS, count_tree, leaves, norm_of

numpy = pytest.importorskip("numpy", reason="NumPy is not installed")


def libraries() -> list[Any]:
    """Ways to make an array, of those libraries that are installed."""
    made = [pytest.param(numpy.asarray, id="numpy")]
    for name in ("torch", "jax"):
        try:
            library = __import__(name)
        except ImportError:
            why = pytest.mark.skip(reason=f"{name} is not installed")
            made.append(pytest.param(None, id=name, marks=why))
            continue
        make = library.from_numpy if name == "torch" else library.numpy.asarray
        made.append(pytest.param(lambda array, make=make: make(array), id=name))
    return [*made, on_gpu()]


def on_gpu() -> Any:
    """A torch tensor in a GPU's memory, where there is one."""
    try:
        import torch
    except ImportError:
        return pytest.param(None, id="cuda", marks=pytest.mark.skip(reason="torch is not installed"))
    why = pytest.mark.skipif(not torch.cuda.is_available(), reason="torch finds no GPU")
    return pytest.param(lambda array: torch.from_numpy(array).cuda(), id="cuda", marks=why)


ARRAYS = {
    "normal": numpy.random.default_rng(0).normal(size=(50, 40)),
    "tiny": numpy.random.default_rng(1).normal(size=999) * 1e-30,
    "extreme": numpy.array([-3e38, -1.0, 0.0, 1.0, 3e38]),
    "one": numpy.array([0.25]),
    "equal": numpy.full(7, 3.0),
    "integers": numpy.arange(1000.0),
}


@pytest.mark.parametrize("make", libraries())
@pytest.mark.parametrize("name", ARRAYS)
def test_counts_are_numpys(make: Any, name: str) -> None:
    """Every number is counted, in a bin whose edges it lies between; edges go from lowest to highest."""
    array = ARRAYS[name].astype("float32")
    [found] = count_tree({"x": make(array)}).values()
    assert sum(found.counts) == array.size
    assert len(found.edges) == len(found.counts) + 1
    assert (found.nan, found.inf) == (0, 0)
    if len(found.counts) == BINS:
        assert (found.edges[0], found.edges[-1]) == (float(array.min()), float(array.max()))
        exact, _ = numpy.histogram(array.astype(float), bins=BINS)
        # A number within rounding of an edge may fall on either side of it.
        assert numpy.abs(numpy.cumsum(found.counts) - numpy.cumsum(exact)).max() <= max(1, array.size // 500)
    expected = math.sqrt(float((array.astype(float) ** 2).sum()))
    if expected < 1e30 and expected > 1e-15:
        assert norm_of({"x": found}) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("make", libraries())
def test_what_is_not_finite_is_counted_apart(make: Any) -> None:
    """NaN and infinities do not disturb the histogram of the others, and make the norm say so."""
    array = numpy.array([1.0, math.nan, 2.0, math.inf, -math.inf, 3.0], dtype="float32")
    [found] = count_tree([make(array)]).values()
    assert (sum(found.counts), found.nan, found.inf) == (3, 1, 2)
    assert (found.edges[0], found.edges[-1]) == (1.0, 3.0)
    assert math.isnan(norm_of({"x": found}))
    [bad] = count_tree([make(numpy.full(4, math.inf, dtype="float32"))]).values()
    assert (bad.edges, bad.counts, bad.inf) == ([0.0, 1.0], [0], 4)
    assert norm_of({"x": bad}) == math.inf
    [empty] = count_tree([make(numpy.zeros((0, 3), dtype="float32"))]).values()
    assert (empty.counts, empty.nan, empty.inf) == ([0], 0, 0)


def test_trees() -> None:
    """Dicts, lists, named tuples and plain numbers are walked; None is left out."""
    pair = namedtuple("pair", "weight bias")
    tree = {"layers": [pair(1.0, 2.0), {"w": numpy.ones(3)}], "none": None, "scale": 3}
    assert [path for path, _ in leaves(tree)] == ["layers.0.weight", "layers.0.bias", "layers.1.w", "scale"]
    assert list(leaves(2.0)) == [("value", 2.0)]
    assert [sum(found.counts) for found in count_tree(tree).values()] == [1, 1, 3, 1]


@pytest.mark.parametrize("make", libraries())
@pytest.mark.parametrize("kind", ["float16", "int8", "uint64", "bool", "complex64", "float64"])
def test_every_kind_of_number(make: Any, kind: str) -> None:
    """Halves, integers, booleans and complex numbers (by magnitude) are counted as well."""
    array = numpy.array([0, 1, 1, 1]).astype(kind)
    [found] = count_tree({"x": make(array)}).values()
    assert (found.counts[0], found.counts[-1]) == (1, 3)


@pytest.mark.parametrize("is_deterministic", [False, True])
def test_large_tensors_are_counted_in_pieces(monkeypatch: pytest.MonkeyPatch, is_deterministic: bool) -> None:
    """Pieces add up to what the whole is, also where torch is told to be deterministic."""
    torch = pytest.importorskip("torch", reason="torch is not installed")
    array = numpy.random.default_rng(2).normal(size=(70, 30)).astype("float32")
    array[3, 3:6] = [math.nan, math.inf, -math.inf]
    tensor = torch.from_numpy(array)
    [whole] = count_tree({"x": tensor}).values()
    monkeypatch.setattr("collector.tensor_counts.PIECE", 400)
    torch.use_deterministic_algorithms(is_deterministic)
    try:
        [pieces] = count_tree({"x": tensor}).values()
    finally:
        torch.use_deterministic_algorithms(False)
    assert pieces[:4] == whole[:4]
    assert sum(pieces.counts) == array.size - 3
    assert pieces.square_sum == pytest.approx(whole.square_sum)
