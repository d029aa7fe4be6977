"""NVIDIA GPUs, by a library that answers and refuses as the test wants."""

from __future__ import annotations

import pytest

from collector.system import hardware
from collector.system.metrics import GPU_METRICS
from collector.system.nvidia import NvidiaSource, open_nvidia
from tests.collector.system.fakes import FakeNvml, FakeNvmlError

OURS = frozenset({10})


@pytest.fixture
def nvml() -> FakeNvml:
    """Two GPUs in good health."""
    return FakeNvml()


def opened(nvml: FakeNvml) -> NvidiaSource:
    source = open_nvidia(nvml)
    assert source is not None
    return source


def test_all_values_in_their_units(nvml: FakeNvml) -> None:
    """NVML's milliwatts, millijoules and kilobytes become watts, joules and bytes."""
    levels, _ = opened(nvml).read(OURS)
    assert levels["gpu0/utilization_percent"] == 80
    assert levels["gpu1/memory_busy_percent"] == 40
    assert levels["gpu0/memory_used_bytes"] == 250
    assert levels["gpu0/memory_used_percent"] == 25
    assert levels["gpu0/power_watts"] == pytest.approx(123.4)
    assert levels["gpu0/temperature_celsius"] == 61
    assert (levels["gpu0/sm_clock_megahertz"], levels["gpu0/memory_clock_megahertz"]) == (1980, 3201)
    assert levels["gpu0/pcie_received_bytes_per_second"] == 9000
    assert levels["gpu0/pcie_sent_bytes_per_second"] == 7000
    assert (levels["gpu0/ecc_corrected_errors"], levels["gpu0/ecc_uncorrected_errors"]) == (4, 0)


def test_every_name_is_documented(nvml: FakeNvml) -> None:
    """The table of metrics has exactly the names that two GPUs give."""
    expected = {f"gpu{index}/{metric.name}" for index in range(2) for metric in GPU_METRICS}
    source = opened(nvml)
    first, counters = source.read(OURS)
    second, _ = source.read(OURS)
    assert {*first, *second, *counters, "gpu0/lost", "gpu1/lost"} == expected


def test_activity_is_what_happened_between_two_samples(nvml: FakeNvml) -> None:
    """The first sample has none; each later one compares with the one before; close frees all."""
    source = opened(nvml)
    assert "gpu0/sm_active_percent" not in source.read(OURS)[0]
    for _ in range(3):
        levels, _ = source.read(OURS)
        assert levels["gpu0/sm_active_percent"] == 88.5
        assert levels["gpu1/tensor_active_percent"] == 61.25
    assert nvml.open_readings == 4
    source.close()
    assert nvml.open_readings == 0


def test_activity_that_is_no_number_is_left_out(nvml: FakeNvml) -> None:
    """A figure that the GPU refuses, and one that is not finite, do not take the others along."""
    nvml.activity |= {2: (3, 0.0), 5: (0, float("nan")), 10: (0, 100.4)}
    source = opened(nvml)
    source.read(OURS)
    levels, _ = source.read(OURS)
    assert levels["gpu0/memory_bandwidth_percent"] == 100
    assert levels["gpu0/fp32_active_percent"] == 7
    assert not {"gpu0/sm_active_percent", "gpu0/tensor_active_percent"} & set(levels)


@pytest.mark.parametrize("name", ["nvmlGpmQueryDeviceSupport", "nvmlGpmSampleGet"])
def test_gpu_without_such_counters_is_asked_once(nvml: FakeNvml, name: str) -> None:
    """Before Hopper, divided by MIG, or without the right to look: said once, and no memory is kept."""
    nvml.broken[name] = FakeNvmlError(nvml.NVML_ERROR_NOT_SUPPORTED)
    source = opened(nvml)
    for _ in range(3):
        assert source.read(OURS)[0]["gpu0/utilization_percent"] == 80
    assert (nvml.calls[name], nvml.open_readings) == (2, 0)
    nvml = FakeNvml()
    nvml.answers["nvmlGpmQueryDeviceSupport"].isSupportedDevice = 0
    source = opened(nvml)
    source.read(OURS)
    assert (0, "activity") in source.refused
    assert nvml.open_readings == 0


def test_traffic_is_counted_by_the_gpu_where_it_can(nvml: FakeNvml) -> None:
    """MiB per second between two samples; NVML's watching, 20 ms each way, is for GPUs that do not count."""
    source = opened(nvml)
    source.read(OURS)
    watched = nvml.calls["nvmlDeviceGetPcieThroughput"]
    levels, _ = source.read(OURS)
    assert levels["gpu0/pcie_sent_bytes_per_second"] == 2 << 20
    assert levels["gpu1/pcie_received_bytes_per_second"] == 3 << 20
    assert nvml.calls["nvmlDeviceGetPcieThroughput"] == watched
    nvml.activity |= {20: (3, 0.0), 21: (3, 0.0)}
    assert source.read(OURS)[0]["gpu0/pcie_received_bytes_per_second"] == 9000


@pytest.mark.parametrize(
    ("name", "seconds"),
    [
        ("tree_utilization_percent", [0, 3, 6, 9, 12, 15, 20, 25, 30, 35, 40, 45, 49]),
        ("ecc_corrected_errors", [0, 3, 6, 9, 12, 15, 30, 45, 49]),
        ("energy_joules", [0, 3, 6, 9, 12, 15, 30, 45, 49]),
    ],
)
def test_rhythms_of_what_is_slow_or_hardly_changes(nvml: FakeNvml, name: str, seconds: list[int]) -> None:
    """Every three seconds at first, then every five or fifteen, and when all is asked for."""
    now = [0.0]
    source = NvidiaSource(nvml, lambda: now[0])
    asked = []
    for second in range(50):
        now[0] = float(second)
        if f"gpu0/{name}" in source.read(OURS, whole=second == 49)[0]:
            asked.append(second)
    assert asked == seconds


def test_own_processes_among_others(nvml: FakeNvml) -> None:
    """Our share of the memory is told apart from other people's."""
    levels, _ = opened(nvml).read(OURS)
    assert levels["gpu0/processes"] == 2
    assert levels["gpu0/tree_memory_used_bytes"] == 100
    assert "gpu0/tree_memory_used_bytes" not in opened(nvml).read(frozenset())[0]


def test_energy_counts_from_the_first_sample(nvml: FakeNvml) -> None:
    """Energy since the driver was loaded says nothing about a run; energy since its start does."""
    source = opened(nvml)
    assert source.read(OURS)[0]["gpu0/energy_joules"] == 0
    nvml.energy += 2_500
    assert source.read(OURS, whole=True)[0]["gpu0/energy_joules"] == 2.5


@pytest.mark.parametrize(
    ("reasons", "power", "heat"),
    [(0, 0, 0), (1, 0, 0), (0x04, 100, 0), (0x80, 100, 0), (0x20, 0, 100), (0x44, 100, 100)],
)
def test_throttling(nvml: FakeNvml, reasons: int, power: int, heat: int) -> None:
    """Of NVML's reasons, limits of power and heat are told; an idle GPU is not throttled."""
    nvml.answers["nvmlDeviceGetCurrentClocksEventReasons"] = reasons
    levels, _ = opened(nvml).read(OURS)
    assert (levels["gpu0/power_throttled_percent"], levels["gpu0/thermal_throttled_percent"]) == (power, heat)


def test_old_drivers_call_the_reasons_by_another_name(nvml: FakeNvml) -> None:
    """Where the driver lacks the new name, the old one is asked."""
    nvml.broken["nvmlDeviceGetCurrentClocksEventReasons"] = FakeNvmlError(13)
    nvml.answers["nvmlDeviceGetCurrentClocksThrottleReasons"] = 0x48
    levels, _ = opened(nvml).read(OURS)
    assert (levels["gpu0/thermal_throttled_percent"], levels["gpu0/slowdown_percent"]) == (100, 100)


def test_traffic_over_links_is_counted(nvml: FakeNvml) -> None:
    """NVLink's totals of KiB are counters of bytes; a GPU without links has none."""
    source = opened(nvml)
    assert source.read(OURS)[1]["gpu0/nvlink_received_bytes_per_second"] == 20 * 1024
    nvml.fields.pop(138)
    _, counters = opened(nvml).read(OURS)
    assert not [name for name in counters if "nvlink" in name]


def test_share_of_our_own_processes(nvml: FakeNvml) -> None:
    """Their kernels are told apart from other people's; a moment without kernels is no refusal."""
    source = opened(nvml)
    assert source.read(OURS, whole=True)[0]["gpu0/tree_utilization_percent"] == 50
    nvml.broken["nvmlDeviceGetProcessUtilization"] = FakeNvmlError(nvml.NVML_ERROR_NOT_FOUND)
    assert "gpu0/tree_utilization_percent" not in source.read(OURS, whole=True)[0]
    nvml.broken.clear()
    assert "gpu0/tree_utilization_percent" in source.read(OURS, whole=True)[0]


def test_divided_gpu(nvml: FakeNvml) -> None:
    """What a GPU under MIG refuses as a whole is missing; its slices are told."""
    for name in ("UtilizationRates", "MemoryInfo"):
        nvml.broken[f"nvmlDeviceGet{name}"] = FakeNvmlError(nvml.NVML_ERROR_NOT_SUPPORTED)
    levels, _ = opened(nvml).read(OURS)
    assert "gpu0/utilization_percent" not in levels
    nvml.broken.clear()
    assert opened(nvml).read(OURS)[0]["gpu0/mig0_memory_used_bytes"] == 250
    nvml.answers["nvmlDeviceGetMigMode"] = [0, 0]
    assert "gpu0/mig0_memory_used_bytes" not in opened(nvml).read(OURS)[0]


def test_gpu_that_is_lost_while_training(nvml: FakeNvml) -> None:
    """It is asked nothing more and said to be lost; the driver's other answers still count."""
    source = opened(nvml)
    nvml.broken["nvmlDeviceGetPowerUsage"] = FakeNvmlError(nvml.NVML_ERROR_GPU_IS_LOST)
    source.read(OURS)
    asked = nvml.calls["nvmlDeviceGetUtilizationRates"]
    levels, _ = source.read(OURS)
    assert (levels["gpu0/lost"], levels["gpu1/lost"]) == (1, 1)
    assert nvml.calls["nvmlDeviceGetUtilizationRates"] == asked


def test_refused_query_is_not_repeated(nvml: FakeNvml) -> None:
    """A query that a GPU does not support is asked once, and the others go on."""
    nvml.broken["nvmlDeviceGetFanSpeed"] = FakeNvmlError(nvml.NVML_ERROR_NOT_SUPPORTED)
    source = opened(nvml)
    source._seldom.is_due = lambda now: True
    for _ in range(3):
        levels, _ = source.read(OURS)
    assert nvml.calls["nvmlDeviceGetFanSpeed"] == 2
    assert "gpu0/fan_percent" not in levels
    assert levels["gpu1/power_watts"] > 0
    assert source.refused[0, "fan"] == "FakeNvmlError: error 3"


def test_passing_trouble_is_tried_again(nvml: FakeNvml) -> None:
    """A timeout is no answer: the next sample asks again."""
    nvml.broken["nvmlDeviceGetPowerUsage"] = FakeNvmlError(nvml.NVML_ERROR_TIMEOUT)
    source = opened(nvml)
    assert "gpu0/power_watts" not in source.read(OURS)[0]
    nvml.broken.clear()
    assert "gpu0/power_watts" in source.read(OURS)[0]


@pytest.mark.parametrize("error", [AttributeError("no such symbol"), OSError("gone"), FakeNvmlError(999)])
def test_no_failure_reaches_the_sampler(nvml: FakeNvml, error: Exception) -> None:
    """Whatever every query raises, reading gives what is left: nothing."""
    source = opened(nvml)
    nvml.broken = {name: error for name in dir(FakeNvml) if name.startswith("nvml")}
    nvml.broken |= {
        f"nvmlDeviceGet{name}": error for name in ("UtilizationRates", "MemoryInfo", "PowerUsage")
    }
    levels, _ = source.read(OURS)
    assert "gpu0/utilization_percent" not in levels
    assert levels["gpu0/temperature_celsius"] == 61


def test_lost_gpu_does_not_hide_the_others(nvml: FakeNvml) -> None:
    """A GPU that cannot be opened is left out; none at all means there is no source."""
    nvml.gpus = 0
    assert open_nvidia(nvml) is None
    assert nvml.calls["nvmlShutdown"] == 1
    nvml.broken["nvmlInit"] = FakeNvmlError(9)
    assert open_nvidia(nvml) is None


def test_facts(nvml: FakeNvml) -> None:
    """Names, memory and versions are in words people know."""
    assert hardware.gpu_facts(nvml) == {
        "count": 2,
        "names": ["NVIDIA H200", "NVIDIA H200"],
        "memory_bytes": [1000, 1000],
        "driver": "550.54.15",
        "cuda": "12.4",
    }


def test_facts_without_versions(nvml: FakeNvml) -> None:
    """What the driver does not tell is left out."""
    nvml.broken["nvmlSystemGetCudaDriverVersion"] = FakeNvmlError(3)
    nvml.broken["nvmlSystemGetDriverVersion"] = FakeNvmlError(3)
    assert set(hardware.gpu_facts(nvml)) == {"count", "names", "memory_bytes"}
