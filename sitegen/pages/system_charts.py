"""System metrics become charts: what belongs together in one, what people ask for first, the rest folded."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sitegen.pages.natural import natural

OVERVIEW, GPUS, MACHINE, TRAFFIC = (
    "System",
    "GPU details",
    "CPU and memory details",
    "Disk and network details",
)
PARTS = (OVERVIEW, GPUS, MACHINE, TRAFFIC)
SECOND = "highest second"
"""The label of what is recorded beside a mean."""

_UNITS = {
    "percent": "%", "bytes": "bytes", "watts": "W", "celsius": "°C", "seconds": "s", "mhz": "MHz",
    "joules": "J", "megahertz": "MHz", "hertz": "Hz", "milliseconds": "ms",
}  # fmt: skip
_NAMES = {
    "cpu": "CPU", "gpu": "GPU", "rss": "RSS", "io": "I/O", "ram": "RAM", "ecc": "ECC", "pcie": "PCIe",
    "sm": "SM", "nvlink": "NVLink", "mig": "MIG", "oom": "out-of-memory", "cgroup": "cgroup",
}  # fmt: skip


@dataclass(frozen=True)
class SystemChart:
    """One chart of a machine."""

    metrics: tuple[str, ...]
    title: str
    unit: str
    part: str
    labels: tuple[str, ...] = ()
    """What each line is called; empty where the page's script can tell by itself."""
    bold: str = ""
    """The metric that stands out of many faint ones."""


@dataclass(frozen=True)
class _Kind:
    """How metrics that match become a chart; the first kind that matches takes a metric."""

    pattern: str
    title: str
    unit: str
    part: str
    labels: tuple[tuple[str, str], ...] = ()
    """Patterns of names and what such a line is called."""
    bold: str = ""
    is_of_one_run: bool = False
    """Whether lines of different meaning share it: with several runs they could not be told apart."""


_WAITS = (("cpu", "for a CPU"), ("memory", "for memory"), ("io", "for a disk"))

KINDS = (
    _Kind(r"gpu\d+/utilization_percent", "GPU utilization", "%", OVERVIEW),
    _Kind(r"gpu\d+/memory_used_bytes", "GPU memory", "bytes", OVERVIEW),
    _Kind(r"gpu\d+/power_watts", "GPU power", "W", OVERVIEW),
    _Kind(r"gpu\d+/temperature_celsius", "GPU temperature", "°C", OVERVIEW),
    _Kind(
        "cpu/tree_percent(?:_max)?", "CPU of the command", "% of one core", OVERVIEW,
        (("cpu/tree_percent_max", SECOND), ("cpu/tree_percent", "mean")), is_of_one_run=True,
    ),
    _Kind("cpu/tree_percent", "CPU of the command", "% of one core", OVERVIEW),
    _Kind(
        r"cpu/core\d+_percent|cpu/percent", "Each CPU, and their mean", "%", OVERVIEW,
        ((r"cpu/core(\d+)_percent", r"CPU \1"), ("cpu/percent", "mean of all")), bold="cpu/percent",
        is_of_one_run=True,
    ),
    _Kind("cpu/percent", "CPU of the machine", "%", OVERVIEW),
    _Kind(
        "memory/(?:tree_rss|used|cgroup_used)_bytes", "Memory", "bytes", OVERVIEW,
        (("memory/tree.*", "command"), ("memory/used.*", "machine"), ("memory/cgroup.*", "cgroup")),
        is_of_one_run=True,
    ),
    _Kind("memory/tree_rss_bytes", "Memory of the command", "bytes", OVERVIEW),
    _Kind("memory/used_bytes", "Memory of the machine", "bytes", OVERVIEW),
    _Kind(
        "disk/(?:read|written)_bytes_per_second", "Disks", "B/s", OVERVIEW,
        ((".*/read.*", "read"), (".*/written.*", "written")), is_of_one_run=True,
    ),
    _Kind(
        "network/(?:received|sent)_bytes_per_second", "Network", "B/s", OVERVIEW,
        ((".*/received.*", "received"), (".*/sent.*", "sent")), is_of_one_run=True,
    ),
    _Kind("disk/read_bytes_per_second", "Disk read", "B/s", OVERVIEW),
    _Kind("disk/written_bytes_per_second", "Disk written", "B/s", OVERVIEW),
    _Kind("network/received_bytes_per_second", "Network received", "B/s", OVERVIEW),
    _Kind("network/sent_bytes_per_second", "Network sent", "B/s", OVERVIEW),
    _Kind(
        "pressure/(?:cpu|memory|io)_percent", "Some process waits", "% of the time", MACHINE,
        tuple((f"pressure/{kind}_percent", words) for kind, words in _WAITS), is_of_one_run=True,
    ),
    _Kind(
        "pressure/(?:memory|io)_full_percent", "All processes wait", "% of the time", MACHINE,
        tuple((f"pressure/{kind}_full_percent", words) for kind, words in _WAITS), is_of_one_run=True,
    ),
    _Kind(
        "pressure/cgroup_.*_percent", "Some process of the cgroup waits", "% of the time", MACHINE,
        tuple((f"pressure/cgroup_{kind}_percent", words) for kind, words in _WAITS), is_of_one_run=True,
    ),
    *(
        _Kind(f"pressure/{kind}_percent", f"Some process waits {words}", "% of the time", MACHINE)
        for kind, words in _WAITS
    ),
    *(
        _Kind(f"pressure/{kind}_full_percent", f"All processes wait {words}", "% of the time", MACHINE)
        for kind, words in _WAITS
    ),
    *(
        _Kind(f"pressure/cgroup_{kind}_percent", f"The cgroup waits {words}", "% of the time", MACHINE)
        for kind, words in _WAITS
    ),
    _Kind("memory/percent", "Share of the machine's memory", "%", MACHINE),
    _Kind("memory/cgroup_percent", "Share of the cgroup's limit", "%", MACHINE),
    _Kind("memory/cgroup_used_bytes", "Memory of the cgroup", "bytes", MACHINE),
    _Kind("memory/swap_used_bytes", "Swap in use", "bytes", MACHINE),
    _Kind("memory/cgroup_swap_used_bytes", "Swap of the cgroup", "bytes", MACHINE),
    _Kind("process/count", "Processes of the command", "", MACHINE),
    _Kind("process/threads", "Threads of the command", "", MACHINE),
    _Kind("process/open_files", "Open files of the command", "", MACHINE),
    _Kind("cpu/load_1m", "Load average over a minute", "processes", MACHINE),
    _Kind("cpu/throttled_periods_per_second", "CPU quota used up", "times/s", MACHINE),
    _Kind("cpu/percent_max", "CPU of the machine, highest second", "%", MACHINE, is_of_one_run=True),
    _Kind("cpu/throttled_percent", "Waiting for the CPU quota", "% of the time, all threads", MACHINE),
    _Kind("memory/oom_kills", "Killed for want of memory", "processes", MACHINE),
    _Kind(
        r"disk/\w+_busy_percent", "Disks at work", "% of the time", TRAFFIC, ((r"disk/(\w+)_busy.*", r"\1"),)
    ),
    *(
        _Kind(
            rf"{kind}/\w+?_{way}_bytes_per_second", f"{title}, one by one: {way}", "B/s", TRAFFIC,
            ((rf"{kind}/(\w+?)_{way}.*", r"\1"),),
        )
        for kind, title, ways in (
            ("disk", "Disks", ("read", "written")), ("network", "Interfaces", ("received", "sent"))
        )
        for way in ways
    ),
    _Kind(
        "disk/.*_max", "Disks, highest second", "B/s", TRAFFIC,
        ((".*/read.*", "read"), (".*/written.*", "written")),
    ),
    _Kind(
        "network/.*_max", "Network, highest second", "B/s", TRAFFIC,
        ((".*/received.*", "received"), (".*/sent.*", "sent")),
    ),
    _Kind(r"gpu\d+/memory_used_percent", "GPU memory, share in use", "%", GPUS),
    _Kind(
        r"gpu\d+/mig\d+_memory_used_bytes", "Memory of GPU slices", "bytes", GPUS,
        ((r"(gpu\d+)/(mig\d+)_.*", r"\1 \2"),),
    ),
    _Kind(r"gpu\d+/power_throttled_percent", "GPU clocks held down by power", "% of the time", GPUS),
    _Kind(r"gpu\d+/thermal_throttled_percent", "GPU clocks held down by heat", "% of the time", GPUS),
    _Kind(r"gpu\d+/slowdown_percent", "GPU slowed down by the hardware", "% of the time", GPUS),
    _Kind(r"gpu\d+/lost", "GPU lost by the driver", "", GPUS),
    _Kind(r"gpu\d+/processes", "Processes on the GPU", "", GPUS),
    _Kind(r"gpu\d+/tree_utilization_percent", "GPU utilization by the command", "%", GPUS),
    _Kind(r"gpu\d+/tree_memory_used_bytes", "GPU memory of the command", "bytes", GPUS),
)  # fmt: skip
"""In the order in which people ask; what matches none has a chart of its own in its part, by its name."""

_DEVICE = re.compile(r"^([a-z]+)\d+/")
_PARTS_BY_PREFIX = {"gpu": GPUS, "cpu": MACHINE, "memory": MACHINE, "process": MACHINE, "pressure": MACHINE}


def system_charts(metrics: Sequence[str], *, is_one_run: bool) -> list[SystemChart]:
    """The charts of these metrics, part by part, those that people ask for first."""
    left = sorted(metrics, key=natural)
    charts: list[SystemChart] = []
    for kind in KINDS:
        if kind.is_of_one_run and not is_one_run:
            continue
        found = tuple(metric for metric in left if re.fullmatch(kind.pattern, metric))
        # Without the line that stands out, or without any beside it, faint ones mean nothing.
        if not found or (kind.bold and (kind.bold not in found or len(found) < 3)):
            continue
        charts.append(_chart(kind, found))
        left = [metric for metric in left if metric not in found]
    groups: dict[str, list[str]] = {}
    for metric in left:
        groups.setdefault(_DEVICE.sub(r"\1/", metric), []).append(metric)
    for group, members in groups.items():
        title, unit = system_title(group)
        part = _PARTS_BY_PREFIX.get(group.partition("/")[0], TRAFFIC)
        charts.append(SystemChart(tuple(members), title, unit, part))
    return sorted(charts, key=lambda chart: PARTS.index(chart.part))


def _chart(kind: _Kind, metrics: tuple[str, ...]) -> SystemChart:
    labels = tuple(_label(kind, metric) for metric in metrics) if kind.labels and len(metrics) > 1 else ()
    return SystemChart(metrics, kind.title, kind.unit, kind.part, labels, kind.bold)


def _label(kind: _Kind, metric: str) -> str:
    for pattern, words in kind.labels:
        found = re.fullmatch(pattern, metric)
        if found is not None:
            return found.expand(words)
    return metric


def system_title(group: str) -> tuple[str, str]:
    """A heading and a unit for system metrics that no chart is named for: ('GPU fan', '%')."""
    kind, _, what = group.partition("/")
    words = re.split(r"[_/]+", what or kind)
    ending = f", {SECOND}" if words[-1] == "max" else ""
    words = words[:-1] if ending else words
    unit = ""
    if len(words) > 2 and words[-2:] == ["per", "second"]:
        unit = f"{_UNITS.get(words[-3], words[-3])}/s".replace("bytes/s", "B/s").replace(
            "periods/s", "times/s"
        )
        words = words[:-3] if words[-3] in _UNITS else words[:-2]
    elif words[-1] in _UNITS:
        unit, words = _UNITS[words[-1]], words[:-1]
    named = [_NAMES.get(word, word) for word in ([kind, *words] if what and kind != "process" else words)]
    title = " ".join(named) + ending
    return title[:1].upper() + title[1:], unit
