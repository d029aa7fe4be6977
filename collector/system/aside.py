"""A GPU library in a thread of its own: a driver that hangs holds up no sample and no sign of life."""

from __future__ import annotations

from threading import Condition, Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collector.system.sampler import GpuSource

Reading = tuple[dict[str, float], dict[str, float]]

PATIENCE_SECONDS = 0.5
"""How long a sample waits for the GPUs; PCIe traffic of eight older ones takes 0.3 s."""
NOTHING: Reading = ({}, {})


class Aside:
    """Reads a source on request; what comes too late is given with the next sample."""

    def __init__(self, source: GpuSource, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._source = source
        self._patience_seconds = patience_seconds
        self._changed = Condition()
        self._wanted: tuple[frozenset[int], bool] | None = None
        self._is_reading = False
        self._is_closing = False
        self._found: Reading | None = None
        self._thread: Thread | None = None

    def read(self, pids: frozenset[int], whole: bool = False) -> Reading:
        """Levels and counters, or nothing while the driver does not answer."""
        with self._changed:
            if self._thread is None:
                self._thread = Thread(target=self._run, name="collector-gpus", daemon=True)
                self._thread.start()
            late, self._found = self._found, None
            if not self._is_reading:
                self._wanted, self._is_reading = (pids, whole), True
                self._changed.notify_all()
            if late is not None:
                return late
            self._changed.wait_for(lambda: self._found is not None, self._patience_seconds)
            found, self._found = self._found, None
            return found if found is not None else NOTHING

    def close(self) -> None:
        """Let the thread close the library, if it ever comes back from it."""
        with self._changed:
            self._is_closing = True
            self._changed.notify_all()
            if self._thread is None:
                self._source.close()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._wanted is not None or self._is_closing)
                wanted, self._wanted = self._wanted, None
            if wanted is None:
                self._source.close()
                return
            try:
                found = self._source.read(*wanted)
            except Exception:  # boundary: a library in trouble is one sample less
                found = NOTHING
            with self._changed:
                self._found, self._is_reading = found, False
                self._changed.notify_all()
