"""The same levels and counters through psutil, for systems without /proc."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from collector.system.cores import CORES

if TYPE_CHECKING:
    from collector.system.sampler import Tree

SCAN_SECONDS = 10.0
CORES_SECONDS = 15.0


class PortableSource:
    """Reads what psutil offers on this system; what it refuses is left out."""

    def __init__(self, pid: int, *, ignored: Collection[int] = (), psutil: Any = None) -> None:
        self._psutil = psutil if psutil is not None else _import_psutil()
        self.root = pid
        self.tree: Tree = self
        self._ignored = frozenset(ignored)
        self._processes: dict[int, Any] = {}
        self._cpu_seconds: dict[int, float] = {}
        self._tree_seconds = 0.0
        self._scanned: float | None = None
        self._cores_at: float | None = None

    @property
    def pids(self) -> frozenset[int]:
        """The processes of the last sample."""
        return frozenset(self._processes)

    def read(self, now: float) -> tuple[dict[str, float], dict[str, float]]:
        """Levels as they are, and counters whose growth per second is the metric."""
        levels: dict[str, float] = {}
        counters: dict[str, float] = {}
        for part in (self._read_cpu, self._read_memory, self._read_traffic):
            try:
                part(levels, counters)
            except (OSError, AttributeError, NotImplementedError, self._psutil.Error):
                continue
        if self._cores_at is None or now - self._cores_at >= CORES_SECONDS - 0.5:
            self._cores_at = now
            self._read_cores(counters)
        self._read_tree(levels, counters, now)
        return levels, counters

    def close(self) -> None:
        """Nothing is kept open."""

    def _read_cpu(self, levels: dict[str, float], counters: dict[str, float]) -> None:
        times = self._psutil.cpu_times()
        busy_seconds = sum(times) - times.idle - getattr(times, "iowait", 0.0)
        counters["cpu/percent"] = busy_seconds * 100 / (self._psutil.cpu_count() or 1)
        levels["cpu/load_1m"] = self._psutil.getloadavg()[0]

    def _read_cores(self, counters: dict[str, float]) -> None:
        try:
            cores = self._psutil.cpu_times(percpu=True)
        except (OSError, AttributeError, NotImplementedError, self._psutil.Error):
            return
        for number, times in enumerate(cores[:CORES]):
            busy_seconds = sum(times) - times.idle - getattr(times, "iowait", 0.0)
            counters[f"cpu/core{number}_percent"] = busy_seconds * 100

    def _read_memory(self, levels: dict[str, float], counters: dict[str, float]) -> None:
        memory = self._psutil.virtual_memory()
        levels["memory/used_bytes"] = memory.total - memory.available
        levels["memory/percent"] = memory.percent
        swap = self._psutil.swap_memory()
        if swap.total:
            levels["memory/swap_used_bytes"] = swap.used

    def _read_traffic(self, levels: dict[str, float], counters: dict[str, float]) -> None:
        network = self._psutil.net_io_counters(pernic=True)
        real = [traffic for name, traffic in network.items() if not name.startswith("lo")]
        counters["network/received_bytes_per_second"] = sum(traffic.bytes_recv for traffic in real)
        counters["network/sent_bytes_per_second"] = sum(traffic.bytes_sent for traffic in real)
        disks = self._psutil.disk_io_counters()
        if disks is not None:
            counters["disk/read_bytes_per_second"] = disks.read_bytes
            counters["disk/written_bytes_per_second"] = disks.write_bytes

    def _read_tree(self, levels: dict[str, float], counters: dict[str, float], now: float) -> None:
        if self._scanned is None or now - self._scanned >= SCAN_SECONDS:
            self._scan()
            self._scanned = now
        rss = threads = files = 0
        for pid, process in list(self._processes.items()):
            try:
                with process.oneshot():
                    times = process.cpu_times()
                    rss += process.memory_info().rss
                    threads += process.num_threads()
                    files += process.num_fds() if hasattr(process, "num_fds") else 0
            except (OSError, self._psutil.Error):
                self._processes.pop(pid)
                self._cpu_seconds.pop(pid, None)
                continue
            seconds = times.user + times.system
            self._tree_seconds += max(0.0, seconds - self._cpu_seconds.get(pid, seconds))
            self._cpu_seconds[pid] = seconds
        if self._processes:
            counters["cpu/tree_percent"] = self._tree_seconds * 100
            levels["memory/tree_rss_bytes"] = rss
            levels["process/count"] = len(self._processes)
            levels["process/threads"] = threads
            if files:
                levels["process/open_files"] = files

    def _scan(self) -> None:
        try:
            root = self._psutil.Process(self.root)
            found = [root, *root.children(recursive=True)]
        except (OSError, self._psutil.Error):
            return
        for process in found:
            if process.pid not in self._ignored:
                self._processes.setdefault(process.pid, process)


def _import_psutil() -> Any:
    import psutil  # 45 ms: only where /proc is missing

    return psutil
