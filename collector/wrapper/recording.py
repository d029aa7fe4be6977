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
from collector.runlog.paths import RECORDS_SUFFIX, RunPaths, find_run, new_segment_name
from collector.runlog.records import segment_header
from collector.runlog.spool import spooled_folders, sweep
from collector.runlog.writer import SegmentWriter
from collector.wrapper.consolelog import ConsoleLog
from collector.wrapper.plan import Plan
from collector.wrapper.saying import say

FILE_BYTES = 64 << 20
"""No file larger than this is put into a run's folder."""
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
        self.records.write(names)

    def begin_console(self, console: ConsoleLog) -> None:
        """Create the console files, and let the log begin to write."""
        self._make_folder("console")
        self._index = self._create(f"console/{self.segment}.index.jsonl")
        folder = os.open("console", os.O_RDONLY | os.O_CLOEXEC, dir_fd=self._folder)
        console.begin(folder, self.segment, self._index.write)

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
        self.records.write({"k": "provenance", "section": section, "fields": dict(fields)})

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
        return self.records.dropped + (self._metrics.writer.dropped if self._metrics is not None else 0)

    def beat(self, quiet: float | None = None) -> None:
        """Record a sign of life and ask for everything so far to reach the disk."""
        beat: dict[str, Any] = {"k": "beat", "dropped": self.dropped}
        if quiet is not None:
            beat["quiet"] = round(quiet, 1)
        if self._metrics is not None:
            beat["bytes"] = self._metrics.writer.size
        self.records.write(beat)
        self.records.retry()
        self.records.sync()
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
        if self._index is not None:
            self._index.close(0.2)
        if self._metrics is not None:
            self._metrics.writer.close(0.2)
        self.records.close(0.2)
