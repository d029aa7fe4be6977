"""NVIDIA GPUs through NVML: every query stands alone, and one that a GPU does not support is not repeated."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any, NamedTuple

ENERGY = "energy_joules"
POWER_LIMITED = 0x04 | 0x80
"""NVML's bits for the software power cap and the hardware power brake."""
HEAT_LIMITED = 0x20 | 0x40
"""NVML's bits for software and hardware thermal slowdown."""
DEVICE_FILES = ("/dev/nvidiactl", "/dev/dxg")
"""Without one of these there is no driver on Linux, and NVML's 70 ms import is saved."""

Query = Callable[[Any, Any, "frozenset[int]"], dict[str, float]]


class GpuFacts(NamedTuple):
    """The GPUs of the machine, for provenance."""

    names: list[str]
    memory_bytes: list[int]
    driver: str | None
    cuda: str | None


def open_nvidia(nvml: Any = None) -> NvidiaSource | None:
    """Open NVML; None where there is no NVIDIA GPU or no driver."""
    if nvml is None:
        nvml = load_nvml()
    if nvml is None:
        return None
    try:
        nvml.nvmlInit()
    except Exception:
        # Boundary: a driver that is being replaced fails in many ways, and none may disturb training.
        return None
    source = NvidiaSource(nvml)
    if not source.gpus:
        source.close()
        return None
    return source


def load_nvml() -> Any:
    """Import NVML where a driver can be expected."""
    if sys.platform == "darwin":
        return None
    if sys.platform.startswith("linux") and not any(os.path.exists(path) for path in DEVICE_FILES):
        return None
    try:
        import pynvml  # 70 ms and ctypes: only beside a driver
    except ImportError:
        return None
    return pynvml


class NvidiaSource:
    """Reads all GPUs of the machine."""

    def __init__(self, nvml: Any) -> None:
        self._nvml = nvml
        self.gpus = self._open_gpus()
        self.refused: dict[tuple[int, str], str] = {}
        """Why a query is not repeated, by GPU and query name."""
        self._energy_base: dict[int, float] = {}

    def _open_gpus(self) -> dict[int, Any]:
        try:
            count = self._nvml.nvmlDeviceGetCount()
        except Exception:  # boundary: see open_nvidia
            return {}
        gpus = {}
        for index in range(count):
            try:
                gpus[index] = self._nvml.nvmlDeviceGetHandleByIndex(index)
            except Exception:  # boundary: a GPU that fell off the bus must not hide the others
                continue
        return gpus

    def read(self, pids: frozenset[int]) -> dict[str, float]:
        """All levels of all GPUs; `pids` are those whose share of the memory is wanted."""
        levels = {}
        for index, gpu in self.gpus.items():
            for query in QUERIES:
                for name, value in self._ask(index, gpu, query, pids).items():
                    levels[f"gpu{index}/{name}"] = (
                        self._since_start(index, value) if name == ENERGY else value
                    )
        return levels

    def _ask(self, index: int, gpu: Any, query: Query, pids: frozenset[int]) -> dict[str, float]:
        key = (index, query.__name__)
        if key in self.refused:
            return {}
        try:
            return query(self._nvml, gpu, pids)
        except Exception as error:
            # Boundary: NVML raises its own errors, ctypes' ones, and more for symbols an old driver lacks.
            if not self._is_passing(error):
                self.refused[key] = f"{type(error).__name__}: {error}"
            return {}

    def _is_passing(self, error: Exception) -> bool:
        """Whether a later try may succeed."""
        passing = [getattr(self._nvml, name, None) for name in ("NVML_ERROR_TIMEOUT", "NVML_ERROR_IN_USE")]
        return getattr(error, "value", object()) in passing

    def _since_start(self, index: int, joules: float) -> float:
        base = self._energy_base.setdefault(index, joules)
        return joules - base

    def facts(self) -> GpuFacts:
        """Names and versions, as far as NVML tells them."""
        names, sizes = [], []
        for gpu in self.gpus.values():
            names.append(_text(self._try(self._nvml.nvmlDeviceGetName, gpu)) or "unknown")
            memory = self._try(self._nvml.nvmlDeviceGetMemoryInfo, gpu)
            sizes.append(int(memory.total) if memory is not None else 0)
        cuda = self._try(self._nvml.nvmlSystemGetCudaDriverVersion)
        return GpuFacts(
            names=names,
            memory_bytes=sizes,
            driver=_text(self._try(self._nvml.nvmlSystemGetDriverVersion)),
            cuda=f"{cuda // 1000}.{cuda % 1000 // 10}" if cuda else None,
        )

    def _try(self, function: Callable[..., Any], *arguments: Any) -> Any:
        try:
            return function(*arguments)
        except Exception:  # boundary: one fact less
            return None

    def close(self) -> None:
        """Close NVML."""
        self._try(self._nvml.nvmlShutdown)


def _text(name: Any) -> str | None:
    # Old versions of the binding return bytes.
    return name.decode(errors="replace") if isinstance(name, bytes) else name


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


def power(nvml: Any, gpu: Any, pids: frozenset[int]) -> dict[str, float]:
    """Power draw; NVML counts milliwatts."""
    return {"power_watts": nvml.nvmlDeviceGetPowerUsage(gpu) / 1000}


def energy(nvml: Any, gpu: Any, pids: frozenset[int]) -> dict[str, float]:
    """Energy since the driver was loaded; NVML counts millijoules."""
    return {ENERGY: nvml.nvmlDeviceGetTotalEnergyConsumption(gpu) / 1000}


def temperature(nvml: Any, gpu: Any, pids: frozenset[int]) -> dict[str, float]:
    """Temperature of the chip."""
    return {"temperature_celsius": nvml.nvmlDeviceGetTemperature(gpu, nvml.NVML_TEMPERATURE_GPU)}


def sm_clock(nvml: Any, gpu: Any, pids: frozenset[int]) -> dict[str, float]:
    """Clock of the multiprocessors."""
    return {"sm_clock_megahertz": nvml.nvmlDeviceGetClockInfo(gpu, nvml.NVML_CLOCK_SM)}


def memory_clock(nvml: Any, gpu: Any, pids: frozenset[int]) -> dict[str, float]:
    """Clock of the memory."""
    return {"memory_clock_megahertz": nvml.nvmlDeviceGetClockInfo(gpu, nvml.NVML_CLOCK_MEM)}


def throttling(nvml: Any, gpu: Any, pids: frozenset[int]) -> dict[str, float]:
    """What holds the clocks down, as 0 or 100 so that the mean is a share of time."""
    reasons = nvml.nvmlDeviceGetCurrentClocksThrottleReasons(gpu)
    return {
        "power_throttled_percent": 100.0 if reasons & POWER_LIMITED else 0.0,
        "thermal_throttled_percent": 100.0 if reasons & HEAT_LIMITED else 0.0,
    }


def fan(nvml: Any, gpu: Any, pids: frozenset[int]) -> dict[str, float]:
    """Fan speed."""
    return {"fan_percent": nvml.nvmlDeviceGetFanSpeed(gpu)}


def pcie(nvml: Any, gpu: Any, pids: frozenset[int]) -> dict[str, float]:
    """Traffic over the bus; NVML counts kB over its own last 20 ms."""
    received = nvml.nvmlDeviceGetPcieThroughput(gpu, nvml.NVML_PCIE_UTIL_RX_BYTES)
    sent = nvml.nvmlDeviceGetPcieThroughput(gpu, nvml.NVML_PCIE_UTIL_TX_BYTES)
    return {"pcie_received_bytes_per_second": received * 1000, "pcie_sent_bytes_per_second": sent * 1000}


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
    energy,
    temperature,
    sm_clock,
    memory_clock,
    throttling,
    fan,
    pcie,
    ecc,
    processes,
)
