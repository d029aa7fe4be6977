"""Metrics that the command prints, logged beside its output: the thread behind `--parse`.

The relay only offers pieces. What this thread cannot follow is left out and counted; the output never waits.
"""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Callable, Sequence
from threading import Condition, Thread

from collector.parsing.rows import Rows
from collector.parsing.stream import Lines
from collector.runlog.metrics import MetricsLog

WAITING_BYTES = 4 << 20
"""Most output that may wait to be searched."""
SYNC_SECONDS = 1.0


class PrintedMetrics(Thread):
    """Searches output for metrics and logs them, once it knows where."""

    def __init__(self, patterns: Sequence[re.Pattern[str]] = ()) -> None:
        super().__init__(name="collect-parse", daemon=True)
        self.logged = 0
        self.unsearched_bytes = 0
        """Output that came faster than it could be searched."""
        self._rows = Rows(patterns)
        self._lines: dict[int, Lines] = {}
        self._open: Callable[[], MetricsLog] | None = None
        self._log: MetricsLog | None = None
        self._waiting: deque[tuple[int, bytes]] = deque()
        self._waiting_bytes = 0
        self._changed = Condition()
        self._is_closing = False
        self._synced = time.monotonic()

    def begin(self, open_log: Callable[[], MetricsLog]) -> None:
        """Log into what `open_log` opens when the first metric is found."""
        self._open = open_log
        self.start()

    def put(self, stream: int, piece: bytes) -> None:
        """Offer a piece of output."""
        with self._changed:
            if self._waiting_bytes + len(piece) > WAITING_BYTES:
                self.unsearched_bytes += len(piece)
                return
            self._waiting.append((stream, piece))
            self._waiting_bytes += len(piece)
            self._changed.notify_all()

    def finish(self, seconds: float) -> None:
        """Search what waits and the last line, within so many seconds."""
        with self._changed:
            self._is_closing = True
            self._changed.notify_all()
        if self.is_alive():
            self.join(seconds)

    def run(self) -> None:
        """Search until there is nothing more to come."""
        while True:
            with self._changed:
                self._changed.wait_for(self._has_work, SYNC_SECONDS)
                pieces, self._waiting, self._waiting_bytes = self._waiting, deque(), 0
                is_last = self._is_closing
            for stream, piece in pieces:
                for _, line in self._lines.setdefault(stream, Lines()).feed(piece):
                    self._read(line)
            if is_last:
                for lines in self._lines.values():
                    for _, line in lines.finish():
                        self._read(line)
                return
            self._sync()

    def _has_work(self) -> bool:
        return bool(self._waiting or self._is_closing)

    def _read(self, line: str) -> None:
        row = self._rows.read(line)
        if row is None:
            return
        if self._log is None:
            assert self._open is not None
            self._log = self._open()
        self.logged += 1
        self._log.append(row.step, row.values)

    def _sync(self) -> None:
        """Within a second what was logged is on the disk, and what the disk refused is tried again."""
        if self._log is not None and time.monotonic() - self._synced >= SYNC_SECONDS:
            self._synced = time.monotonic()
            self._log.writer.retry()
            self._log.writer.sync()
