"""Limits and counters of our control group, versions 1 and 2, read straight from the file system."""

from __future__ import annotations

import os
from typing import NamedTuple

from collector.system.processes import read_bytes

UNLIMITED_BYTES = 1 << 60
"""Version 1 writes "no limit" as a number near 2**63."""


class Cgroup(NamedTuple):
    """Where the files of our control group are; None where there is no such controller."""

    memory: str | None
    cpu: str | None
    version: int


def find_cgroup(proc: str = "/proc", sys: str = "/sys") -> Cgroup:
    """Find our own control group."""
    text = (read_bytes(f"{proc}/self/cgroup") or b"").decode(errors="replace")
    paths: dict[str, str] = {}
    for line in text.splitlines():
        _, controllers, path = [*line.split(":", 2), "", ""][:3]
        for controller in controllers.split(","):
            paths[controller] = path
    mount = f"{sys}/fs/cgroup"
    if "memory" in paths or "cpu" in paths:
        return Cgroup(
            _place(f"{mount}/memory", paths.get("memory")), _place(f"{mount}/cpu", paths.get("cpu")), 1
        )
    unified = _place(mount, paths.get(""))
    return Cgroup(unified, unified, 2)


def _place(mount: str, path: str | None) -> str | None:
    """The group's own folder; inside a container the group is the mount itself."""
    if path is None:
        return None
    for folder in (mount + path.rstrip("/"), mount):
        if os.path.isdir(folder):
            return folder
    return None


def memory_used(group: Cgroup) -> int | None:
    """Bytes that the group is charged for."""
    name = "memory.usage_in_bytes" if group.version == 1 else "memory.current"
    return _number(group.memory, name)


def memory_limit(group: Cgroup) -> int | None:
    """The group's limit in bytes, the smallest of its own and its parents'; None where there is none."""
    name = "memory.limit_in_bytes" if group.version == 1 else "memory.max"
    limits = [limit for folder in _ancestors(group.memory) if (limit := _number(folder, name)) is not None]
    smallest = min(limits, default=UNLIMITED_BYTES)
    return smallest if smallest < UNLIMITED_BYTES else None


def _ancestors(folder: str | None) -> list[str]:
    folders = []
    while folder and "/fs/cgroup/" in folder + "/":
        folders.append(folder)
        folder = os.path.dirname(folder)
    return folders


def cpu_limit(group: Cgroup) -> float | None:
    """CPUs that the group's quota allows; None where there is no quota."""
    if group.version == 1:
        quota, period = _number(group.cpu, "cpu.cfs_quota_us"), _number(group.cpu, "cpu.cfs_period_us")
    else:
        words = (read_bytes(f"{group.cpu}/cpu.max") or b"").split() if group.cpu else []
        numbers = [int(word) for word in words if word.isdigit()]
        quota, period = (numbers[0], numbers[1]) if len(numbers) == 2 else (None, None)
    if not quota or not period or quota < 0:
        return None
    return quota / period


def throttled_seconds(group: Cgroup) -> float | None:
    """Seconds that threads of the group have waited for its CPU quota so far."""
    fields = _fields(group.cpu, "cpu.stat")
    if group.version == 1:
        return fields["throttled_time"] / 1e9 if "throttled_time" in fields else None
    return fields["throttled_usec"] / 1e6 if "throttled_usec" in fields else None


def oom_kills(group: Cgroup) -> int | None:
    """Processes of the group that the kernel has killed for want of memory so far."""
    name = "memory.oom_control" if group.version == 1 else "memory.events"
    return _fields(group.memory, name).get("oom_kill")


def _fields(folder: str | None, name: str) -> dict[str, int]:
    text = read_bytes(f"{folder}/{name}") if folder else None
    pairs = [line.split() for line in (text or b"").splitlines()]
    return {pair[0].decode(): int(pair[1]) for pair in pairs if len(pair) == 2 and pair[1].isdigit()}


def _number(folder: str | None, name: str) -> int | None:
    text = (read_bytes(f"{folder}/{name}") or b"").strip() if folder else b""
    return int(text) if text.lstrip(b"-").isdigit() else None
