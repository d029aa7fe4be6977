"""The one thread of a run: syncs once a second, gives a sign of life, samples the machine."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from collector.runlog.records import BEAT_SECONDS

if TYPE_CHECKING:
    from collector.files import RunFiles
    from collector.system.sampler import Sampler

TICK_SECONDS = 1.0


class Keeper:
    """Runs until stopped; whatever goes wrong in it is noted once and never reaches training."""

    def __init__(
        self, files: RunFiles, step: Callable[[], float | int], *, samples_system: bool, beats: bool = True
    ) -> None:
        self._files = files
        self._step = step
        self._samples_system = samples_system
        self._beats = beats
        self._stop = threading.Event()
        self._noted: set[str] = set()
        self._thread = threading.Thread(target=self._run, name="collector-keeper", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, wait_seconds: float = 2.0) -> None:
        """End after a last sample and beat; a thread that hangs on a dead mount is left behind."""
        self._stop.set()
        if self._thread.ident is not None and self._thread is not threading.current_thread():
            self._thread.join(wait_seconds)

    def beat(self) -> None:
        """Record a sign of life."""
        if self._beats and self._files.is_open:
            size, dropped = self._files.metrics_size, self._files.dropped
            self._files.record({"k": "beat", "step": self._step(), "bytes": size, "dropped": dropped})

    def _run(self) -> None:
        self._guard(self._files.delivery.sweep)
        sampler = self._open_sampler() if self._samples_system else None
        next_tick = time.monotonic() + TICK_SECONDS
        next_beat = time.monotonic() + BEAT_SECONDS
        wait = self._sample(sampler)
        while not self._stop.wait(max(0.0, min(wait, next_tick - time.monotonic()))):
            now = time.monotonic()
            if now >= next_tick:
                next_tick = now + TICK_SECONDS
                self._guard(self._files.tick)
                self._guard(self._files.check_displaced)
            if now >= next_beat:
                next_beat = now + BEAT_SECONDS
                self._guard(self.beat)
            wait = self._sample(sampler)
        if sampler is not None:
            self._guard(sampler.sample)
            self._guard(sampler.close)

    def _open_sampler(self) -> Sampler | None:
        try:
            from collector.system.sampler import Sampler

            return Sampler(os.getpid(), self._write_sample)
        except Exception as error:  # named boundary: no machine may be so odd that training stops
            self._note(f"the machine is not sampled ({type(error).__name__}: {error})")
            return None

    def _sample(self, sampler: Sampler | None) -> float:
        if sampler is None:
            return TICK_SECONDS
        try:
            return sampler.tick()
        except Exception as error:  # named boundary, as above
            self._note(f"a sample of the machine failed ({type(error).__name__}: {error})")
            return TICK_SECONDS

    def _write_sample(self, sample: dict[str, float]) -> None:
        self._files.record({"k": "sys", "m": {name: round(level, 4) for name, level in sample.items()}})

    def _guard(self, work: Callable[[], Any]) -> None:
        try:
            work()
        except Exception as error:  # named boundary, as above
            self._note(f"{type(error).__name__}: {error}")

    def _note(self, text: str) -> None:
        if text not in self._noted and len(self._noted) < 20:
            self._noted.add(text)
            self._files.record({"k": "note", "level": "warning", "text": text})
