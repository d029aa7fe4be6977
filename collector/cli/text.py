"""How foreign text, numbers and times read in a terminal.

What users and logs say is shown so that it can neither move the cursor nor turn the line around.
"""

from __future__ import annotations

import math
import re
import unicodedata
from typing import Any

MISSING = "–"
ELLIPSIS = "…"

_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
"""Control characters, marks of direction, what has no width, halves of characters."""

_UNITS = ((86400.0, "d"), (3600.0, "h"), (60.0, "min"))
_SIZES = ("B", "kB", "MB", "GB", "TB", "PB")


def visible(text: object) -> str:
    """The text with everything that would act on a terminal written out: \\x1b, \\u202e."""
    return _UNSAFE.sub(lambda found: _escape(ord(found[0])), str(text))


def _escape(code: int) -> str:
    return {9: "\\t", 10: "\\n", 13: "\\r"}.get(code) or (
        f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"
    )


def width_of(text: str) -> int:
    """How many columns a text takes, wide characters counted twice and combining ones not at all."""
    if text.isascii():
        return len(text)
    return sum(_width(letter) for letter in text)


def _width(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def clip(text: str, width: int) -> str:
    """The text in at most so many columns, an ellipsis where something is missing."""
    if width_of(text) <= width:
        return text
    kept, taken = [], 1
    for letter in text:
        taken += _width(letter)
        if taken > width:
            break
        kept.append(letter)
    return ("".join(kept) + ELLIPSIS) if width > 0 else ""


def pad(text: str, width: int, *, right: bool = False) -> str:
    """The text filled up with spaces, before it where it is to stand at the right."""
    gap = " " * max(0, width - width_of(text))
    return gap + text if right else text + gap


def number(value: Any) -> str:
    """A logged value in four significant digits; texts as they are."""
    if value is None:
        return MISSING
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, (int, float)):
        return visible(value)
    if not math.isfinite(value):
        return "NaN" if value != value else "∞" if value > 0 else "-∞"
    if 10_000 <= abs(value) < 1e9:
        return f"{value:,.0f}"
    if value == int(value) and abs(value) < 10_000:
        return str(int(value))
    return f"{value:.4g}"


def seconds(value: float) -> str:
    """A length of time in one unit, or two of the larger ones: 4.2 s, 2 min, 3 h 05 min."""
    if value < 9.95:
        return f"{value:.1f} s"
    if value < 59.5:
        return f"{value:.0f} s"
    if value < 3600:
        return f"{value / 60:.0f} min"
    if value < 86400:
        return f"{int(value // 3600)} h {int(value % 3600 // 60):02d} min"
    return f"{int(value // 86400)} d {int(value % 86400 // 3600)} h"


def age(value: float) -> str:
    """How long ago, in one unit: now, 5 min, 3 h, 12 d."""
    if value < 60:
        return "now" if value < 10 else f"{value:.0f} s"
    unit_seconds, unit = next(entry for entry in _UNITS if value >= entry[0])
    return f"{int(value // unit_seconds)} {unit}"


def size(count: float) -> str:
    """A number of bytes: 512 B, 3.4 MB, 120 GB."""
    number_of = 0
    while count >= 999.5 and number_of < len(_SIZES) - 1:
        count /= 1000
        number_of += 1
    return (
        f"{count:.0f} {_SIZES[number_of]}"
        if count >= 10 or number_of == 0
        else f"{count:.1f} {_SIZES[number_of]}"
    )


def moment(wall: float) -> str:
    """A point in time as this machine's clock on the wall shows it."""
    import time

    try:
        return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(wall)) if wall > 0 else MISSING
    except (OverflowError, ValueError, OSError):
        return MISSING


def plural(count: int, noun: str) -> str:
    """The count with its noun: 1 run, 2 runs."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
