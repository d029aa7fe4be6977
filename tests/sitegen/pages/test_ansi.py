"""Tests of what a terminal's output leaves on its screen."""

from __future__ import annotations

import time

from sitegen.pages.ansi import PLAIN, render


def lines_of(*texts: str, stream: int = 1) -> list[str]:
    return [line.text for line in render((float(at), stream, text) for at, text in enumerate(texts))]


def test_a_carriage_return_overwrites_its_line() -> None:
    """A progress bar leaves its last state, also across pieces; CRLF is one line end."""
    assert lines_of("  0%\r 50%", "\r100%\n", "done\r\nnext") == ["100%", "done", "next"]


def test_a_shorter_text_leaves_the_rest_of_the_line() -> None:
    """As a terminal does, unless the line is erased."""
    assert lines_of("abcdef\rxy") == ["xycdef"]
    assert lines_of("abcdef\r\x1b[Kxy") == ["xy"]
    assert lines_of("abcdef\x1b[3D\x1b[K") == ["abc"]
    assert lines_of("abc\b\bX") == ["aXc"]


def test_cursor_up_rewrites_an_earlier_line() -> None:
    """Two nested bars, as tqdm draws them with position."""
    text = "outer 0%\ninner 0%\x1b[A\router 50%\n\rinner 90%\n"
    assert lines_of(text) == ["outer 50%", "inner 90%"]


def test_erasing_below_removes_lines() -> None:
    """Rich's live displays move up and erase to the end of the screen."""
    assert lines_of("a\nb\nc\n\x1b[2A\r\x1b[Jz\n") == ["a", "z"]


def test_colours_become_indices_into_the_sixteen() -> None:
    """Basic, bright, 256 and true colours; a reset ends them."""
    (line,) = render([(0.0, 1, "\x1b[31mr\x1b[92mg\x1b[38;5;21mb\x1b[38;2;250;120;20mo\x1b[1;44mx\x1b[0mp")])
    assert [span.style.fore for span in line.spans] == [1, 10, 12, 9, 9, -1]
    assert line.spans[4].style.back == 4
    assert line.spans[4].style.flags == {"bold"}
    assert line.spans[5].style == PLAIN


def test_links_titles_and_unknown_escapes_are_dropped() -> None:
    """OSC 8 keeps its text and loses its address."""
    text = "\x1b]0;title\x07\x1b]8;;https://evil.example\x1b\\model\x1b]8;;\x1b\\\x1b[?25l\x1b(B\x1b=!"
    assert lines_of(text) == ["model!"]


def test_an_escape_cut_between_pieces_is_put_together() -> None:
    """The relay cuts anywhere; each stream is put together by itself."""
    assert lines_of("a\x1b[3", "1mb\x1b", "[0mc") == ["abc"]
    mixed = render([(0.0, 1, "a\x1b[3"), (0.0, 2, "E\n"), (0.0, 1, "1mb\n")])
    assert [line.text for line in mixed] == ["aE", "b"]


def test_lines_keep_time_and_stream_of_their_last_beginning() -> None:
    """A line belongs to the stream that began it."""
    lines = render([(1.0, 1, "out\n"), (2.0, 2, "err\n"), (3.0, 1, "\rbar 1"), (9.0, 1, "\rbar 2")])
    assert [(line.t, line.stream) for line in lines] == [(1.0, 1), (2.0, 2), (9.0, 1)]


def test_hostile_sequences_end_and_stay_small() -> None:
    """Huge counts, endless strings and ten thousand escapes neither hang nor grow the screen."""
    started = time.perf_counter()
    lines = render(
        [
            (0.0, 1, "\x1b[9999999999A\x1b[99999C\x1b[99999Gx\n"),
            (0.0, 1, "\x1b]" + "a" * 100_000),
            (0.0, 1, "\n" + "\x1b[31m" * 20_000 + "end\n" + "\x1b[9999B" * 100 + "y"),
        ]
    )
    assert lines[-1].text.strip() == "y"
    assert len(lines) < 10
    assert max(line.length for line in lines) <= 9_999
    assert time.perf_counter() - started < 5
