"""Whether the names of an expression are known, and what may have been meant."""

from __future__ import annotations

from collector.expressions.errors import ExpressionError
from collector.expressions.near import did_you_mean
from collector.expressions.nodes import Known, Name, Use
from collector.expressions.words import PREFIX_OF, PROPERTIES

WHAT = {
    "metric": "metric or setting",
    "config": "setting",
    "summary": "summary value",
    "system": "system metric",
}


def check_name(use: Use, known: Known) -> None:
    """Raise where no run has something of this name."""
    if known.has(use.name):
        return
    kind, name = use.name
    raise ExpressionError(f'No run has a {WHAT[kind]} "{name}".', use.start, use.end, _hint(use.name, known))


def _hint(name: Name, known: Known) -> str:
    parts = _operands(name.name)
    if len(parts) > 1 and all(part.isdecimal() or known.has(Name(name.kind, part)) for part in parts):
        return "Names may have slashes and dashes: put spaces around the operator."
    if name.kind == "metric":
        found = did_you_mean(name.name, [*known.metrics, *known.summary, *known.config, *PROPERTIES])
        return found or f'A text stands in quotes: "{name.name}".'
    names = known.config if name.kind == "config" else known.system
    return did_you_mean(name.name, known.summary if name.kind == "summary" else names)


def _operands(name: str) -> list[str]:
    """What the name would be if its first slash or dash were an operator."""
    for sign in ("/", "-"):
        left, found, right = name.partition(sign)
        if found and left and right:
            return [left, right]
    return [name]


def spelled(name: Name) -> str:
    """A name as it has to be written where no names are known."""
    from collector.expressions.lexer import tokens_of

    prefix = PREFIX_OF.get(name.kind, "")
    try:
        tokens = tokens_of(prefix + name.name)
    except ExpressionError:
        tokens = []
    if len(tokens) == 2 and tokens[0].name == name and tokens[0].end == len(prefix + name.name):
        return prefix + name.name
    return f"{prefix}`{name.name.replace('`', '``')}`"
