"""From a tree to its text, with as few brackets as it needs; parsing that gives the same tree."""

from __future__ import annotations

from collector.expressions.names import spelled
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
from collector.expressions.parser import ADD, COMPARE, LEVELS, NOT, POWER, SIGN

ATOM = POWER + 1


def format_expression(node: Node) -> str:
    """The text of a tree."""
    if isinstance(node, Number):
        return number_text(node.value) + node.unit
    if isinstance(node, Text):
        return _quoted(node.value)
    if isinstance(node, (Constant, Name)):
        return node.name if isinstance(node, Constant) else _name(node)
    if isinstance(node, Call):
        return f"{node.function}({', '.join(format_expression(one) for one in node.arguments)})"
    if isinstance(node, Choices):
        return f"[{', '.join(format_expression(one) for one in node.items)}]"
    return _operation(node)


def _operation(node: Node) -> str:
    if isinstance(node, Unary):
        word, level = ("-", SIGN) if node.operator == "-" else ("not ", NOT)
        return word + _at_least(node.operand, level)
    if isinstance(node, Binary):
        level = LEVELS[node.operator]
        left, right = (ATOM, SIGN) if level == POWER else (level, level + 1)
        return f"{_at_least(node.left, left)} {node.operator} {_at_least(node.right, right)}"
    if isinstance(node, Junction):
        level = LEVELS[node.operator] + 1
        return f" {node.operator} ".join(_at_least(one, level) for one in node.operands)
    if isinstance(node, Comparison):
        operands = [_at_least(one, ADD) for one in node.operands]
        pairs = zip(node.operators, operands[1:], strict=True)
        return operands[0] + "".join(f" {operator} {operand}" for operator, operand in pairs)
    if isinstance(node, Match):
        return f"{_at_least(node.operand, ADD)} {'!~' if node.is_negated else '~'} {_quoted(node.pattern)}"
    assert isinstance(node, Membership)
    word = "not in" if node.is_negated else "in"
    return f"{_at_least(node.operand, ADD)} {word} {_at_least(node.choices, ADD)}"


def _at_least(node: Node, level: int) -> str:
    text = format_expression(node)
    return text if _level(node) >= level else f"({text})"


def _level(node: Node) -> int:
    if isinstance(node, Unary):
        return SIGN if node.operator == "-" else NOT
    if isinstance(node, (Binary, Junction)):
        return LEVELS[node.operator]
    return COMPARE if isinstance(node, (Comparison, Membership, Match)) else ATOM


def _name(name: Name) -> str:
    return name.name if name.kind == "property" else spelled(name)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
