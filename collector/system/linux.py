"""What Linux tells about the machine, read directly from /proc and the cgroup: about 0.1 ms per sample."""

from __future__ import annotations

import os
from collections.abc import Collection

from collector.system.cgroups import (
    cpu_limit,
    find_cgroup,
    group_pressures,
    memory_limit,
    memory_used,
    oom_kills,
    stalled_seconds,
    swap_used,
    throttling,
)
from collector.system.cores import Clocks, core_counters
from collector.system.kernelfile import KernelFile
from collector.system.processes import CLOCK_TICKS, ProcessTree
from collector.system.seldom import Seldom
from collector.system.traffic import Traffic

PRESSURES = ("cpu", "memory", "io")
KERNEL_FILES = ("stat", "meminfo", "loadavg", *(f"pressure/{kind}" for kind in PRESSURES))


class LinuxSource:
    """Reads levels and counters of the machine and of one process tree."""

    def __init__(
        self, pid: int, *, proc: str = "/proc", sys: str = "/sys", ignored: Collection[int] = ()
    ) -> None:
        self.tree = ProcessTree(pid, proc=proc, ignored=ignored)
        self._sys = sys
        self._files = {name: KernelFile(f"{proc}/{name}") for name in KERNEL_FILES}
        self._traffic = Traffic(proc, sys)
        self._clocks = Clocks(sys)
        self._group = find_cgroup(proc, sys)
        self._group_pressures = group_pressures(self._group)
        self._limit = memory_limit(self._group)
        self._has_quota = cpu_limit(self._group) is not None
        self._oom_kills = oom_kills(self._group)
        self._seldom = Seldom()
        self._cpus = os.cpu_count() or 1

    def read(self, now: float) -> tuple[dict[str, float], dict[str, float]]:
        """Levels as they are, and counters whose growth per second is the metric."""
        levels: dict[str, float] = {}
        counters: dict[str, float] = {}
        is_slow = self._seldom.is_due(now)
        self._read_cpu(levels, counters, with_cores=is_slow)
        self._read_memory(levels)
        self._traffic.read(counters)
        self._read_pressure(counters)
        if is_slow:
            self._traffic.read_slow(counters)
            self._read_slow(levels)
        self._read_tree(levels, counters, now)
        return levels, counters

    def close(self) -> None:
        """Close what was kept open."""
        for file in (*self._files.values(), *self._group_pressures.values()):
            file.close()
        self._traffic.close()
        self._clocks.close()

    def _read_slow(self, levels: dict[str, float]) -> None:
        megahertz = self._clocks.megahertz()
        if megahertz is not None:
            levels["cpu/clock_megahertz"] = megahertz
        kills = oom_kills(self._group)
        if kills is not None and self._oom_kills is not None:
            levels["memory/oom_kills"] = kills - self._oom_kills
        swap = swap_used(self._group) if self._limit else None
        if swap is not None:
            levels["memory/cgroup_swap_used_bytes"] = swap

    def _read_cpu(self, levels: dict[str, float], counters: dict[str, float], *, with_cores: bool) -> None:
        stat = self._files["stat"].read(65536 if with_cores else 512)
        words = stat.partition(b"\n")[0].split()[1:]
        if with_cores:
            counters.update(core_counters(stat))
        if len(words) >= 8:
            user, nice, system, _, _, irq, softirq, steal = map(int, words[:8])
            busy_seconds = (user + nice + system + irq + softirq + steal) / CLOCK_TICKS
            counters["cpu/percent"] = busy_seconds * 100 / self._cpus
        if load := self._files["loadavg"].read(64).split():
            levels["cpu/load_1m"] = float(load[0])
        throttled = throttling(self._group) if self._has_quota else None
        if throttled is not None:
            counters["cpu/throttled_percent"] = throttled.seconds * 100
            counters["cpu/throttled_periods_per_second"] = throttled.periods

    def _read_memory(self, levels: dict[str, float]) -> None:
        sizes = {}
        for line in self._files["meminfo"].read(4096).splitlines():
            name, _, rest = line.partition(b":")
            if name in (b"MemTotal", b"MemAvailable", b"SwapTotal", b"SwapFree"):
                sizes[name] = int(rest.split()[0]) * 1024
        total, available = sizes.get(b"MemTotal"), sizes.get(b"MemAvailable")
        if total and available is not None:
            levels["memory/used_bytes"] = total - available
            levels["memory/percent"] = (total - available) * 100 / total
        if sizes.get(b"SwapTotal"):
            levels["memory/swap_used_bytes"] = sizes[b"SwapTotal"] - sizes.get(b"SwapFree", 0)
        used = memory_used(self._group) if self._limit else None
        if used is not None and self._limit:
            levels["memory/cgroup_used_bytes"] = used
            levels["memory/cgroup_percent"] = used * 100 / self._limit

    def _read_pressure(self, counters: dict[str, float]) -> None:
        for kind in PRESSURES:
            some, full = stalled_seconds(self._files[f"pressure/{kind}"].read(256))
            if some is not None:
                counters[f"pressure/{kind}_percent"] = some * 100
            if full is not None and kind != "cpu":  # for a whole machine that one says nothing
                counters[f"pressure/{kind}_full_percent"] = full * 100
        for kind, file in self._group_pressures.items():
            some, _ = stalled_seconds(file.read(256))
            if some is not None:
                counters[f"pressure/cgroup_{kind}_percent"] = some * 100

    def _read_tree(self, levels: dict[str, float], counters: dict[str, float], now: float) -> None:
        tree = self.tree.sample(now)
        if not tree.processes:
            return
        counters["cpu/tree_percent"] = tree.cpu_seconds * 100
        counters["memory/tree_minor_faults_per_second"] = tree.minor_faults
        counters["memory/tree_major_faults_per_second"] = tree.major_faults
        if tree.read_bytes is not None and tree.written_bytes is not None:
            counters["disk/tree_read_bytes_per_second"] = tree.read_bytes
            counters["disk/tree_written_bytes_per_second"] = tree.written_bytes
        levels["memory/tree_rss_bytes"] = tree.rss_bytes
        levels["process/count"] = tree.processes
        levels["process/threads"] = tree.threads
        if tree.open_files is not None:
            levels["process/open_files"] = tree.open_files
