"""What the machine is, from files."""

from __future__ import annotations

from pathlib import Path

from collector.system.hardware import cpu_facts, memory_facts
from tests.collector.system.fakes import FakeKernel

CPUINFO = """processor : {0}
model name : Some  CPU @ 2.0GHz
physical id : {1}
core id : {2}

"""


def test_cpu_model_and_cores(tmp_path: Path) -> None:
    """Two sockets of two cores with two threads each are four cores."""
    kernel = FakeKernel(tmp_path)
    text = "".join(CPUINFO.format(n, n // 4, n % 4 // 2) for n in range(8))
    kernel.write("proc/cpuinfo", text)
    kernel.write("sys/fs/cgroup/job/cpu.max", "50000 100000\n")
    facts = cpu_facts(str(kernel.proc), str(kernel.sys))
    assert facts["model"] == "Some CPU @ 2.0GHz"
    assert (facts["cores"], facts["quota"]) == (4, 0.5)


def test_memory_and_its_limit(tmp_path: Path) -> None:
    """Memory of the machine, and the smaller share that the job may use."""
    kernel = FakeKernel(tmp_path)
    kernel.write("sys/fs/cgroup/job/memory.max", "4096\n")
    facts = memory_facts(str(kernel.proc), str(kernel.sys))
    assert facts == {"memory_bytes": 8000 * 1024, "memory_limit_bytes": 4096}
