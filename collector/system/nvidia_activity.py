"""What the parts of an NVIDIA GPU did, by its own counters (GPM): Hopper and later, not divided by MIG.

A figure is made of two readings of the counters, so the first second has none. Numbers and structures are
those of nvml.h, section "GPM"; https://docs.nvidia.com/deploy/nvml-api/group__nvmlGpmFunctions.html.
"""

from __future__ import annotations

import contextlib
import math
from typing import Any

SHARES = {
    2: "sm_active_percent",
    3: "sm_occupancy_percent",
    5: "tensor_active_percent",
    10: "memory_bandwidth_percent",
    11: "fp64_active_percent",
    12: "fp32_active_percent",
    13: "fp16_active_percent",
}
"""NVML's numbers of the metrics that are percentages, and our names."""
TRAFFIC = {20: "pcie_sent_bytes_per_second", 21: "pcie_received_bytes_per_second"}
"""Those that count MiB per second, over all of the time between two readings."""
FIGURES = SHARES | TRAFFIC
MEBIBYTE = 1 << 20


class Activity:
    """The counters of all GPUs, each with the reading before; the handle of a GPU stays one object."""

    def __init__(self) -> None:
        self._readings: dict[int, list[Any]] = {}
        """By the identity of a handle, which has no hash: the latest reading, and a place for the next."""

    def activity(self, nvml: Any, gpu: Any, pids: frozenset[int]) -> dict[str, float]:
        """Shares and traffic since the last call; raises NVML's error where a GPU has no such counters."""
        readings = self._readings.get(id(gpu))
        if readings is None:
            self._begin(nvml, gpu)
            return {}
        nvml.nvmlGpmSampleGet(gpu, readings[1])
        asked = nvml.c_nvmlGpmMetricsGet_t()
        asked.version = nvml.NVML_GPM_METRICS_GET_VERSION
        asked.numMetrics = len(FIGURES)
        asked.sample1, asked.sample2 = readings
        for place, number in enumerate(FIGURES):
            asked.metrics[place].metricId = number
        readings.reverse()
        nvml.nvmlGpmMetricsGet(asked)
        answers = zip(FIGURES.items(), asked.metrics, strict=False)
        return {
            name: one.value * MEBIBYTE if number in TRAFFIC else min(100.0, one.value)
            for (number, name), one in answers
            if not one.nvmlReturn and math.isfinite(one.value) and one.value >= 0
        }

    def _begin(self, nvml: Any, gpu: Any) -> None:
        if not nvml.nvmlGpmQueryDeviceSupport(gpu).isSupportedDevice:
            raise nvml.NVMLError(nvml.NVML_ERROR_NOT_SUPPORTED)
        readings = [nvml.nvmlGpmSampleAlloc(), nvml.nvmlGpmSampleAlloc()]
        self._readings[id(gpu)] = readings
        try:
            nvml.nvmlGpmSampleGet(gpu, readings[0])
        except Exception:
            del self._readings[id(gpu)]
            _free(nvml, readings)
            raise

    def close(self, nvml: Any) -> None:
        """Give the readings' memory back."""
        while self._readings:
            _free(nvml, self._readings.popitem()[1])


def _free(nvml: Any, readings: list[Any]) -> None:
    for reading in readings:
        with contextlib.suppress(Exception):  # boundary: NVML's errors are many, and this is the end
            nvml.nvmlGpmSampleFree(reading)
