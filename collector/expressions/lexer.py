"""Cuts a text into tokens. Names may have slashes, dots and dashes; the longest known one wins."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from collector.expressions.errors import ExpressionError
from collector.expressions.nodes import NOTHING_KNOWN, Known, Name
from collector.expressions.words import (
    CONSTANTS,
    OPERATOR_WORDS,
    PREFIXES,
    PROPERTIES,
    SIGNS,
    TEXT_LIMIT,
    UNITS,
)

WIDE_SPACES = dict.fromkeys(
    [0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000, 0xFEFF], " "
)
"""Spaces beyond ASCII; everything else beyond ASCII is a letter, so that Python and JavaScript agree."""


def letters(signs: str = "", *, digits: bool = True) -> str:
    """The class of letters, with these signs.

    It says what is not in it: a class that goes up to the last character takes 40 ms to compile.
    """
    kept = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_" + "0123456789" * digits + signs)
    return f"[^{''.join(f'{chr(92)}x{code:02x}' for code in range(128) if chr(code) not in kept)}]"


LETTER = letters(digits=False)
PART = letters("./:@#$-")

_SPACE = re.compile(r"[ \t\n\r\f\v]+")
_NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_UNIT = re.compile(f"{letters('.')}+")
_RUN = re.compile(LETTER + r"""[^ \t\n\r\f\v()\[\],"'`<>=!~&|^?;{}]*""")
_WORD = re.compile(f"{LETTER}{PART}*")
_PATH = re.compile(f"{letters()}{PART}*")
_PLAIN = re.compile(letters("./:@#$"))
_OPERATOR = re.compile(r"\*\*|<=|>=|==|!=|!~|&&|\|\||[-+*/%<>=~!(),\[\]]")

_INSTEAD = {"&": "Write `and`.", "|": "Write `or`.", "^": "A power is written `**`."}


class Token(NamedTuple):
    """One piece of the text; kind is 'number', 'text', 'name', 'constant', 'sign' or 'end'."""

    kind: str
    text: str
    start: int
    end: int
    value: float = 0.0
    name: Name = Name("", "")


def tokens_of(text: str, known: Known = NOTHING_KNOWN) -> list[Token]:
    """All tokens of a text, with one of kind 'end' behind them."""
    if len(text) > TEXT_LIMIT:
        raise ExpressionError(f"An expression has at most {TEXT_LIMIT} characters.", TEXT_LIMIT, len(text))
    return list(_tokens(text, text.translate(WIDE_SPACES), known))


def _tokens(text: str, plain: str, known: Known) -> Iterator[Token]:
    """The tokens; `plain` is the text with ASCII spaces, which only what stands in quotes may not have."""
    at = 0
    while at < len(text):
        space = _SPACE.match(plain, at)
        if space:
            at = space.end()
            continue
        token = _token(text, plain, at, known)
        yield token
        at = token.end
    yield Token("end", "", len(text), len(text))


def _token(text: str, plain: str, at: int, known: Known) -> Token:
    if text[at] in "\"'":
        value, end = _quoted(text, at)
        return Token("text", value, at, end)
    if text[at] == "`":
        value, end = _backticked(text, at)
        return Token("name", value, at, end, name=Name("metric", value))
    number = _NUMBER.match(plain, at)
    if number:
        return _number(plain, number)
    run = _RUN.match(plain, at)
    if run:
        return _word(text, run, known)
    sign = _OPERATOR.match(plain, at)
    if sign is None:
        raise ExpressionError(f'"{text[at]}" cannot stand here.', at, at + 1, _INSTEAD.get(text[at], ""))
    return Token("sign", SIGNS.get(sign.group(), sign.group()), at, sign.end())


def _quoted(text: str, at: int) -> tuple[str, int]:
    """A text in quotes; a backslash stands for itself unless a quote or another one follows."""
    quote = text[at]
    parts: list[str] = []
    end = at + 1
    while end < len(text) and text[end] != quote:
        if text[end] == "\\" and text[end + 1 : end + 2] in ('"', "'", "\\"):
            end += 1
        parts.append(text[end])
        end += 1
    if end >= len(text):
        raise ExpressionError(f"This text has no end: a {quote} is missing.", at, len(text))
    return "".join(parts), end + 1


def _backticked(text: str, at: int) -> tuple[str, int]:
    parts: list[str] = []
    begin = at + 1
    while True:
        end = text.find("`", begin)
        if end < 0:
            raise ExpressionError("This name has no end: a ` is missing.", at, len(text))
        parts.append(text[begin:end])
        if text[end + 1 : end + 2] != "`":
            break
        begin = end + 2
    if parts == [""]:
        raise ExpressionError("There is no name between the backticks.", at, end + 1)
    return "`".join(parts), end + 1


def _number(text: str, number: re.Match[str]) -> Token:
    start, end = number.span()
    unit = _UNIT.match(text, end)
    if unit:
        if unit.group() not in UNITS:
            whole = text[start : unit.end()]
            hint = f"Units of time are {', '.join(UNITS)}. A name that begins with a digit needs backticks."
            raise ExpressionError(f'"{whole}" is no number.', start, unit.end(), hint)
        return Token("number", unit.group(), start, unit.end(), float(number.group()))
    return Token("number", "", start, end, float(number.group()))


def _word(text: str, run: re.Match[str], known: Known) -> Token:
    start = run.start()
    for prefix, kind in PREFIXES.items():
        if text.startswith(prefix, start):
            begin = start + len(prefix)
            if text[begin : begin + 1] == "`":
                value, end = _backticked(text, begin)
                return Token("name", value, start, end, name=Name(kind, value))
            length = _name_length(run.group()[len(prefix) :], _names_of(kind, known), False)
            if length:
                value = text[begin : begin + length]
                return Token("name", value, start, begin + length, name=Name(kind, value))
    length = _name_length(run.group(), _names_of("metric", known), True)
    word = text[start : start + length]
    end = start + length
    if word in CONSTANTS:
        return Token("constant", CONSTANTS[word], start, end)
    if word in OPERATOR_WORDS:
        return Token("sign", OPERATOR_WORDS[word], start, end)
    return Token("name", word, start, end, name=Name("property" if word in PROPERTIES else "metric", word))


def _names_of(kind: str, known: Known) -> tuple[frozenset[str], ...]:
    if kind == "metric":
        return known.metrics, known.summary, known.config
    return (getattr(known, kind),) if kind != "summary" else (known.summary, known.metrics)


def _name_length(run: str, names: tuple[frozenset[str], ...], is_bare: bool) -> int:
    """The longest known name that the run begins with and that ends there; else its longest word."""
    for length in range(len(run), 0, -1):
        # A name ends where no further part of a name follows: `a/b` is never `a` divided by `b`.
        if length < len(run) and _PLAIN.match(run[length]):
            continue
        start = run[:length]
        if any(start in some for some in names):
            return length
    word = _WORD.match(run) if is_bare else _PATH.match(run)
    return len(word.group().rstrip("-./:")) if word else 0
