"""Write one log file: a record is in the kernel, safe from kill -9, when `write` returns True.

One raw `os.write` on an O_APPEND descriptor per record: no lock, buffer or queue on the way, so threads,
forks and signal handlers need no care, and there is nothing to flush. What the disk refuses waits in a
bounded ring in memory, is tried again, and is counted when it has to be given up.
"""

from __future__ import annotations

import contextlib
import errno
import os
import time
from _thread import allocate_lock
from collections import deque
from collections.abc import Callable
from typing import Any

from collector.runlog.lines import LINE_LIMIT, seal
from collector.runlog.records import header_record
from collector.runlog.values import to_tree

RING_BYTES = 64 << 20
"""Most bytes of refused records that wait in memory."""

RETRY_SECONDS = 0.1
"""Shortest time between two attempts on a disk that refuses."""

CLOSE_SECONDS = 1.0
"""How long the end waits for a disk that refuses."""

GRACE_SECONDS = 1.0
"""How long a closed file's descriptor number is kept from being used again."""

KINDS_WITH_TEXTS = frozenset({"run", "alert", "note", "end", "provenance", "artifact", "use", "edit"})
"""Records with texts of the user's or the machine's, from which secrets are taken out here; configurations,
media and metrics do so where they are made."""

SWITCH_ERRORS = frozenset([errno.EFBIG, errno.EIO, errno.ESTALE, errno.EBADF, errno.ENXIO])
"""Errors of this one file, which a new file may not have."""

UNABLE_ERRORS = frozenset([errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP])
"""What a file system says that knows no syncing."""

FOLDERS = 4
"""How many folders up a new run may have made names: its own, its project's, the root, what that lies in."""

_FLAGS = (
    os.O_WRONLY
    | os.O_APPEND
    | os.O_CREAT
    | os.O_EXCL
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
)
_fdatasync: Callable[[int], None] = getattr(os, "fdatasync", os.fsync)

_open_writers: set[SegmentWriter] = set()
_retired: list[tuple[float, int]] = []


class SegmentWriter:
    """One log file of one process, from its header on; a forked child can not write into it."""

    path: str
    fd: int
    """Descriptor to write to, negative while records have to wait."""
    start: float
    """Reading of the monotonic clock at which the times of this file begin."""
    started: float
    """Wall time at that moment."""
    dropped: int
    """Records given up."""
    trouble: str
    """What the disk refuses at present, in words; empty while all is well."""

    def __init__(
        self,
        path: str,
        header: dict[str, Any],
        *,
        monotonic: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
        on_trouble: Callable[[str], None] | None = None,
        ring_limit: int = RING_BYTES,
        is_patient: bool = False,
    ) -> None:
        """Create the file and write its header. An OSError of the creation is raised, and nothing else.

        A writer that `is_patient` keeps records in memory instead, until `move_to` finds a place for them.
        """
        import orjson  # first need: a process that never logs does not load it

        self._dumps = orjson.dumps
        self._header = header
        self.monotonic = monotonic
        self._on_trouble = on_trouble
        self._ring: deque[bytes] = deque()
        self._ring_limit = ring_limit
        self._ring_bytes = 0
        self._retry_at = 0.0
        self._is_torn = False
        self._draining = allocate_lock()
        self._synced_size = -1
        self._errno = 0
        self.is_open = True
        self.dropped = 0
        self.trouble = ""
        self.path = path
        self.fd = self._file = -1
        self._identity = (0, 0)
        self.start = monotonic()
        self.started = now()
        _open_writers.add(self)
        try:
            self._begin(path, [])
        except OSError as error:
            if not is_patient:
                _open_writers.discard(self)
                raise
            self.trouble = _words(error)

    @property
    def waiting(self) -> int:
        """Records in memory that the disk has not taken yet."""
        return len(self._ring)

    @property
    def size(self) -> int:
        """Bytes in the file, 0 when it can not be asked."""
        try:
            return os.fstat(self._file).st_size
        except OSError:
            return 0

    def place_now(self) -> str:
        """Where the file is at present, for it may have been moved; without /proc, where it was made."""
        try:
            return os.readlink(f"/proc/self/fd/{self._file}")
        except OSError:
            return self.path

    def clock(self) -> float:
        """Seconds since `started`, to the microsecond, by a clock that never goes back."""
        return round(self.monotonic() - self.start, 6)

    def write(self, record: dict[str, Any]) -> bool:
        """Append a record with its time; True when it is in the file, False when it waits or was given up."""
        try:
            return self.emit(self.encode(_without_secrets(record)))
        except (TypeError, ValueError, KeyError) as error:  # whatever a record holds, the caller goes on
            self.lose(f"{type(error).__name__}: {error}")
            return False

    def encode(self, record: dict[str, Any]) -> bytes:
        """The sealed line of a record, its time being now."""
        return self._seal({"k": record["k"], "t": self.clock()} | record)

    def _seal(self, record: dict[str, Any]) -> bytes:
        try:
            return seal(self._dumps(record))
        except TypeError:  # a name that is not UTF-8, from a folder or the environment
            return seal(self._dumps(to_tree(record)))

    def emit(self, line: bytes) -> bool:
        """Append a sealed line; True when all of it is in the file."""
        if len(line) > LINE_LIMIT:
            self.lose(f"a record of {len(line)} bytes is over the limit of {LINE_LIMIT}")
            return False
        if self.fd < 0:
            return self._queue(line) and self.retry()
        try:
            written = os.write(self.fd, line)
        except OSError as error:
            if error.errno is None:  # not the disk's: raised by the user's signal handler
                raise
            return self.refuse(line, error)
        return written == len(line) or self.resume_after(line, written)

    def refuse(self, line: bytes, error: OSError) -> bool:
        """Keep a line that the disk did not take, to try it again later."""
        if self.is_open:
            self._suspend(error)
            self._queue(line)
        return False

    def resume_after(self, line: bytes, written: int) -> bool:
        """Keep a line of which the disk took only a part; what comes next will begin with a newline."""
        self._is_torn = True
        self._suspend(OSError(errno.ENOSPC, "the disk took only a part of a record"))
        if written == len(line) - 1:
            return True
        return self._queue(line) and self.retry()

    def retry(self) -> bool:
        """Write what waits in memory, if it is time; True when nothing waits any more."""
        if not self.is_open or self.monotonic() < self._retry_at:
            return False
        self._retry_at = self.monotonic() + RETRY_SECONDS
        return self._drain()

    def sync(self) -> bool:
        """Ask the kernel to put what was written on the disk; True when it did or nothing was new."""
        size = self.size
        if not self.is_open or self._file < 0 or size == self._synced_size:
            return True
        try:
            _fdatasync(self._file)
        except OSError as error:
            if error.errno not in UNABLE_ERRORS:
                # Asking again proves nothing: the kernel says it once, and has given the pages up.
                self._tell(f"{_words(error)} on syncing: a power failure may cost more than the last second")
                return False
        if self._synced_size < 0:
            _sync_folders(os.path.dirname(self.path))
        self._synced_size = size
        return True

    def is_displaced(self) -> bool:
        """Whether the file was deleted, or its descriptor taken over, behind our back."""
        if not self.is_open or self._file < 0:
            return False
        try:
            status = os.fstat(self._file)
        except OSError:
            return True
        return status.st_nlink == 0 or (status.st_dev, status.st_ino) != self._identity

    def needs_successor(self) -> bool:
        """Whether there is no file yet, or this one can not be written any further although another might."""
        return self.is_open and self.fd < 0 and (self._file < 0 or self._errno in SWITCH_ERRORS)

    def move_to(self, path: str, preamble: list[dict[str, Any]]) -> None:
        """Go on in a new file that repeats `preamble` first; an OSError leaves everything as it was."""
        old, is_foreign = self._file, self.is_displaced()
        if old < 0:  # nothing was written yet, so what waits is complete
            self._begin(path, [])
            return
        self._header = self._header | {"after": os.path.basename(self.path).partition(".")[0]}
        self._begin(path, preamble)
        if not is_foreign:  # a number that somebody else took over is not ours to close
            _retire(old)

    def close(self, wait_seconds: float | None = None) -> int:
        """Write what still waits, sync, and end; the number of records given up in all."""
        if not self.is_open:
            return self.dropped
        deadline = self.monotonic() + (CLOSE_SECONDS if wait_seconds is None else wait_seconds)
        while (self._ring or self._is_torn) and not self._drain() and self.monotonic() < deadline:
            if self._file < 0:
                break
            time.sleep(RETRY_SECONDS)
        self.dropped += len(self._ring)
        self.sync()
        self._end()
        if self._file >= 0:
            _retire(self._file)
        return self.dropped

    def disown(self) -> None:
        """Leave the file to the process that owns it: called in a forked child."""
        self._end()
        with contextlib.suppress(OSError):
            os.close(self._file)

    def _begin(self, path: str, preamble: list[dict[str, Any]]) -> None:
        file = os.open(path, _FLAGS, 0o666)
        try:
            status = os.fstat(file)
        except OSError:
            os.close(file)
            raise
        self._identity = (status.st_dev, status.st_ino)
        self._file = file
        self._is_torn = False
        self._synced_size = -1
        self.path = path
        self.fd = -1  # nothing may come before the header
        head = header_record(self._header, self.started, os.getpid()) | {"t": self.clock()}
        opening = [self._seal(head)] + [self.encode(_without_secrets(record)) for record in preamble]
        self._ring.extendleft(reversed(opening))
        self._ring_bytes += sum(map(len, opening))
        self._drain()

    def _end(self) -> None:
        self.is_open = False
        self.fd = -1
        self._ring.clear()
        _open_writers.discard(self)

    def _queue(self, line: bytes) -> bool:
        if not self.is_open:
            return False
        if self._ring_bytes + len(line) > self._ring_limit:
            # The disk refuses and memory has its limit: training outranks logging, so this one is given up.
            self.lose(self.trouble)
            return False
        self._ring.append(line)
        self._ring_bytes += len(line)
        return True

    def _suspend(self, error: OSError) -> None:
        self.fd = -1
        self._errno = error.errno or 0
        self.trouble = _words(error)
        self._tell(self.trouble)

    def lose(self, why: str) -> None:
        """Count a record as given up, and say why."""
        self.dropped += 1
        self._tell(why)

    def _tell(self, why: str) -> None:
        if self._on_trouble is not None:
            self._on_trouble(why)

    def _drain(self) -> bool:
        # Nobody waits for this lock: a signal handler may come in while its own thread holds it.
        if self._file < 0 or not self._draining.acquire(blocking=False):
            return False
        try:
            while self._ring or self._is_torn:
                if not self._write_waiting(self._ring[0] if self._ring else b""):
                    return False
            self.trouble = ""
            self.fd = self._file
            return True
        finally:
            self._draining.release()

    def _write_waiting(self, line: bytes) -> bool:
        whole = b"\n" + line if self._is_torn else line
        try:
            written = os.write(self._file, whole)
        except OSError as error:
            if error.errno is None:
                raise
            self._suspend(error)
            return False
        if written < len(whole):
            self._is_torn = self._is_torn or written > 0
            return False
        self._is_torn = False
        if line:
            self._ring.popleft()
            self._ring_bytes -= len(line)
        return True


def _without_secrets(record: dict[str, Any]) -> dict[str, Any]:
    if record["k"] not in KINDS_WITH_TEXTS:
        return record
    from collector.runlog import redact  # first need

    return redact.record(record)


def _words(error: OSError) -> str:
    name = errno.errorcode.get(error.errno or 0, "error")
    return f"{name}: {error.strerror or error}"


def _sync_folders(folder: str) -> None:
    # Without this a power failure may forget the name of a file whose bytes it kept, or that of a new folder.
    for _ in range(FOLDERS):
        with contextlib.suppress(OSError):  # not on Windows
            handle = os.open(folder, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        folder = os.path.dirname(folder)


def _retire(file: int) -> None:
    """Close a descriptor later: a thread that just read its number must not write into another file."""
    now = time.monotonic()
    _retired.append((now, file))
    while _retired and now - _retired[0][0] > GRACE_SECONDS:
        with contextlib.suppress(OSError):
            os.close(_retired.pop(0)[1])


def _disown_all() -> None:
    for writer in list(_open_writers):
        writer.disown()


if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=_disown_all)
