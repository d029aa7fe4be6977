"""What the machine is: CPU, memory and GPU facts for a run's provenance."""

from __future__ import annotations

import os
import platform
import sys
from typing import Any

from collector.system.cgroups import cpu_limit, find_cgroup, memory_limit
from collector.system.processes import read_bytes


def cpu_facts(proc: str = "/proc", sys_root: str = "/sys") -> dict[str, Any]:
    """Model and number of CPUs, and how many of them this process may use."""
    fields: dict[str, Any] = {
        "model": _cpu_model(proc),
        "architecture": platform.machine(),
        "logical": os.cpu_count(),
        "cores": _core_count(proc),
    }
    if hasattr(os, "sched_getaffinity"):
        fields["usable"] = len(os.sched_getaffinity(0))
    if sys.platform.startswith("linux"):
        fields["quota"] = cpu_limit(find_cgroup(proc, sys_root))
    return {name: value for name, value in fields.items() if value is not None}


def _cpu_model(proc: str) -> str | None:
    names = ("model name", "Processor", "cpu model", "Hardware")
    found = dict(_cpuinfo_pairs(proc))
    for name in names:
        if found.get(name):
            return " ".join(found[name].split())
    return platform.processor() or None


def _core_count(proc: str) -> int | None:
    """Physical cores: the distinct pairs of socket and core."""
    pairs = set()
    socket = "0"
    for name, value in _cpuinfo_pairs(proc):
        if name == "physical id":
            socket = value
        elif name == "core id":
            pairs.add((socket, value))
    return len(pairs) or None


def _cpuinfo_pairs(proc: str) -> list[tuple[str, str]]:
    try:
        # Hundreds of CPUs make this file larger than one read of a kernel file.
        with open(f"{proc}/cpuinfo", encoding="utf-8", errors="replace") as file:
            lines = file.read(4 << 20).splitlines()
    except OSError:
        return []
    split = (line.partition(":") for line in lines if ":" in line)
    return [(name.strip(), value.strip()) for name, _, value in split]


def memory_facts(proc: str = "/proc", sys_root: str = "/sys") -> dict[str, Any]:
    """Bytes of memory, and the cgroup's limit where there is one."""
    fields: dict[str, Any] = {}
    for line in (read_bytes(f"{proc}/meminfo") or b"").splitlines():
        if line.startswith(b"MemTotal:"):
            fields["memory_bytes"] = int(line.split()[1]) * 1024
    if "memory_bytes" not in fields and hasattr(os, "sysconf"):
        try:
            fields["memory_bytes"] = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        except (OSError, ValueError):
            pass
    limit = memory_limit(find_cgroup(proc, sys_root)) if sys.platform.startswith("linux") else None
    if limit is not None:
        fields["memory_limit_bytes"] = limit
    return fields


def gpu_facts(nvml: Any = None) -> dict[str, Any]:
    """Names, memory, driver and CUDA versions of NVIDIA GPUs; empty where there are none."""
    from collector.system.nvidia import open_nvidia

    source = open_nvidia(nvml)
    if source is None:
        return {}
    try:
        facts = source.facts()
    finally:
        source.close()
    fields = {
        "count": len(facts.names),
        "names": facts.names,
        "memory_bytes": facts.memory_bytes,
        "driver": facts.driver,
        "cuda": facts.cuda,
    }
    return {name: value for name, value in fields.items() if value is not None}
