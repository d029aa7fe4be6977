"""The rhythm of system samples: measured every second, written each second at first, then every five.

A sample is a flat dict of metric name to number. Counters become rates over the seconds between two writes;
levels are folded as metrics.py says, so that a short peak of memory is not lost between two writes.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Protocol

from collector.system.metrics import LARGEST, MEAN, fold_of

if TYPE_CHECKING:
    from threading import Event

MEASURE_SECONDS = 1.0
WRITE_SECONDS = 5.0
DENSE_SECONDS = 60.0
"""For so long every measurement is written, so that short runs have curves too."""
RATE_SECONDS = 0.1
"""Shortest time a rate is taken over: the kernel counts processor time in steps of 10 ms."""


class Tree(Protocol):
    """The process tree of a source."""

    root: int

    @property
    def pids(self) -> frozenset[int]:
        """The processes of the last sample."""


class Source(Protocol):
    """Something that reads levels and counters."""

    @property
    def tree(self) -> Tree:
        """The tree it follows."""

    def read(self, now: float) -> tuple[dict[str, float], dict[str, float]]:
        """Levels as they are, and counters whose growth per second is the metric."""

    def close(self) -> None:
        """Close what was kept open."""


class GpuSource(Protocol):
    """Something that reads GPU levels, given the pids whose share is wanted."""

    def read(self, pids: frozenset[int]) -> dict[str, float]:
        """Levels by metric name."""

    def close(self) -> None:
        """Close the library."""


class Sampler:
    """Samples the machine and the tree below `pid`; `ignored` pids are not counted, their children are."""

    def __init__(
        self,
        pid: int,
        write: Callable[[dict[str, float]], None],
        *,
        ignored: Collection[int] = (),
        source: Source | None = None,
        gpus: GpuSource | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._write = write
        self._clock = clock
        self._source = source if source is not None else open_source(pid, ignored)
        self._gpus = gpus if gpus is not None else open_gpus()
        self._started: float | None = None
        self._written = 0.0
        self._due = 0.0
        self._levels: dict[str, list[float]] = {}
        self._counters: dict[str, tuple[float, float]] = {}
        self._latest: dict[str, tuple[float, float]] = {}

    def follow(self, pid: int) -> None:
        """Make another process the root of the tree."""
        self._source.tree.root = pid

    def sample(self) -> dict[str, float]:
        """Measure now and write one sample, whatever the rhythm says."""
        now = self._clock()
        self._measure(now)
        return self._flush(now)

    def tick(self) -> float:
        """Do what is due; the result is how many seconds may pass before the next call."""
        now = self._clock()
        if self._started is None:
            self._started = self._due = now
        if now >= self._due:
            # A sleeping laptop or a stopped process must not be followed by a burst of late samples.
            self._due = max(self._due + MEASURE_SECONDS, now + MEASURE_SECONDS / 2)
            self._measure(now)
            dense = now - self._started < DENSE_SECONDS
            if dense or now - self._written >= WRITE_SECONDS - MEASURE_SECONDS / 2:
                self._flush(now)
        return max(0.0, self._due - self._clock())

    def run(self, stop: Event) -> None:
        """Keep the rhythm until `stop` is set, then write a last sample."""
        while not stop.wait(self.tick()):
            pass
        self.sample()
        self.close()

    def close(self) -> None:
        """Close files and libraries."""
        self._source.close()
        if self._gpus is not None:
            self._gpus.close()

    def _measure(self, now: float) -> None:
        levels, counters = self._source.read(now)
        if self._gpus is not None:
            levels.update(self._gpus.read(self._source.tree.pids))
        for name, level in levels.items():
            self._levels.setdefault(name, []).append(level)
        for name, count in counters.items():
            self._counters.setdefault(name, (now, count))
            self._latest[name] = (now, count)

    def _flush(self, now: float) -> dict[str, float]:
        sample = {name: fold(name, levels) for name, levels in self._levels.items()}
        for name, (end, last) in self._latest.items():
            begin, first = self._counters[name]
            # A counter that went back was reset or has wrapped: no rate is better than a wrong one.
            if end - begin >= RATE_SECONDS and last >= first:
                sample[name] = (last - first) / (end - begin)
        self._levels = {}
        self._counters, self._latest = dict(self._latest), {}
        self._written = now
        if sample:
            self._write(sample)
        return sample


def fold(name: str, levels: list[float]) -> float:
    """Make one value of those measured since the last write."""
    rule = fold_of(name)
    if rule == LARGEST:
        return max(levels)
    if rule == MEAN:
        return sum(levels) / len(levels)
    return levels[-1]


def open_source(pid: int, ignored: Collection[int] = ()) -> Source:
    """The cheapest source of this system."""
    if os.path.exists("/proc/self/stat"):
        from collector.system.linux import LinuxSource

        return LinuxSource(pid, ignored=ignored)
    from collector.system.portable import PortableSource

    return PortableSource(pid, ignored=ignored)


def open_gpus() -> GpuSource | None:
    """NVIDIA's library where there is a driver, else None."""
    from collector.system.nvidia import open_nvidia

    return open_nvidia()
