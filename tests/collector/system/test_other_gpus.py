"""AMD's and Apple's GPUs, and drivers that hang."""

from __future__ import annotations

import time
from threading import Event

import pytest

from collector.system.amd import open_amd
from collector.system.apple import AppleSource
from collector.system.aside import Aside
from collector.system.metrics import GPU_METRICS
from collector.system.sampler import Several
from tests.collector.system.fakes import FakeAmdsmi

OURS = frozenset({10})
REGISTRY = b"""+-o AGXAcceleratorG13X  <class AGXAcceleratorG13X>
    {
      "PerformanceStatistics" = {"In use system memory (driver)"=0,"Tiler Utilization %"=7,
      "Renderer Utilization %"=18,"Device Utilization %"=19,"In use system memory"=419430400}
    }
"""


def test_amd_in_the_units_of_the_table() -> None:
    """MiB and microwatts become bytes and watts, "N/A" is left out, energy counts from the first sample."""
    amdsmi = FakeAmdsmi()
    source = open_amd(amdsmi, first=2)
    assert source is not None
    levels, counters = source.read(OURS)
    assert (levels["gpu2/utilization_percent"], levels["gpu2/memory_busy_percent"]) == (90, 30)
    assert levels["gpu2/memory_used_bytes"] == 49_000 << 20
    assert levels["gpu2/memory_used_percent"] == 25
    assert (levels["gpu2/power_watts"], levels["gpu2/power_limit_watts"]) == (540, 750)
    assert levels["gpu2/temperature_celsius"] == 68
    assert "gpu2/memory_temperature_celsius" not in levels
    assert (levels["gpu2/sm_clock_megahertz"], levels["gpu2/memory_clock_megahertz"]) == (2100, 1300)
    assert (levels["gpu2/processes"], levels["gpu2/tree_memory_used_bytes"]) == (2, 100)
    assert levels["gpu2/energy_joules"] == 0
    amdsmi.answers["amdsmi_get_energy_count"] = {"power": 3_000_000, "counter_resolution": 15.3}
    assert source.read(OURS)[0]["gpu2/energy_joules"] == pytest.approx(15.3)
    names = {metric.name for metric in GPU_METRICS}
    assert {name.partition("/")[2] for name in levels} <= names
    assert counters == {}
    source.close()


def test_amd_query_that_fails_is_not_repeated() -> None:
    """Releases of ROCm differ: what one lacks does not hide the rest."""
    amdsmi = FakeAmdsmi()
    amdsmi.broken = {"amdsmi_get_power_info", "amdsmi_shut_down"}
    amdsmi.answers["amdsmi_get_gpu_activity"] = {"renamed": 1}
    source = open_amd(amdsmi)
    assert source is not None
    for _ in range(3):
        levels, _ = source.read(OURS)
    assert amdsmi.calls["amdsmi_get_power_info"] == 1
    assert "gpu0/memory_used_bytes" in levels
    assert sorted(query for _, query in source.refused) == ["activity", "power"]
    source.close()
    amdsmi.broken = {"amdsmi_init"}
    assert open_amd(amdsmi) is None


def test_apple_by_its_registry() -> None:
    """Use and memory are in what everyone may read; it is asked every five seconds."""
    now = [0.0]
    source = AppleSource(lambda: REGISTRY, lambda: now[0])
    levels, _ = source.read(OURS)
    assert levels == {"gpu0/utilization_percent": 19, "gpu0/memory_used_bytes": 419430400}
    now[0] = 1
    assert source.read(OURS) == ({}, {})
    now[0] = 5
    assert source.read(OURS)[0] == levels
    assert AppleSource(lambda: b"nothing of use").read(OURS) == ({}, {})
    source.close()


class Slow:
    """A source that answers when it is let."""

    def __init__(self) -> None:
        self.go = Event()
        self.reads = 0
        self.closed = Event()
        self.error: Exception | None = None

    def read(self, pids: frozenset[int], whole: bool = False) -> tuple[dict[str, float], dict[str, float]]:
        assert self.go.wait(30)
        self.reads += 1
        if self.error is not None:
            raise self.error
        return {"gpu0/utilization_percent": float(self.reads)}, {}

    def close(self) -> None:
        self.closed.set()


def test_driver_that_hangs_holds_up_nothing() -> None:
    """Samples go on without GPUs, and what came late is in the next one; no second request piles up."""
    slow = Slow()
    aside = Aside(slow, patience_seconds=0.05)
    begin = time.monotonic()
    assert [aside.read(OURS) for _ in range(3)] == [({}, {})] * 3
    assert time.monotonic() - begin < 5
    slow.go.set()
    until = time.monotonic() + 10
    while not (found := aside.read(OURS))[0] and time.monotonic() < until:
        pass
    assert found == ({"gpu0/utilization_percent": 1.0}, {})
    slow.error = OSError("the driver was unloaded")
    aside._patience_seconds = 10
    while aside.read(OURS)[0]:
        pass
    aside.close()
    assert slow.closed.wait(10)


def test_two_makers_in_one_machine() -> None:
    """Their GPUs have numbers of their own."""
    first, second = FakeAmdsmi(), FakeAmdsmi()
    sources = [open_amd(first, first=0), open_amd(second, first=1)]
    both = Several([source for source in sources if source is not None])
    levels, _ = both.read(OURS)
    assert {name.partition("/")[0] for name in levels} == {"gpu0", "gpu1"}
    both.close()
