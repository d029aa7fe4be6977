"""Kills for want of memory: who is taken first, and how many there were."""

from __future__ import annotations

from collector.system import cgroups
from collector.system.processes import read_bytes

VICTIM_POINTS = 10
"""By so many thousandths of all memory the command looks larger to the kernel than it is."""


class OomKills:
    """How many processes the kernel kills from now on, in our cgroup and on the machine."""

    def __init__(self) -> None:
        self._group = cgroups.find_cgroup()
        self._group_before = cgroups.oom_kills(self._group)
        self._machine_before = _on_machine()

    def in_group(self) -> int | None:
        """Kills in our cgroup; None where it does not say."""
        return _growth(self._group_before, cgroups.oom_kills(self._group))

    def on_machine(self) -> int | None:
        """Kills on the whole machine; None where it does not say."""
        return _growth(self._machine_before, _on_machine())


def _growth(before: int | None, after: int | None) -> int | None:
    return None if before is None or after is None else after - before


def _on_machine() -> int | None:
    for line in (read_bytes("/proc/vmstat") or b"").splitlines():
        if line.startswith(b"oom_kill "):
            return int(line.split()[1])
    return None


def prefer_as_victim(pid: int) -> None:
    """Make the kernel take this process rather than us: raising the score needs no privilege."""
    try:
        with open(f"/proc/{pid}/oom_score_adj", "r+") as file:
            score = int(file.read())
            file.seek(0)
            file.write(str(min(1000, score + VICTIM_POINTS)))
    except (OSError, ValueError):
        pass  # not on this system, or the process has ended
