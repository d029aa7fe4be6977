"""NVIDIA GPUs through NVML: every query stands alone, and one that a GPU does not support is not repeated."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from collector.system.nvidia_activity import Activity
from collector.system.nvidia_queries import COUNTERS, QUERIES, SELDOM_QUERIES, SLOW_QUERIES, Query, pcie
from collector.system.seldom import Seldom

ENERGY = "energy_joules"
PCIE_SENT = "pcie_sent_bytes_per_second"
SLOW_SECONDS = 5.0
DEVICE_FILES = ("/dev/nvidiactl", "/dev/dxg")
"""Without one of these there is no driver on Linux, and NVML's 70 ms import is saved."""


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

    def __init__(self, nvml: Any, clock: Callable[[], float] = time.monotonic) -> None:
        self._nvml = nvml
        self._clock = clock
        self._slow, self._seldom = Seldom(SLOW_SECONDS), Seldom()
        self.gpus = self._open_gpus()
        self.refused: dict[tuple[int, str], str] = {}
        """Why a query is not repeated, by GPU and query name."""
        self.lost: set[int] = set()
        """GPUs that the driver has lost: they are asked nothing more."""
        self._energy_base: dict[int, float] = {}
        self._activity = Activity()

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

    def read(self, pids: frozenset[int], whole: bool = False) -> tuple[dict[str, float], dict[str, float]]:
        """Levels and counters of all GPUs; `pids` are those whose share is wanted."""
        levels: dict[str, float] = {f"gpu{index}/lost": 1.0 for index in self.lost}
        counters: dict[str, float] = {}
        queries: tuple[Query, ...] = (*QUERIES, self._activity.activity)
        now = self._clock()
        if self._slow.is_due(now) or whole:
            queries += SLOW_QUERIES
        if self._seldom.is_due(now) or whole:
            queries += SELDOM_QUERIES
        for index, gpu in self.gpus.items():
            for name, value in self._ask_all(index, gpu, queries, pids).items():
                given = self._since_start(index, value) if name == ENERGY else value
                (counters if name in COUNTERS else levels)[f"gpu{index}/{name}"] = given
        return levels, counters

    def _ask_all(
        self, index: int, gpu: Any, queries: tuple[Query, ...], pids: frozenset[int]
    ) -> dict[str, float]:
        found: dict[str, float] = {}
        for query in (*queries, pcie):
            if index in self.lost:
                break
            if query is not pcie or PCIE_SENT not in found:
                found.update(self._ask(index, gpu, query, pids))
        return found

    def _ask(self, index: int, gpu: Any, query: Query, pids: frozenset[int]) -> dict[str, float]:
        key = (index, query.__name__)
        if key in self.refused:
            return {}
        try:
            return query(self._nvml, gpu, pids)
        except Exception as error:
            # Boundary: NVML raises its own errors, ctypes' ones, and more for symbols an old driver lacks.
            if self._is(error, "GPU_IS_LOST"):
                self.lost.add(index)
            elif not self._is_passing(error):
                self.refused[key] = f"{type(error).__name__}: {error}"
            return {}

    def _is_passing(self, error: Exception) -> bool:
        """Whether a later try may succeed; the binding raises success where no process used the GPU."""
        is_success = getattr(error, "value", None) == 0
        return is_success or self._is(error, "TIMEOUT", "IN_USE", "NOT_FOUND", "NO_DATA", "NOT_READY")

    def _is(self, error: Exception, *names: str) -> bool:
        """Whether NVML's error is one of these."""
        values = [getattr(self._nvml, f"NVML_ERROR_{name}", None) for name in names]
        return getattr(error, "value", object()) in values

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
        self._activity.close(self._nvml)
        self._try(self._nvml.nvmlShutdown)


def _text(name: Any) -> str | None:
    # Old versions of the binding return bytes.
    return name.decode(errors="replace") if isinstance(name, bytes) else name
