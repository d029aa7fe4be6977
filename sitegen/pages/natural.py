"""The order of names that people expect: block2 before block10."""

from __future__ import annotations

import re


def natural(name: str) -> list[tuple[int, int, str]]:
    """A key that sorts the numbers in names by their size, whatever their length."""
    return [_part(part) for part in re.split(r"(\d+)", name) if part]


def _part(part: str) -> tuple[int, int, str]:
    # Not int(): it refuses numbers of more than 4,300 digits, and isdigit() is true of "²".
    if not part.isdecimal():
        return 1, 0, part
    digits = part.lstrip("0")
    return 0, len(digits), digits
