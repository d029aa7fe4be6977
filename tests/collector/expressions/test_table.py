"""The language against the table of cases that the page's scripts are tested with too."""

from __future__ import annotations

import math
from typing import Any

import pytest

from collector.expressions import (
    ExpressionError,
    complete,
    evaluate,
    evaluate_curve,
    format_expression,
    parse,
)
from collector.expressions import words as w
from collector.expressions.near import near_names
from collector.expressions.patterns import compile_pattern
from tests.collector.expressions.table import WORDS, TableRun, curves_of, known_names, numbers, read_cases

TABLE = read_cases("expressions")
KNOWN = known_names(TABLE["known"])
RUN = TableRun(TABLE["run"])


def same(found: Any, wanted: Any) -> bool:
    """Equal in type and value; floats within rounding, NaN to NaN."""
    if isinstance(found, bool) or isinstance(wanted, bool) or found is None or wanted is None:
        return found is wanted
    if isinstance(wanted, (int, float)):
        return isinstance(found, (int, float)) and near(float(found), float(wanted))
    return bool(found == wanted)


def near(found: float, wanted: float) -> bool:
    if math.isnan(found) or math.isnan(wanted):
        return math.isnan(found) and math.isnan(wanted)
    return math.isclose(found, wanted, rel_tol=1e-12, abs_tol=1e-12)


@pytest.mark.parametrize("case", TABLE["values"], ids=lambda case: case["text"])
def test_value(case: dict[str, Any]) -> None:
    """An expression has its value, and the text of its tree is the same expression."""
    node = parse(case["text"], KNOWN).node
    wanted = case["value"]
    wanted = WORDS.get(wanted, wanted) if isinstance(wanted, str) else wanted
    assert same(evaluate(node, RUN), wanted)
    assert format_expression(node) == case["format"]
    assert parse(case["format"], KNOWN).node == node


@pytest.mark.parametrize("case", TABLE["errors"], ids=lambda case: case["text"][:60])
def test_error(case: dict[str, Any]) -> None:
    """A text that is no expression is refused in words, with its place and what to do."""
    with pytest.raises(ExpressionError) as caught:
        parse(case["text"], KNOWN, must_know=True)
    error = caught.value
    assert (error.message, error.start, error.end, error.hint) == (
        case["message"],
        case["start"],
        case["end"],
        case["hint"],
    )


@pytest.mark.parametrize("case", TABLE["completions"], ids=lambda case: f"{case['text']}|{case['cursor']}")
def test_completion(case: dict[str, Any]) -> None:
    """At the cursor stand the names and words that go on from there, the likeliest first."""
    found = complete(case["text"], case["cursor"], KNOWN)
    assert found.start == case["start"]
    assert [one.text for one in found.candidates[:8]] == case["candidates"]


@pytest.mark.parametrize("case", TABLE["curves"], ids=lambda case: case["text"])
def test_curve(case: dict[str, Any]) -> None:
    """An expression over curves has a point at each step of the metric with the fewest."""
    curve = evaluate_curve(parse(case["text"], KNOWN).node, curves_of(TABLE["run"]), RUN)
    assert (list(curve.steps), list(curve.times)) == (case["steps"], case["times"])
    wanted = numbers(case["values"])
    assert len(curve.values) == len(wanted)
    assert all(near(found, value) for found, value in zip(curve.values, wanted, strict=True))


@pytest.mark.parametrize(
    "case", read_cases("patterns"), ids=lambda case: f"{case['pattern']} in {case['text']}"[:80]
)
def test_pattern(case: dict[str, Any]) -> None:
    """A pattern is found where a regular expression would find it."""
    assert compile_pattern(case["pattern"]).found_in(case["text"]) is case["found"]


@pytest.mark.parametrize("case", TABLE["near"], ids=lambda case: case["name"])
def test_near_names(case: dict[str, Any]) -> None:
    """Names that look like a mistyped one, the most similar first."""
    assert near_names(case["name"], case["known"]) == case["near"]


def test_words_are_those_of_the_scripts() -> None:
    """The tables of words are the ones that the page's scripts are compared with."""
    table = read_cases("expression_words")
    assert [list(one) for one in w.FUNCTIONS] == table["functions"]
    assert table["properties"] == w.PROPERTIES
    assert (table["constants"], table["operators"]) == (w.CONSTANTS, w.OPERATOR_WORDS)
    assert (table["signs"], table["prefixes"], table["prefix_of"]) == (w.SIGNS, w.PREFIXES, w.PREFIX_OF)
    assert table["units"] == w.UNITS
    limits = {
        "text": w.TEXT_LIMIT,
        "nesting": w.NESTING_LIMIT,
        "depth": w.DEPTH_LIMIT,
        "window": w.WINDOW_LIMIT,
    }
    assert limits == table["limits"]
