"""The command's output on disk: raw bytes as they came, secrets taken out, and an index that says when.

The first 32 MB stay; what comes after goes into pieces of 16 MB of which the last two are kept. A thread of
its own writes, so that a slow or full disk never delays the terminal: what it cannot take is counted.
"""

from __future__ import annotations

import os
import sys
from collections import Counter, deque
from collections.abc import Callable
from threading import Condition, Thread
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collector.runlog.redact_stream import StreamRedactor

HEAD_BYTES = 32 << 20
TAIL_BYTES = 16 << 20
WAITING_BYTES = 4 << 20
"""Most that may wait for the disk."""
GATHER_SECONDS = 0.02
"""Pieces of one stream that come within this time share a line of the index."""
GATHER_BYTES = 1 << 19
HOLD_SECONDS = 0.5
"""How long an unfinished line waits for its rest before it is looked at for secrets and written."""
SWITCH_SECONDS = 0.0005
"""How soon the relay gets the interpreter back from the thread that looks for secrets; Python's own 5 ms
would cost the relay most of its speed."""
SLICE_BYTES = 1 << 16
"""Looked at for secrets and written in one go."""
RECALL_BYTES = 64 << 10
"""How much of the end is remembered, for a last traceback."""


class ConsolePlace(NamedTuple):
    """Where the log of the output goes."""

    folder: int
    """A directory descriptor."""
    segment: str
    """What the files there are named after."""
    note: Callable[[dict[str, Any]], object]


class ConsoleLog(Thread):
    """Takes pieces of output from the start, and writes them once it knows where."""

    def __init__(self, *, head_bytes: int = HEAD_BYTES, tail_bytes: int = TAIL_BYTES) -> None:
        super().__init__(name="collect-console", daemon=True)
        self.head_bytes = head_bytes
        self.tail_bytes = tail_bytes
        self._index: Callable[[dict[str, Any]], object] = _nowhere
        self._folder = -1
        self._segment = ""
        self._file = -1
        self._tail = 0
        self._offset = 0
        self._waiting: deque[tuple[int, bytes]] = deque()
        self._waiting_bytes = 0
        self._unwritten = 0
        self.skipped = 0
        """Bytes that could not be kept."""
        self.gone = 0
        """Bytes that were kept in files which somebody has deleted."""
        self._kept = 0
        self._next_place: ConsolePlace | None = None
        self._when_left: Callable[[], object] | None = None
        self._recent: dict[int, bytearray] = {}
        self._redactors: dict[int, StreamRedactor] = {}
        self._changed = Condition()
        self._is_idle = False
        self._is_hurried = False
        self._is_closing = False
        self._is_discarding = False

    def begin(self, place: ConsolePlace) -> None:
        """Write into files there, from now on."""
        self._settle(place)
        self.start()

    def is_displaced(self) -> bool:
        """Whether the file that is being written was deleted."""
        try:
            return self._file >= 0 and os.fstat(self._file).st_nlink == 0
        except OSError:
            return False

    def move(self, place: ConsolePlace, when_left: Callable[[], object] | None) -> None:
        """Go on in another place, for the files here were deleted; then call `when_left`."""
        with self._changed:
            self._next_place = place
            self._when_left = when_left
            self._changed.notify_all()

    def _settle(self, place: ConsolePlace) -> None:
        self._folder, self._segment, self._index = place
        self._tail = self._offset = 0
        self._file = self._open(self._file_name())

    def _leave(self, place: ConsolePlace) -> None:
        """Leave files that were deleted; the new index begins with what is gone."""
        if self._file >= 0:
            os.close(self._file)
        os.close(self._folder)
        gone, self._kept = self._kept, 0
        self._settle(place)
        self.gone += gone
        if gone:
            self._index({"k": "skip", "n": gone})
        if self._when_left is not None:
            self._when_left()

    def discard(self) -> None:
        """Keep nothing: there is no place for it."""
        with self._changed:
            self._is_discarding = True
            self._waiting.clear()

    def put(self, stream: int, piece: bytes) -> None:
        """Offer a piece of output: stream 1 is standard output, 2 standard error."""
        with self._changed:
            self._remember(stream, piece)
            if self._is_discarding:
                return
            if self._waiting_bytes + len(piece) > WAITING_BYTES:
                self._unwritten += len(piece)
            else:
                self._waiting.append((stream, piece))
                self._waiting_bytes += len(piece)
            self._changed.notify_all()

    def flush(self, seconds: float) -> None:
        """Wait until what has been put is on disk, for at most so many seconds."""
        with self._changed:
            self._is_hurried = True
            self._changed.notify_all()
            if self.is_alive():
                self._changed.wait_for(self._is_settled, seconds)
            self._is_hurried = False

    def close(self, seconds: float) -> None:
        """Write what is waiting and end, within so many seconds."""
        with self._changed:
            self._is_closing = True
            self._changed.notify_all()
        if self.is_alive():
            self.join(seconds)

    def recall(self) -> bytes:
        """The end of the output, standard error last: what came through two pipes has no order to rely on."""
        with self._changed:
            return b"\n".join(bytes(self._recent[stream][-RECALL_BYTES:]) for stream in sorted(self._recent))

    def run(self) -> None:
        """Write until closed and empty."""
        sys.setswitchinterval(SWITCH_SECONDS)
        while True:
            with self._changed:
                self._is_idle = True
                self._changed.notify_all()
                self._changed.wait_for(self._has_work, HOLD_SECONDS if self._is_holding() else None)
                self._is_idle = False
                self._changed.wait_for(self._has_gathered, GATHER_SECONDS)
                pieces, self._waiting, self._waiting_bytes = self._waiting, deque(), 0
                unwritten, self._unwritten = self._unwritten, 0
                place, self._next_place = self._next_place, None
            if place is not None:
                self._leave(place)
            for stream, piece in merge(pieces):
                for begin in range(0, len(piece), SLICE_BYTES):
                    self._store(stream, self._redactor(stream).take(piece[begin : begin + SLICE_BYTES]))
            if not pieces or self._is_hurried:
                self._release()
            self._skip(unwritten)
            if self._is_closing and not pieces:
                return

    def secrets(self) -> Counter[str]:
        """How many secrets each rule has taken out so far."""
        return sum((redactor.counts for redactor in self._redactors.values()), Counter())

    def _redactor(self, stream: int) -> StreamRedactor:
        from collector.runlog.redact_stream import StreamRedactor  # while the command is on its way already

        return self._redactors.setdefault(stream, StreamRedactor())

    def _is_holding(self) -> bool:
        return any(redactor.is_holding for redactor in self._redactors.values())

    def _release(self) -> None:
        """Write the unfinished lines too: nothing more of them has come, or somebody waits."""
        for stream, redactor in self._redactors.items():
            self._store(stream, redactor.release())

    def _has_work(self) -> bool:
        is_wanted = self._is_hurried and self._is_holding()
        is_moving = self._next_place is not None
        return bool(self._waiting or self._unwritten or self._is_closing or is_wanted or is_moving)

    def _has_gathered(self) -> bool:
        return self._is_closing or self._is_hurried or self._waiting_bytes >= GATHER_BYTES

    def _is_settled(self) -> bool:
        is_empty = not (self._waiting or self._unwritten or self._next_place is not None)
        return self._is_idle and is_empty and not self._is_holding()

    def _remember(self, stream: int, piece: bytes) -> None:
        recent = self._recent.setdefault(stream, bytearray())
        recent += piece[-RECALL_BYTES:]
        if len(recent) > 4 * RECALL_BYTES:
            del recent[:-RECALL_BYTES]

    def _store(self, stream: int, piece: bytes) -> None:
        while piece:
            limit = self.tail_bytes if self._tail else self.head_bytes
            if self._offset >= limit:
                self._next_file()
                continue
            now, piece = piece[: limit - self._offset], piece[limit - self._offset :]
            written = self._write(now)
            if written:
                line: dict[str, Any] = {"k": "out", "s": stream, "o": self._offset, "n": written}
                if self._tail:
                    line["f"] = f"tail-{self._tail}"
                self._index(line)
                self._offset += written
                self._kept += written
            self._skip(len(now) - written)

    def _write(self, piece: bytes) -> int:
        if self._file < 0:
            self._file = self._open(self._file_name())
        written = 0
        try:
            while written < len(piece):
                written += os.write(self._file, memoryview(piece)[written:])
        except OSError:
            pass  # the disk is full or gone: the caller counts what is missing
        return written

    def _next_file(self) -> None:
        if self._file >= 0:
            os.close(self._file)
        if self._tail >= 2:
            self._forget(self._tail - 1)
        self._tail += 1
        self._offset = 0
        self._file = self._open(self._file_name())

    def _forget(self, tail: int) -> None:
        """Delete a piece of the tail; its lines in the index say what is missing."""
        try:
            os.unlink(f"{self._segment}.tail-{tail}.log", dir_fd=self._folder)
        except OSError:
            pass  # it stays, and with it more than was promised

    def _file_name(self) -> str:
        return f"{self._segment}.tail-{self._tail}.log" if self._tail else f"{self._segment}.log"

    def _open(self, name: str) -> int:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
        try:
            return os.open(name, flags, 0o666, dir_fd=self._folder)
        except OSError:
            return -1

    def _skip(self, count: int) -> None:
        if count:
            self.skipped += count
            self._index({"k": "skip", "n": count})


def merge(pieces: deque[tuple[int, bytes]]) -> list[tuple[int, bytes]]:
    """Join neighbours of the same stream."""
    joined: list[tuple[int, list[bytes]]] = []
    for stream, piece in pieces:
        if joined and joined[-1][0] == stream:
            joined[-1][1].append(piece)
        else:
            joined.append((stream, [piece]))
    return [(stream, b"".join(parts)) for stream, parts in joined]


def _nowhere(line: dict[str, Any]) -> None:
    """The index of a log that has not begun."""
