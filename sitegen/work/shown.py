"""A crew whose work somebody watches: each long task of many shows how far it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sitegen.work.crew import Crew, Result, Task

Progress = Callable[[str, Iterable[Any], int], Iterable[Any]]
"""Passes results on while showing, in these words, how many of so many there are."""

WORDS = {
    "keep": "Reading runs",
    "make_tiles": "Points behind zoom",
    "GroupPrinter": "Chunks of charts",
    "RunPrinter": "Pages of runs",
}
"""What is said of a kind of work, by the name of what does it."""


@dataclass(frozen=True)
class Shown:
    """Does what another crew does, and shows it."""

    crew: Crew
    progress: Progress

    def map(self, work: Callable[[Task], Result], tasks: Sequence[Task], seconds: float) -> Iterator[Result]:
        """The results in the order of the tasks."""
        # Asked for at once: the work begins here, whenever its results are wanted.
        results = self.crew.map(work, tasks, seconds)
        name = getattr(work, "__name__", type(work).__name__)
        return iter(self.progress(WORDS.get(name, "Working"), results, len(tasks))) if tasks else results
