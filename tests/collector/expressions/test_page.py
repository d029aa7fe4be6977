"""The reference page and the language have the same words."""

from __future__ import annotations

from collector.expressions import format_expression, parse
from collector.expressions.words import FUNCTIONS, PROPERTIES, UNITS
from tests.contract.imports import ROOT

PAGE = (ROOT / "docs" / "reference" / "expressions.md").read_text(encoding="utf-8")


def test_every_word_is_on_the_page() -> None:
    """Each function and each property has its row, with the help that completion shows."""
    rows = [f"| `{one.form}` | {one.help} |" for one in FUNCTIONS]
    rows += [f"| `{name}` | {told} |" for name, told in PROPERTIES.items()]
    assert [row for row in rows if row not in PAGE] == []
    assert [unit for unit in UNITS if f"{unit}`" not in PAGE] == []


def test_no_other_function_is_on_the_page() -> None:
    """The page promises no function that there is not."""
    tables = PAGE.split("## Functions")[1].split("## Curves")[0]
    assert tables.count("| `") == len(FUNCTIONS)


def test_the_examples_are_expressions() -> None:
    """Each example at the top can be read."""
    examples = [line.strip() for line in PAGE.split("## Names")[0].splitlines() if line.startswith("    ")]
    assert len(examples) > 4
    for example in examples:
        parse(example)


def test_the_rules_of_the_guide_are_rules() -> None:
    """Each rule in the table of docs/how-to/get-alarms.md can be read, its operators and names as meant."""
    guide = (ROOT / "docs" / "how-to" / "get-alarms.md").read_text(encoding="utf-8")
    table = [line for line in guide.splitlines() if line.startswith("| ") and "`" in line]
    rules = [rule for line in table for rule in line.split("`")[1::2]]
    assert len(rules) > 9
    for rule in rules:
        assert format_expression(parse(rule).node) == rule
