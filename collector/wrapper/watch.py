"""What the wrapper does while the command runs: samples, signs of life, provenance."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from threading import Event, Thread

from collector.runlog.records import BEAT_SECONDS
from collector.wrapper.plan import Plan
from collector.wrapper.recording import Recording
from collector.wrapper.streams import Streams

STOP_SECONDS = 0.2
"""A last sample may take this long, then the command's end is written without it."""
PROVENANCE_SECONDS = 0.04
"""The end of a command that was shorter than the gathering, about 0.2 s, waits so long for the rest of it.

Who builds a site at once should find most of it; the rest is written when nobody waits for us any more.
"""
LATE_SECONDS = 10.0
"""Provenance that takes longer after the command's end, as on a mount that hangs, is given up."""

ABOUT_PYTHON = ("python", "packages")
"""A training process that uses the API tells these itself, and knows them better than we can."""
JOIN_SECONDS = 30.0
"""After so long without a record of its own, or at its end, the command is taken not to use the API."""


class Watch:
    """Two threads beside the command: one with the rhythm, one that gathers provenance once."""

    def __init__(
        self,
        plan: Plan,
        recording: Recording,
        guard: int,
        command: int | None,
        streams: Streams | None = None,
    ) -> None:
        self.plan = plan
        self.recording = recording
        self.last_rss: float | None = None
        self._silence = None if streams is None else streams.silence
        self._helpers = () if streams is None or streams.printed is None else (streams.printed.pid,)
        self._root = guard
        self._command = command
        self._stop = Event()
        self._rhythm = Thread(target=self._keep_rhythm, name="collect-rhythm", daemon=True)
        self._provenance = Thread(target=self._gather, name="collect-provenance", daemon=True)

    def start(self) -> None:
        """Begin to sample."""
        self._rhythm.start()

    def gather(self) -> None:
        """Begin to find out where the command comes from."""
        self._provenance.start()

    def follow(self, command: int) -> None:
        """Count processes from the command on: our own parent is gone."""
        self._root = command

    def stop(self) -> None:
        """Write a last sample, and what is known by then of a command that ended at once."""
        self._stop.set()
        for thread, seconds in ((self._rhythm, STOP_SECONDS), (self._provenance, PROVENANCE_SECONDS)):
            if thread.ident is not None:
                thread.join(seconds)

    def finish(self) -> None:
        """Wait for provenance that is late, when nobody waits for us any more."""
        if self._provenance.is_alive():
            self.recording.records.sync()  # the end is on record, and must not be lost to what comes after it
            self._provenance.join(LATE_SECONDS)

    def _keep_rhythm(self) -> None:
        try:
            self._sample_and_beat()
        except Exception as error:  # boundary: a sampler that fails must not end the recording
            self.recording.note(f"System samples ended early: {type(error).__name__}: {error}", "warning")
            while not self._stop.wait(BEAT_SECONDS):
                self._beat()

    def _sample_and_beat(self) -> None:
        from collector.system.sampler import Sampler

        sampler = None
        if self.plan.sample_system:
            ours = (self._root, os.getpid(), *self._helpers)
            sampler = Sampler(self._root, self._write_sample, ignored=ours)
        next_beat = time.monotonic() + BEAT_SECONDS
        while not self._stop.is_set():
            wait = float(BEAT_SECONDS)
            if sampler is not None:
                sampler.follow(self._root)
                wait = sampler.tick()
            if time.monotonic() >= next_beat:
                next_beat += BEAT_SECONDS
                self._beat()
            self.recording.go_on_if_deleted()
            self._stop.wait(max(0.0, min(wait, next_beat - time.monotonic())))
        if sampler is not None:
            sampler.sample()

    def _beat(self) -> None:
        self.recording.go_on_if_deleted()
        if self._silence is None:
            self.recording.beat()
            return
        if news := self._silence.news():
            self.recording.note(news, "warning")
        self.recording.beat(self._silence.seconds())

    def _write_sample(self, sample: Mapping[str, float]) -> None:
        self.last_rss = sample.get("memory/tree_rss_bytes", self.last_rss)
        self.recording.write_sample(sample)

    def _gather(self) -> None:
        from collector.environment import working_folder
        from collector.provenance import SECTIONS, gather
        from collector.provenance.request import Request

        request = Request(
            command=self.plan.command,
            pid=self._command,
            env=self.plan.env,
            cwd=working_folder(),
            hidden=self.plan.hidden,
            save_code=self.plan.save_code,
            env_names=self.plan.env_names,
        )
        write, save = self.recording.write_provenance, self.recording.save_file
        gather(write, save, request=request, sections=[name for name in SECTIONS if name not in ABOUT_PYTHON])
        self._stop.wait(JOIN_SECONDS)
        if not self.recording.is_joined():
            gather(write, save, request=request, sections=ABOUT_PYTHON)
