"""Limits and counters of our control group, versions 1 and 2, read straight from the file system."""

from __future__ import annotations

import os
from typing import NamedTuple

from collector.system.kernelfile import KernelFile
from collector.system.processes import read_bytes

UNLIMITED_BYTES = 1 << 60
"""Version 1 writes "no limit" as a number near 2**63."""


class Cgroup(NamedTuple):
    """Where the files of our control group are; None where there is no such controller."""

    memory: str | None
    cpu: str | None
    version: int


class Throttling(NamedTuple):
    """What a CPU quota has done, since the group was made."""

    seconds: float
    """How long threads have waited, all added up."""
    periods: int
    """In how many periods of the quota (mostly 0.1 s) it was used up."""


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


def throttling(group: Cgroup) -> Throttling | None:
    """What the CPU quota has cost the group so far; None where the kernel does not say."""
    fields = _fields(group.cpu, "cpu.stat")
    name, unit = ("throttled_time", 1e9) if group.version == 1 else ("throttled_usec", 1e6)
    if name not in fields:
        return None
    return Throttling(fields[name] / unit, fields.get("nr_throttled", 0))


def swap_used(group: Cgroup) -> int | None:
    """Bytes of the group's memory that are in swap; version 1 counts memory and swap together."""
    if group.version == 2:
        return _number(group.memory, "memory.swap.current")
    both, memory = _number(group.memory, "memory.memsw.usage_in_bytes"), memory_used(group)
    return max(0, both - memory) if both is not None and memory is not None else None


def group_pressures(group: Cgroup) -> dict[str, KernelFile]:
    """The group's own pressure files, by kind; none in version 1."""
    if group.version == 1 or not group.cpu:
        return {}
    found = {kind: f"{group.cpu}/{kind}.pressure" for kind in ("cpu", "memory", "io")}
    return {kind: KernelFile(path) for kind, path in found.items() if os.path.exists(path)}


def stalled_seconds(pressure: bytes) -> tuple[float | None, float | None]:
    """Seconds in which some task waited, and in which all did, from a file of pressures."""
    seconds: dict[bytes, float] = {}
    for line in pressure.splitlines():
        kind, _, rest = line.partition(b" ")
        _, found, total = rest.partition(b"total=")
        if found and total.strip().isdigit():
            seconds[kind] = int(total) / 1e6
    return seconds.get(b"some"), seconds.get(b"full")


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
