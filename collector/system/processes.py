"""The process tree on Linux: CPU time, page faults, I/O, memory, threads and open files of a command and its
descendants.

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


Used = tuple[int, int, int]
"""What a process has used so far: clock ticks of CPU, minor page faults, major page faults."""


class ProcessStat(NamedTuple):
    """What /proc/<pid>/stat says that we need."""

    parent: int
    own: Used
    waited: Used
    """What children have used that have ended and that it has waited for."""
    threads: int
    start_ticks: int
    rss_pages: int


class TreeSample(NamedTuple):
    """The whole tree in a few numbers; time, faults and bytes read and written only grow."""

    cpu_seconds: float
    minor_faults: float
    major_faults: float
    read_bytes: float | None
    """From storage; None where the system does not tell."""
    written_bytes: float | None
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
        self.used = [0.0, 0.0, 0.0]
        self.moved = [0.0, 0.0]
        self.known: dict[int, ProcessStat] = {}
        self._io: dict[int, tuple[int, int]] = {}
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
        shares = {pid: self._recent_share(found[pid], now) for pid in found if pid not in self.known}
        self._count_used(found, shares)
        self._count_moved(found, shares)
        self.known, self._read_at = found, now
        if scan:
            self._scanned = now
            self._open_files = self._count_open_files()
        return TreeSample(
            cpu_seconds=self.used[0] / CLOCK_TICKS,
            minor_faults=self.used[1],
            major_faults=self.used[2],
            read_bytes=self.moved[0] if self._io else None,
            written_bytes=self.moved[1] if self._io else None,
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
                own=(int(fields[11]) + int(fields[12]), int(fields[7]), int(fields[9])),
                waited=(int(fields[13]) + int(fields[14]), int(fields[8]), int(fields[10])),
                threads=int(fields[17]),
                start_ticks=int(fields[19]),
                rss_pages=int(fields[21]),
            )
        except (IndexError, ValueError):
            return None

    def _children(self, pid: int) -> list[int]:
        text = read_bytes(f"{self.proc}/{pid}/task/{pid}/children")
        return [int(child) for child in text.split()] if text else []

    def _count_used(self, found: dict[int, ProcessStat], shares: dict[int, float]) -> None:
        """Add what was used since the last sample, that of processes that came and went included."""
        gone = [stat for pid, stat in self.known.items() if pid not in found]
        for at in range(len(self.used)):
            used = waited = 0.0
            for pid, stat in found.items():
                before = self.known.get(pid)
                if before is not None:
                    used += stat.own[at] - before.own[at]
                    waited += stat.waited[at] - before.waited[at]
                else:
                    used += stat.own[at] * shares[pid]
            # A parent that waits for a child inherits all that it used, most of which is counted already.
            counted = sum(stat.own[at] + stat.waited[at] for stat in gone)
            self.used[at] += max(0.0, used) + max(0.0, waited - counted)

    def _count_moved(self, found: dict[int, ProcessStat], shares: dict[int, float]) -> None:
        """Add the bytes read from and written to storage since the last sample, likewise."""
        io = {pid: moved for pid in found if (moved := self._moved_by(pid)) is not None}
        for at in range(len(self.moved)):
            grown = sum(
                moved[at] - self._io[pid][at] if pid in self._io else moved[at] * shares.get(pid, 0.0)
                for pid, moved in io.items()
            )
            # What a parent inherits stands in the same number as its own.
            grown -= sum(moved[at] for pid, moved in self._io.items() if pid not in found)
            self.moved[at] += max(0.0, grown)
        self._io = io

    def _moved_by(self, pid: int) -> tuple[int, int] | None:
        text = read_bytes(f"{self.proc}/{pid}/io")
        if text is None:
            return None
        lines = text.split(b"\n")
        try:
            return int(lines[4].partition(b":")[2]), int(lines[5].partition(b":")[2])
        except (IndexError, ValueError):
            return None

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
