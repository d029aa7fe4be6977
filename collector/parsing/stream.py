"""Bytes of output in pieces, made into lines: a carriage return ends one too, as progress bars use it."""

from __future__ import annotations

import re
from collections.abc import Iterator

KEPT_BYTES = 1 << 16
"""Longest piece without an end of line that is kept; more is no line of metrics."""

_ENDS = re.compile(rb"\r\n|\r|\n")


class Lines:
    """The lines of one stream; `number` counts those that ended with a newline, from 1, as editors do."""

    def __init__(self) -> None:
        self.number = 1
        self._rest = b""

    def feed(self, piece: bytes) -> Iterator[tuple[int, str]]:
        """Every line that ends within the piece, with its number."""
        held = b""
        whole = self._rest + piece
        if whole.endswith(b"\r"):
            # The second half of a "\r\n" may be in the next piece.
            whole, held = whole[:-1], b"\r"
        start = 0
        for end in _ENDS.finditer(whole):
            if end.start() > start:
                yield self.number, whole[start : end.start()].decode("utf-8", "replace")
            if end.group() != b"\r":
                self.number += 1
            start = end.end()
        self._rest = whole[start:][-KEPT_BYTES:] + held

    def finish(self) -> Iterator[tuple[int, str]]:
        """The last line, where nothing ended it."""
        rest, self._rest = self._rest.rstrip(b"\r"), b""
        if rest:
            yield self.number, rest.decode("utf-8", "replace")
