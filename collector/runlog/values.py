"""Turn whatever a user logs into what a line can hold, exactly; one bad value costs only itself.

Plain numbers stay numbers. What JSON would change silently (NaN, infinities, booleans, integers beyond
2**53) keeps its exact text in a side field; everything else becomes text.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

EXACT_INT = 1 << 53
"""Integers up to here, both ways, are the same in every JSON reader."""

TEXT_LIMIT = 64 << 10
"""Most characters of a text value; a longer one is cut, and the record says so."""

REPR_LIMIT = 1000
"""Most characters of the text that stands for an object we know nothing about."""

NAME_LIMIT = 1000
"""Most characters of a name."""

DEPTH_LIMIT = 16
"""Levels of nesting that become dotted names; what lies deeper becomes text."""

LIST_LIMIT = 1000
"""Most entries of a list in a configuration; a longer one becomes text."""

SMALL_ARRAY = 32
"""Most elements of an array that is recorded as the text of a list; wandb's limit."""

INT_BITS_LIMIT = 13_000
"""Most bits of an integer, about 3,900 digits; Python refuses to print 4,300."""

PLAIN_TYPES = frozenset([float, int, bool, str, type(None)])

Leaf = float | int | bool | str | None

Claim = Callable[[str, Any], bool]
"""Is shown every value that is neither plain nor nested, by name, and takes it by telling True."""


class Split:
    """The values of one call of `log`, sorted by where they go in the record."""

    __slots__ = ("cut", "exact", "numbers", "odd", "texts")

    def __init__(self) -> None:
        self.numbers: dict[str, float | int | None] = {}
        """Value by name; None for None and for every name in `exact`."""
        self.exact: dict[str, str | bool] = {}
        """What is no plain number: "NaN", "Infinity", "-Infinity", a boolean, digits of a large integer."""
        self.texts: dict[str, str] = {}
        """Text by name."""
        self.cut: dict[str, int] = {}
        """Length of the texts that had to be cut, by name."""
        self.odd: dict[str, str] = {}
        """Type name, by name, of values that are neither number nor text and were stored as a text."""

    def put(self, name: str, leaf: Leaf) -> None:
        """File one value under its name; a name that is taken already gets a suffix."""
        name = self._free_name(name)
        number, exact = split_number(leaf) if not isinstance(leaf, str) else (None, None)
        if isinstance(leaf, str):
            text = clean_text(leaf)
            if len(text) > TEXT_LIMIT:
                self.cut[name] = len(text)
                text = text[:TEXT_LIMIT]
            self.texts[name] = text
            return
        self.numbers[name] = number
        if exact is not None:
            self.exact[name] = exact

    def names(self) -> Iterator[str]:
        """Every name in use."""
        yield from self.numbers
        yield from self.texts

    def _free_name(self, name: str) -> str:
        free, count = name, 1
        while free in self.numbers or free in self.texts:
            count += 1
            free = f"{name}~{count}"
        return free


def split(values: Mapping[Any, Any], claim: Claim | None = None) -> Split:
    """All values of a call that are not claimed, nested ones under dotted names."""
    found = Split()
    for name, value in flatten(values):
        if claim is not None and not _is_plain(value) and claim(name, value):
            continue
        leaf, odd = to_leaf(value)
        if odd:
            found.odd[name] = odd
        found.put(name, leaf)
    return found


def _is_plain(value: Any) -> bool:
    # Scalars of numpy, torch and jax are the bulk of what comes here: they need no second look.
    return type(value) in PLAIN_TYPES or getattr(value, "shape", None) == ()


def flatten(values: Mapping[Any, Any], prefix: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Every leaf of nested mappings with its dotted name."""
    for key, value in values.items():
        name = prefix + to_name(key)
        nested = as_mapping(value) if depth < DEPTH_LIMIT else None
        if nested is not None:
            yield from flatten(nested, name + ".", depth + 1)
        else:
            yield name, value


def as_mapping(value: Any) -> Mapping[Any, Any] | None:
    """The value as a mapping if it is one at heart: dict, dataclass, named tuple, argparse Namespace."""
    try:
        if isinstance(value, Mapping):
            return value
        if isinstance(value, (type, str, int, float)):
            return None
        fields = getattr(value, "__dataclass_fields__", None)
        if isinstance(fields, dict):
            return {name: getattr(value, name) for name in fields}
        if isinstance(value, tuple) and hasattr(value, "_asdict"):
            return dict(value._asdict())
        if type(value).__name__ == "Namespace":
            return dict(vars(value))
    except Exception:  # named boundary: a user's object may do anything when looked at
        return None
    return None


def to_leaf(value: Any) -> tuple[Leaf, str]:
    """The value as number, boolean, text or None; and its type's name if it was none of these at heart."""
    try:
        return _to_leaf(value, 0)
    except Exception as error:  # named boundary: a user's object may do anything when looked at
        kind = type(value).__name__
        return f"<{kind}, not readable: {type(error).__name__}>", kind


def to_name(key: Any) -> str:
    """The name for a key of any type, at most 1,000 characters."""
    try:
        name = clean_text(key if type(key) is str else str(key))
    except Exception:  # named boundary, as above
        name = f"<{type(key).__name__}>"
    return name if len(name) <= NAME_LIMIT else f"{name[: NAME_LIMIT - 10]}~{_short_hash(name)}"


def split_number(leaf: float | int | bool | None) -> tuple[float | int | None, str | bool | None]:
    """The plain number, and the exact form where a plain number would not do."""
    if leaf is None or isinstance(leaf, bool):
        return None, leaf
    if isinstance(leaf, int):
        return (leaf, None) if -EXACT_INT <= leaf <= EXACT_INT else (None, str(leaf))
    if math.isfinite(leaf):
        return leaf, None
    return None, "NaN" if leaf != leaf else "Infinity" if leaf > 0 else "-Infinity"


def join_number(number: float | int | None, exact: str | bool | None) -> float | int | bool | None:
    """What was logged, from what a record holds: the inverse of `split_number`."""
    if exact is None or isinstance(exact, bool):
        return number if exact is None else exact
    return float(exact) if exact in ("NaN", "Infinity", "-Infinity") else int(exact)


def to_step(value: Any) -> float | int | None:
    """The value as a finite step, None if it is none."""
    leaf, _ = to_leaf(value)
    if isinstance(leaf, bool):
        return int(leaf)
    if isinstance(leaf, int):
        return leaf if -EXACT_INT <= leaf <= EXACT_INT else None
    return leaf if isinstance(leaf, float) and math.isfinite(leaf) else None


def clean_text(text: str) -> str:
    """The text with lone surrogates written as `\\udXXX`, so that it is UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace").decode()
    return str(text)


def to_tree(value: Any, depth: int = 0) -> Any:
    """A configuration value as JSON can hold it: nested dicts and lists of leaves, names as texts."""
    nested = as_mapping(value)
    if nested is not None and depth < DEPTH_LIMIT:
        return {to_name(key): to_tree(inner, depth + 1) for key, inner in nested.items()}
    if isinstance(value, (list, tuple)) and depth < DEPTH_LIMIT and len(value) <= LIST_LIMIT:
        return [to_tree(inner, depth + 1) for inner in value]
    leaf, _ = to_leaf(value)
    return clean_text(leaf)[:TEXT_LIMIT] if isinstance(leaf, str) else leaf


def split_tree(tree: Any, exact: dict[str, str | bool], path: str = "") -> Any:
    """The tree with null where JSON would change a value, whose exact form goes to `exact` by dotted path."""
    if isinstance(tree, dict):
        return {
            key: split_tree(inner, exact, f"{path}.{key}" if path else key) for key, inner in tree.items()
        }
    if isinstance(tree, list):
        return [split_tree(inner, exact, f"{path}.{i}" if path else str(i)) for i, inner in enumerate(tree)]
    if isinstance(tree, (str, bool)) or tree is None:
        return tree
    number, form = split_number(tree)
    if form is not None:
        exact[path] = form
    return number


def join_tree(tree: Any, exact: Mapping[str, str | bool], path: str = "") -> Any:
    """The inverse of `split_tree`."""
    if not exact:
        return tree
    if isinstance(tree, dict):
        return {key: join_tree(inner, exact, _dotted(path, key)) for key, inner in tree.items()}
    if isinstance(tree, list):
        return [join_tree(inner, exact, _dotted(path, i)) for i, inner in enumerate(tree)]
    return join_number(None, exact[path]) if tree is None and path in exact else tree


def _dotted(path: str, key: str | int) -> str:
    return f"{path}.{key}" if path else str(key)


def _to_leaf(value: Any, depth: int) -> tuple[Leaf, str]:
    if value is None or isinstance(value, bool):
        return value, ""
    if isinstance(value, int):
        bits = value.bit_length()
        return (int(value) if bits <= INT_BITS_LIMIT else f"<int of {bits} bits>"), ""
    if isinstance(value, float):
        return float(value), ""
    if isinstance(value, str):
        enum_name = getattr(value, "name", None) if hasattr(type(value), "__members__") else None
        return (enum_name if isinstance(enum_name, str) else value), ""
    if depth < 3 and not hasattr(value, "item") and callable(getattr(value, "numpy", None)):
        # TensorFlow's tensors and variables: their `__index__` and the like raise for most of them.
        return _to_leaf(value.numpy(), depth + 1)
    return _number_leaf(value, depth) or _text_leaf(value)


def _number_leaf(value: Any, depth: int) -> tuple[Leaf, str] | None:
    """A number, from anything that can say it is one: numpy, torch, jax, tensorflow, Decimal, Fraction."""
    if isinstance(value, type) or not _is_single(value):
        return None
    item = getattr(value, "item", None)
    if callable(item) and depth < 3:
        plain = item()
        # numpy's longdouble gives itself; everything else gives a Python number or a date.
        return _to_leaf(plain, depth + 1) if type(plain) is not type(value) else (float(plain), "")
    if hasattr(type(value), "__index__"):
        return _to_leaf(value.__index__(), depth + 1)
    if hasattr(type(value), "total_seconds"):
        return float(value.total_seconds()), ""
    if hasattr(type(value), "__float__"):
        try:
            number = float(value)
        except (OverflowError, ValueError, TypeError):
            return None
        # A Decimal of 1e400 is no infinity: its text says more.
        return (number, "") if not math.isinf(number) or "nf" in str(value) else None
    return None


def _is_single(value: Any) -> bool:
    for attribute in ("size", "numel"):
        count = getattr(value, attribute, None)
        count = count() if callable(count) else count
        if isinstance(count, int):
            return count == 1
    return True


def _text_leaf(value: Any) -> tuple[Leaf, str]:
    kind = type(value).__name__
    if hasattr(type(value), "__members__") and hasattr(value, "name"):
        return str(value.name), ""
    if isinstance(value, (bytes, bytearray)):
        return bytes(value[: TEXT_LIMIT * 4]).decode("utf-8", "replace"), ""
    if hasattr(type(value), "isoformat"):
        return str(value.isoformat()), ""
    if hasattr(type(value), "__fspath__"):
        return str(value), ""
    shape = getattr(value, "shape", None)
    if isinstance(shape, tuple):
        small = _small_array(value, shape)
        return (f"<{kind}, shape {tuple(shape)}>", kind) if small is None else (small, "")
    if callable(value):
        name = getattr(value, "__qualname__", None)
        return (f"{value.__module__}.{name}" if isinstance(name, str) else _short_repr(value)), ""
    return _short_repr(value), "" if kind in ("UUID", "complex", "Decimal", "Fraction") else kind


def _small_array(value: Any, shape: tuple[int, ...]) -> str | None:
    """The text of an array of a few numbers, as a list; None for other arrays."""
    if math.prod(shape) > SMALL_ARRAY or not hasattr(value, "tolist"):
        return None
    text = str(value.tolist())
    return text if len(text) <= REPR_LIMIT else None


def _short_repr(value: Any) -> str:
    # reprlib would cut inside; a plain repr of a large container costs what it costs, once per name.
    if isinstance(value, (list, tuple, set, frozenset, dict)) and len(value) > LIST_LIMIT:
        return f"<{type(value).__name__}, {len(value)} entries>"
    text = str(value) if type(value).__name__ in ("UUID", "Decimal", "Fraction", "complex") else repr(value)
    return text if len(text) <= REPR_LIMIT else f"{text[:REPR_LIMIT]}…"


def _short_hash(text: str) -> str:
    from collector.runlog.digest import sha256

    return sha256(text.encode()).hexdigest()[:8]
