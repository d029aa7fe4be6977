"""The real Python binding of NVML over a library of our own: calls, structures and errors as they are."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
SCRIPT = """
import json, pynvml
from collector.system.nvidia import open_nvidia
source = open_nvidia(pynvml)
first = source.read(frozenset({10}))
levels, counters = source.read(frozenset({10}), whole=True)
refused = sorted(f"{gpu} {query}" for gpu, query in source.refused)
print(json.dumps([levels, counters, refused, sorted(source.lost)]))
source.close()
"""


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Two samples of three invented GPUs, read in a process that finds our library in place of NVIDIA's."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None or sys.platform != "linux":
        pytest.skip("needs a C compiler on Linux")
    pytest.importorskip("pynvml")
    folder = tmp_path_factory.mktemp("nvml")
    source = Path(__file__).with_name("fake_nvml.c")
    words = [
        compiler,
        "-shared",
        "-fPIC",
        "-Wall",
        "-Wextra",
        "-Werror",
        "-o",
        str(folder / "libnvidia-ml.so.1"),
    ]
    subprocess.run([*words, str(source)], check=True, capture_output=True, timeout=120)
    env = os.environ | {"LD_LIBRARY_PATH": str(folder), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], env=env, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_gpu_that_is_well(read: Any) -> None:
    """Every figure comes through the binding in its unit."""
    levels, counters, _, _ = read
    mine = {name.partition("/")[2]: value for name, value in levels.items() if name.startswith("gpu0/")}
    assert mine == {
        "utilization_percent": 97,
        "memory_busy_percent": 55,
        "memory_used_bytes": 60 << 30,
        "memory_used_percent": 75,
        "power_watts": 650.5,
        "power_limit_watts": 700,
        "energy_joules": mine["energy_joules"],
        "temperature_celsius": 66,
        "memory_temperature_celsius": 81,
        "sm_clock_megahertz": 1755,
        "memory_clock_megahertz": 2619,
        "power_throttled_percent": 100,
        "thermal_throttled_percent": 100,
        "slowdown_percent": 100,
        "pcie_received_bytes_per_second": 21.5 * 2**20,
        "pcie_sent_bytes_per_second": 20.5 * 2**20,
        "processes": 2,
        "tree_memory_used_bytes": 1 << 30,
        "tree_utilization_percent": 88,
        "sm_active_percent": 2.5,
        "tensor_active_percent": 5.5,
        "memory_bandwidth_percent": 10.5,
        "fp64_active_percent": 11.5,
        "fp32_active_percent": 12.5,
        "fp16_active_percent": 13.5,
    }
    assert 0 < mine["energy_joules"] < 60
    assert counters["gpu0/nvlink_sent_bytes_per_second"] == 5_000_000_000 * 1024


def test_a_gpu_that_falls_off_the_bus(read: Any) -> None:
    """It is said to be lost and asked nothing more; the others go on."""
    levels, _, _, lost = read
    assert lost == [1]
    assert {name: value for name, value in levels.items() if name.startswith("gpu1/")} == {"gpu1/lost": 1}


def test_a_divided_gpu(read: Any) -> None:
    """Its use as a whole is refused, its slice's memory is told; no kernels at the moment is no refusal."""
    levels, _, refused, _ = read
    assert "gpu2/utilization_percent" not in levels
    assert levels["gpu2/mig0_memory_used_bytes"] == 7 << 30
    assert levels["gpu2/pcie_received_bytes_per_second"] == 2_000_000
    assert "2 tree_utilization" not in refused


def test_what_an_old_driver_lacks(read: Any) -> None:
    """Functions that are not in the library and figures that are not supported are asked once."""
    _, _, refused, _ = read
    assert refused == ["0 ecc", "0 fan", "2 activity", "2 ecc", "2 fan", "2 utilization"]
