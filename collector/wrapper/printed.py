"""Metrics that the command prints, logged beside its output: what is behind `--parse`.

The relay only offers pieces. A thread hands them to a process that searches, another logs what it finds. What
cannot be followed is left out and counted; the output never waits.
"""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from threading import Condition, Thread

from collector.runlog.metrics import MetricsLog
from collector.wrapper.searcher import frame, start_searcher

WAITING_BYTES = 4 << 20
"""Most output that may wait to be searched."""
READ_BYTES = 1 << 14
FRAMES_AT_ONCE = 16
"""A pseudo-terminal gives 4 kB at a time: a call for each would cost the relay more than the search does."""
SWITCH_SECONDS = 0.0005
"""So long the relay waits for a thread that logs a burst of rows; by default it would be ten times that."""
SYNC_SECONDS = 1.0


class PrintedMetrics:
    """Has output searched for metrics, and logs them once it knows where."""

    def __init__(self, patterns: Sequence[re.Pattern[str]] = (), before: Sequence[str] = ()) -> None:
        self.logged = 0
        self.unsearched_bytes = 0
        """Output that came faster than it could be searched."""
        self._searcher = start_searcher(patterns, before)
        self._open: Callable[[], MetricsLog] | None = None
        self._log: MetricsLog | None = None
        self._waiting: deque[bytes] = deque()
        self._waiting_bytes = 0
        self._changed = Condition()
        self._is_closing = False
        self._is_gone = False
        self._is_cut_short = False
        self._synced = time.monotonic()
        self._hand_over = Thread(target=self._send, name="collect-parse-out", daemon=True)
        self._take_back = Thread(target=self._receive, name="collect-parse-in", daemon=True)

    @property
    def pid(self) -> int:
        """The process that searches: it is ours, and none of the command's."""
        return self._searcher.pid

    def begin(self, open_log: Callable[[], MetricsLog]) -> None:
        """Log into what `open_log` opens when the first metric is found."""
        self._open = open_log
        sys.setswitchinterval(SWITCH_SECONDS)
        self._hand_over.start()
        self._take_back.start()

    def put(self, stream: int, piece: bytes) -> None:
        """Offer a piece of output."""
        with self._changed:
            if self._is_gone or self._waiting_bytes + len(piece) > WAITING_BYTES:
                self.unsearched_bytes += len(piece)
                return
            self._waiting.append(frame(stream, piece))
            self._waiting_bytes += len(self._waiting[-1])
            self._changed.notify_all()

    def finish(self, seconds: float) -> None:
        """Have what waits and the last line searched, within so many seconds."""
        with self._changed:
            self._is_closing = True
            self._changed.notify_all()
        if self._take_back.ident is not None:
            self._take_back.join(seconds)
        if self._take_back.is_alive():
            self._is_cut_short = True
            os.kill(self.pid, signal.SIGKILL)

    def shortfall(self) -> str | None:
        """What a reader of the run should know about the search, if anything."""
        if self.unsearched_bytes:
            return f"{self.unsearched_bytes} bytes of output could not be searched for metrics."
        if self._is_cut_short:
            return "The end of the output could not be searched for metrics in time."
        return None if self.logged else "--parse found no metrics in the output."

    def _send(self) -> None:
        connection = self._searcher.connection
        try:
            while True:
                with self._changed:
                    self._changed.wait_for(lambda: self._waiting or self._is_closing)
                    frames, self._waiting = self._waiting, deque()
                    if not frames:
                        break
                while frames:
                    some = b"".join(frames.popleft() for _ in range(min(len(frames), FRAMES_AT_ONCE)))
                    connection.sendall(some)
                    with self._changed:
                        self._waiting_bytes -= len(some)
            connection.shutdown(1)
        except OSError:
            with self._changed:  # it was killed: what waits and what comes is not searched
                self._is_gone = True
                self.unsearched_bytes += self._waiting_bytes

    def _receive(self) -> None:
        rest = b""
        connection = self._searcher.connection
        connection_open = True
        while connection_open:
            try:
                piece = connection.recv(READ_BYTES)
            except OSError:
                piece = b""
            connection_open = bool(piece)
            *lines, rest = (rest + piece).split(b"\n")
            for line in lines:
                self._note(line)
            self._sync()

    def _note(self, line: bytes) -> None:
        step, values = json.loads(line)
        if self._log is None:
            assert self._open is not None
            self._log = self._open()
        self.logged += 1
        self._log.append(step, values)

    def _sync(self) -> None:
        """Within a second what was logged is on the disk, and what the disk refused is tried again."""
        if self._log is not None and time.monotonic() - self._synced >= SYNC_SECONDS:
            self._synced = time.monotonic()
            self._log.writer.retry()
            self._log.writer.sync()
