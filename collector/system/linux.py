"""What Linux tells about the machine, read directly from /proc and the cgroup: about 0.1 ms per sample."""

from __future__ import annotations

import os
from collections.abc import Collection

from collector.system.cgroups import cpu_limit, find_cgroup, memory_limit, memory_used, throttled_seconds
from collector.system.processes import CLOCK_TICKS, ProcessTree

SECTOR_BYTES = 512
PRESSURES = ("cpu", "memory", "io")
KERNEL_FILES = (
    "stat",
    "meminfo",
    "loadavg",
    "diskstats",
    "net/dev",
    *(f"pressure/{kind}" for kind in PRESSURES),
)
VIRTUAL_INTERFACES = ("lo", "veth", "docker", "br-", "virbr", "cni", "flannel", "cali", "podman")
"""Traffic on these also passes a real interface, or never leaves the host."""
VIRTUAL_DISKS = ("loop", "ram", "zram", "dm-", "md", "sr", "fd")
"""Blocks of these are blocks of a real disk, or none."""


class KernelFile:
    """A file under /proc kept open: reading it again costs a third of opening it."""

    def __init__(self, path: str) -> None:
        try:
            self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            self._descriptor = -1

    def read(self, limit: int = 65536) -> bytes:
        """The file's text now, or nothing where it cannot be read."""
        if self._descriptor < 0:
            return b""
        try:
            return os.pread(self._descriptor, limit, 0)
        except OSError:
            return b""

    def close(self) -> None:
        """Close the descriptor."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


class LinuxSource:
    """Reads levels and counters of the machine and of one process tree."""

    def __init__(
        self, pid: int, *, proc: str = "/proc", sys: str = "/sys", ignored: Collection[int] = ()
    ) -> None:
        self.tree = ProcessTree(pid, proc=proc, ignored=ignored)
        self._sys = sys
        self._files = {name: KernelFile(f"{proc}/{name}") for name in KERNEL_FILES}
        self._group = find_cgroup(proc, sys)
        self._limit = memory_limit(self._group)
        self._has_quota = cpu_limit(self._group) is not None
        self._disks: dict[bytes, bool] = {}
        self._cpus = os.cpu_count() or 1

    def read(self, now: float) -> tuple[dict[str, float], dict[str, float]]:
        """Levels as they are, and counters whose growth per second is the metric."""
        levels: dict[str, float] = {}
        counters: dict[str, float] = {}
        self._read_cpu(levels, counters)
        self._read_memory(levels)
        self._read_disks(counters)
        self._read_network(counters)
        self._read_pressure(counters)
        self._read_tree(levels, counters, now)
        return levels, counters

    def close(self) -> None:
        """Close what was kept open."""
        for file in self._files.values():
            file.close()

    def _read_cpu(self, levels: dict[str, float], counters: dict[str, float]) -> None:
        words = self._files["stat"].read(512).partition(b"\n")[0].split()[1:]
        if len(words) >= 8:
            user, nice, system, _, _, irq, softirq, steal = map(int, words[:8])
            busy_seconds = (user + nice + system + irq + softirq + steal) / CLOCK_TICKS
            counters["cpu/percent"] = busy_seconds * 100 / self._cpus
        if load := self._files["loadavg"].read(64).split():
            levels["cpu/load_1m"] = float(load[0])
        throttled = throttled_seconds(self._group) if self._has_quota else None
        if throttled is not None:
            counters["cpu/throttled_percent"] = throttled * 100

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

    def _read_disks(self, counters: dict[str, float]) -> None:
        read = written = 0
        seen = False
        for line in self._files["diskstats"].read().splitlines():
            words = line.split()
            if len(words) >= 10 and self._is_disk(words[2]):
                seen = True
                read += int(words[5])
                written += int(words[9])
        if seen:
            counters["disk/read_bytes_per_second"] = read * SECTOR_BYTES
            counters["disk/written_bytes_per_second"] = written * SECTOR_BYTES

    def _is_disk(self, name: bytes) -> bool:
        known = self._disks.get(name)
        if known is None:
            text = name.decode(errors="replace")
            whole = os.path.isdir(f"{self._sys}/block/{text.replace('/', '!')}")
            known = self._disks[name] = whole and not text.startswith(VIRTUAL_DISKS)
        return known

    def _read_network(self, counters: dict[str, float]) -> None:
        received = sent = 0
        seen = False
        for line in self._files["net/dev"].read().splitlines()[2:]:
            name, _, rest = line.partition(b":")
            words = rest.split()
            if len(words) >= 9 and not name.strip().decode(errors="replace").startswith(VIRTUAL_INTERFACES):
                seen = True
                received += int(words[0])
                sent += int(words[8])
        if seen:
            counters["network/received_bytes_per_second"] = received
            counters["network/sent_bytes_per_second"] = sent

    def _read_pressure(self, counters: dict[str, float]) -> None:
        for kind in PRESSURES:
            first = self._files[f"pressure/{kind}"].read(256).partition(b"\n")[0]
            _, found, total = first.partition(b"total=")
            if found:
                counters[f"pressure/{kind}_percent"] = int(total) / 1e6 * 100

    def _read_tree(self, levels: dict[str, float], counters: dict[str, float], now: float) -> None:
        tree = self.tree.sample(now)
        if not tree.processes:
            return
        counters["cpu/tree_percent"] = tree.cpu_seconds * 100
        levels["memory/tree_rss_bytes"] = tree.rss_bytes
        levels["process/count"] = tree.processes
        levels["process/threads"] = tree.threads
        if tree.open_files is not None:
            levels["process/open_files"] = tree.open_files
