"""The current run of this process: the one global, with one setter."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collector.training_run import Run

run: Run | None = None
"""The run that `collector.log` writes to."""


def set_run(new: Run | None) -> None:
    """Make a run the current one, or none."""
    global run
    run = new
