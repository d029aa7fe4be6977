"""Names that look like a mistyped one; themes/default/js/near.js finds the same."""

from __future__ import annotations

from collections.abc import Iterable

LEAST = 0.6
PART = 0.8
"""The likeness of `acc` to `accuracy`, and of `loss` to `train/loss`."""
LOOKED_AT = 2000
"""So many names are compared: looking at all of ten thousand takes a second."""


def near_names(name: str, known: Iterable[str], limit: int = 3) -> list[str]:
    """The most similar names, the best first; equal ones in their own order."""
    wanted = name.lower()[:100]
    scored = []
    for one in sorted(known)[:LOOKED_AT]:
        score = _likeness(wanted, one.lower()[:100])
        if score >= LEAST:
            scored.append((-score, one))
    return [one for _, one in sorted(scored)[:limit]]


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The hint of an error, or nothing."""
    found = near_names(name, known)
    if not found:
        return ""
    return "Did you mean " + " or ".join(f'"{one}"' for one in found) + "?"


def _likeness(one: str, other: str) -> float:
    """From 0 to 1: twice the letters that both have in the same order, of the letters of both."""
    total = len(one) + len(other)
    if min(len(one), len(other)) > 1 and _is_part(one, other):
        return max(PART, 2 * min(len(one), len(other)) / total)
    if not total or 2 * min(len(one), len(other)) < LEAST * total:
        return 0.0
    row = [0] * (len(other) + 1)
    for letter in one:
        before = 0
        for at, against in enumerate(other, 1):
            above = row[at]
            row[at] = before + 1 if letter == against else max(above, row[at - 1])
            before = above
    return 2 * row[-1] / total


def _is_part(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one) or one.endswith(other) or other.endswith(one)
