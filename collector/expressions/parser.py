"""From a text to its tree, by precedence: or, and, not, comparison, + -, * / %, sign, **."""

from __future__ import annotations

import math

from collector.expressions.errors import ExpressionError
from collector.expressions.lexer import Token, tokens_of
from collector.expressions.names import check_name
from collector.expressions.near import did_you_mean
from collector.expressions.nodes import (
    NOTHING_KNOWN,
    Binary,
    Call,
    Choices,
    Comparison,
    Constant,
    Expression,
    Junction,
    Known,
    Match,
    Membership,
    Node,
    Number,
    Text,
    Unary,
    Use,
    children,
)
from collector.expressions.patterns import PatternError, compile_pattern
from collector.expressions.signatures import check_arguments
from collector.expressions.words import DEPTH_LIMIT, FUNCTION_BY_NAME, NESTING_LIMIT

OR, AND, NOT, COMPARE, ADD, MULTIPLY, SIGN, POWER = range(1, 9)
"""How tightly an operator binds."""

LEVELS = {"or": OR, "and": AND, "+": ADD, "-": ADD, "*": MULTIPLY, "/": MULTIPLY, "%": MULTIPLY, "**": POWER}
JOINED = 'Two conditions are joined by "and" or "or".'
ORDERS = ("<", "<=", ">", ">=", "==", "!=")


def parse(text: str, known: Known = NOTHING_KNOWN, *, must_know: bool = False) -> Expression:
    """The tree of a text; with `must_know`, a name that is not known is an error too."""
    parser = _Parser(text, known)
    expression = Expression(parser.whole(), tuple(parser.uses))
    if must_know:
        for use in expression.uses:
            check_name(use, known)
    return expression


class _Parser:
    def __init__(self, text: str, known: Known) -> None:
        self.tokens = tokens_of(text, known)
        self.at = 0
        self.nesting = 0
        self.uses: list[Use] = []

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def whole(self) -> Node:
        node = self.expression(OR)
        token = self.token
        if token.kind == "end":
            return self.shallow(node)
        if token.text in (")", "]", ",") and token.kind == "sign":
            raise ExpressionError(f'"{token.text}" closes nothing here.', token.start, token.end)
        raise self.expected("an operator", JOINED)

    def shallow(self, node: Node) -> Node:
        """The tree, if no function that goes down it can run out of stack."""
        if _depth(node) > DEPTH_LIMIT:
            raise ExpressionError(f"More than {DEPTH_LIMIT} terms in one chain.", 0, self.token.end)
        return node

    def expected(self, what: str, hint: str = "") -> ExpressionError:
        token = self.token
        where = "at the end" if token.kind == "end" else "here"
        return ExpressionError(f"Expected {what} {where}.", token.start, token.end, hint)

    def is_sign(self, *signs: str) -> bool:
        return self.token.kind == "sign" and self.token.text in signs

    def take(self) -> Token:
        token = self.token
        self.at += 1
        return token

    def expression(self, level: int) -> Node:
        """An expression whose operators bind at least as tightly as the level."""
        self.nesting += 1
        if self.nesting > NESTING_LIMIT:
            token = self.token
            raise ExpressionError(f"More than {NESTING_LIMIT} levels of nesting.", token.start, token.end)
        node = self.operand(level)
        while True:
            if level <= COMPARE and self.is_comparison():
                node = self.comparison(node)
            elif self.token.kind == "sign" and LEVELS.get(self.token.text, 0) >= level:
                node = self.operation(node)
            else:
                break
        self.nesting -= 1
        return node

    def operation(self, left: Node) -> Node:
        token = self.take()
        level = LEVELS[token.text]
        if level in (OR, AND):
            return self.junction(left, token.text, level)
        # A power binds to the right, and its exponent may have a sign.
        right = self.expression(SIGN if level == POWER else level + 1)
        return Binary(token.text, left, right)

    def junction(self, left: Node, word: str, level: int) -> Node:
        operands = [left, self.expression(level + 1)]
        while self.is_sign(word):
            self.take()
            operands.append(self.expression(level + 1))
        return Junction(word, tuple(operands))

    def is_comparison(self) -> bool:
        if self.is_sign("not"):
            following = self.tokens[self.at + 1]
            return following.kind == "sign" and following.text == "in"
        return self.is_sign(*ORDERS, "in", "~", "!~")

    def comparison(self, left: Node) -> Node:
        if self.is_sign(*ORDERS):
            operators, operands = [], [left]
            while self.is_sign(*ORDERS):
                operators.append(self.take().text)
                operands.append(self.expression(ADD))
            node: Node = Comparison(tuple(operators), tuple(operands))
        elif self.is_sign("~", "!~"):
            is_negated = self.take().text == "!~"
            node = Match(left, self.pattern(), is_negated)
        else:
            is_negated = self.take().text == "not"
            if is_negated:
                self.take()
            node = Membership(left, self.choices(), is_negated)
        if self.is_comparison():
            token = self.token
            hint = "Put brackets around one of them."
            raise ExpressionError(
                "These comparisons cannot follow one another.", token.start, token.end, hint
            )
        return node

    def pattern(self) -> str:
        token = self.token
        if token.kind != "text":
            raise self.expected("a pattern in quotes", 'For example: name ~ "vit".')
        self.take()
        try:
            compile_pattern(token.text)
        except PatternError as problem:
            raise ExpressionError(f"The pattern: {problem}", token.start, token.end) from None
        return token.text

    def choices(self) -> Node:
        if not self.is_sign("["):
            return self.expression(ADD)
        opened = self.take()
        items: list[Node] = []
        while not self.is_sign("]"):
            items.append(self.expression(OR))
            if not self.is_sign("]", ","):
                raise self.unclosed(opened, '"," or "]"')
            if self.is_sign(","):
                self.take()
        self.take()
        return Choices(tuple(items))

    def unclosed(self, opened: Token, what: str) -> ExpressionError:
        if self.token.kind == "end":
            return ExpressionError(f'"{opened.text}" is never closed.', opened.start, opened.end)
        return self.expected(what)

    def operand(self, level: int) -> Node:
        token = self.token
        if token.kind == "number":
            self.take()
            return Constant("inf") if math.isinf(token.value) else Number(token.value, token.text)
        if token.kind == "text":
            self.take()
            return Text(token.text)
        if token.kind == "constant":
            self.take()
            return Constant(token.text)
        if token.kind == "name":
            return self.name()
        if self.is_sign("("):
            self.take()
            node = self.expression(OR)
            if not self.is_sign(")"):
                raise self.unclosed(token, 'an operator or ")"')
            self.take()
            return node
        return self.prefixed(level)

    def prefixed(self, level: int) -> Node:
        if self.is_sign("-"):
            self.take()
            return Unary("-", self.expression(SIGN))
        if self.is_sign("+"):
            self.take()
            return self.expression(SIGN)
        if self.is_sign("not"):
            if level > NOT:
                raise self.expected("a value", 'Put brackets around "not".')
            self.take()
            return Unary("not", self.expression(NOT))
        hint = 'A list stands to the right of "in".' if self.is_sign("[") else ""
        raise self.expected("a name, a number or a text", hint)

    def name(self) -> Node:
        token = self.take()
        if self.is_sign("(") and self.token.start == token.end and self.is_word(token):
            return self.call(token)
        self.uses.append(Use(token.name, token.start, token.end))
        return token.name

    def is_word(self, token: Token) -> bool:
        return token.end - token.start == len(token.text)

    def call(self, name: Token) -> Node:
        function = FUNCTION_BY_NAME.get(name.text)
        if function is None:
            hint = did_you_mean(name.text, FUNCTION_BY_NAME)
            raise ExpressionError(f'There is no function "{name.text}".', name.start, name.end, hint)
        opened = self.take()
        arguments: list[Node] = []
        while not self.is_sign(")"):
            arguments.append(self.expression(OR))
            if not self.is_sign(")", ","):
                raise self.unclosed(opened, '"," or ")"')
            if self.is_sign(","):
                self.take()
                if self.is_sign(")"):
                    raise self.expected("another argument")
        end = self.take().end
        check_arguments(function, tuple(arguments), name.start, end)
        return Call(function.name, tuple(arguments))


def _depth(node: Node) -> int:
    """Levels of the tree, counted without recursion: that is what they are counted for."""
    depth = 0
    level = [node]
    while level:
        depth += 1
        level = [below for one in level for below in children(one)]
    return depth
