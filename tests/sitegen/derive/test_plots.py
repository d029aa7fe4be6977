"""What a chart that somebody put together draws; the page's scripts are held to the same table."""

from __future__ import annotations

import json
from typing import Any

import pytest

from collector.expressions import ExpressionError, Known
from sitegen.derive.plots import Part, metrics_of, parts_of
from tests.collector.runs import ROOT

TABLE = json.loads((ROOT / "tests/js/cases/plots.json").read_text())
KNOWN = Known(**{kind: frozenset(names) for kind, names in TABLE["known"].items()})


@pytest.mark.parametrize("case", TABLE["fine"], ids=lambda case: case["text"])
def test_parts_of_a_text(case: dict[str, Any]) -> None:
    """Names, patterns, regular expressions and expressions, between commas."""
    wanted = [Part(text, tuple(names), is_expression=is_one) for text, names, is_one in case["parts"]]
    assert parts_of(case["text"], KNOWN) == wanted


@pytest.mark.parametrize("case", TABLE["wrong"], ids=lambda case: case["text"] or "empty")
def test_what_is_wrong_is_told_where_it_stands(case: dict[str, Any]) -> None:
    """The error points at the part, or into the expression."""
    with pytest.raises(ExpressionError) as told:
        parts_of(case["text"], KNOWN)
    assert (told.value.start, told.value.end) == (case["start"], case["end"])
    assert told.value.message


def test_a_metric_that_is_named_twice_is_drawn_once() -> None:
    """In the order of the text."""
    assert metrics_of(parts_of("val/*, val/loss - lr, val/acc", KNOWN)) == ["val/acc", "val/loss", "lr"]
