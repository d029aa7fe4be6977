"""Which shell a run belongs to, and whether it or anything that it started is still there."""

from __future__ import annotations

import os
from typing import NamedTuple

from collector.ranks import began_at
from collector.system.processes import read_bytes

MOST_LEVELS = 8
"""How many nested substitutions are looked through."""

CLOCK_SECONDS = 1.0
"""How exactly the start of a process is known."""


class Owner(NamedTuple):
    """A process, told apart from a later one with the same number."""

    pid: int
    began: float | None

    def is_alive(self) -> bool:
        """Whether it still runs; one that has ended and was not waited for does not."""
        stat = read_bytes(f"/proc/{self.pid}/stat")
        if stat is not None and stat.rpartition(b")")[2].split()[:1] == [b"Z"]:
            return False
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            pass
        return self.is_same(Owner.of(self.pid))

    def is_same(self, other: Owner) -> bool:
        """Whether both are one process, and not two that had the same number one after the other."""
        if self.pid != other.pid or self.began is None or other.began is None:
            return self.pid == other.pid
        return abs(self.began - other.began) < CLOCK_SECONDS

    @classmethod
    def of(cls, pid: int) -> Owner:
        """The process with this number now."""
        return cls(pid, began_at(pid))


def find_shell(pid: int) -> int:
    """The shell that will evaluate what we print: not the subshell of `$(...)`, which ends with it.

    Such a subshell is a copy of its parent (same program, same arguments), but its output goes elsewhere.
    """
    for _ in range(MOST_LEVELS):
        parent = _parent(pid)
        if parent <= 1 or not _is_copy(pid, parent) or _output(pid) == _output(parent):
            break
        pid = parent
    return pid


def _is_copy(pid: int, parent: int) -> bool:
    own, theirs = read_bytes(f"/proc/{pid}/cmdline"), read_bytes(f"/proc/{parent}/cmdline")
    return bool(own) and own == theirs and _link(pid, "exe") == _link(parent, "exe")


def _output(pid: int) -> str:
    return _link(pid, "fd/1")


def _link(pid: int, name: str) -> str:
    try:
        return os.readlink(f"/proc/{pid}/{name}")
    except OSError:
        return ""


def _parent(pid: int) -> int:
    stat = read_bytes(f"/proc/{pid}/stat")
    return int(stat.rpartition(b")")[2].split()[1]) if stat else 0


def command_of(pid: int) -> tuple[str, ...]:
    """The command line of a process; its number where the system does not tell."""
    line = read_bytes(f"/proc/{pid}/cmdline")
    words = (line or b"").rstrip(b"\0").split(b"\0")
    return tuple(word.decode(errors="replace") for word in words) if line else ("sh",)


def count_members(setting: str, besides: frozenset[int]) -> int:
    """How many processes were started with this setting (`NAME=value`) in their environment."""
    wanted = setting.encode(errors="surrogateescape")
    try:
        pids = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    except OSError:
        return 0
    environments = (read_bytes(f"/proc/{pid}/environ") for pid in pids if pid not in besides)
    return sum(wanted in environment.split(b"\0") for environment in environments if environment)
