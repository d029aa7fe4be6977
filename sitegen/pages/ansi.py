"""Terminal output becomes lines of styled text, as a terminal would have left them on its screen.

Understood: SGR colours, carriage return, backspace, tab, cursor moves and erasures as progress bars use them.
Every other escape, links and titles (OSC) included, is dropped. Colours beyond the sixteen are brought to the
nearest of the sixteen, because those are legible in light and dark; no colour of the log is ever a style.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

_TOKEN = re.compile(
    r"\x1b\[([0-?]*)[ -/]*([@-~])"  # CSI: parameters, final letter
    r"|\x1b[\]PX^_].*?(?:\x07|\x1b\\|(?=\n)|\Z)"  # OSC and its kin, to their end or the end of the line
    r"|\x1b[ -/]*[0-~]?"  # any other escape
    r"|[\x00-\x1f\x7f\x80-\x9f]",
    re.DOTALL,
)
_UNFINISHED = re.compile(r"\x1b(?:\[[0-?]*[ -/]*|[\]PX^_][^\x07\x1b\n]*\x1b?)?\Z")
_MAX_COLUMN = 4000
_MAX_UP = 500
_TAB = 8


class Style(NamedTuple):
    """How a piece of text looks; colours are indices into the sixteen, -1 for the default."""

    fore: int = -1
    back: int = -1
    flags: frozenset[str] = frozenset()


PLAIN = Style()


class Span(NamedTuple):
    """A piece of a line in one style."""

    text: str
    style: Style


@dataclass
class Line:
    """One line of the screen: its spans, when it was begun, and whether standard error began it."""

    t: float
    stream: int
    spans: list[Span] = field(default_factory=list)
    length: int = 0

    @property
    def text(self) -> str:
        return "".join(span.text for span in self.spans)


def render(chunks: Iterable[tuple[float, int, str]]) -> list[Line]:
    """The lines that (seconds, stream, text) pieces leave on a screen without end."""
    screen = _Screen()
    for t, stream, text in chunks:
        screen.write(t, stream, text)
    return screen.finished()


class _Screen:
    """A terminal of unlimited height that is written to from top to bottom."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.row = 0
        self.column = 0
        self.styles = {1: PLAIN, 2: PLAIN}
        self.pending = {1: "", 2: ""}

    def write(self, t: float, stream: int, text: str) -> None:
        stream = 2 if stream == 2 else 1
        text = self.pending[stream] + text
        unfinished = _UNFINISHED.search(text)
        self.pending[stream] = unfinished[0][:200] if unfinished else ""
        end = unfinished.start() if unfinished else len(text)
        start = 0
        for found in _TOKEN.finditer(text, 0, end):
            if found.start() > start:
                self._put(t, stream, text[start : found.start()])
            start = found.end()
            if found[2]:
                self._control_sequence(stream, found[1], found[2])
            elif len(found[0]) == 1:
                self._control(t, stream, found[0])
        if start < end:
            self._put(t, stream, text[start:end])

    def finished(self) -> list[Line]:
        while self.lines and not self.lines[-1].length:
            self.lines.pop()
        return self.lines

    def _line(self, t: float, stream: int) -> Line:
        while len(self.lines) <= self.row:
            self.lines.append(Line(t, stream))
        line = self.lines[self.row]
        if not line.length:
            line.t, line.stream = t, stream
        return line

    def _put(self, t: float, stream: int, text: str) -> None:
        line, style = self._line(t, stream), self.styles[stream]
        if self.column == 0 and len(text) >= line.length:
            line.spans, line.length, self.column = [Span(text, style)], len(text), len(text)
            line.t = t
            return
        if self.column > line.length:
            line.spans.append(Span(" " * (self.column - line.length), PLAIN))
            line.length = self.column
        if self.column == line.length:
            line.spans.append(Span(text, style))
        else:
            end = self.column + len(text)
            line.spans = [
                *_cut(line.spans, 0, self.column),
                Span(text, style),
                *_cut(line.spans, end, line.length),
            ]
        self.column += len(text)
        line.length = max(line.length, self.column)

    def _control(self, t: float, stream: int, char: str) -> None:
        if char == "\n":
            self._line(t, stream)
            self.row, self.column = self.row + 1, 0
        elif char == "\r":
            self.column = 0
        elif char == "\b":
            self.column = max(0, self.column - 1)
        elif char == "\t":
            self._put(t, stream, " " * (_TAB - self.column % _TAB))

    def _control_sequence(self, stream: int, parameters: str, final: str) -> None:
        if final == "m":
            self.styles[stream] = _restyled(self.styles[stream], parameters)
            return
        count = _first_number(parameters)
        if final in "AF":
            self.row = max(0, len(self.lines) - _MAX_UP, self.row - max(1, count))
        elif final in "BE":
            self.row = min(self.row + max(1, count), max(self.row, len(self.lines)))
        elif final == "C":
            self.column = min(_MAX_COLUMN, self.column + max(1, count))
        elif final == "D":
            self.column = max(0, self.column - max(1, count))
        elif final == "G":
            self.column = min(_MAX_COLUMN, max(1, count) - 1)
        elif final == "K":
            self._erase_line(count)
        elif final == "J" and count == 0:
            self._erase_line(0)
            del self.lines[self.row + 1 :]
        if final in "EF":
            self.column = 0

    def _erase_line(self, mode: int) -> None:
        if self.row >= len(self.lines):
            return
        line = self.lines[self.row]
        if mode == 0:
            line.spans, line.length = _cut(line.spans, 0, self.column), min(line.length, self.column)
        elif mode == 1:
            kept = _cut(line.spans, self.column, line.length)
            line.spans = [Span(" " * min(self.column, line.length), PLAIN), *kept]
        elif mode == 2:
            line.spans, line.length = [], 0


def _cut(spans: Sequence[Span], start: int, end: int) -> list[Span]:
    """The part of a line between two columns."""
    kept, column = [], 0
    for text, style in spans:
        piece = text[max(0, start - column) : max(0, end - column)]
        if piece:
            kept.append(Span(piece, style))
        column += len(text)
    return kept


def _first_number(parameters: str) -> int:
    digits = re.match(r"\d{1,4}", parameters)
    return int(digits[0]) if digits else 0


_FLAGS = {1: "bold", 2: "dim", 3: "italic", 4: "under", 7: "invert", 9: "strike"}
_FLAGS_OFF = {22: ("bold", "dim"), 23: ("italic",), 24: ("under",), 27: ("invert",), 29: ("strike",)}


def _restyled(style: Style, parameters: str) -> Style:
    """The style after one SGR sequence."""
    codes = [int(code) if code.isdigit() else 0 for code in re.split("[;:]", parameters)][:64]
    at = 0
    while at < len(codes):
        code = codes[at]
        at += 1
        if code == 0:
            style = PLAIN
        elif code in _FLAGS:
            style = style._replace(flags=style.flags | {_FLAGS[code]})
        elif code in _FLAGS_OFF:
            style = style._replace(flags=style.flags.difference(_FLAGS_OFF[code]))
        elif code in (38, 48):
            colour, at = _extended(codes, at)
            style = style._replace(fore=colour) if code == 38 else style._replace(back=colour)
        else:
            style = _basic_colour(style, code)
    return style


def _basic_colour(style: Style, code: int) -> Style:
    if 30 <= code <= 37:
        return style._replace(fore=code - 30)
    if 90 <= code <= 97:
        return style._replace(fore=code - 82)
    if 40 <= code <= 47:
        return style._replace(back=code - 40)
    if 100 <= code <= 107:
        return style._replace(back=code - 92)
    if code == 39:
        return style._replace(fore=-1)
    return style._replace(back=-1) if code == 49 else style


def _extended(codes: Sequence[int], at: int) -> tuple[int, int]:
    """The nearest of the sixteen for a 256-colour or true-colour sequence, and where the next code stands."""
    if at < len(codes) and codes[at] == 5 and at + 1 < len(codes):
        return _of_256(codes[at + 1]), at + 2
    if at < len(codes) and codes[at] == 2 and at + 3 < len(codes):
        return _nearest(codes[at + 1], codes[at + 2], codes[at + 3]), at + 4
    return -1, len(codes)


def _of_256(index: int) -> int:
    if index < 16:
        return index
    if index >= 232:
        grey = 8 + (min(index, 255) - 232) * 10
        return _nearest(grey, grey, grey)
    cube = index - 16
    levels = (0, 95, 135, 175, 215, 255)
    return _nearest(levels[cube // 36], levels[cube // 6 % 6], levels[cube % 6])


def _nearest(red: int, green: int, blue: int) -> int:
    """Greys by lightness; colours by hue, the bright half of the sixteen for the light ones."""
    high, low = max(red, green, blue), min(red, green, blue)
    if high - low < 40:
        return (0, 8, 7, 15)[min(3, high // 64)]
    middle = (high + low) // 2
    bits = (1 if red > middle else 0) | (2 if green > middle else 0) | (4 if blue > middle else 0)
    return bits + (8 if high > 200 else 0)
