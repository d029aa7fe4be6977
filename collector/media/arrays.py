"""Arrays of every library as NumPy arrays, copied, so that later changes do not matter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from collector.media.media import MediaError

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

SMALL = 32
"""Most elements of an array that is recorded as a short list; wandb's limit."""


def snapshot(value: Any) -> Array:
    """A copy of an array, tensor or sequence as NumPy has it; bfloat16 and its like as float32."""
    np = numpy()
    found = np.array(_to_numpy(value), copy=True)
    if found.dtype.kind in "OUSM":
        raise MediaError(f"an array of numbers is needed, not of {found.dtype}")
    copied: Array = found.astype(np.float32) if found.dtype.kind == "V" else found
    return copied


def numpy() -> Any:
    """NumPy, with a clear word where it is missing."""
    try:
        import numpy as np  # 80 ms: whoever logs arrays has it loaded
    except ImportError:
        raise MediaError("lists of pixels or samples need NumPy: pip install numpy") from None
    return np


def element_count(value: Any) -> int | None:
    """The number of elements of an array or tensor; None for anything else."""
    shape = getattr(value, "shape", None)
    if shape is None or isinstance(value, type) or not hasattr(type(value), "__getitem__"):
        return None
    try:
        count = 1
        for length in tuple(shape):
            count *= int(length)
    except (TypeError, ValueError):
        return None
    return count


def is_tensor(value: Any) -> bool:
    """Whether this is torch's, whose images have channels first."""
    return hasattr(value, "detach") and hasattr(value, "cpu")


def small_text(value: Any) -> str:
    """A small array as the text of a list."""
    return str(_to_numpy(value).tolist())


def _to_numpy(value: Any) -> Any:
    if is_tensor(value):
        plain = value.detach()
        if getattr(plain, "is_sparse", False):
            plain = plain.to_dense()
        if getattr(plain, "is_quantized", False):
            plain = plain.dequantize()
        if "float" in str(plain.dtype) and getattr(plain, "element_size", lambda: 4)() < 4:
            plain = plain.float()  # numpy knows neither bfloat16 nor 8-bit floats
        return plain.resolve_conj().cpu().numpy() if hasattr(plain, "resolve_conj") else plain.cpu().numpy()
    found = numpy().asarray(value)
    return found.astype("float32") if found.dtype.kind == "V" else found
