"""The pages of runs, written by whichever process is free."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from sitegen.output.staging import Batch, Made, Staging
from sitegen.pages.places import Place
from sitegen.pages.press import Press, SiteParts
from sitegen.pages.runfiles import run_files
from sitegen.work.library import RunRef


class RunTask(NamedTuple):
    """A run to be printed."""

    run: RunRef
    before: RunRef | None
    """The run before it, of which its page tells what differs."""
    place: Place


@dataclass
class RunPrinter:
    """Writes the files of runs, one run after the other."""

    parts: SiteParts
    staging: Staging

    def __call__(self, task: RunTask) -> list[Made]:
        """The files of a run."""
        batch = Batch(self.staging)
        self._press.assets = batch
        # In this order: two runs are held, and the one before is the next one to be printed.
        run, before = task.run.whole(), task.before.whole() if task.before else None
        for path, content in run_files(run, before, task.place, self._press):
            batch.write(path, content)
        tiles = task.run.tiles() if task.place.tiles else None
        for name, content in tiles.files() if tiles else ():
            batch.write(f"data/{task.place.folder}/{name}", content)
        return batch.made

    @cached_property
    def _press(self) -> Press:
        return Press(self.parts, Batch(self.staging))
