"""Histograms of tensors, computed on the device that holds them and brought over in one transfer.

The libraries are never imported here: whoever hands us a tensor has loaded them.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

BINS = 64
PIECE = 1 << 24
"""So many numbers of a torch tensor are described at a time, which bounds the memory that takes: at most
20 bytes for each; float32 counts them all."""
_HEAD = 5
"""Numbers before the counts: lowest, highest, NaNs, infinities, sum of squares."""


class Counts(NamedTuple):
    """What there is to know about the numbers in a tensor."""

    edges: list[float]
    counts: list[int]
    nan: int
    inf: int
    square_sum: float
    """Sum of the squares of all finite numbers."""

    def record(self, name: str, step: float | int) -> dict[str, Any]:
        """The record."""
        return {
            "k": "hist",
            "step": step,
            "name": name,
            "bins": self.edges,
            "counts": self.counts,
            "nan": self.nan,
            "inf": self.inf,
        }


def norm_of(found: Mapping[str, Counts]) -> float:
    """The Euclidean norm of all numbers together; NaN or infinite where any of them is."""
    if any(counts.nan for counts in found.values()):
        return math.nan
    if any(counts.inf for counts in found.values()):
        return math.inf
    return math.sqrt(sum(counts.square_sum for counts in found.values()))


def leaves(tree: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every array in nested dicts, lists and tuples with its dotted path."""
    if isinstance(tree, Mapping):
        for key, inner in tree.items():
            yield from leaves(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(tree, tuple) and hasattr(tree, "_asdict"):
        yield from leaves(tree._asdict(), path)
    elif isinstance(tree, (list, tuple)):
        yield from leaves(dict(enumerate(tree)), path)
    elif tree is not None:
        yield path or "value", tree


def library_of(leaf: Any) -> str:
    """The library a tensor belongs to."""
    roots = {kind.__module__.partition(".")[0] for kind in type(leaf).__mro__}
    return "torch" if "torch" in roots else "jax" if roots & {"jax", "jaxlib"} else "numpy"


def count_torch(tensor: Any) -> Any:
    """The numbers that describe a torch tensor, as a small tensor on its device; nothing waits for it."""
    torch = sys.modules["torch"]
    tensor = tensor.detach()
    if tensor.layout is not torch.strided:
        tensor = tensor.coalesce().values()
    if tensor.is_complex():
        tensor = tensor.abs()
    # Apple's GPUs have no float64; counts above 2**24 are rounded there.
    exact = torch.float32 if tensor.device.type == "mps" else torch.float64
    flat = tensor.reshape(-1)
    if not flat.numel():
        return torch.zeros(_HEAD + BINS, dtype=exact, device=flat.device)
    pieces = flat.split(PIECE)
    heads = torch.stack([_head_of(torch, _floating(torch, piece), exact) for piece in pieces])
    low, high = heads[:, 0].amin(), heads[:, 1].amax()
    counts = torch.stack([_binned(torch, _floating(torch, piece), low, high, exact) for piece in pieces])
    return torch.cat([torch.stack([low, high]), heads[:, 2:].sum(0), counts.sum(0)])


def _floating(torch: Any, numbers: Any) -> Any:
    return numbers if numbers.dtype in (torch.float32, torch.float64) else numbers.float()


def _head_of(torch: Any, numbers: Any, exact: Any) -> Any:
    """Lowest, highest, NaNs, infinities and the sum of squares."""
    low = numbers.nan_to_num(math.inf, math.inf, math.inf).amin()
    high = numbers.nan_to_num(-math.inf, -math.inf, -math.inf).amax()
    nan, inf = numbers.isnan().sum(), numbers.isinf().sum()
    squares = torch.linalg.vector_norm(numbers.nan_to_num(0.0, 0.0, 0.0), dtype=exact).square()
    return torch.stack([low.to(exact), high.to(exact), nan.to(exact), inf.to(exact), squares])


def _binned(torch: Any, numbers: Any, low: Any, high: Any, exact: Any) -> Any:
    """How many finite numbers lie in each bin; those that are not finite lie outside of all."""
    low, high = low.to(numbers.dtype), high.to(numbers.dtype)
    # Halves, because the width of two extreme numbers may be more than their type can hold.
    width = high * 0.5 - low * 0.5
    share = (numbers * 0.5).sub_(low * 0.5).div_(torch.where(width > 0, width, 1.0))
    if numbers.device.type in ("cpu", "cuda") and not torch.are_deterministic_algorithms_enabled():
        return torch.histc(share, BINS, 0, 1).to(exact)
    place = share.nan_to_num(0.0).mul_(BINS).clamp_(0, BINS - 1).long()
    counts = torch.zeros(BINS, dtype=exact, device=numbers.device)
    return counts.scatter_add_(0, place, numbers.isfinite().to(exact))


def fetch_torch(found: Mapping[str, Any]) -> dict[str, Counts]:
    """What `count_torch` found, brought over in one transfer per device."""
    torch = sys.modules["torch"]
    by_device: dict[Any, list[str]] = {}
    for name, described in found.items():
        by_device.setdefault((described.device, described.dtype), []).append(name)
    fetched: dict[str, Counts] = {}
    for names in by_device.values():
        rows = torch.stack([found[name] for name in names]).cpu().tolist()
        fetched |= {name: _counts_of(row) for name, row in zip(names, rows, strict=True)}
    return {name: fetched[name] for name in found}


def count_jax(array: Any) -> Any:
    """The numbers that describe a jax array, as a small array on its device."""
    jnp = sys.modules["jax.numpy"]
    flat = jnp.abs(array) if jnp.iscomplexobj(array) else jnp.asarray(array)
    flat = flat.reshape(-1).astype(jnp.float32)
    finite = jnp.isfinite(flat)
    low = jnp.where(finite, flat, jnp.inf).min(initial=jnp.inf)
    high = jnp.where(finite, flat, -jnp.inf).max(initial=-jnp.inf)
    # XLA multiplies by reciprocals, and that of an extreme width is a number it takes for 0.
    shrink = jnp.where(jnp.maximum(-low, high) > 1e30, 2.0**-40, 1.0)
    width = high * shrink - low * shrink
    share = (jnp.where(finite, flat, low) * shrink - low * shrink) / jnp.where(width > 0, width, 1.0)
    place = jnp.clip(jnp.nan_to_num(share) * BINS, 0, BINS - 1).astype(jnp.int32)
    counts = jnp.zeros(BINS, jnp.float32).at[place].add(finite.astype(jnp.float32))
    nan = jnp.isnan(flat).sum()
    squares = jnp.where(finite, flat, 0.0)
    head = jnp.stack([low, high, nan, (~finite).sum() - nan, (squares * squares).sum()])
    return jnp.concatenate([head.astype(jnp.float32), counts])


def fetch_jax(found: Mapping[str, Any]) -> dict[str, Counts]:
    """What `count_jax` found, brought over in one transfer."""
    rows = sys.modules["jax"].device_get(list(found.values()))
    return {
        name: _counts_of([float(number) for number in row]) for name, row in zip(found, rows, strict=True)
    }


def count_numpy(leaf: Any) -> Counts:
    """What there is to know about an array that lies in memory, or a plain number."""
    numpy = sys.modules.get("numpy")
    if numpy is None:
        return _count_plain([float(leaf)])
    array = numpy.asarray(leaf)
    flat = (numpy.abs(array) if numpy.iscomplexobj(array) else array).astype(float).ravel()
    finite = flat[numpy.isfinite(flat)]
    nan = int(numpy.isnan(flat).sum())
    inf = int(flat.size - finite.size - nan)
    if not finite.size:
        return _counts_of([math.inf, -math.inf, nan, inf, 0.0] + [0] * BINS)
    low, high = float(finite.min()), float(finite.max())
    width = high * 0.5 - low * 0.5
    places = ((finite * 0.5 - low * 0.5) / (width or 1.0) * BINS).astype(int).clip(0, BINS - 1)
    counts = numpy.bincount(places, minlength=BINS).tolist()
    return _counts_of([low, high, nan, inf, float((finite * finite).sum()), *counts])


def count_tree(tree: Any) -> dict[str, Counts]:
    """What there is to know about every array in a tree, by path."""
    found = dict(leaves(tree))
    libraries = {path: library_of(leaf) for path, leaf in found.items()}
    of_torch = {path: count_torch(leaf) for path, leaf in found.items() if libraries[path] == "torch"}
    of_jax = {path: count_jax(leaf) for path, leaf in found.items() if libraries[path] == "jax"}
    counted = {path: count_numpy(leaf) for path, leaf in found.items() if libraries[path] == "numpy"}
    if of_torch:
        counted |= fetch_torch(of_torch)
    if of_jax:
        counted |= fetch_jax(of_jax)
    return {path: counted[path] for path in found}


def _count_plain(numbers: list[float]) -> Counts:
    finite = [number for number in numbers if math.isfinite(number)]
    nan = sum(number != number for number in numbers)
    low, high = min(finite, default=math.inf), max(finite, default=-math.inf)
    counts = [len(finite)] + [0] * (BINS - 1)
    squares = sum(number * number for number in finite)
    return _counts_of([low, high, nan, len(numbers) - len(finite) - nan, squares, *counts])


def _counts_of(row: list[float]) -> Counts:
    low, high, nan, inf, squares = row[:_HEAD]
    counts = [int(count) for count in row[_HEAD:]]
    if not sum(counts):
        return Counts([0.0, 1.0], [0], int(nan), int(inf), 0.0)
    if low == high:
        # All numbers are the same: as in NumPy, half a unit to either side.
        return Counts([low - 0.5, low + 0.5], [sum(counts)], int(nan), int(inf), squares)
    edges = [low * (1 - i / BINS) + high * (i / BINS) for i in range(BINS)] + [high]
    return Counts(edges, counts, int(nan), int(inf), squares)
