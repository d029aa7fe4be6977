"""Tests of a run's console as HTML."""

from __future__ import annotations

import re
from datetime import timezone

from sitegen.derive.facts import ConsoleChunk
from sitegen.pages.console import HEAD_LINES, LINE_LIMIT, TAIL_LINES, WIDTH_LIMIT, console_of
from sitegen.texts import texts_of

ENGLISH = texts_of("en", {})


def printed(text: str, stream: int = 1, t: float = 0.0) -> tuple[ConsoleChunk, ...]:
    return (ConsoleChunk(t, stream, text),)


def test_text_is_escaped_and_colours_are_classes() -> None:
    """No character of the log becomes markup, no colour becomes a style."""
    html = str(
        console_of(
            printed('<script>alert(1)</script> \x1b[1;31m"red"\x1b[0m &\n'), 0, timezone.utc, ENGLISH
        ).head
    )
    assert "<script" not in html
    assert "style" not in html
    assert '<span class="t-bold f1">&#34;red&#34;</span>' in html
    assert "&lt;script&gt;" in html


def test_standard_error_is_marked_and_counted() -> None:
    """A reader finds what went wrong by its mark."""
    console = console_of((*printed("fine\n"), *printed("oh\n", stream=2)), 0, timezone.utc, ENGLISH)
    assert (console.lines, console.stderr_lines) == (2, 1)
    assert '<p class="err" id="L2">' in console.head


def test_a_time_stands_where_it_changes() -> None:
    """Lines of one second carry its time once."""
    chunks = (*printed("a\nb\n", t=1.2), *printed("c\n", t=61.0))
    times = re.findall(
        "<time>(.*?)</time>", str(console_of(chunks, 1_795_000_000, timezone.utc, ENGLISH).head)
    )
    assert times == ["11:06:41", "", "11:07:41"]


def test_a_long_log_is_folded_in_the_middle() -> None:
    """Every line stands once: head, fold, tail."""
    count = 1_000
    console = console_of(
        printed("".join(f"line {n}\n" for n in range(1, count + 1))), 0, timezone.utc, ENGLISH
    )
    numbers = re.findall(r'id="L(\d+)"', console.head + console.folded + console.tail)
    assert [int(number) for number in numbers] == list(range(1, count + 1))
    assert console.folded_count == count - HEAD_LINES - TAIL_LINES
    assert console.left_out == 0


def test_a_log_beyond_the_limit_is_whole_in_its_text() -> None:
    """A page stays small; what it leaves out is counted and stands in the text file."""
    count = LINE_LIMIT + 500
    console = console_of(
        printed("".join(f"line {n}\n" for n in range(1, count + 1))), 0, timezone.utc, ENGLISH
    )
    shown = len(re.findall(r'id="L\d+"', console.head + console.folded + console.tail))
    assert (shown, console.left_out) == (LINE_LIMIT, 500)
    assert console.text.count("\n") == count


def test_a_log_just_above_the_fold_is_not_folded() -> None:
    """A fold of a handful of lines would only be in the way."""
    console = console_of(printed("x\n" * (HEAD_LINES + TAIL_LINES + 10)), 0, timezone.utc, ENGLISH)
    assert console.folded_count == 0
    assert (console.head + console.tail).count("<p ") == HEAD_LINES + TAIL_LINES + 10


def test_a_line_without_end_is_cut_and_says_so() -> None:
    """A page does not carry a megabyte in one line."""
    console = console_of(printed("z" * 10_000), 0, timezone.utc, ENGLISH)
    assert f"… {10_000 - WIDTH_LIMIT:,} more characters" in console.head
    assert console.head.count("z") == WIDTH_LIMIT
