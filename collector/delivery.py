"""The way of files to the run's folder: straight, or through the spool where a mount may stall."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable

from collector.runlog.paths import RunPaths
from collector.runlog.spool import UNPROTECTED, Parcel, SpooledPaths, open_parcel, sweep, tree_size

LOOK_SECONDS = 5.0
"""Time between two looks at how the spool is carried."""


class Delivery:
    """Where this process writes, and what is told about it."""

    def __init__(self, destination: RunPaths, spool: str | None) -> None:
        self.destination = destination
        """The run's folder and its places."""
        self.paths = destination
        """Where files are written: in the run's folder, or in what stands for it in the spool."""
        self.parcel: Parcel | None = None
        """The folder in the spool, where there is one."""
        self._spool = spool
        self._look_at = 0.0
        self._told_trouble = ""

    @property
    def warning(self) -> str | None:
        """What to know about a mount that may stall and has no spool."""
        return UNPROTECTED if self._spool is not None and self.parcel is None else None

    def begin(self) -> None:
        """Make a parcel and have it carried, where there is to be one and none is yet."""
        if not self._spool or self.parcel is not None:
            return
        try:
            parcel = open_parcel(self._spool, self.destination.folder)
        except OSError:  # no spool, then: what is wrong with the folder itself will be told there
            return
        self.parcel = parcel
        self.paths = SpooledPaths(self.destination, parcel.run_folder)
        parcel.start_carrier()

    def renew(self) -> None:
        """Begin another parcel where somebody has deleted ours: nobody would deliver what goes in there."""
        if self.parcel is not None and self.parcel.is_delivered:
            self.leave()
            self.begin()

    def watch(self, say: Callable[[str], None]) -> None:
        """Tell what the destination refuses, and let another go on for a carrier that was killed."""
        parcel, now = self.parcel, time.monotonic()
        if parcel is None or now < self._look_at:
            return
        self._look_at = now + LOOK_SECONDS
        parcel.reap()
        trouble = parcel.progress().trouble
        if trouble not in ("", self._told_trouble):
            self._told_trouble = trouble
            say(f"writing to {self.destination.folder}: {trouble}; records wait in {parcel.folder}")
        if not parcel.has_carrier():
            parcel.start_carrier()

    def leave(self) -> None:
        """Put nothing more into the parcel: it is carried to the end, or is our parent's."""
        if self.parcel is not None:
            self.parcel.release()
        self.parcel, self.paths = None, self.destination

    def finish(self) -> str | None:
        """Leave, and wait a little until all is where it belongs; None then, else what to say."""
        parcel, paths = self.parcel, self.paths
        if parcel is None:
            return None
        self.leave()
        if parcel.settle():
            return None
        self.paths = paths  # what has not arrived can still be read there
        return self._left_behind(parcel)

    def catch_up(self) -> str | None:
        """Wait a little until what was written up to now is where it belongs; None then, else what to say."""
        if self.parcel is None or self.parcel.catch_up():
            return None
        return self._left_behind(self.parcel)

    def place_for_user(self) -> str:
        """The run's folder, made if it is not there yet: who asks for it is about to write into it."""
        if self.parcel is not None:
            with contextlib.suppress(OSError):
                os.makedirs(self.destination.folder, exist_ok=True)
        return self.destination.folder

    def readable_folder(self) -> str:
        """Where what was written can be read back, also when it has been delivered meanwhile."""
        return self.paths.folder if os.path.isdir(self.paths.folder) else self.destination.folder

    def without_places(self, text: str) -> str:
        """A text for the log, which others read: they need not know where things are on this machine."""
        if self.parcel is not None:
            text = text.replace(self.parcel.folder, "the spool of this machine")
        text = text.replace(self.destination.folder, "the run's folder")
        return text.replace(self.destination.root, "the folder of run logs")

    def sweep(self) -> None:
        """Have carried what processes that were killed have left in the spool of this machine."""
        if self.parcel is not None:
            sweep()

    def _left_behind(self, parcel: Parcel) -> str:
        progress = parcel.progress()
        left = max(0, tree_size(parcel.run_folder) - progress.carried_bytes)
        why = progress.trouble or "it does not answer"
        return (
            f"{left} bytes are not in {self.destination.folder} yet ({why}): they wait in {parcel.folder}, "
            "and are taken there as soon as it can be; after a restart of the machine, by `collect carry`"
        )
