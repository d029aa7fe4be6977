"""What a chart that somebody put together draws: metrics by name or pattern, and expressions over them.

`train/loss, val/*, /acc$/, val/loss - train/loss`: parts between commas. A part is a metric's name; a pattern
with `*`, `?` or `[ab]` and no blank; a regular expression between slashes, as the expression language has
them; or an expression, whose curve is drawn. The page's scripts mirror this (themes/default/js/plots.js), and
tests/js/cases/plots.json holds both to the same results.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from collector.expressions import ExpressionError, Known, parse
from collector.expressions.pattern_states import PatternError
from collector.expressions.patterns import compile_pattern

_GLOB = re.compile(r"[*?\[]")
_SLASHES = re.compile(r"/(.*)/", re.DOTALL)
_CLOSING = re.compile(r"/\s*(?:,|$)")


class Part(NamedTuple):
    """One part of a chart's text."""

    text: str
    names: tuple[str, ...]
    """The metrics that it draws, or that its expression is made of."""
    is_expression: bool


def parts_of(text: str, known: Known) -> list[Part]:
    """What a chart draws; an ExpressionError says what no run has, or what is no expression."""
    metrics = sorted(known.metrics)
    parts = [_part(piece, start, metrics, known) for piece, start in pieces(text)]
    if not parts:
        raise ExpressionError("There is nothing to draw.", 0, max(1, len(text)), "Name a metric.")
    return parts


def metrics_of(parts: Sequence[Part]) -> list[str]:
    """The metrics of all parts, each once, in the order of the text."""
    return list(dict.fromkeys(name for part in parts for name in part.names))


def pieces(text: str) -> Iterator[tuple[str, int]]:
    """The texts between commas and where they begin; a comma in brackets, quotes or slashes parts nothing."""
    at = 0
    while at <= len(text):
        end = _end(text, at)
        piece = text[at:end]
        if piece.strip():
            yield piece.strip(), at + len(piece) - len(piece.lstrip())
        at = end + 1


def _end(text: str, at: int) -> int:
    first = at
    while first < len(text) and text[first].isspace():
        first += 1
    if text[first : first + 1] == "/":
        closing = _CLOSING.search(text, first + 1)
        if closing is not None:
            return closing.end() - (closing[0][-1] == ",")
    depth, quote = 0, ""
    for place in range(first, len(text)):
        letter = text[place]
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'`":
            quote = letter
        elif letter in "([":
            depth += 1
        elif letter in ")]":
            depth -= 1
        elif letter == "," and depth <= 0:
            return place
    return len(text)


def _part(text: str, start: int, metrics: Sequence[str], known: Known) -> Part:
    end = start + len(text)
    if text in known.metrics:
        return Part(text, (text,), is_expression=False)
    pattern = _SLASHES.fullmatch(text)
    if pattern is not None:
        try:
            compiled = compile_pattern(pattern[1])
        except PatternError as error:
            raise ExpressionError(f"That is no regular expression: {error}", start, end) from None
        return _found(text, [name for name in metrics if compiled.found_in(name)], start)
    is_glob = _GLOB.search(text) is not None and not re.search(r"\s", text)
    fitting = [name for name in metrics if fnmatchcase(name, text)] if is_glob else []
    if fitting:
        return _found(text, fitting, start)
    if is_glob and not _is_expression(text, known):
        return _found(text, [], start)
    try:
        expression = parse(text, known, must_know=True)
    except ExpressionError as error:
        raise ExpressionError(error.message, start + error.start, start + error.end, error.hint) from None
    curves = [use for use in expression.uses if use.name.kind == "metric" and use.name.name in known.metrics]
    machine = next((use for use in expression.uses if use.name.kind == "system"), None)
    if machine is not None:
        raise ExpressionError(
            "A measurement of the machine has no steps to be drawn over.",
            start + machine.start,
            start + machine.end,
        )
    if not curves:
        raise ExpressionError("There is no metric in this.", start, end, "A curve needs at least one.")
    return Part(text, tuple(dict.fromkeys(use.name.name for use in curves)), is_expression=True)


def _is_expression(text: str, known: Known) -> bool:
    try:
        parse(text, known)
    except ExpressionError:
        return False
    return True


def _found(text: str, names: Sequence[str], start: int) -> Part:
    if not names:
        raise ExpressionError(f"No run logged a metric like {text}", start, start + len(text))
    return Part(text, tuple(names), is_expression=False)
