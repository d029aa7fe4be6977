"""Which charts the machines' metrics become."""

from __future__ import annotations

import pytest

from collector.system.metrics import GPU_METRICS, MEAN_AND_MAX, SYSTEM_METRICS
from sitegen.derive.machine import is_compared
from sitegen.pages.system_charts import GPUS, MACHINE, OVERVIEW, PARTS, TRAFFIC, system_charts, system_title


def recorded(cpus: int, gpus: int) -> list[str]:
    """Every name that a machine may record."""
    names = [metric.name for metric in SYSTEM_METRICS if not metric.name.startswith("cpu/core")]
    names += [f"{metric.name}_max" for metric in SYSTEM_METRICS if metric.fold == MEAN_AND_MAX]
    names += [f"cpu/core{number}_percent" for number in range(cpus)]
    names += [
        name.replace("sda", "nvme0n1").replace("eth0", "mlx5_0")
        for name in names
        if "/sda" in name or "/eth0" in name
    ]
    for gpu in range(gpus):
        names += [f"gpu{gpu}/{metric.name}" for metric in GPU_METRICS]
        names += [f"gpu{gpu}/{metric.name}_max" for metric in GPU_METRICS if metric.fold == MEAN_AND_MAX]
    return names


def titles(part: str, names: list[str], *, is_one_run: bool = True) -> list[str]:
    return [chart.title for chart in system_charts(names, is_one_run=is_one_run) if chart.part == part]


@pytest.mark.parametrize("is_one_run", [True, False])
def test_every_metric_is_in_one_chart(is_one_run: bool) -> None:
    """None is lost, none is drawn twice, each chart has words for a heading, and no two have the same."""
    names = recorded(64, 8)
    charts = system_charts(names, is_one_run=is_one_run)
    assert sorted(name for chart in charts for name in chart.metrics) == sorted(names)
    assert all(chart.title and "_" not in chart.title for chart in charts)
    assert len({chart.title for chart in charts}) == len(charts)
    assert [chart.part for chart in charts] == sorted((chart.part for chart in charts), key=PARTS.index)


def test_a_large_node_has_a_page_that_can_be_read() -> None:
    """Ten charts say how 64 CPUs and 8 GPUs did; the rest is folded."""
    assert titles(OVERVIEW, recorded(64, 8)) == [
        "GPU utilization",
        "GPU multiprocessors at work",
        "GPU memory",
        "GPU power",
        "GPU temperature",
        "CPU of the command",
        "Each CPU, and their mean",
        "Memory",
        "Disks",
        "Network",
    ]
    assert len(system_charts(recorded(64, 8), is_one_run=True)) <= 65
    for part in (GPUS, MACHINE, TRAFFIC):
        assert titles(part, recorded(64, 8))


def test_many_cpus_are_faint_behind_their_mean() -> None:
    """In natural order, with names of their own."""
    [chart] = [one for one in system_charts(recorded(12, 0), is_one_run=True) if one.bold]
    assert chart.bold == "cpu/percent"
    assert chart.metrics[:3] == ("cpu/core0_percent", "cpu/core1_percent", "cpu/core2_percent")
    assert dict(zip(chart.metrics, chart.labels, strict=True)) | {
        "cpu/core10_percent": "CPU 10",
        "cpu/percent": "mean of all",
    } == dict(zip(chart.metrics, chart.labels, strict=True))


def test_several_runs_share_no_chart_of_several_quantities() -> None:
    """Their lines have a colour per run, so that read and written could not be told apart."""
    names = [name for name in recorded(8, 2) if is_compared(name)]
    charts = system_charts(names, is_one_run=False)
    shared = [chart for chart in charts if len(chart.metrics) > 1]
    assert all(metric.startswith("gpu") for chart in shared for metric in chart.metrics)
    assert "Disk read" in titles(OVERVIEW, names, is_one_run=False)
    assert not [name for name in names if "core" in name or name.endswith("_max") or "/sda" in name]


def test_lines_have_names() -> None:
    """Disks by their device, directions by a word, a peak as such."""
    labels = {
        metric: label
        for chart in system_charts(recorded(0, 0), is_one_run=True)
        for metric, label in zip(chart.metrics, chart.labels, strict=False)
    }
    assert labels["disk/nvme0n1_read_bytes_per_second"] == "nvme0n1"
    assert labels["network/mlx5_0_sent_bytes_per_second"] == "mlx5_0"
    assert labels["disk/read_bytes_per_second"] == "read"
    assert labels["cpu/tree_percent_max"] == "highest second"
    assert labels["disk/tree_written_bytes_per_second"] == "written"
    assert labels["pressure/io_percent"] == "for a disk"


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        ("gpu/fan_percent", ("GPU fan", "%")),
        ("gpu/memory_clock_megahertz", ("GPU memory clock", "MHz")),
        ("gpu/nvlink_sent_bytes_per_second", ("GPU NVLink sent", "B/s")),
        ("gpu/power_watts_max", ("GPU power, highest second", "W")),
        ("tpu/duty", ("Tpu duty", "")),
        ("alone", ("Alone", "")),
    ],
)
def test_words_for_what_has_no_heading(group: str, expected: tuple[str, str]) -> None:
    """A metric that no chart is named for still has a heading and a unit."""
    assert system_title(group) == expected
