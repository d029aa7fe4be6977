"""The current run of this process: the one global, with one setter."""

from __future__ import annotations

TYPE_CHECKING = False  # known to type checkers; typing takes 8 ms to load

if TYPE_CHECKING:
    from collector.training_run import Run

run: Run | None = None
"""The run that `collector.log` writes to."""


def set_run(new: Run | None) -> None:
    """Make a run the current one, or none."""
    global run
    run = new
