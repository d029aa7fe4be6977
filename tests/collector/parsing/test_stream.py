"""Pieces become lines, wherever they were cut."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from collector.parsing.stream import Lines

TEXT = b"one\ntwo\r\n\rbar 1\rbar 2\nlast"
EXPECTED = [(1, "one"), (2, "two"), (3, "bar 1"), (3, "bar 2"), (4, "last")]


@given(st.lists(st.integers(0, len(TEXT)), max_size=8))
def test_cuts_do_not_matter(cuts: list[int]) -> None:
    """Lines and their numbers are the same for every way to cut the bytes."""
    edges = [0, *sorted(cuts), len(TEXT)]
    lines = Lines()
    found = [one for a, b in pairwise(edges) for one in lines.feed(TEXT[a:b])]
    assert [*found, *lines.finish()] == EXPECTED


def test_endless_line_takes_no_memory() -> None:
    """Megabytes without an end of line are not kept."""
    lines = Lines()
    for _ in range(100):
        assert list(lines.feed(b"x" * 100_000)) == []
    assert sum(len(line) for _, line in lines.finish()) <= 1 << 16
