"""What is typed after `collect log` becomes values as the user means them."""

from __future__ import annotations

import math
from typing import Any

import pytest

from collector.runlog.errors import MisuseError
from collector.shell.words import read_exit_code, read_step, read_value, read_words


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("-0.5", -0.5),
        ("1e-4", 1e-4),
        (".5", 0.5),
        ("+3", 3.0),
        ("Infinity", math.inf),
        ("-inf", -math.inf),
        ("true", True),
        ("null", None),
        ("[1, 2]", [1, 2]),
        ('{"a": {"b": 1}}', {"a": {"b": 1}}),
        ('"7"', "7"),
        ("adam", "adam"),
        ("a=b", "a=b"),
        ("", ""),
        ("1_000", "1_000"),
        ("[1, 2", "[1, 2"),
        ("9" * 30, int("9" * 30)),
        ("[" * 100_000, "[" * 100_000),
    ],
)
def test_value(text: str, value: Any) -> None:
    """JSON is what it says, other numbers are numbers, and the rest is text."""
    assert read_value(text) == value


def test_nan() -> None:
    """Each way to write it is NaN."""
    assert all(math.isnan(read_value(text)) for text in ("NaN", "nan", "-nan"))


def test_options_stand_anywhere() -> None:
    """Options may come before, between and after the pairs, with or without an equals sign."""
    for words in (["--step", "3", "a=1"], ["a=1", "--step=3"]):
        assert read_words("log", words, ["--step"]) == ({"a": 1}, {"--step": "3"})


def test_pairs_after_two_dashes() -> None:
    """Two dashes end the options, as everywhere."""
    assert read_words("log", ["--step", "3", "--", "a=1", "--step=4"], ["--step"]) == (
        {"a": 1, "--step": 4},
        {"--step": "3"},
    )


@pytest.mark.parametrize(
    "words", [["loss"], ["=1"], ["--step"], ["--bogus=1"], ["--bogus", "a=1"], ["--", "loss"], ["--", "--"]]
)
def test_misuse(words: list[str]) -> None:
    """What is neither a pair nor an option is told."""
    with pytest.raises(MisuseError):
        read_words("log", words, ["--step"])


@pytest.mark.parametrize("text", ["x", "nan", "inf", ""])
def test_step_is_a_number(text: str) -> None:
    """A step must be finite."""
    with pytest.raises(MisuseError):
        read_step(text)


@pytest.mark.parametrize("text", ["-1", "256", "x", ""])
def test_exit_code_is_one(text: str) -> None:
    """An exit code is from 0 to 255."""
    with pytest.raises(MisuseError):
        read_exit_code(text)
