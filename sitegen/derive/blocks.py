"""What was made of facts, kept with them; and a project's runs in blocks, of which few are new at a time.

A watch builds hundreds of times. Of a project of ten thousand runs one has a new point: what is made of its
block is made anew, and of all the other blocks it is there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import pairwise
from operator import is_
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from sitegen.derive.facts import RunFacts

T = TypeVar("T")

BLOCK_RUNS = 250
"""Runs of each block but the newest, which has as many or fewer."""


class Facts:
    """Facts that stay as they are, and what was made of them so far."""

    def once(self, name: str, given: object, make: Callable[[], T]) -> T:
        """What `make` makes of these facts and of what is `given` besides; for equal things it is made once.

        A watch builds hundreds of times, and of most runs and projects nothing is new.
        """
        known = self._made.get(name)
        if known is None or known[0] != given:
            known = self._made[name] = (given, make())
        found: T = known[1]
        return found

    @cached_property
    def _made(self) -> dict[str, tuple[Any, Any]]:
        """What was given and what was made, by name."""
        return {}


class RunBlock(Facts):
    """Runs of a project that stand next to each other, from newest to oldest."""

    def __init__(self, runs: Sequence[RunFacts]) -> None:
        self.runs = tuple(runs)

    def has(self, runs: Sequence[RunFacts]) -> bool:
        """Whether it is made of the very same runs."""
        return len(runs) == len(self.runs) and all(map(is_, runs, self.runs))


def blocks_of(runs: Sequence[RunFacts], before: Sequence[RunBlock] = ()) -> tuple[RunBlock, ...]:
    """The runs in blocks; those of `before` whose runs are the very same objects are taken again.

    Blocks are counted from the oldest run, so that a new one changes the newest block alone.
    """
    count = len(runs)
    if not count:
        return ()
    first = count % BLOCK_RUNS or min(count, BLOCK_RUNS)
    edges = [0, *range(first, count + 1, BLOCK_RUNS)]
    parts = [runs[start:stop] for start, stop in pairwise(edges)]
    # From the oldest on, as they are counted.
    known = dict(enumerate(reversed(before)))
    found = []
    for number, part in enumerate(reversed(parts)):
        block = known.get(number)
        found.append(block if block is not None and block.has(part) else RunBlock(part))
    return tuple(reversed(found))
