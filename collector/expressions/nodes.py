"""What an expression is made of, once it is parsed: plain values, without positions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple


class Number(NamedTuple):
    """A number as it was written; with a unit it is a length of time."""

    value: float
    unit: str = ""


class Text(NamedTuple):
    """A text in quotes."""

    value: str


class Constant(NamedTuple):
    """`true`, `false`, `null`, `nan` or `inf`."""

    name: str


class Name(NamedTuple):
    """Something that a run has: kind is 'metric', 'config', 'summary', 'system' or 'property'."""

    kind: str
    name: str


class Call(NamedTuple):
    """A function with its arguments."""

    function: str
    arguments: tuple[Node, ...]


class Unary(NamedTuple):
    """`-x` or `not x`."""

    operator: str
    operand: Node


class Binary(NamedTuple):
    """Arithmetic on two values."""

    operator: str
    left: Node
    right: Node


class Comparison(NamedTuple):
    """`a < b`, or a chain such as `a < b <= c`, in which every neighbouring pair has to hold."""

    operators: tuple[str, ...]
    operands: tuple[Node, ...]


class Membership(NamedTuple):
    """`x in [1, 2]`, `"paper" in tags`; the choices are a `Choices` or a name."""

    operand: Node
    choices: Node
    is_negated: bool = False


class Choices(NamedTuple):
    """The list to the right of `in`."""

    items: tuple[Node, ...]


class Match(NamedTuple):
    """`name ~ "vit"`: whether a pattern is found in a text."""

    operand: Node
    pattern: str
    is_negated: bool = False


class Junction(NamedTuple):
    """Two or more conditions joined by the same word, `and` or `or`."""

    operator: str
    operands: tuple[Node, ...]


Operation = Unary | Binary | Comparison | Membership | Match | Junction
Node = Number | Text | Constant | Name | Call | Choices | Operation


class Use(NamedTuple):
    """A name and where in the text it stands."""

    name: Name
    start: int
    end: int


class Expression(NamedTuple):
    """A parsed text: its tree, and the names it uses in their order."""

    node: Node
    uses: tuple[Use, ...]


class Known(NamedTuple):
    """The names that runs have, by kind; without any, every name is taken as it is written."""

    metrics: frozenset[str] = frozenset()
    config: frozenset[str] = frozenset()
    summary: frozenset[str] = frozenset()
    system: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()

    def has(self, name: Name) -> bool:
        """Whether a run may have something of this name; a bare name may also be a setting or a summary."""
        if name.kind == "metric":
            return name.name in self.metrics or name.name in self.summary or name.name in self.config
        if name.kind == "summary":
            return name.name in self.summary or name.name in self.metrics
        return name.kind == "property" or name.name in (self.config if name.kind == "config" else self.system)


NOTHING_KNOWN = Known()


def children(node: Node) -> tuple[Node, ...]:
    """The nodes right below a node."""
    if isinstance(node, Call):
        return node.arguments
    if isinstance(node, (Unary, Match)):
        return (node.operand,)
    if isinstance(node, Binary):
        return (node.left, node.right)
    if isinstance(node, (Comparison, Junction)):
        return node.operands
    if isinstance(node, Membership):
        return (node.operand, node.choices)
    return node.items if isinstance(node, Choices) else ()


def walk(node: Node) -> Iterator[Node]:
    """A node and all below it, in the order of the text."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        waiting.extend(reversed(children(one)))
