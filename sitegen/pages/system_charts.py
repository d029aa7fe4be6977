"""System metrics become charts: what belongs together in one, what people ask for first, the rest folded."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sitegen.pages.natural import natural
from sitegen.texts import said

OVERVIEW, GPUS, MACHINE, TRAFFIC = (
    said("system.part.overview"),
    said("system.part.gpus"),
    said("system.part.machine"),
    said("system.part.traffic"),
)
PARTS = (OVERVIEW, GPUS, MACHINE, TRAFFIC)
SECOND = said("system.highest")
"""The label of what is recorded beside a mean."""
OF_TIME = said("system.unit.of_the_time")

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


_WAITS = tuple((kind, said(f"system.wait.{kind}")) for kind in ("cpu", "memory", "io"))

KINDS = (
    _Kind(r"gpu\d+/utilization_percent", said("system.chart.gpu_utilization"), "%", OVERVIEW),
    _Kind(r"gpu\d+/sm_active_percent", said("system.chart.gpu_multiprocessors_at_work"), "%", OVERVIEW),
    _Kind(r"gpu\d+/memory_used_bytes", said("system.chart.gpu_memory"), "bytes", OVERVIEW),
    _Kind(r"gpu\d+/power_watts", said("system.chart.gpu_power"), "W", OVERVIEW),
    _Kind(r"gpu\d+/temperature_celsius", said("system.chart.gpu_temperature"), "°C", OVERVIEW),
    _Kind(
        "cpu/tree_percent(?:_max)?",
        said("system.chart.cpu_of_the_command"),
        said("system.unit.of_one_core"),
        OVERVIEW,
        (("cpu/tree_percent_max", SECOND), ("cpu/tree_percent", said("system.line.mean"))),
        is_of_one_run=True,
    ),
    _Kind(
        "cpu/tree_percent", said("system.chart.cpu_of_the_command"), said("system.unit.of_one_core"), OVERVIEW
    ),
    _Kind(
        r"cpu/core\d+_percent|cpu/percent",
        said("system.chart.each_cpu_and_their_mean"),
        "%",
        OVERVIEW,
        ((r"cpu/core(\d+)_percent", r"CPU \1"), ("cpu/percent", said("system.line.mean_of_all"))),
        bold="cpu/percent",
        is_of_one_run=True,
    ),
    _Kind("cpu/percent", said("system.chart.cpu_of_the_machine"), "%", OVERVIEW),
    _Kind(
        "memory/(?:tree_rss|used|cgroup_used)_bytes",
        said("system.chart.memory"),
        "bytes",
        OVERVIEW,
        (
            ("memory/tree.*", said("system.line.command")),
            ("memory/used.*", said("system.line.machine")),
            ("memory/cgroup.*", said("system.line.cgroup")),
        ),
        is_of_one_run=True,
    ),
    _Kind("memory/tree_rss_bytes", said("system.chart.memory_of_the_command"), "bytes", OVERVIEW),
    _Kind("memory/used_bytes", said("system.chart.memory_of_the_machine"), "bytes", OVERVIEW),
    _Kind(
        "disk/(?:read|written)_bytes_per_second",
        said("system.chart.disks"),
        "B/s",
        OVERVIEW,
        ((".*/read.*", said("system.line.read")), (".*/written.*", said("system.line.written"))),
        is_of_one_run=True,
    ),
    _Kind(
        "network/(?:received|sent)_bytes_per_second",
        said("system.chart.network"),
        "B/s",
        OVERVIEW,
        ((".*/received.*", said("system.line.received")), (".*/sent.*", said("system.line.sent"))),
        is_of_one_run=True,
    ),
    _Kind("disk/read_bytes_per_second", said("system.chart.disk_read"), "B/s", OVERVIEW),
    _Kind("disk/written_bytes_per_second", said("system.chart.disk_written"), "B/s", OVERVIEW),
    _Kind("network/received_bytes_per_second", said("system.chart.network_received"), "B/s", OVERVIEW),
    _Kind("network/sent_bytes_per_second", said("system.chart.network_sent"), "B/s", OVERVIEW),
    _Kind(
        "pressure/(?:cpu|memory|io)_percent",
        said("system.chart.some_process_waits"),
        OF_TIME,
        MACHINE,
        tuple((f"pressure/{kind}_percent", words) for kind, words in _WAITS),
        is_of_one_run=True,
    ),
    _Kind(
        "pressure/(?:memory|io)_full_percent",
        said("system.chart.all_processes_wait"),
        OF_TIME,
        MACHINE,
        tuple((f"pressure/{kind}_full_percent", words) for kind, words in _WAITS),
        is_of_one_run=True,
    ),
    _Kind(
        "pressure/cgroup_.*_percent",
        said("system.chart.some_process_of_the_cgroup_waits"),
        OF_TIME,
        MACHINE,
        tuple((f"pressure/cgroup_{kind}_percent", words) for kind, words in _WAITS),
        is_of_one_run=True,
    ),
    *(
        _Kind(f"pressure/{kind}_percent", said("system.waits.some", what=words), OF_TIME, MACHINE)
        for kind, words in _WAITS
    ),
    *(
        _Kind(f"pressure/{kind}_full_percent", said("system.waits.all", what=words), OF_TIME, MACHINE)
        for kind, words in _WAITS
    ),
    *(
        _Kind(f"pressure/cgroup_{kind}_percent", said("system.waits.cgroup", what=words), OF_TIME, MACHINE)
        for kind, words in _WAITS
    ),
    _Kind(
        "memory/tree_major_faults_per_second",
        said("system.chart.pages_the_command_waited_for"),
        said("system.unit.pages_s"),
        MACHINE,
    ),
    _Kind(
        "memory/tree_minor_faults_per_second",
        said("system.chart.pages_the_command_was_given"),
        said("system.unit.pages_s"),
        MACHINE,
    ),
    _Kind("memory/percent", said("system.chart.share_of_the_machine_memory"), "%", MACHINE),
    _Kind("memory/cgroup_percent", said("system.chart.share_of_the_cgroup_limit"), "%", MACHINE),
    _Kind("memory/cgroup_used_bytes", said("system.chart.memory_of_the_cgroup"), "bytes", MACHINE),
    _Kind("memory/swap_used_bytes", said("system.chart.swap_in_use"), "bytes", MACHINE),
    _Kind("memory/cgroup_swap_used_bytes", said("system.chart.swap_of_the_cgroup"), "bytes", MACHINE),
    _Kind("process/count", said("system.chart.processes_of_the_command"), "", MACHINE),
    _Kind("process/threads", said("system.chart.threads_of_the_command"), "", MACHINE),
    _Kind("process/open_files", said("system.chart.open_files_of_the_command"), "", MACHINE),
    _Kind(
        "cpu/load_1m", said("system.chart.load_average_over_a_minute"), said("system.unit.processes"), MACHINE
    ),
    _Kind(
        "cpu/throttled_periods_per_second",
        said("system.chart.cpu_quota_used_up"),
        said("system.unit.times_s"),
        MACHINE,
    ),
    _Kind(
        "cpu/percent_max",
        said("system.chart.cpu_of_the_machine_highest_second"),
        "%",
        MACHINE,
        is_of_one_run=True,
    ),
    _Kind(
        "cpu/throttled_percent",
        said("system.chart.waiting_for_the_cpu_quota"),
        said("system.unit.of_the_time_all_threads"),
        MACHINE,
    ),
    _Kind(
        "memory/oom_kills",
        said("system.chart.killed_for_want_of_memory"),
        said("system.unit.processes"),
        MACHINE,
    ),
    _Kind(
        "disk/tree_(?:read|written)_bytes_per_second",
        said("system.chart.disks_by_the_command"),
        "B/s",
        TRAFFIC,
        ((".*_read_.*", said("system.line.read")), (".*_written_.*", said("system.line.written"))),
        is_of_one_run=True,
    ),
    _Kind("disk/tree_read_bytes_per_second", said("system.chart.disk_read_by_the_command"), "B/s", TRAFFIC),
    _Kind(
        "disk/tree_written_bytes_per_second", said("system.chart.disk_written_by_the_command"), "B/s", TRAFFIC
    ),
    _Kind(
        r"disk/\w+_busy_percent",
        said("system.chart.disks_at_work"),
        OF_TIME,
        TRAFFIC,
        ((r"disk/(\w+)_busy.*", r"\1"),),
    ),
    *(
        _Kind(
            rf"{kind}/\w+?_{way}_bytes_per_second",
            said(f"system.single.{kind}_{way}"),
            "B/s",
            TRAFFIC,
            ((rf"{kind}/(\w+?)_{way}.*", r"\1"),),
        )
        for kind, ways in (("disk", ("read", "written")), ("network", ("received", "sent")))
        for way in ways
    ),
    _Kind(
        "disk/.*_max",
        said("system.chart.disks_highest_second"),
        "B/s",
        TRAFFIC,
        ((".*/read.*", said("system.line.read")), (".*/written.*", said("system.line.written"))),
    ),
    _Kind(
        "network/.*_max",
        said("system.chart.network_highest_second"),
        "B/s",
        TRAFFIC,
        ((".*/received.*", said("system.line.received")), (".*/sent.*", said("system.line.sent"))),
    ),
    _Kind(r"gpu\d+/tensor_active_percent", said("system.chart.gpu_tensor_cores_at_work"), "%", GPUS),
    _Kind(r"gpu\d+/sm_occupancy_percent", said("system.chart.gpu_occupancy"), "%", GPUS),
    _Kind(r"gpu\d+/memory_bandwidth_percent", said("system.chart.gpu_memory_bandwidth"), "%", GPUS),
    _Kind(
        r"gpu\d+/fp(?:16|32|64)_active_percent",
        said("system.chart.gpu_float_units_at_work"),
        "%",
        GPUS,
        ((r"(gpu\d+)/fp(\d+)_.*", r"\1 FP\2"),),
        is_of_one_run=True,
    ),
    _Kind(r"gpu\d+/memory_used_percent", said("system.chart.gpu_memory_share_in_use"), "%", GPUS),
    _Kind(
        r"gpu\d+/mig\d+_memory_used_bytes",
        said("system.chart.memory_of_gpu_slices"),
        "bytes",
        GPUS,
        ((r"(gpu\d+)/(mig\d+)_.*", r"\1 \2"),),
    ),
    _Kind(
        r"gpu\d+/power_throttled_percent", said("system.chart.gpu_clocks_held_down_by_power"), OF_TIME, GPUS
    ),
    _Kind(
        r"gpu\d+/thermal_throttled_percent", said("system.chart.gpu_clocks_held_down_by_heat"), OF_TIME, GPUS
    ),
    _Kind(r"gpu\d+/slowdown_percent", said("system.chart.gpu_slowed_down_by_the_hardware"), OF_TIME, GPUS),
    _Kind(r"gpu\d+/lost", said("system.chart.gpu_lost_by_the_driver"), "", GPUS),
    _Kind(r"gpu\d+/processes", said("system.chart.processes_on_the_gpu"), "", GPUS),
    _Kind(r"gpu\d+/tree_utilization_percent", said("system.chart.gpu_utilization_by_the_command"), "%", GPUS),
    _Kind(r"gpu\d+/tree_memory_used_bytes", said("system.chart.gpu_memory_of_the_command"), "bytes", GPUS),
)
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
            # A label without a device in it stays the sentence that it is.
            return found.expand(words) if "\\" in words else words
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
