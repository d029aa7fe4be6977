"""Tests of the order of names."""

from __future__ import annotations

from sitegen.pages.natural import natural
from sitegen.pages.sections import in_section_order


def test_numbers_in_names_count() -> None:
    """As numbers, not letter by letter."""
    names = ["block10", "block2", "block2/w10", "block2/w9", "a", "10", "9"]
    assert sorted(names, key=natural) == ["9", "10", "a", "block2", "block2/w9", "block2/w10", "block10"]


def test_no_name_is_too_strange() -> None:
    """Digits that are no decimals, and more of them than int() takes."""
    names = ["x1²", "²", "٣", "9" * 5000, "", "x01"]
    assert sorted(names, key=natural)[0] == ""


def test_the_charts_of_a_section_are_in_that_order() -> None:
    """A deep network has more than nine layers."""
    metrics = ["grad/layer10", "grad/layer2", "grad/layer1"]
    assert in_section_order(metrics, ()) == ["grad/layer1", "grad/layer2", "grad/layer10"]
