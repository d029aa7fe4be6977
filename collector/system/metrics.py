"""The table of system metrics: every name that may appear in a sample, its unit, source and fold.

Samples are taken once a second and written every five seconds after the first minute. The fold says what
stands for the seconds between two writes: the largest value for levels where a short peak matters, the mean
for shares and rates, the last value for the rest. `mean, max` writes two: the mean, and the largest of the
single seconds under the name with `_max`.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

LARGEST = "largest"
MEAN = "mean"
MEAN_AND_MAX = "mean, max"
LAST = "last"


class Metric(NamedTuple):
    """One row of docs/reference/system-metrics.md."""

    name: str
    unit: str
    fold: str
    source: str
    meaning: str


SYSTEM_METRICS = (
    Metric("cpu/percent", "%", MEAN_AND_MAX, "/proc/stat", "Busy share of all logical CPUs of the machine."),
    Metric(
        "cpu/tree_percent",
        "%",
        MEAN_AND_MAX,
        "/proc/<pid>/stat",
        "CPU time of the command and all its descendants; 100 is one CPU in full use.",
    ),
    Metric(
        "cpu/throttled_percent",
        "%",
        MEAN,
        "cgroup cpu.stat",
        "Time that threads waited for the cgroup's CPU quota, over 100 for many; only with a quota.",
    ),
    Metric(
        "cpu/throttled_periods_per_second",
        "1/s",
        MEAN,
        "cgroup cpu.stat",
        "How often per second the cgroup's quota was used up; at most 10 with the usual period of 0.1 s.",
    ),
    Metric(
        "cpu/core0_percent",
        "%",
        MEAN,
        "/proc/stat",
        "Busy share of one logical CPU; one metric for each of the first 256, every 15 seconds.",
    ),
    Metric(
        "cpu/clock_megahertz",
        "MHz",
        MEAN,
        "cpufreq",
        "Mean clock of the CPUs, of at most 16, every 15 seconds; few virtual machines tell it.",
    ),
    Metric("cpu/load_1m", "processes", LAST, "/proc/loadavg", "Load average over one minute."),
    Metric(
        "memory/used_bytes",
        "B",
        LARGEST,
        "/proc/meminfo",
        "Memory of the machine that is not available to new programs.",
    ),
    Metric("memory/percent", "%", LARGEST, "/proc/meminfo", "The same as a share of the machine's memory."),
    Metric("memory/swap_used_bytes", "B", LARGEST, "/proc/meminfo", "Swap in use."),
    Metric(
        "memory/cgroup_used_bytes",
        "B",
        LARGEST,
        "cgroup memory.current",
        "Memory that the cgroup is charged for, page cache included; only where the cgroup has a limit.",
    ),
    Metric(
        "memory/cgroup_percent",
        "%",
        LARGEST,
        "cgroup memory.max",
        "The same as a share of the cgroup's limit: at 100 the kernel kills.",
    ),
    Metric(
        "memory/cgroup_swap_used_bytes",
        "B",
        LARGEST,
        "cgroup memory.swap.current",
        "Memory of the cgroup that is in swap, every 15 seconds; only where the cgroup has a limit.",
    ),
    Metric(
        "memory/oom_kills",
        "processes",
        LARGEST,
        "cgroup memory.events",
        "Processes of the cgroup that the kernel killed for want of memory since the first sample.",
    ),
    Metric(
        "memory/tree_rss_bytes",
        "B",
        LARGEST,
        "/proc/<pid>/stat",
        "Resident memory of the command and its descendants; shared pages count once per process.",
    ),
    Metric(
        "memory/tree_minor_faults_per_second",
        "1/s",
        MEAN,
        "/proc/<pid>/stat",
        "Pages that the command and its descendants were given without a disk: new memory, mostly.",
    ),
    Metric(
        "memory/tree_major_faults_per_second",
        "1/s",
        MEAN,
        "/proc/<pid>/stat",
        "Pages for which they had to wait for a disk: memory that was swapped out, or a mapped file.",
    ),
    Metric(
        "disk/read_bytes_per_second",
        "B/s",
        MEAN_AND_MAX,
        "/proc/diskstats",
        "Read from all disks of the machine.",
    ),
    Metric(
        "disk/written_bytes_per_second",
        "B/s",
        MEAN_AND_MAX,
        "/proc/diskstats",
        "Written to all disks of the machine.",
    ),
    Metric(
        "disk/tree_read_bytes_per_second",
        "B/s",
        MEAN,
        "/proc/<pid>/io",
        "Read from disks by the command and its descendants; what the page cache had is not in it.",
    ),
    Metric(
        "disk/tree_written_bytes_per_second",
        "B/s",
        MEAN,
        "/proc/<pid>/io",
        "Written by them, as far as it is meant for a disk.",
    ),
    Metric(
        "disk/sda_busy_percent",
        "%",
        MEAN,
        "/proc/diskstats",
        "Share of the time in which a disk was at work; one metric for each of the first 8 that were used.",
    ),
    Metric(
        "disk/sda_read_bytes_per_second",
        "B/s",
        MEAN,
        "/proc/diskstats",
        "Read from one disk; only where more than one was used.",
    ),
    Metric(
        "disk/sda_written_bytes_per_second",
        "B/s",
        MEAN,
        "/proc/diskstats",
        "Written to one disk, likewise.",
    ),
    Metric(
        "network/received_bytes_per_second",
        "B/s",
        MEAN_AND_MAX,
        "/proc/net/dev",
        "Received on all interfaces of hardware; where there are none, on all but loopback and containers'.",
    ),
    Metric(
        "network/sent_bytes_per_second", "B/s", MEAN_AND_MAX, "/proc/net/dev", "Sent on the same interfaces."
    ),
    Metric(
        "network/eth0_received_bytes_per_second",
        "B/s",
        MEAN,
        "/proc/net/dev",
        "Received on one interface; only where more than one was used. Every 15 seconds also on each port "
        "of InfiniBand and RoCE, as `network/mlx5_0_received_bytes_per_second`.",
    ),
    Metric(
        "network/eth0_sent_bytes_per_second",
        "B/s",
        MEAN,
        "/proc/net/dev",
        "Sent on one interface or port, likewise.",
    ),
    Metric(
        "process/count", "processes", LARGEST, "/proc/<pid>/stat", "The command and its living descendants."
    ),
    Metric("process/threads", "threads", LARGEST, "/proc/<pid>/stat", "Threads of those processes."),
    Metric(
        "process/open_files", "files", LARGEST, "/proc/<pid>/fd", "Open file descriptors of those processes."
    ),
    Metric(
        "pressure/cpu_percent",
        "%",
        MEAN,
        "/proc/pressure/cpu",
        "Share of the time in which some process of the machine waited for a CPU.",
    ),
    Metric(
        "pressure/memory_percent",
        "%",
        MEAN,
        "/proc/pressure/memory",
        "Share of the time in which some process waited for memory to be freed.",
    ),
    Metric(
        "pressure/io_percent",
        "%",
        MEAN,
        "/proc/pressure/io",
        "Share of the time in which some process waited for a disk.",
    ),
    Metric(
        "pressure/memory_full_percent",
        "%",
        MEAN,
        "/proc/pressure/memory",
        "Share of the time in which all processes that had work waited for memory.",
    ),
    Metric(
        "pressure/io_full_percent",
        "%",
        MEAN,
        "/proc/pressure/io",
        "Share of the time in which all processes that had work waited for a disk.",
    ),
    Metric(
        "pressure/cgroup_cpu_percent",
        "%",
        MEAN,
        "cgroup cpu.pressure",
        "Share of the time in which some process of the cgroup waited for a CPU, its quota included.",
    ),
    Metric(
        "pressure/cgroup_memory_percent",
        "%",
        MEAN,
        "cgroup memory.pressure",
        "Share of the time in which some process of the cgroup waited for memory, its limit included.",
    ),
    Metric(
        "pressure/cgroup_io_percent",
        "%",
        MEAN,
        "cgroup io.pressure",
        "Share of the time in which some process of the cgroup waited for a disk.",
    ),
)

GPU_METRICS = (
    Metric(
        "utilization_percent",
        "%",
        MEAN_AND_MAX,
        "NVML",
        "Share of the time in which a kernel ran on the GPU.",
    ),
    Metric(
        "memory_busy_percent",
        "%",
        MEAN_AND_MAX,
        "NVML",
        "Share of the time in which the GPU's memory was read or written.",
    ),
    Metric(
        "sm_active_percent",
        "%",
        MEAN,
        "NVML GPM",
        "Share of the multiprocessors that had work, over time: how much of the GPU is used, which "
        "`utilization_percent` does not tell. Hopper and later.",
    ),
    Metric(
        "sm_occupancy_percent",
        "%",
        MEAN,
        "NVML GPM",
        "Warps that the multiprocessors held, as a share of the most they can hold. Hopper and later.",
    ),
    Metric(
        "tensor_active_percent",
        "%",
        MEAN,
        "NVML GPM",
        "Share of the time in which the tensor cores were at work. Hopper and later.",
    ),
    Metric(
        "memory_bandwidth_percent",
        "%",
        MEAN,
        "NVML GPM",
        "Traffic of the GPU's memory as a share of what it can do. Hopper and later.",
    ),
    Metric(
        "fp64_active_percent",
        "%",
        MEAN,
        "NVML GPM",
        "Share of the time in which the units for 64-bit floats were at work, tensor cores apart. Likewise.",
    ),
    Metric("fp32_active_percent", "%", MEAN, "NVML GPM", "The same of the units for 32-bit floats."),
    Metric("fp16_active_percent", "%", MEAN, "NVML GPM", "The same of the units for 16-bit floats."),
    Metric("memory_used_bytes", "B", LARGEST, "NVML", "GPU memory in use by all processes."),
    Metric("memory_used_percent", "%", LARGEST, "NVML", "The same as a share of the GPU's memory."),
    Metric(
        "tree_memory_used_bytes",
        "B",
        LARGEST,
        "NVML",
        "GPU memory in use by the command and its descendants.",
    ),
    Metric(
        "tree_utilization_percent",
        "%",
        MEAN,
        "NVML",
        "Share of the time in which kernels of the command and its descendants ran, where NVML tells it, "
        "every 5 seconds.",
    ),
    Metric(
        "mig0_memory_used_bytes",
        "B",
        LARGEST,
        "NVML",
        "Memory in use in one slice of a GPU that MIG has divided, every 15 seconds; one for each slice.",
    ),
    Metric(
        "processes", "processes", LARGEST, "NVML", "Processes that compute on the GPU, also other people's."
    ),
    Metric("power_watts", "W", MEAN_AND_MAX, "NVML", "Power draw."),
    Metric(
        "power_limit_watts",
        "W",
        LAST,
        "NVML",
        "Power at which the driver slows the GPU down, every 15 seconds.",
    ),
    Metric(
        "energy_joules",
        "J",
        LAST,
        "NVML",
        "Energy used since the first sample of this process, every 15 seconds and at the end.",
    ),
    Metric("temperature_celsius", "°C", LARGEST, "NVML", "Temperature of the GPU."),
    Metric("memory_temperature_celsius", "°C", LARGEST, "NVML", "The same of the memory, every 15 s."),
    Metric("sm_clock_megahertz", "MHz", MEAN, "NVML", "Clock of the multiprocessors."),
    Metric("memory_clock_megahertz", "MHz", MEAN, "NVML", "Clock of the memory, every 15 seconds."),
    Metric(
        "power_throttled_percent",
        "%",
        MEAN,
        "NVML",
        "Share of samples in which a power limit held the clocks down.",
    ),
    Metric(
        "thermal_throttled_percent", "%", MEAN, "NVML", "Share of samples in which heat held the clocks down."
    ),
    Metric(
        "slowdown_percent",
        "%",
        MEAN,
        "NVML",
        "Share of samples in which the hardware halved the clocks or worse: heat, power brake, bad supply.",
    ),
    Metric("lost", "", LARGEST, "NVML", "1 once the driver has lost the GPU: only a reset brings it back."),
    Metric("fan_percent", "%", LARGEST, "NVML", "Fan speed, where there is a fan, every 15 seconds."),
    Metric(
        "pcie_received_bytes_per_second",
        "B/s",
        MEAN,
        "NVML GPM",
        "Traffic from the host to the GPU; before Hopper NVML's look at 20 ms of each second.",
    ),
    Metric(
        "pcie_sent_bytes_per_second",
        "B/s",
        MEAN,
        "NVML GPM",
        "Traffic from the GPU to the host; before Hopper NVML's look at 20 ms of each second.",
    ),
    Metric("nvlink_received_bytes_per_second", "B/s", MEAN, "NVML", "Traffic over all NVLinks to the GPU."),
    Metric("nvlink_sent_bytes_per_second", "B/s", MEAN, "NVML", "Traffic over all NVLinks from the GPU."),
    Metric(
        "ecc_corrected_errors",
        "errors",
        LARGEST,
        "NVML",
        "Corrected memory errors since the driver was loaded, every 15 seconds.",
    ),
    Metric(
        "ecc_uncorrected_errors",
        "errors",
        LARGEST,
        "NVML",
        "Uncorrected memory errors since the driver was loaded, every 15 seconds.",
    ),
)
"""Written as gpu0/…, gpu1/…: the number is the GPU's index in NVML."""

FOLDS = {metric.name: metric.fold for metric in (*SYSTEM_METRICS, *GPU_METRICS)}


@cache
def fold_of(name: str) -> str:
    """Say how the values of a metric between two writes become one."""
    if name.startswith("gpu"):
        name = re.sub("^mig[0-9]+_", "mig0_", name.partition("/")[2])
    return FOLDS.get(name, LAST)
