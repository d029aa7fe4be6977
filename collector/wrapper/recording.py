"""The wrapper's side of a run on disk: its folder, records, console and files."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar

from collector.delivery import Delivery
from collector.ranks import host_name
from collector.runlog.metrics import MetricsLog
from collector.runlog.paths import METRICS_SUFFIX, RECORDS_SUFFIX, RunPaths, find_run, new_segment_name
from collector.runlog.records import segment_header
from collector.runlog.spool import spooled_folders, sweep
from collector.runlog.writer import SegmentWriter
from collector.wrapper.consolelog import ConsoleLog, ConsolePlace
from collector.wrapper.plan import Plan
from collector.wrapper.saying import say

FILE_BYTES = 64 << 20
"""No file larger than this is put into a run's folder."""
RENEW_SECONDS = 2.0
"""Shortest time between two attempts to get a deleted log back."""
MOVES = 5
"""Attempts to find a folder that is being renamed."""

Used = TypeVar("Used")


class KeptFile(NamedTuple):
    """A new file in the run's folder."""

    name: str
    descriptor: int


class Moment(NamedTuple):
    """One moment on both clocks."""

    monotonic: float
    wall: float

    @classmethod
    def now(cls) -> Moment:
        """This moment."""
        return cls(time.monotonic(), time.time())


class Recording:
    """An open recording; raises OSError at the start only."""

    def __init__(self, plan: Plan, begun: Moment, *, write_names: bool = True) -> None:
        self.plan = plan
        self.begun = begun
        self.paths = RunPaths(plan.root, plan.project, plan.run_id)
        self.delivery = Delivery(self.paths, plan.spool)
        self.delivery.begin()
        self.paths = self.delivery.paths
        self.segment = new_segment_name(plan.rank, "wrapper", begun.wall)
        self.records = self._create(f"{self.segment}.records.jsonl")
        # The training process may rename the run's folder into another project: a descriptor follows it.
        self._folder = self._follow_move(lambda folder: os.open(folder, os.O_RDONLY | os.O_CLOEXEC))
        self._index: SegmentWriter | None = None
        self._metrics: MetricsLog | None = None
        self._console: ConsoleLog | None = None
        self._introduction: list[dict[str, Any]] = []
        """What a new records file has to begin with: the run's names, and where it comes from."""
        self._renew_at = 0.0
        self._told_trouble = ""
        self.last_sample: Mapping[str, float] = {}
        if write_names:
            self._write_names()

    def _create(self, name: str) -> SegmentWriter:
        """A new file whose times count from the start of the command, although it is made a little later."""
        early = [self.begun.monotonic]
        return self._follow_move(
            lambda folder: SegmentWriter(
                os.path.join(folder, name),
                self._header(),
                monotonic=lambda: early.pop() if early else time.monotonic(),
                now=lambda: self.begun.wall,
            )
        )

    def _follow_move(self, use: Callable[[str], Used]) -> Used:
        """What `use` makes in the run's folder, which may be renamed at this very moment."""
        for _ in range(MOVES):
            try:
                return use(self.folder_now())
            except FileNotFoundError:
                continue
        os.makedirs(self.paths.folder, exist_ok=True)
        return use(self.paths.folder)

    def _header(self) -> dict[str, Any]:
        plan = self.plan
        host = None if "host" in plan.hidden else host_name()
        return segment_header(
            plan.project, self.paths.run_id, "wrapper", plan.rank, plan.world, plan.attempt, host
        )

    def _write_names(self) -> None:
        plan = self.plan
        # Dated to the start of the command: what the command says about itself is later, and counts.
        names: dict[str, Any] = {"k": "run", "t": 0.0, "project": plan.project}
        for field in ("name", "group", "job_type", "notes"):
            if getattr(plan, field):
                names[field] = getattr(plan, field)
        if plan.tags:
            names["tags"] = list(plan.tags)
        self._introduce(names)

    def _introduce(self, record: dict[str, Any]) -> None:
        self._introduction.append(record)
        self.records.write(record)

    def begin_console(self, console: ConsoleLog) -> None:
        """Create the console files, and let the log begin to write."""
        console.begin(self._make_console())
        self._console = console

    def _make_console(self) -> ConsolePlace:
        self._make_folder("console")
        self._index = self._create(f"console/{self.segment}.index.jsonl")
        folder = os.open("console", os.O_RDONLY | os.O_CLOEXEC, dir_fd=self._folder)
        return ConsolePlace(folder, self.segment, self._index.write)

    def open_metrics(self) -> MetricsLog:
        """Create the metrics file: metrics that were printed, or come from a shell."""
        self._metrics = MetricsLog(self._create(f"{self.segment}.metrics.jsonl"))
        return self._metrics

    def _make_folder(self, name: str) -> None:
        try:
            os.mkdir(name, dir_fd=self._folder)
        except FileExistsError:
            pass

    def write_provenance(self, section: str, fields: Mapping[str, Any]) -> None:
        """Record facts of one section."""
        self._introduce({"k": "provenance", "section": section, "fields": dict(fields)})

    def write_sample(self, sample: Mapping[str, float]) -> None:
        """Record a sample of the machine."""
        self.last_sample = sample
        self.records.write({"k": "sys", "m": {name: round(value, 4) for name, value in sample.items()}})

    def save_file(self, name: str, content: bytes) -> str:
        """Keep a small file with the run; the result is its name, numbered where there is one already."""
        content = content[:FILE_BYTES]
        kept = self._create_file(name)
        with open(kept.descriptor, "wb") as file:
            file.write(content)
        digest = hashlib.sha256(content).hexdigest()
        self.records.write({"k": "file", "name": kept.name, "bytes": len(content), "sha256": digest})
        return kept.name

    def _create_file(self, name: str) -> KeptFile:
        self._make_folder("files")
        stem, dot, suffix = name.partition(".")
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        for number in range(1, 10_000):
            free = name if number == 1 else f"{stem}-{number}{dot}{suffix}"
            try:
                return KeptFile(free, os.open(f"files/{free}", flags, 0o666, dir_fd=self._folder))
            except FileExistsError:
                continue
        raise FileExistsError(f"files/{name}")

    def is_joined(self) -> bool:
        """Whether a process of the command records into this run too."""
        names = os.listdir(self._folder)
        if self.delivery.parcel is not None:
            names += [
                name
                for folder in spooled_folders(self.delivery.destination.folder)
                for name in os.listdir(folder)
            ]
        return any(name.startswith("r") for name in names if name.endswith(RECORDS_SUFFIX))

    @property
    def dropped(self) -> int:
        """Records given up so far."""
        return sum(writer.dropped for writer in self._writers())

    @property
    def waiting(self) -> int:
        """Records that the disk has not taken yet."""
        return sum(writer.waiting for writer in self._writers())

    @property
    def trouble(self) -> str:
        """What the disk refuses at present, in words; empty while all is well."""
        return next((writer.trouble for writer in self._writers() if writer.trouble), "")

    def go_on_if_deleted(self) -> None:
        """Go on in new files where somebody has deleted ours, and tell what is gone with them."""
        gone = [writer for writer in self._writers() if writer.is_displaced()]
        is_console_gone = self._console is not None and self._console.is_displaced()
        if not (gone or is_console_gone) or time.monotonic() < self._renew_at:
            return
        self._renew_at = time.monotonic() + RENEW_SECONDS
        lost = sum(writer.size for writer in gone)
        try:
            self._renew()
        except OSError as error:
            trouble = f"{error.filename or self.paths.folder}: {error.strerror or error}"
            if trouble != self._told_trouble:  # tried again every few seconds
                self._told_trouble = trouble
                say(f"the run log was deleted while the command runs, and cannot be made anew: {trouble}.")
            return
        what = f"{lost} bytes of records" + (", and output" if is_console_gone else "")
        say(
            f"the run log in {self.plan.root} was deleted while the command ran ({what}, which are gone); "
            "recording goes on in a new one."
        )
        self.note(f"The log was deleted while the command ran: {what} until then are gone.", "warning")

    def _renew(self) -> None:
        """Make folder and files anew, under the name of another segment."""
        self.delivery.renew()
        self.paths = self.delivery.paths
        folder = self.folder_now()
        os.makedirs(folder, exist_ok=True)
        # The descriptor before stays open: provenance may be using it. It costs one for each deletion.
        self._folder = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
        self.segment = new_segment_name(self.plan.rank, "wrapper", time.time())
        place = os.path.join(folder, self.segment)
        self.records.move_to(f"{place}{RECORDS_SUFFIX}", self._introduction)
        if self._metrics is not None:
            self._metrics.writer.move_to(f"{place}{METRICS_SUFFIX}", self._metrics.keys_records())
        if self._console is not None:
            before = self._index
            self._console.move(self._make_console(), None if before is None else lambda: before.close(0))

    def _writers(self) -> list[SegmentWriter]:
        metrics = None if self._metrics is None else self._metrics.writer
        return [writer for writer in (self.records, metrics, self._index) if writer is not None]

    def beat(self, quiet: float | None = None) -> None:
        """Record a sign of life and ask for everything so far to reach the disk."""
        beat: dict[str, Any] = {"k": "beat", "dropped": self.dropped}
        if quiet is not None:
            beat["quiet"] = round(quiet, 1)
        if self._metrics is not None:
            beat["bytes"] = self._metrics.writer.size
        self.records.write(beat)
        for writer in self._writers():
            writer.retry()
            writer.sync()
        self.delivery.watch(self._warn)

    def _warn(self, text: str) -> None:
        self.note(self.delivery.without_places(text), "warning")

    def note(self, text: str, level: str = "info") -> None:
        """Record something worth showing on the run's page."""
        self.records.write({"k": "note", "level": level, "text": text})

    def folder_now(self) -> str:
        """Where the run's folder is at last."""
        if os.path.isdir(self.paths.folder):
            return self.paths.folder
        return find_run(self.plan.root, self.plan.run_id) or self.paths.folder

    def place(self) -> str:
        """Where people find the run."""
        if self.delivery.parcel is None:
            return self.folder_now()
        return self.delivery.destination.folder

    def catch_up(self) -> None:
        """Wait a little until what was written is where it belongs, and say where it is not."""
        left = self.delivery.catch_up()
        if left is not None:
            say(f"{left}.")

    def close(self) -> None:
        """Finish all files, and have carried what earlier processes left in the spool."""
        self._close_files()
        self.delivery.leave()
        sweep()

    def _close_files(self) -> None:
        trouble = self.trouble
        for writer in self._writers():
            if writer is not self.records:
                writer.close(0.2)
        if self.dropped:
            self.records.write({"k": "drop", "count": self.dropped, "why": trouble or "the disk was full"})
        self.records.close(0.2)
