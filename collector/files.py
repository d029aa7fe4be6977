"""The log files of one run in this process: opened, replaced when they are lost, opened anew after a fork."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol

from collector.delivery import Delivery
from collector.runlog.metrics import MetricsLog
from collector.runlog.paths import RunPaths, find_run, new_segment_name
from collector.runlog.records import segment_header
from collector.runlog.writer import SegmentWriter

REOPEN_SECONDS = 2.0
"""Shortest time between two attempts to get a lost folder or file back."""


class Place(NamedTuple):
    """Where this process writes, and as whom."""

    paths: RunPaths
    project: str
    rank: int = 0
    world: int = 1
    attempt: int = 1
    host: str | None = None
    spool: str | None = None
    """Where to write first, on a mount that may stall: the base of the spool."""
    syncs_each: bool = False
    """Whether `log` returns when the row is on the disk, and not in the kernel only."""
    rewound: float | int | None = None
    """Last step of earlier attempts that counts, where the run was rewound."""
    wrapper: int | None = None
    """Process id of the `collect` around this process: it judges the rows of its own ranks."""

    def header(self) -> dict[str, Any]:
        """What the header of every file says."""
        run_id = self.paths.run_id
        header = segment_header(self.project, run_id, "rank", self.rank, self.world, self.attempt, self.host)
        more = {"rewound": self.rewound, "wrapper": self.wrapper}
        return header | {name: value for name, value in more.items() if value is not None}


class Appender(Protocol):
    """What takes the rows of `log`."""

    def append(self, step: float | int, row: Mapping[Any, Any]) -> bool:
        """Take one row; True when it is safe."""


class RunFiles:
    """The metrics file and the records file of this process."""

    def __init__(
        self, place: Place, say: Callable[[str], None], introduce: Callable[[], list[dict[str, Any]]]
    ) -> None:
        self.place = place
        self.delivery = Delivery(place.paths, place.spool)
        self.say = say
        self._introduce = introduce
        """The records that tell a new file what the run is: its names, config and summary."""
        self.rows: Appender = _Unopened(self)
        """Takes the rows of `log`; replaced as the state of the files changes."""
        self.records: SegmentWriter | None = None
        self.claim: Callable[[float | int, str, Any], bool] | None = None
        """Is shown the values of a row that are no plain ones, and takes media."""
        self.on_open: Callable[[], None] | None = None
        """Called when files were opened by a row that came first."""
        self.lost = 0
        """Records given up by files that are closed."""
        self.last_trouble = "there was no file to write to"
        """The latest reason for a record to wait or to be given up."""
        self.started = time.time()
        """Wall time of the beginning."""
        self._told_dropped = 0
        self._told_trouble = ""
        self._moved_to = ""
        self._forked_from: int | None = None
        self._reopen_at = 0.0
        self._metrics: MetricsLog | None = None
        self._is_closed = False

    @property
    def paths(self) -> RunPaths:
        """Where files are written."""
        return self.delivery.paths

    @property
    def is_open(self) -> bool:
        """Whether there are files at present."""
        return self._metrics is not None

    @property
    def dropped(self) -> int:
        """Records given up so far."""
        metrics = self._metrics.writer.dropped if self._metrics else 0
        return self.lost + metrics + (self.records.dropped if self.records else 0)

    @property
    def metrics_size(self) -> int:
        """Bytes in the metrics file."""
        return self._metrics.writer.size if self._metrics else 0

    def open(self, *, is_patient: bool = False) -> None:
        """Create folder and files; an OSError leaves this as it was, or rows wait for it to pass."""
        header = self.place.header()
        if self._forked_from is not None:
            header["forked"] = self._forked_from
        self.delivery.begin()
        if not is_patient:
            os.makedirs(self.paths.folder, exist_ok=True)
        segment = new_segment_name(self.place.rank, "rank", time.time())

        def create(path: str) -> SegmentWriter:
            return SegmentWriter(path, header, on_trouble=self._trouble, is_patient=is_patient)

        records = create(self.paths.records(segment))
        try:
            metrics = create(self.paths.metrics(segment))
        except OSError:
            records.close(0)
            raise
        self.records = records
        self._metrics = MetricsLog(metrics, self._tell_odd, self.claim)
        self.rows = _Synced(self._metrics) if self.place.syncs_each else self._metrics
        for record in self._introduce():
            records.write(record)
        if self.delivery.warning is not None:
            self.record_note(self.delivery.warning)
        if self.on_open is not None:
            self.on_open()

    def try_open(self) -> bool:
        """Create folder and files; if that can not be done, say so: rows wait in memory until it can."""
        self._reopen_at = time.monotonic() + REOPEN_SECONDS
        try:
            self.open()
        except OSError as error:
            self.open(is_patient=True)
            self.last_trouble = error.strerror or str(error)
            where = error.filename or self.paths.folder
            self.say(f"can not write to {where} ({self.last_trouble}): rows wait in memory, training goes on")
            return False
        return True

    def record(self, record: dict[str, Any]) -> bool:
        """Append a record that is no row."""
        if self._is_closed:
            return False
        if self.records is None and isinstance(self.rows, _Unopened):
            self.try_open()
        return self.records is not None and self.records.write(record)

    def append_row(self, step: float | int, row: Mapping[Any, Any]) -> bool:
        """Append a row of ours."""
        return self.rows.append(step, row)

    def clock(self) -> float:
        """Seconds since the beginning of the records file, 0 while there is none."""
        return self.records.clock() if self.records is not None else 0.0

    def record_note(self, text: str) -> None:
        """Record a warning, if there is a file to hold it."""
        if self.records is not None:
            self.records.write({"k": "note", "level": "warning", "text": self.delivery.without_places(text)})

    def tick(self) -> None:
        """The work of every second: sync what is new, write what waited, replace what was lost."""
        for writer in self._writers():
            if writer.waiting or writer.fd < 0:
                writer.retry()
            writer.sync()
        self._tell_dropped()
        self.delivery.watch(self.say)
        if time.monotonic() < self._reopen_at or self._is_closed:
            return
        if any(writer.needs_successor() for writer in self._writers()):
            self._replace()

    def check_displaced(self) -> None:
        """Go on in new files where ours were deleted."""
        if any(writer.is_displaced() for writer in self._writers()):
            if self._replace():  # first, so that the note is in the new ones
                self.say("the log files were deleted while training goes on; going on in new ones")
        elif self.records is not None and not os.path.exists(self.records.path):
            self._tell_move(self.records)

    def save(self, name: str, content: bytes) -> str:
        """Put a file into the `files` folder, record it and tell its name; an OSError is the caller's."""
        from collector.runlog.digest import sha256

        os.makedirs(self.paths.files(), exist_ok=True)
        stem, dot, suffix = name.partition(".")
        if (
            self.delivery.parcel is not None and self.place.attempt > 1
        ):  # earlier attempts' files are elsewhere
            stem = f"{stem}-a{self.place.attempt}"
            name = f"{stem}{dot}{suffix}"
        free, count = name, 1
        while os.path.exists(self.paths.files(free)):
            count += 1
            free = f"{stem}-{count}{dot}{suffix}"
        with open(self.paths.files(free), "xb") as file:
            file.write(content)
        digest = sha256(content).hexdigest()
        self.record({"k": "file", "name": free, "bytes": len(content), "sha256": digest})
        return free

    def belong_to_child_of(self, parent: int) -> None:
        """Say in our files whose run it is that we have been handed."""
        self._forked_from = parent

    def after_fork(self) -> None:
        """In a forked child: the files stay the parent's, and a row opens files of our own."""
        self.belong_to_child_of(os.getppid())
        self.delivery.leave()
        self._metrics = self.records = None
        self.lost = 0
        if not self._is_closed:
            self.rows = _Unopened(self)

    def close(self) -> int:
        """Finish the files; the number of records given up."""
        if any(writer.needs_successor() for writer in self._writers()):
            self._replace()
        self._is_closed = True
        if self._metrics is not None:
            self._metrics.writer.close()
        self._tell_dropped()
        if self.records is not None:
            self.records.close()
        self.lost = self.dropped
        self._metrics = self.records = None
        self.rows = _Late(self)
        return self.lost

    def disable(self) -> None:
        """Take everything and keep nothing."""
        self._is_closed = True
        self.rows = _Disabled()

    def _writers(self) -> list[SegmentWriter]:
        metrics = self._metrics.writer if self._metrics else None
        return [writer for writer in (metrics, self.records) if writer is not None]

    def _replace(self) -> bool:
        if self._metrics is None or self.records is None:
            return False
        self._reopen_at = time.monotonic() + REOPEN_SECONDS
        self.delivery.renew()
        paths = self.paths
        found = None
        if self.delivery.parcel is None and not os.path.isdir(paths.folder):
            found = find_run(paths.root, paths.run_id)
        folder = found or paths.folder
        segment = os.path.join(folder, new_segment_name(self.place.rank, "rank", time.time()))
        try:
            os.makedirs(folder, exist_ok=True)
            self._metrics.writer.move_to(segment + ".metrics.jsonl", self._metrics.keys_records())
            self.records.move_to(segment + ".records.jsonl", self._introduce())
        except OSError as error:
            trouble = f"can not write to {folder} ({error.strerror}): training goes on"
            if trouble != self._told_trouble:  # tried again every few seconds
                self._told_trouble = trouble
                self.say(trouble)
            return False
        return True

    def _tell_move(self, records: SegmentWriter) -> None:
        folder = os.path.dirname(records.place_now())
        if folder not in (self._moved_to, os.path.dirname(records.path)):
            self._moved_to = folder
            self.say(f"the run's folder was moved to {folder}; its rows go on there")

    def _tell_dropped(self) -> None:
        dropped = self.dropped
        if dropped > self._told_dropped and self.records is not None and self.records.fd >= 0:
            count, self._told_dropped = dropped - self._told_dropped, dropped
            self.records.write({"k": "drop", "count": count, "why": self.last_trouble})

    def _trouble(self, why: str) -> None:
        is_news, self.last_trouble = why != self.last_trouble, why
        if not is_news:  # a disk that stays full is tried ten times a second
            return
        # What is wrong with a row is not the folder's fault.
        where = "" if why.startswith("log()") else f"writing to {self.paths.folder}: "
        self.say(f"{where}{why}; training goes on")

    def _tell_odd(self, name: str, kind: str) -> None:
        text = f'"{name}" was logged as a {kind}, which is no number: a short text stands for it'
        self.record({"k": "note", "level": "info", "text": text})


class _Synced:
    """Has each row on the disk before the call returns: 0.1 to 5 ms, for whoever asks for it."""

    def __init__(self, metrics: MetricsLog) -> None:
        self._metrics = metrics

    def append(self, step: float | int, row: Mapping[Any, Any]) -> bool:
        return self._metrics.append(step, row) and self._metrics.writer.sync()


class _Unopened:
    """Opens the files when the first row comes: a child that never logs leaves no trace."""

    def __init__(self, files: RunFiles) -> None:
        self._files = files

    def append(self, step: float | int, row: Mapping[Any, Any]) -> bool:
        self._files.try_open()
        return self._files.rows.append(step, row)


class _Late:
    """Refuses rows that come after the end, and says so."""

    def __init__(self, files: RunFiles) -> None:
        self._files = files

    def append(self, step: float | int, row: Mapping[Any, Any]) -> bool:
        self._files.say("log() was called after finish(); such rows are not recorded")
        return False


class _Disabled:
    """Takes rows and forgets them."""

    def append(self, step: float | int, row: Mapping[Any, Any]) -> bool:
        return True
