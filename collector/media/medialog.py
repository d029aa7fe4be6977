"""Media of one run: copied in the call of `log`, encoded by one thread, recorded when their files are there.

What waits is bounded in number and bytes; what does not fit is given up, counted and told.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple

from collector.media.media import Item, Media
from collector.media.recognize import find_media
from collector.media.store import MediaFolder

BACKLOG_ENTRIES = 2000
BACKLOG_BYTES = 512 << 20
FLUSH_SECONDS = 30.0
"""How long the end of a run waits for what is still to be encoded."""

RECORD_BYTES = 700 << 10
"""About the most that the items of one record take, under the limit of a line."""

IDLE_SECONDS = 5.0
"""After so long without work the thread ends; the next media starts another."""


class Outlet(NamedTuple):
    """What a media log needs of its run."""

    record: Callable[[dict[str, Any]], bool]
    """Append a record."""
    clock: Callable[[], float]
    """Seconds since the beginning of the records file."""
    folder: Callable[[], str]
    """Where media files go, as of now."""
    say: Callable[[str], None]
    """Tell the user, on the page and once on stderr."""


class Job(NamedTuple):
    """The media under one name of one call."""

    name: str
    step: float | int
    t: float
    media: list[Media]
    size_bytes: int


class MediaLog:
    """Takes media from `log`, gives them to its thread."""

    def __init__(
        self, outlet: Outlet, entries: int = BACKLOG_ENTRIES, size_limit: int = BACKLOG_BYTES
    ) -> None:
        self._outlet = outlet
        self._entries, self._size_limit = entries, size_limit
        self._store = MediaFolder(outlet.folder)
        # Re-entrant: a signal handler that logs a picture may come in while its own thread is in here.
        self._changed = threading.Condition(threading.RLock())
        self._jobs: deque[Job] = deque()
        self._waiting_bytes = 0
        self._is_busy = False
        self._is_closing = False
        self._thread: threading.Thread | None = None
        self._told: set[str] = set()
        self.dropped = 0
        """Media given up because the backlog was full."""
        self._dropped_untold = 0

    def claim(self, step: float | int, name: str, value: Any) -> bool:
        """Take a value that is media; False for one that is not."""
        try:
            found = find_media(value)
            if found is None:
                return False
            for media in _by_kind(found):
                frozen = [self._checked(name, one.freeze()) for one in media]
                self._add(name, step, [one for one in frozen if one is not None])
        except Exception as error:  # named boundary: a user's object may do anything when looked at
            self._tell(f'"{name}" could not be recorded ({type(error).__name__}: {error})')
        return True

    def close(self, wait_seconds: float = FLUSH_SECONDS) -> int:
        """Wait until everything is recorded, or the time is over; how many media are given up."""
        deadline = time.monotonic() + wait_seconds
        with self._changed:
            self._is_closing = True
            self._changed.notify_all()
            while (self._jobs or self._is_busy) and (left := deadline - time.monotonic()) > 0:
                self._changed.wait(left)
            late = sum(len(job.media) for job in self._jobs) + self._is_busy
            self._jobs.clear()
            thread = self._thread
        if thread is not None and not late:
            thread.join(1.0)
        if late:
            self._tell(f"{late} media were not encoded within {wait_seconds:g} s of the end and are given up")
            self._outlet.record({"k": "drop", "count": late, "why": "media were not encoded in time"})
        self._record_drops()
        return self.dropped + late

    def _checked(self, name: str, media: Media) -> Media | None:
        if media.problem:
            self._tell(f'"{name}" could not be recorded: {media.problem}')
            return None
        return media

    def _add(self, name: str, step: float | int, media: list[Media]) -> None:
        if not media:
            return
        size = sum(one.size_bytes for one in media)
        with self._changed:
            # One job may be larger than the limit if nothing else waits: it is in memory already.
            is_full = self._jobs and self._waiting_bytes + size > self._size_limit
            if self._is_closing or is_full or len(self._jobs) >= self._entries:
                self.dropped += len(media)
                self._dropped_untold += len(media)
                full = f"{len(self._jobs)} media with {self._waiting_bytes >> 20} MiB wait to be encoded"
                self._tell(f'"{name}" was given up at step {step}: {full}', once="full")
                return
            self._jobs.append(Job(name, step, self._outlet.clock(), media, size))
            self._waiting_bytes += size
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="collector-media", daemon=True)
                self._start(self._thread)
            self._changed.notify_all()

    def _start(self, thread: threading.Thread) -> None:
        try:
            thread.start()
        except RuntimeError:  # no more threads allowed, or the interpreter ends: done here and now
            self._thread = None
            while self._jobs:
                self._encode(self._jobs.popleft())

    def _work(self) -> None:
        while (job := self._next()) is not None:
            self._encode(job)
            self._record_drops()
            with self._changed:
                self._waiting_bytes -= job.size_bytes
                self._is_busy = False
                self._changed.notify_all()

    def _next(self) -> Job | None:
        with self._changed:
            is_idle = False
            while not self._jobs:
                if self._is_closing or is_idle:
                    self._thread = None
                    return None
                is_idle = not self._changed.wait(IDLE_SECONDS)
            self._is_busy = True
            return self._jobs.popleft()

    def _encode(self, job: Job) -> None:
        items: list[Item] = []
        for one in job.media:
            try:
                items.append(one.encode(self._store))
            except Exception as error:  # named boundary: an encoder or the disk
                self._tell(f'"{job.name}" could not be recorded ({type(error).__name__}: {error})')
        if items:
            for record in records_of(job, items):
                self._outlet.record(record)

    def _record_drops(self) -> None:
        with self._changed:
            count, self._dropped_untold = self._dropped_untold, 0
        if count:
            self._outlet.record({"k": "drop", "count": count, "why": "media: the backlog was full"})

    def _tell(self, text: str, once: str | None = None) -> None:
        # A loop that logs the same wrong thing for ever is told about once.
        key = once or text
        if key not in self._told and len(self._told) < 100:
            self._told.add(key)
            self._outlet.say(text)


def _by_kind(media: list[Media]) -> list[list[Media]]:
    kinds: dict[str, list[Media]] = {}
    for one in media:
        kinds.setdefault(one.kind, []).append(one)
    return list(kinds.values())


def records_of(job: Job, items: list[Item]) -> list[dict[str, Any]]:
    """One record per histogram, else one for all items, or several where a line would burst."""
    kind = job.media[0].kind
    head = {"t": job.t, "step": job.step, "name": job.name}
    if kind == "histogram":
        return [{"k": "hist", **head, **item} for item in items]
    from orjson import dumps  # loaded by every run

    records: list[dict[str, Any]] = []
    part: list[Item] = []
    size = 0
    first = 0
    for number, item in enumerate(items):
        length = len(dumps(item))
        if part and size + length > RECORD_BYTES:
            records.append({"k": "media", **head, "kind": kind, "first": first, "items": part})
            part, size, first = [], 0, number
        part.append(item)
        size += length
    return [*records, {"k": "media", **head, "kind": kind, "first": first, "items": part}]
