"""The rhythm of system samples: measured every second, written each second at first, then every five.

A sample is a flat dict of metric name to number. Counters become rates over the seconds between two writes;
levels are folded as metrics.py says. Where a mean would hide a short peak, the largest measurement of the
interval stands beside it, under the same name with `_max`.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Protocol

from collector.system.aside import Aside
from collector.system.metrics import LARGEST, MEAN, MEAN_AND_MAX, fold_of

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
    """Something that reads GPUs, given the pids whose share is wanted."""

    def read(self, pids: frozenset[int], whole: bool = False) -> tuple[dict[str, float], dict[str, float]]:
        """Levels and counters by metric name; `whole` asks for what is read seldom as well."""

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
        self._peaks: dict[str, float] = {}

    def follow(self, pid: int) -> None:
        """Make another process the root of the tree."""
        self._source.tree.root = pid

    def sample(self) -> dict[str, float]:
        """Measure now and write one sample, whatever the rhythm says."""
        now = self._clock()
        self._measure(now, whole=True)
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

    def _measure(self, now: float, whole: bool = False) -> None:
        levels, counters = self._source.read(now)
        if self._gpus is not None:
            gpu_levels, gpu_counters = self._gpus.read(self._source.tree.pids, whole)
            levels.update(gpu_levels)
            counters.update(gpu_counters)
        for name, level in levels.items():
            self._levels.setdefault(name, []).append(level)
        for name, count in counters.items():
            self._counters.setdefault(name, (now, count))
            if fold_of(name) == MEAN_AND_MAX:
                before = self._latest.get(name) or self._counters[name]
                rate = rate_between(before, (now, count))
                if rate is not None:
                    self._peaks[name] = max(rate, self._peaks.get(name, 0.0))
            self._latest[name] = (now, count)

    def _flush(self, now: float) -> dict[str, float]:
        sample = {name: fold(name, levels) for name, levels in self._levels.items()}
        peaks = {name: max(levels) for name, levels in self._levels.items() if fold_of(name) == MEAN_AND_MAX}
        for name, latest in self._latest.items():
            rate = rate_between(self._counters[name], latest)
            if rate is not None:
                sample[name] = rate
        for name, peak in (peaks | self._peaks).items():
            if name in sample:
                sample[f"{name}_max"] = max(peak, sample[name])
        self._levels, self._peaks = {}, {}
        # What is measured more seldom than written keeps its beginning.
        self._counters.update(self._latest)
        self._latest = {}
        self._written = now
        if sample:
            self._write(sample)
        return sample


def rate_between(begin: tuple[float, float], end: tuple[float, float]) -> float | None:
    """Growth per second between two readings, given as time and count."""
    seconds, growth = end[0] - begin[0], end[1] - begin[1]
    # A counter that went back was reset or has wrapped: no rate is better than a wrong one.
    return growth / seconds if seconds >= RATE_SECONDS and growth >= 0 else None


def fold(name: str, levels: list[float]) -> float:
    """Make one value of those measured since the last write."""
    rule = fold_of(name)
    if rule == LARGEST:
        return max(levels)
    if rule in (MEAN, MEAN_AND_MAX):
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
    """The GPUs of this machine, each maker's library in a thread of its own; None where there are none."""
    if sys.platform == "darwin":
        from collector.system.apple import AppleSource

        return Aside(AppleSource())
    from collector.system.amd import open_amd
    from collector.system.nvidia import open_nvidia

    nvidia = open_nvidia()
    amd = open_amd(first=len(nvidia.gpus) if nvidia is not None else 0)
    found = [Aside(source) for source in (nvidia, amd) if source is not None]
    return Several(found) if len(found) > 1 else next(iter(found), None)


class Several:
    """GPUs of several makers in one machine."""

    def __init__(self, sources: Sequence[GpuSource]) -> None:
        self._sources = sources

    def read(self, pids: frozenset[int], whole: bool = False) -> tuple[dict[str, float], dict[str, float]]:
        """All levels and counters."""
        levels: dict[str, float] = {}
        counters: dict[str, float] = {}
        for source in self._sources:
            more_levels, more_counters = source.read(pids, whole)
            levels.update(more_levels)
            counters.update(more_counters)
        return levels, counters

    def close(self) -> None:
        """Close all."""
        for source in self._sources:
            source.close()
