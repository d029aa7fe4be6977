"""What is printed, and what the place it is printed to can show: colours, width, JSON for programs."""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any, TextIO

from collector.cli.text import clip, pad, width_of

STYLES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "blue": "34", "magenta": "35"}

STATE_STYLES = {
    "running": "blue",
    "finished": "green",
    "failed": "red",
    "stopped": "magenta",
    "stalled": "yellow",
    "lost": "red",
    "stuck": "yellow",
    "gone": "red",
}


class Screen:
    """Standard output, seen as a place for people."""

    def __init__(self, stream: TextIO | None = None, env: Mapping[str, str] = os.environ) -> None:
        self.stream = stream or sys.stdout
        self.is_terminal = self.stream.isatty() and env.get("TERM") != "dumb"
        self.has_colour = self.is_terminal and "NO_COLOR" not in env
        if hasattr(self.stream, "reconfigure"):
            # A name that the terminal's encoding lacks is written out: it is no reason to fail.
            self.stream.reconfigure(errors="backslashreplace")

    @property
    def columns(self) -> int:
        """Width of the terminal; what is no terminal has room."""
        if not self.is_terminal:
            return 10_000
        try:
            return max(20, os.get_terminal_size(self.stream.fileno()).columns)
        except (OSError, ValueError):
            return 80

    def paint(self, text: str, style: str) -> str:
        """The text in a style, where styles can be seen."""
        return f"\x1b[{STYLES[style]}m{text}\x1b[0m" if self.has_colour and style and text else text

    def state(self, word: str, width: int = 0) -> str:
        """A state in its colour."""
        return self.paint(pad(word, width), STATE_STYLES.get(word, ""))

    def line(self, text: str = "") -> None:
        """Print a line of text that is safe to show."""
        self.stream.write(text + "\n")

    def table(self, rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> None:
        """Print rows of equal length, the first one being headings, cut where the terminal ends."""
        widths = [max(map(width_of, column)) for column in zip(*rows, strict=True)]
        for number, row in enumerate(rows):
            cells = [
                pad(cell, width, right=at in right)
                for at, (cell, width) in enumerate(zip(row, widths, strict=True))
            ]
            text = clip("  ".join(cells).rstrip(), self.columns)
            self.line(self.paint(text, "dim") if number == 0 else self._with_state(text))

    def _with_state(self, text: str) -> str:
        word = text.partition(" ")[0]
        return self.state(word) + text[len(word) :] if word in STATE_STYLES else text


def print_json(value: Any, stream: TextIO | None = None) -> None:
    """Print one JSON document; NaN and infinities are texts, for JSON has no such numbers."""
    to = stream or sys.stdout
    to.write(json.dumps(json_value(value), indent=2, ensure_ascii=True) + "\n")


def json_line(value: Any) -> str:
    """A JSON document in one line."""
    return json.dumps(json_value(value), ensure_ascii=True, separators=(",", ":"))


def json_value(value: Any) -> Any:
    """The value as JSON can hold it."""
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, Mapping):
        return {str(key): json_value(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [json_value(inner) for inner in value]
    return value
