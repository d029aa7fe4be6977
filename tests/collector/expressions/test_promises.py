"""What holds for every expression, not only for those that somebody thought of."""

from __future__ import annotations

import re
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collector.expressions import ExpressionError, Known, complete, evaluate, format_expression, parse
from collector.expressions.nodes import (
    Binary,
    Call,
    Choices,
    Comparison,
    Constant,
    Junction,
    Match,
    Membership,
    Name,
    Node,
    Number,
    Text,
    Unary,
)
from collector.expressions.numbers import number_text
from collector.expressions.patterns import compile_pattern
from collector.expressions.words import DEPTH_LIMIT, FUNCTION_BY_NAME, PROPERTIES, UNITS
from tests.collector.expressions.table import TableRun, read_cases

RUN = TableRun(read_cases("expressions")["run"])

texts = st.text(max_size=8)
names = st.builds(
    Name, st.sampled_from(["metric", "config", "summary", "system"]), st.text(min_size=1, max_size=8)
) | st.builds(Name, st.just("property"), st.sampled_from(sorted(PROPERTIES)))
metrics = st.builds(Name, st.sampled_from(["metric", "system"]), st.text(min_size=1, max_size=8))
finite = st.floats(min_value=0, allow_nan=False, allow_infinity=False)
leaves = (
    names
    | st.builds(Number, finite, st.sampled_from(["", *UNITS]))
    | st.builds(Text, texts)
    | st.builds(Constant, st.sampled_from(["true", "false", "null", "nan", "inf"]))
    | st.builds(lambda metric: Call("min", (metric,)), metrics)
    | st.builds(
        lambda metric, size: Call("rolling", (metric, Number(float(size)))), metrics, st.integers(1, 99)
    )
)


def several(nodes: st.SearchStrategy[Node]) -> st.SearchStrategy[tuple[Node, ...]]:
    return st.lists(nodes, min_size=2, max_size=3).map(tuple)


def compared(operands: tuple[Node, ...], operators: list[str]) -> Node:
    return Comparison(tuple(operators[: len(operands) - 1]), operands)


def below(nodes: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    orders = st.lists(st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), min_size=2, max_size=2)
    choices = st.builds(Choices, st.lists(nodes, max_size=3).map(tuple))
    functions = st.sampled_from(["abs", "has", "isnan", "log"])
    return (
        st.builds(Unary, st.sampled_from(["-", "not"]), nodes)
        | st.builds(Binary, st.sampled_from(["+", "-", "*", "/", "%", "**"]), nodes, nodes)
        | st.builds(compared, several(nodes), orders)
        | st.builds(Junction, st.sampled_from(["and", "or"]), several(nodes))
        | st.builds(Membership, nodes, choices | nodes, st.booleans())
        | st.builds(Match, nodes, st.sampled_from(["vit", '"\\d', ""]), st.booleans())
        | st.builds(lambda function, node: Call(function, (node,)), functions, nodes)
        | st.builds(lambda some: Call("if", some), st.tuples(nodes, nodes, nodes))
    )


@settings(max_examples=400, deadline=None)
@given(st.recursive(leaves, below, max_leaves=12))
def test_a_tree_survives_its_text(node: Node) -> None:
    """Parsing the text of any tree gives that tree, and evaluating it never raises."""
    text = format_expression(node)
    assert parse(text).node == node
    evaluate(node, RUN)


pieces = st.sampled_from(
    [
        "loss",
        "val/loss",
        "`",
        "cfg.",
        "min(",
        "(",
        ")",
        " ",
        "-",
        "**",
        "<",
        "and ",
        "not ",
        "in",
        "[",
        "]",
        ",",
        '"',
    ]
)


@settings(max_examples=1000, deadline=None)
@given(st.lists(pieces | st.text(max_size=3), max_size=12).map("".join), st.integers(0, 40))
def test_any_text_is_read_or_refused(text: str, cursor: int) -> None:
    """Whatever is typed gives a tree or our own error, whose place lies within the text."""
    known = Known(metrics=frozenset({"loss", "val/loss", "a b", text[:3]}))
    complete(text, min(cursor, len(text)), known)
    refused: list[ExpressionError] = []
    try:
        evaluate(parse(text, known, must_know=True).node, RUN)
    except ExpressionError as error:
        refused.append(error)
    assert all(0 <= error.start <= len(text) and error.start < error.end for error in refused)
    assert all(error.pointed(text).startswith(error.message) for error in refused)


def test_the_deepest_tree_needs_no_deep_stack() -> None:
    """A tree at the limits of nesting and length is parsed, written and evaluated on Python's usual stack."""
    deep = "(" * 45 + "1" + " + 1" * (DEPTH_LIMIT - 1) + ")" * 45
    node = parse(deep).node
    assert evaluate(node, RUN) == DEPTH_LIMIT
    assert parse(format_expression(node)).node == node
    wide = " or ".join(f'name == "{at}"' for at in range(400))
    assert evaluate(parse(wide).node, RUN) is False
    assert sys.getrecursionlimit() == 1000


@pytest.mark.parametrize("opening", ["(", "-", "not ", "abs(", "x in [", "1 ** ", "1 + (", "if(1, "])
def test_bottomless_nesting_is_refused(opening: str) -> None:
    """However something is nested, there is an error and no exhausted stack."""
    with pytest.raises(ExpressionError):
        parse(opening * 1500 + "1")


@given(finite)
def test_a_number_is_written_shortly_and_exactly(value: float) -> None:
    """The text of a number reads back as the same number."""
    assert float(number_text(value)) == value
    assert len(number_text(value)) <= len(repr(value)) + 16


@pytest.mark.filterwarnings("ignore:Possible (nested|set):FutureWarning")
@settings(max_examples=500, deadline=None)
@given(st.text(alphabet="ab|()*?[]^$.\\d{}1,-", max_size=8), st.text(alphabet="ab1]-", max_size=8))
def test_patterns_agree_with_regular_expressions(pattern: str, text: str) -> None:
    """A pattern of the subset is found exactly where Python's own engine finds it."""
    try:
        compiled = compile_pattern(pattern)
    except ValueError:
        return
    # `$` is the end of the text here, and in Python also before a last newline; there is none in these.
    assert compiled.found_in(text) == bool(re.search(pattern, text, re.ASCII))


def test_every_function_of_values_evaluates() -> None:
    """Each function has an implementation: with numbers it gives a value or says that it is missing."""
    for name, function in FUNCTION_BY_NAME.items():
        if function.kind == "value":
            text = f"{name}({', '.join(['1'] * function.least)})"
            assert evaluate(parse(text).node, RUN) is not None, text
        elif function.kind in ("history", "curve"):
            text = f"{name}(loss)" if function.least == 1 else f"{name}(loss, {0.5 if name == 'ema' else 1})"
            assert evaluate(parse(text).node, RUN) is not None, text
