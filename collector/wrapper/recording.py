"""The wrapper's side of a run on disk: its folder, records, console and files."""

from __future__ import annotations

import hashlib
import os
import socket
import time
from collections.abc import Mapping
from typing import Any

from collector.runlog.paths import RunPaths, new_segment_name
from collector.runlog.records import segment_header
from collector.runlog.writer import SegmentWriter
from collector.wrapper.consolelog import ConsoleLog
from collector.wrapper.plan import Plan

FILE_BYTES = 64 << 20
"""No file larger than this is put into a run's folder."""


class Recording:
    """An open recording; raises OSError at the start only."""

    def __init__(self, plan: Plan, *, write_names: bool = True) -> None:
        self.plan = plan
        self.paths = RunPaths(plan.root, plan.project, plan.run_id)
        self.attempt = plan.attempt
        self.segment = new_segment_name(plan.rank, "wrapper", time.time())
        os.makedirs(self.paths.folder, exist_ok=True)
        # The training process may rename the run's folder into another project: descriptors follow it.
        self._folder = os.open(self.paths.folder, os.O_RDONLY | os.O_CLOEXEC)
        self.records = SegmentWriter(self.paths.records(self.segment), self._header())
        self.console: ConsoleLog | None = None
        self._index: SegmentWriter | None = None
        if write_names:
            self._write_names()

    def _header(self) -> dict[str, Any]:
        plan = self.plan
        host = None if "host" in plan.hidden else socket.gethostname()
        return segment_header(
            self.plan.project, self.paths.run_id, "wrapper", plan.rank, plan.world, self.attempt, host
        )

    def _write_names(self) -> None:
        plan = self.plan
        names: dict[str, Any] = {"k": "run", "project": plan.project, "name": plan.name}
        for field in ("group", "job_type", "notes"):
            if getattr(plan, field):
                names[field] = getattr(plan, field)
        if plan.tags:
            names["tags"] = list(plan.tags)
        self.records.write(names)

    def open_console(self) -> ConsoleLog:
        """Begin the console files."""
        os.makedirs(self.paths.console(), exist_ok=True)
        folder = os.open(self.paths.console(), os.O_RDONLY | os.O_CLOEXEC)
        self._index = SegmentWriter(self.paths.console(f"{self.segment}.index.jsonl"), self._header())
        self.console = ConsoleLog(folder, self.segment, self._index.write)
        self.console.start()
        return self.console

    def write_provenance(self, section: str, fields: Mapping[str, Any]) -> None:
        """Record facts of one section."""
        self.records.write({"k": "provenance", "section": section, "fields": dict(fields)})

    def write_sample(self, sample: Mapping[str, float]) -> None:
        """Record a sample of the machine."""
        self.records.write({"k": "sys", "m": {name: round(value, 4) for name, value in sample.items()}})

    def save_file(self, name: str, content: bytes) -> None:
        """Keep a small file with the run."""
        content = content[:FILE_BYTES]
        try:
            os.mkdir("files", dir_fd=self._folder)
        except FileExistsError:
            pass
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        descriptor = os.open(f"files/{name}", flags, 0o666, dir_fd=self._folder)
        try:
            with memoryview(content) as rest:
                position = 0
                while position < len(rest):
                    position += os.write(descriptor, rest[position:])
        finally:
            os.close(descriptor)
        digest = hashlib.sha256(content).hexdigest()
        self.records.write({"k": "file", "name": name, "bytes": len(content), "sha256": digest})

    def beat(self) -> None:
        """Record a sign of life and ask for everything so far to reach the disk."""
        self.records.write({"k": "beat", "dropped": self.records.dropped})
        self.records.retry()
        self.records.sync()

    def note(self, text: str, level: str = "info") -> None:
        """Record something worth showing on the run's page."""
        self.records.write({"k": "note", "level": level, "text": text})

    def folder_now(self) -> str:
        """Where the run's folder is at last."""
        if os.path.isdir(self.paths.folder):
            return self.paths.folder
        return find_run(self.plan.root, self.paths.run_id) or self.paths.folder

    def close(self) -> None:
        """Finish all files."""
        if self._index is not None:
            self._index.close(0.2)
        self.records.close(0.2)


def find_run(root: str, folder_name: str) -> str | None:
    """The folder of a run in whichever project it is."""
    try:
        projects = sorted(os.listdir(root))
    except OSError:
        return None
    for project in projects:
        folder = os.path.join(root, project, folder_name)
        if os.path.isdir(folder):
            return folder
    return None
