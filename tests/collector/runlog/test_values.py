"""Turning what users log into what lines can hold."""

from __future__ import annotations

import argparse
import dataclasses
import datetime
import decimal
import enum
import fractions
import math
import pathlib
import uuid
from collections import OrderedDict, namedtuple
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.runlog.values import (
    TEXT_LIMIT,
    join_number,
    join_tree,
    split,
    split_number,
    split_tree,
    to_leaf,
    to_step,
    to_tree,
)


class Colour(enum.Enum):
    RED = 1


class Level(enum.IntEnum):
    HIGH = 3


class Mode(str, enum.Enum):
    FAST = "fast"


@dataclasses.dataclass
class Optimizer:
    lr: float = 0.1
    name: str = "sgd"


class Tensor:
    """Behaves as a tensor of a framework that is not installed."""

    def __init__(self, *values: float) -> None:
        self.values = values
        self.shape = (len(values),)

    def numel(self) -> int:
        return len(self.values)

    def item(self) -> float:
        if len(self.values) != 1:
            raise RuntimeError("a tensor with several elements has no item")
        return self.values[0]

    def __float__(self) -> float:
        return self.item()


class Hostile:
    """Raises at everything."""

    def __getattribute__(self, name: str) -> Any:
        raise RuntimeError(name)

    def __repr__(self) -> str:
        raise RuntimeError("repr")


Point = namedtuple("Point", "x y")


@pytest.mark.parametrize(
    ("value", "leaf"),
    [
        (None, None),
        (True, True),
        (3, 3),
        (2.5, 2.5),
        ("text", "text"),
        (Colour.RED, "RED"),
        (Level.HIGH, 3),
        (Mode.FAST, "FAST"),
        (Tensor(1.5), 1.5),
        (decimal.Decimal("0.25"), 0.25),
        (decimal.Decimal("1e400"), "1E+400"),
        (decimal.Decimal("Infinity"), math.inf),
        (fractions.Fraction(1, 4), 0.25),
        (datetime.timedelta(minutes=1), 60.0),
        (datetime.date(2026, 1, 2), "2026-01-02"),
        (datetime.datetime(2026, 1, 2, 3, 4), "2026-01-02T03:04:00"),
        (pathlib.PurePosixPath("a/b"), "a/b"),
        (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (b"caf\xc3\xa9\xff", "café\ufffd"),
        (1 + 2j, "(1+2j)"),
        (10**5000, "<int of 16610 bits>"),
        (len, "builtins.len"),
    ],
    ids=lambda value: str(value)[:30] if not isinstance(value, int) else type(value).__name__,
)
def test_value_of_every_kind(value: object, leaf: object) -> None:
    """What is a number at heart becomes a number, the rest a text that says what it was."""
    found, odd = to_leaf(value)
    assert (found, type(found), odd) == (leaf, type(leaf), "")


def test_numpy_values() -> None:
    """Scalars and one-element arrays become Python numbers; larger arrays a note of their shape."""
    numpy = pytest.importorskip("numpy")
    for value, leaf in [
        (numpy.float32(0.5), 0.5),
        (numpy.float64(0.1), 0.1),
        (numpy.float16(1.5), 1.5),
        (numpy.longdouble(2.5), 2.5),
        (numpy.int64(7), 7),
        (numpy.uint64(2**63), 2**63),
        (numpy.bool_(True), True),
        (numpy.array(3.5), 3.5),
        (numpy.array([[4]]), 4),
        (numpy.str_("s"), "s"),
        (numpy.datetime64("2026-01-02"), "2026-01-02"),
    ]:
        assert to_leaf(value) == (leaf, "")
    assert math.isnan(to_leaf(numpy.float64("nan"))[0])  # type: ignore[arg-type]
    assert to_leaf(numpy.zeros((2, 3))) == ("[[0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]", "")
    assert to_leaf(numpy.zeros(0)) == ("[]", "")
    assert to_leaf(numpy.zeros((3, 11))) == ("<ndarray, shape (3, 11)>", "ndarray")


def test_tensor_with_many_elements_is_told_not_raised() -> None:
    """A forgotten `.mean()` costs this value and no other."""
    found = split({"loss": Tensor(1.0, 2.0), "acc": 0.5})
    assert found.numbers == {"acc": 0.5}
    assert found.texts == {"loss": "<Tensor, shape (2,)>"}
    assert found.odd == {"loss": "Tensor"}


def test_hostile_object_costs_only_itself() -> None:
    """An object that raises at every look leaves the rest of the row alone."""
    found = split({"bad": Hostile(), "good": 1.0})
    assert found.numbers == {"good": 1.0}
    assert "Hostile" in found.texts["bad"]


def test_nested_values_get_dotted_names() -> None:
    """Dicts, dataclasses, named tuples and Namespaces are flattened."""
    found = split(
        {
            "val": {"acc": 0.5, "top": OrderedDict(k=1)},
            "opt": Optimizer(),
            "at": Point(1, 2),
            "args": argparse.Namespace(n=4),
            "none": {},
        }
    )
    assert found.numbers == {
        "val.acc": 0.5, "val.top.k": 1, "opt.lr": 0.1, "at.x": 1, "at.y": 2, "args.n": 4,
    }  # fmt: skip
    assert found.texts == {"opt.name": "sgd"}


def test_names_that_collide_are_all_kept() -> None:
    """Keys that become the same text, or meet a nested name, get a suffix."""
    found = split({1: 10, "1": 20, "a": {"b": 30}, "a.b": 40})
    assert found.numbers == {"1": 10, "1~2": 20, "a.b": 30, "a.b~2": 40}


def test_dict_that_contains_itself_ends() -> None:
    """Nesting without end is cut."""
    loop: dict[str, Any] = {"x": 1}
    loop["again"] = loop
    found = split(loop)
    assert found.numbers["x"] == 1
    assert len(found.numbers) == 17


def test_long_text_is_cut_and_says_so() -> None:
    """A giant text is cut; its length is recorded."""
    found = split({"a": "x" * (TEXT_LIMIT + 5), "b": "y"})
    assert len(found.texts["a"]) == TEXT_LIMIT
    assert found.cut == {"a": TEXT_LIMIT + 5}


@given(st.one_of(st.none(), st.booleans(), st.floats(), st.integers()))
def test_numbers_split_and_join(value: float | None) -> None:
    """Every number survives the way into a record and back."""
    assert repr(join_number(*split_number(value))) == repr(value)


_trees = st.recursive(
    st.one_of(st.none(), st.booleans(), st.floats(), st.integers(), st.text(max_size=4)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.text(alphabet="abc", min_size=1, max_size=3), inner, max_size=3),
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.text(alphabet="abc", min_size=1, max_size=3), _trees, max_size=4))
def test_configurations_split_and_join(config: dict[str, Any]) -> None:
    """A nested configuration survives the way into a record and back, infinities included."""
    tree = to_tree(config)
    exact: dict[str, str | bool] = {}
    assert repr(join_tree(split_tree(tree, exact), exact)) == repr(tree)


@pytest.mark.parametrize(
    ("value", "step"),
    [
        (3, 3),
        (2.5, 2.5),
        (True, 1),
        (Tensor(4.0), 4.0),
        (math.nan, None),
        ("x", None),
        (2**60, None),
        (None, None),
    ],
    ids=lambda value: str(value) if isinstance(value, int | float | str) else type(value).__name__,
)
def test_steps(value: object, step: float | None) -> None:
    """A step is a finite number; anything else is none."""
    assert to_step(value) == step
