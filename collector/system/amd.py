"""AMD GPUs through amdsmi, which comes with ROCm: every query stands alone, as with NVIDIA's."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

DEVICE_FILE = "/dev/kfd"
"""Without it there is no ROCm driver, and the import is saved."""
MEBIBYTE = 1 << 20

Query = Callable[[Any, Any, "frozenset[int]"], dict[str, Any]]


def open_amd(amdsmi: Any = None, first: int = 0) -> AmdSource | None:
    """Open amdsmi; None where there is no AMD GPU or no ROCm. `first` is the number of the first GPU."""
    if amdsmi is None:
        amdsmi = load_amdsmi()
    if amdsmi is None:
        return None
    try:
        amdsmi.amdsmi_init()
        handles = list(amdsmi.amdsmi_get_processor_handles())
    except Exception:  # boundary: a driver in trouble may raise anything, and none of it may disturb training
        return None
    return AmdSource(amdsmi, handles, first) if handles else None


def load_amdsmi() -> Any:
    """Import amdsmi where its driver can be expected."""
    if not os.path.exists(DEVICE_FILE):
        return None
    try:
        import amdsmi  # of ROCm, not of PyPI's making; it loads a library
    except Exception:  # boundary: besides ImportError, it raises what its library raises
        return None
    return amdsmi


class AmdSource:
    """Reads all AMD GPUs of the machine."""

    def __init__(self, amdsmi: Any, handles: list[Any], first: int) -> None:
        self._amdsmi = amdsmi
        self._gpus = {first + number: handle for number, handle in enumerate(handles)}
        self.refused: dict[tuple[int, str], str] = {}
        """Why a query is not repeated, by GPU and query name."""
        self._energy_base: dict[int, float] = {}

    def read(self, pids: frozenset[int], whole: bool = False) -> tuple[dict[str, float], dict[str, float]]:
        """Levels of all GPUs; there are no counters."""
        levels: dict[str, float] = {}
        for index, gpu in self._gpus.items():
            for query in QUERIES:
                for name, value in self._ask(index, gpu, query, pids).items():
                    # amdsmi says "N/A" where a GPU has no such sensor.
                    if isinstance(value, (int, float)):
                        levels[f"gpu{index}/{name}"] = float(value)
            self._count_energy(index, levels)
        return levels, {}

    def _ask(self, index: int, gpu: Any, query: Query, pids: frozenset[int]) -> dict[str, Any]:
        key = (index, query.__name__)
        if key in self.refused:
            return {}
        try:
            return query(self._amdsmi, gpu, pids)
        except Exception as error:  # boundary: releases of ROCm differ in names, arguments and results
            self.refused[key] = f"{type(error).__name__}: {error}"
            return {}

    def _count_energy(self, index: int, levels: dict[str, float]) -> None:
        name = f"gpu{index}/energy_joules"
        if name in levels:
            levels[name] -= self._energy_base.setdefault(index, levels[name])

    def close(self) -> None:
        """Close amdsmi."""
        try:
            self._amdsmi.amdsmi_shut_down()
        except Exception:  # boundary: as above, and we are leaving anyway
            pass


def activity(amdsmi: Any, gpu: Any, pids: frozenset[int]) -> dict[str, Any]:
    """Shares of time in which the GPU and its memory were busy."""
    found = amdsmi.amdsmi_get_gpu_activity(gpu)
    return {"utilization_percent": found["gfx_activity"], "memory_busy_percent": found["umc_activity"]}


def memory(amdsmi: Any, gpu: Any, pids: frozenset[int]) -> dict[str, Any]:
    """Memory in use; amdsmi counts MiB."""
    found = amdsmi.amdsmi_get_gpu_vram_usage(gpu)
    used, total = found["vram_used"], found["vram_total"]
    return {
        "memory_used_bytes": used * MEBIBYTE,
        "memory_used_percent": used * 100 / total if total else None,
    }


def power(amdsmi: Any, gpu: Any, pids: frozenset[int]) -> dict[str, Any]:
    """Power draw and its limit; newer GPUs tell the current draw, older ones a mean."""
    found = amdsmi.amdsmi_get_power_info(gpu)
    draws = [found.get(f"{kind}_socket_power") for kind in ("current", "average")]
    numbers = [draw for draw in draws if isinstance(draw, (int, float)) and draw]
    # Some releases count the limit in microwatts.
    limit = found.get("power_limit")
    if isinstance(limit, (int, float)) and limit > 100_000:
        limit /= 1_000_000
    return {"power_watts": numbers[0] if numbers else None, "power_limit_watts": limit}


def energy(amdsmi: Any, gpu: Any, pids: frozenset[int]) -> dict[str, Any]:
    """Energy so far, in the counter's own resolution of microjoules."""
    found = amdsmi.amdsmi_get_energy_count(gpu)
    count = found.get("energy_accumulator", found.get("power"))
    return {"energy_joules": count * found["counter_resolution"] / 1e6}


def temperature(amdsmi: Any, gpu: Any, pids: frozenset[int]) -> dict[str, Any]:
    """Temperature of the hottest point of the chip."""
    kinds, current = amdsmi.AmdSmiTemperatureType, amdsmi.AmdSmiTemperatureMetric.CURRENT
    return {"temperature_celsius": amdsmi.amdsmi_get_temp_metric(gpu, kinds.HOTSPOT, current)}


def memory_temperature(amdsmi: Any, gpu: Any, pids: frozenset[int]) -> dict[str, Any]:
    """Temperature of the memory."""
    kinds, current = amdsmi.AmdSmiTemperatureType, amdsmi.AmdSmiTemperatureMetric.CURRENT
    return {"memory_temperature_celsius": amdsmi.amdsmi_get_temp_metric(gpu, kinds.VRAM, current)}


def clocks(amdsmi: Any, gpu: Any, pids: frozenset[int]) -> dict[str, Any]:
    """Clocks of the compute units and of the memory."""
    kinds = amdsmi.AmdSmiClkType
    found = {
        name: amdsmi.amdsmi_get_clock_info(gpu, kind)
        for name, kind in (("sm_clock_megahertz", kinds.GFX), ("memory_clock_megahertz", kinds.MEM))
    }
    return {name: clock.get("clk", clock.get("cur_clk")) for name, clock in found.items()}


def ecc(amdsmi: Any, gpu: Any, pids: frozenset[int]) -> dict[str, Any]:
    """Memory errors."""
    found = amdsmi.amdsmi_get_gpu_total_ecc_count(gpu)
    return {
        "ecc_corrected_errors": found["correctable_count"],
        "ecc_uncorrected_errors": found["uncorrectable_count"],
    }


def processes(amdsmi: Any, gpu: Any, pids: frozenset[int]) -> dict[str, Any]:
    """Who computes on the GPU, and the share of our own processes; amdsmi counts bytes here."""
    found = [one for one in amdsmi.amdsmi_get_gpu_process_list(gpu) if isinstance(one, dict)]
    ours = [one["memory_usage"]["vram_mem"] for one in found if one.get("pid") in pids]
    levels: dict[str, Any] = {"processes": len(found)}
    if ours:
        levels["tree_memory_used_bytes"] = sum(ours)
    return levels


QUERIES: tuple[Query, ...] = (
    activity,
    memory,
    power,
    energy,
    temperature,
    memory_temperature,
    clocks,
    ecc,
    processes,
)
