"""One rule: when to give alarm, how loudly, and how often at most."""

from __future__ import annotations

import re
from typing import NamedTuple

from collector.expressions.errors import ExpressionError
from collector.expressions.nodes import Node
from collector.expressions.parser import parse
from collector.runlog.errors import MisuseError

WAIT_SECONDS = 600.0
"""So long after an alert the same rule is silent, whatever happens."""

LEVELS = ("INFO", "WARN", "ERROR")

_NAMED = re.compile(r"\s*([^:\"'`()<>=~]{1,64}?)\s*:\s+(.+)", re.DOTALL)


class Rule(NamedTuple):
    """A named condition; it was parsed when it was made."""

    name: str
    text: str
    node: Node
    level: str = "WARN"
    wait_seconds: float = WAIT_SECONDS


def make_rule(text: str, name: str = "", level: str = "WARN", wait_seconds: float = WAIT_SECONDS) -> Rule:
    """The rule of an expression; a MisuseError shows what is wrong with it."""
    text = text.strip()
    try:
        node = parse(text).node
    except ExpressionError as error:
        problem = MisuseError(f"alert rule: {error.message}", error.hint or RULE_HINT)
        problem.picture = tuple(error.pointed(text).split("\n")[1:3])
        raise problem from None
    return Rule(name or text, text, node, level, wait_seconds)


def parse_rule(text: str) -> Rule:
    """The rule of `EXPR` or `name: EXPR`."""
    named = _NAMED.fullmatch(text)
    return make_rule(named.group(2), named.group(1)) if named else make_rule(text)


RULE_HINT = "docs/reference/expressions.md has the language; put spaces around operators."
