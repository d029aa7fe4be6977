"""What NVML is asked about a GPU: each query stands alone, and may fail without the others."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

POWER_LIMITED = 0x04 | 0x80
"""NVML's bits for the software power cap and the hardware power brake."""
HEAT_LIMITED = 0x20 | 0x40
"""NVML's bits for software and hardware thermal slowdown."""
SLOWED_DOWN = 0x08
"""NVML's bit for a slowdown by the hardware, of any cause."""
NVLINK_SENT, NVLINK_RECEIVED, MEMORY_TEMPERATURE = 138, 139, 82
"""Numbers of NVML's fields."""
ALL_LINKS = 0xFFFFFFFF
UTILIZATION_SECONDS = 6.0
"""How far back the use by single processes is asked for: since the last time, and a little."""
UNSIGNED_LONG_LONG, UNSIGNED_LONG = 3, 2
"""NVML's numbers of types of values."""

Query = Callable[[Any, Any, "frozenset[int]"], dict[str, float]]
COUNTERS = frozenset({"nvlink_received_bytes_per_second", "nvlink_sent_bytes_per_second"})
"""Names under which a query gives a count that only grows."""


def utilization(nvml: Any, gpu: Any, pids: frozenset[int]) -> dict[str, float]:
    """Shares of time in which the GPU and its memory were busy."""
    rates = nvml.nvmlDeviceGetUtilizationRates(gpu)
    return {"utilization_percent": rates.gpu, "memory_busy_percent": rates.memory}


def memory(nvml: Any, gpu: Any, pids: frozenset[int]) -> dict[str, float]:
    """Memory in use."""
    sizes = nvml.nvmlDeviceGetMemoryInfo(gpu)
    levels = {"memory_used_bytes": float(sizes.used)}
    if sizes.total:
        levels["memory_used_percent"] = sizes.used * 100 / sizes.total
    return levels


def power_limit(nvml: Any, gpu: Any, pids: frozenset[int]) -> dict[str, float]:
    """Power that the driver allows."""
    return {"power_limit_watts": nvml.nvmlDeviceGetEnforcedPowerLimit(gpu) / 1000}


def power(nvml: Any, gpu: Any, pids: frozenset[int]) -> dict[str, float]:
    """Power draw; NVML counts milliwatts."""
    return {"power_watts": nvml.nvmlDeviceGetPowerUsage(gpu) / 1000}


def energy(nvml: Any, gpu: Any, pids: frozenset[int]) -> dict[str, float]:
    """Energy since the driver was loaded; NVML counts millijoules."""
    return {"energy_joules": nvml.nvmlDeviceGetTotalEnergyConsumption(gpu) / 1000}


def temperature(nvml: Any, gpu: Any, pids: frozenset[int]) -> dict[str, float]:
    """Temperature of the chip."""
    return {"temperature_celsius": nvml.nvmlDeviceGetTemperature(gpu, nvml.NVML_TEMPERATURE_GPU)}


def memory_temperature(nvml: Any, gpu: Any, pids: frozenset[int]) -> dict[str, float]:
    """Temperature of the memory."""
    return {"memory_temperature_celsius": _field(nvml, gpu, MEMORY_TEMPERATURE)}


def sm_clock(nvml: Any, gpu: Any, pids: frozenset[int]) -> dict[str, float]:
    """Clock of the multiprocessors."""
    return {"sm_clock_megahertz": nvml.nvmlDeviceGetClockInfo(gpu, nvml.NVML_CLOCK_SM)}


def memory_clock(nvml: Any, gpu: Any, pids: frozenset[int]) -> dict[str, float]:
    """Clock of the memory."""
    return {"memory_clock_megahertz": nvml.nvmlDeviceGetClockInfo(gpu, nvml.NVML_CLOCK_MEM)}


def throttling(nvml: Any, gpu: Any, pids: frozenset[int]) -> dict[str, float]:
    """What holds the clocks down, as 0 or 100 so that the mean is a share of time."""
    # NVML has renamed the reasons to events: old drivers know only the old name, new bindings may drop it.
    ask = getattr(nvml, "nvmlDeviceGetCurrentClocksEventReasons", None)
    try:
        reasons = ask(gpu) if ask is not None else nvml.nvmlDeviceGetCurrentClocksThrottleReasons(gpu)
    except Exception:
        reasons = nvml.nvmlDeviceGetCurrentClocksThrottleReasons(gpu)
    return {
        "power_throttled_percent": 100.0 if reasons & POWER_LIMITED else 0.0,
        "thermal_throttled_percent": 100.0 if reasons & HEAT_LIMITED else 0.0,
        "slowdown_percent": 100.0 if reasons & SLOWED_DOWN else 0.0,
    }


def fan(nvml: Any, gpu: Any, pids: frozenset[int]) -> dict[str, float]:
    """Fan speed."""
    return {"fan_percent": nvml.nvmlDeviceGetFanSpeed(gpu)}


def pcie(nvml: Any, gpu: Any, pids: frozenset[int]) -> dict[str, float]:
    """Traffic over the bus where a GPU does not count it: NVML watches for 20 ms each way, in kB."""
    received = nvml.nvmlDeviceGetPcieThroughput(gpu, nvml.NVML_PCIE_UTIL_RX_BYTES)
    sent = nvml.nvmlDeviceGetPcieThroughput(gpu, nvml.NVML_PCIE_UTIL_TX_BYTES)
    return {"pcie_received_bytes_per_second": received * 1000, "pcie_sent_bytes_per_second": sent * 1000}


def nvlink(nvml: Any, gpu: Any, pids: frozenset[int]) -> dict[str, float]:
    """Traffic over all links so far; NVML counts KiB."""
    return {
        "nvlink_received_bytes_per_second": _field(nvml, gpu, (NVLINK_RECEIVED, ALL_LINKS)) * 1024,
        "nvlink_sent_bytes_per_second": _field(nvml, gpu, (NVLINK_SENT, ALL_LINKS)) * 1024,
    }


def _field(nvml: Any, gpu: Any, field: int | tuple[int, int]) -> float:
    """One of NVML's fields; what the GPU does not have raises, as calls do."""
    value = nvml.nvmlDeviceGetFieldValues(gpu, [field])[0]
    if value.nvmlReturn:
        raise nvml.NVMLError(value.nvmlReturn)
    if value.valueType == UNSIGNED_LONG_LONG:
        return float(value.value.ullVal)
    return float(value.value.ulVal if value.valueType == UNSIGNED_LONG else value.value.uiVal)


def tree_utilization(nvml: Any, gpu: Any, pids: frozenset[int]) -> dict[str, float]:
    """Share of the time in which our own processes' kernels ran: each process's mean, added up."""
    since = int((time.time() - UTILIZATION_SECONDS) * 1e6)
    shares: dict[int, list[float]] = {}
    for sample in nvml.nvmlDeviceGetProcessUtilization(gpu, since):
        if (
            sample.pid in pids and sample.smUtil <= 100
        ):  # some drivers let samples through that were never made
            shares.setdefault(sample.pid, []).append(sample.smUtil)
    total = sum(sum(values) / len(values) for values in shares.values())
    return {"tree_utilization_percent": min(100.0, total)} if shares else {}


def mig_memory(nvml: Any, gpu: Any, pids: frozenset[int]) -> dict[str, float]:
    """Memory in use in each slice of a divided GPU, for which the whole one may tell nothing."""
    if not nvml.nvmlDeviceGetMigMode(gpu)[0]:
        return {}
    levels = {}
    for number in range(nvml.nvmlDeviceGetMaxMigDeviceCount(gpu)):
        try:
            part = nvml.nvmlDeviceGetMigDeviceHandleByIndex(gpu, number)
        except Exception:  # boundary: numbers without a slice raise NotFound
            continue
        levels[f"mig{number}_memory_used_bytes"] = float(nvml.nvmlDeviceGetMemoryInfo(part).used)
    return levels


def ecc(nvml: Any, gpu: Any, pids: frozenset[int]) -> dict[str, float]:
    """Memory errors since the driver was loaded."""
    corrected, uncorrected = (
        nvml.nvmlDeviceGetTotalEccErrors(gpu, kind, nvml.NVML_VOLATILE_ECC)
        for kind in (nvml.NVML_MEMORY_ERROR_TYPE_CORRECTED, nvml.NVML_MEMORY_ERROR_TYPE_UNCORRECTED)
    )
    return {"ecc_corrected_errors": corrected, "ecc_uncorrected_errors": uncorrected}


def processes(nvml: Any, gpu: Any, pids: frozenset[int]) -> dict[str, float]:
    """Who computes on the GPU, and the share of our own processes."""
    found = nvml.nvmlDeviceGetComputeRunningProcesses(gpu)
    ours = [process.usedGpuMemory for process in found if process.pid in pids]
    levels = {"processes": float(len(found))}
    # Memory per process is unknown (None) under Windows' driver model and inside some containers.
    if ours and all(size is not None for size in ours):
        levels["tree_memory_used_bytes"] = float(sum(ours))
    return levels


QUERIES: tuple[Query, ...] = (
    utilization,
    memory,
    power,
    temperature,
    sm_clock,
    throttling,
    nvlink,
    processes,
)
SLOW_QUERIES: tuple[Query, ...] = (tree_utilization,)
"""Asked as often as samples are written: milliseconds of processor time for each GPU on a driver of 2026."""
SELDOM_QUERIES: tuple[Query, ...] = (
    energy,
    power_limit,
    memory_temperature,
    memory_clock,
    fan,
    ecc,
    mig_memory,
)
"""Asked every fifteen seconds and at the end: what hardly changes, and a sum that takes up to 15 ms to tell.
Eight GPUs make most of a node's samples."""
