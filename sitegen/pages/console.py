"""The console of a run as safe HTML: numbered lines with their times, long logs folded in the middle."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo
from functools import partial

from markupsafe import Markup, escape

from sitegen.derive.facts import ConsoleChunk
from sitegen.pages.ansi import PLAIN, Line, Span, Style, render
from sitegen.pages.formatting import visible
from sitegen.texts import Texts, said

HEAD_LINES = 60
TAIL_LINES = 240
LINE_LIMIT = 4000
"""Lines a page carries; the whole log stands beside it as a text file."""
WIDTH_LIMIT = 2000
"""Characters of one line that are shown."""


@dataclass(frozen=True)
class Console:
    """Rendered console output, cut where a page folds it."""

    head: Markup
    folded: Markup
    folded_count: int
    tail: Markup
    lines: int
    stderr_lines: int
    left_out: int
    """Lines in the middle that only the text file has."""
    text: str
    """Everything as plain text."""


def console_of(chunks: Iterable[ConsoleChunk], started: float, zone: tzinfo, texts: Texts) -> Console:
    """The console of a run that began at `started`, ready for its page."""
    lines = render((chunk.t, chunk.stream, chunk.text) for chunk in chunks)
    numbered = list(enumerate(lines, 1))
    left_out = max(0, len(lines) - LINE_LIMIT)
    fold_end = len(lines) - TAIL_LINES
    fold_start = HEAD_LINES if fold_end > HEAD_LINES + 40 else max(0, len(lines))
    tail_start = fold_end if fold_start == HEAD_LINES and fold_end > HEAD_LINES else len(lines)
    middle = numbered[fold_start + left_out : tail_start] if tail_start > fold_start else []
    clock = _Clock(started, zone)
    printed = partial(_html, clock=clock, texts=texts)
    return Console(
        head=printed(numbered[:fold_start]),
        folded=printed(middle),
        folded_count=len(middle),
        tail=printed(numbered[tail_start:]),
        lines=len(lines),
        stderr_lines=sum(line.stream == 2 for line in lines),
        left_out=left_out if middle else 0,
        text="".join(visible(line.text) + "\n" for line in lines),
    )


class _Clock:
    """The time of day of a line, empty while it is that of the line before."""

    def __init__(self, started: float, zone: tzinfo) -> None:
        self._zone = zone
        self._started = started
        self._last = ""

    def text(self, t: float) -> str:
        try:
            utc = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=math.floor(self._started + t))
            now = f"{utc.astimezone(self._zone):%H:%M:%S}"
        except (OverflowError, ValueError):
            now = ""
        if now == self._last:
            return ""
        self._last = now
        return now


def _html(numbered: Sequence[tuple[int, Line]], clock: _Clock, texts: Texts) -> Markup:
    # Joined as text from parts that are escaped or ours: Markup.format costs 70 µs a line.
    return Markup("".join(_line_html(number, line, clock.text(line.t), texts) for number, line in numbered))


def _line_html(number: int, line: Line, time: str, texts: Texts) -> str:
    body, room = [], WIDTH_LIMIT
    for span in line.spans:
        if room > 0:
            body.append(_span_html(span, room))
        room -= len(span.text)
    if room < 0:
        body.append(f'<span class="cut">{escape(texts.own(said("console.cut", n=-room)))}</span>')
    mark = ' class="err"' if line.stream == 2 else ""
    start = f'<p{mark} id="L{number}"><a href="#L{number}">{number}</a><time>{time}</time><span>'
    return f"{start}{''.join(body)}</span></p>\n"


def _span_html(span: Span, room: int) -> str:
    text = escape(visible(span.text[:room]))
    names = " ".join(_classes(span.style)) if span.style is not PLAIN else ""
    return f'<span class="{names}">{text}</span>' if names else str(text)


def _classes(style: Style) -> list[str]:
    names = sorted(f"t-{flag}" for flag in style.flags)
    if style.fore >= 0:
        names.append(f"f{style.fore}")
    if style.back >= 0:
        names.append(f"g{style.back}")
    return names
