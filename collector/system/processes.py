"""The process tree on Linux: CPU time, memory, threads and open files of a command and its descendants.

All pids of the machine are scanned for new descendants every ten seconds only, because that is four fifths of
a sample's cost; between scans the first thread of each known process is asked for its children. Proportional
memory (PSS) is never read: the kernel walks every page for it.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from typing import NamedTuple

SCAN_SECONDS = 10.0
CLOCK_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


class ProcessStat(NamedTuple):
    """What /proc/<pid>/stat says that we need; times in clock ticks."""

    parent: int
    own_ticks: int
    waited_ticks: int
    threads: int
    start_ticks: int
    rss_pages: int


class TreeSample(NamedTuple):
    """The whole tree in five numbers; cpu_seconds only grows."""

    cpu_seconds: float
    rss_bytes: int
    processes: int
    threads: int
    open_files: int | None


class ProcessTree:
    """Follows a process and its descendants from sample to sample."""

    def __init__(self, root: int, *, proc: str = "/proc", ignored: Collection[int] = ()) -> None:
        self.root = root
        self.proc = proc
        self.ignored = frozenset(ignored)
        self.cpu_ticks = 0.0
        self.known: dict[int, ProcessStat] = {}
        self._scanned: float | None = None
        self._read_at: float | None = None
        self._open_files: int | None = None

    @property
    def pids(self) -> frozenset[int]:
        """The processes of the last sample."""
        return frozenset(self.known)

    def sample(self, now: float) -> TreeSample:
        """Read every process of the tree; `now` is a monotonic time in seconds."""
        scan = self._scanned is None or now - self._scanned >= SCAN_SECONDS
        found = self._scan() if scan else self._follow()
        self._count_cpu(found, now)
        self.known, self._read_at = found, now
        if scan:
            self._scanned = now
            self._open_files = self._count_open_files()
        return TreeSample(
            cpu_seconds=self.cpu_ticks / CLOCK_TICKS,
            rss_bytes=sum(stat.rss_pages for stat in found.values()) * PAGE_BYTES,
            processes=len(found),
            threads=sum(stat.threads for stat in found.values()),
            open_files=self._open_files,
        )

    def _scan(self) -> dict[int, ProcessStat]:
        everything = {}
        children: dict[int, list[int]] = {}
        for name in os.listdir(self.proc):
            if name.isdigit() and (stat := self._stat(int(name))) is not None:
                everything[int(name)] = stat
                children.setdefault(stat.parent, []).append(int(name))
        return self._descend(everything, children)

    def _descend(
        self, everything: dict[int, ProcessStat], children: dict[int, list[int]]
    ) -> dict[int, ProcessStat]:
        tree = {}
        waiting = [self.root]
        while waiting:
            pid = waiting.pop()
            if pid not in tree and pid in everything:
                tree[pid] = everything[pid]
                waiting.extend(children.get(pid, ()))
        return {pid: stat for pid, stat in tree.items() if pid not in self.ignored}

    def _follow(self) -> dict[int, ProcessStat]:
        found = {}
        waiting = list({self.root, *self.known})
        seen = set(waiting)
        while waiting:
            pid = waiting.pop()
            stat = self._stat(pid)
            before = self.known.get(pid)
            if stat is None or (before and before.start_ticks != stat.start_ticks):
                continue
            found[pid] = stat
            new = [child for child in self._children(pid) if child not in seen]
            seen.update(new)
            waiting.extend(new)
        return {pid: stat for pid, stat in found.items() if pid not in self.ignored}

    def _stat(self, pid: int) -> ProcessStat | None:
        text = read_bytes(f"{self.proc}/{pid}/stat")
        if text is None:
            return None
        # The command name stands in parentheses and may itself contain spaces and parentheses.
        fields = text[text.rfind(b")") + 2 :].split()
        try:
            return ProcessStat(
                parent=int(fields[1]),
                own_ticks=int(fields[11]) + int(fields[12]),
                waited_ticks=int(fields[13]) + int(fields[14]),
                threads=int(fields[17]),
                start_ticks=int(fields[19]),
                rss_pages=int(fields[21]),
            )
        except (IndexError, ValueError):
            return None

    def _children(self, pid: int) -> list[int]:
        text = read_bytes(f"{self.proc}/{pid}/task/{pid}/children")
        return [int(child) for child in text.split()] if text else []

    def _count_cpu(self, found: dict[int, ProcessStat], now: float) -> None:
        """Add the ticks used since the last sample, those of processes that came and went included."""
        used = waited = 0.0
        for pid, stat in found.items():
            before = self.known.get(pid)
            if before is not None:
                used += stat.own_ticks - before.own_ticks
                waited += stat.waited_ticks - before.waited_ticks
            else:
                used += stat.own_ticks * self._recent_share(stat, now)
        # A parent that waits for a child inherits the child's whole time, most of which is counted already.
        gone = sum(stat.own_ticks + stat.waited_ticks for pid, stat in self.known.items() if pid not in found)
        self.cpu_ticks += max(0.0, used) + max(0.0, waited - gone)

    def _recent_share(self, stat: ProcessStat, now: float) -> float:
        """Share of a newly found process's life that lies after the last sample, so that no sample jumps."""
        if self._read_at is None:
            return 0.0
        uptime = self._uptime()
        if uptime is None:
            return 0.0
        age = max(uptime - stat.start_ticks / CLOCK_TICKS, 0.01)
        return min(1.0, (now - self._read_at) / age)

    def _uptime(self) -> float | None:
        text = read_bytes(f"{self.proc}/uptime")
        return float(text.split()[0]) if text else None

    def _count_open_files(self) -> int | None:
        counts = [count for pid in self.known if (count := self._open_files_of(pid)) is not None]
        return sum(counts) if counts else None

    def _open_files_of(self, pid: int) -> int | None:
        folder = f"{self.proc}/{pid}/fd"
        try:
            # Since Linux 6.2 the size of this folder is the number of descriptors; before, it is 0.
            return os.stat(folder).st_size or len(os.listdir(folder))
        except OSError:
            return None


def read_bytes(path: str) -> bytes | None:
    """Read a small kernel file, or None where it is absent or not ours to read."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        return os.read(descriptor, 65536)
    except OSError:
        return None
    finally:
        os.close(descriptor)
