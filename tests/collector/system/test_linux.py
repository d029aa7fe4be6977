"""What Linux tells, read from a /proc of our own making."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from collector.system import cgroups
from collector.system.linux import LinuxSource
from collector.system.metrics import SYSTEM_METRICS
from collector.system.processes import CLOCK_TICKS, PAGE_BYTES, ProcessTree
from tests.collector.system.fakes import FakeKernel

CPUS = os.cpu_count() or 1


@pytest.fixture
def kernel(tmp_path: Path) -> FakeKernel:
    """A machine with one process."""
    made = FakeKernel(tmp_path)
    made.process(10, 1)
    return made


def source(kernel: FakeKernel) -> LinuxSource:
    return LinuxSource(10, proc=str(kernel.proc), sys=str(kernel.sys))


def tree(kernel: FakeKernel, **options: object) -> ProcessTree:
    return ProcessTree(10, proc=str(kernel.proc), **options)  # type: ignore[arg-type]


def test_levels(kernel: FakeKernel) -> None:
    """Memory is what programs cannot get, in bytes."""
    kernel.memory(total=8000, available=6000, swap=500)
    levels, _ = source(kernel).read(0)
    assert levels["memory/used_bytes"] == 2000 * 1024
    assert levels["memory/percent"] == 25
    assert levels["memory/swap_used_bytes"] == 500 * 1024
    assert levels["cpu/load_1m"] == 1.25
    assert levels["memory/tree_rss_bytes"] == 10 * PAGE_BYTES
    assert (levels["process/count"], levels["process/threads"]) == (1, 3)


def test_counters(kernel: FakeKernel) -> None:
    """Whole disks and real interfaces are counted, not their parts, loopback or containers."""
    kernel.cpu(busy_ticks=3 * CLOCK_TICKS * CPUS)
    kernel.traffic(received=1000, sent=50)
    kernel.disks(read_sectors=4, written_sectors=6)
    kernel.write("proc/pressure/memory", "some avg10=0.00 avg60=0 avg300=0 total=2000000\nfull total=9\n")
    _, counters = source(kernel).read(0)
    assert counters["cpu/percent"] == pytest.approx(300)
    assert counters["network/received_bytes_per_second"] == 1000
    assert counters["network/sent_bytes_per_second"] == 50
    assert counters["disk/read_bytes_per_second"] == 4 * 512
    assert counters["disk/written_bytes_per_second"] == 6 * 512
    assert counters["pressure/memory_percent"] == pytest.approx(200)
    assert "pressure/cpu_percent" not in counters


def test_every_name_is_documented(kernel: FakeKernel) -> None:
    """No sample has a name that the table of metrics lacks."""
    kernel.write("sys/fs/cgroup/job/memory.max", "4096\n")
    kernel.write("sys/fs/cgroup/job/memory.current", "1024\n")
    kernel.write("sys/fs/cgroup/job/cpu.stat", "throttled_usec 5\n")
    kernel.write("sys/fs/cgroup/job/cpu.max", "50000 100000\n")
    for kind in ("cpu", "memory", "io"):
        kernel.write(f"proc/pressure/{kind}", "some total=1\nfull total=1\n")
        kernel.write(f"sys/fs/cgroup/job/{kind}.pressure", "some total=1\nfull total=1\n")
    kernel.write("sys/fs/cgroup/job/memory.events", "oom_kill 0\n")
    kernel.write("sys/fs/cgroup/job/memory.swap.current", "1\n")
    kernel.write("sys/devices/system/cpu/cpufreq/policy0/scaling_cur_freq", "2000000\n")
    kernel.memory(total=8000, available=6000, swap=500)
    kernel.devices(0)
    watched = source(kernel)
    watched.read(0)
    kernel.devices(50)
    levels, counters = watched.read(3)
    shown = {*levels, *counters} - {name for name in counters if re.search(r"core1_|/eth1_|/sdb_", name)}
    assert shown == {metric.name for metric in SYSTEM_METRICS}


def test_machine_without_proc(tmp_path: Path) -> None:
    """Where nothing can be read, there is nothing, and no error."""
    assert LinuxSource(10, proc=str(tmp_path), sys=str(tmp_path)).read(0) == ({}, {})


def test_tree_is_summed(kernel: FakeKernel) -> None:
    """Descendants of any depth count, other processes do not."""
    kernel.process(11, 10, rss=20)
    kernel.process(12, 11, rss=30)
    kernel.process(13, 1, rss=1000)
    sample = tree(kernel).sample(0)
    assert (sample.processes, sample.threads, sample.open_files) == (3, 9, sample.open_files)
    assert sample.rss_bytes == 60 * PAGE_BYTES


def test_ignored_process_counts_only_its_children(kernel: FakeKernel) -> None:
    """The wrapper itself is left out, what it runs is not."""
    kernel.process(11, 10, rss=20)
    assert tree(kernel, ignored=(10,)).sample(0).rss_bytes == 20 * PAGE_BYTES


def test_cpu_time_grows_by_what_was_used(kernel: FakeKernel) -> None:
    """Time used before the first sample does not count, later time does."""
    kernel.process(10, 1, own=500)
    watched = tree(kernel)
    assert watched.sample(0).cpu_seconds == 0
    kernel.process(10, 1, own=500 + CLOCK_TICKS)
    assert watched.sample(1).cpu_seconds == 1


def test_time_of_a_short_child_is_not_lost_or_doubled(kernel: FakeKernel) -> None:
    """A child's time counts once: while it lives, and when its parent inherits it."""
    kernel.process(11, 10, own=0, start=99_000)
    watched = tree(kernel)
    watched.sample(0)
    kernel.process(11, 10, own=3 * CLOCK_TICKS, start=99_000)
    assert watched.sample(1).cpu_seconds == 3
    kernel.end_process(11)
    kernel.process(10, 1, waited=4 * CLOCK_TICKS)
    assert watched.sample(2).cpu_seconds == 4


def test_child_that_came_and_went_between_samples(kernel: FakeKernel) -> None:
    """Compilers and other short-lived children are counted by the time their parent inherits."""
    watched = tree(kernel)
    watched.sample(0)
    kernel.process(10, 1, waited=2 * CLOCK_TICKS)
    assert watched.sample(1).cpu_seconds == 2


def test_page_faults_of_the_tree(kernel: FakeKernel) -> None:
    """Faults of all descendants count from the first sample on, once, also when a parent inherits them."""
    kernel.process(10, 1, faults=(100, 50, 7, 3))
    kernel.process(11, 10)
    watched = tree(kernel)
    assert (watched.sample(0).minor_faults, watched.sample(0).major_faults) == (0, 0)
    kernel.process(11, 10, faults=(1000, 0, 4, 0))
    assert (watched.sample(1).minor_faults, watched.sample(1).major_faults) == (1000, 4)
    kernel.end_process(11)
    kernel.process(10, 1, faults=(110, 50 + 1200, 7, 3 + 5))
    assert (watched.sample(2).minor_faults, watched.sample(2).major_faults) == (1210, 5)


def test_bytes_of_the_tree(kernel: FakeKernel) -> None:
    """What a worker read counts once: while it lives, and when its parent inherits it; no sum shrinks."""
    kernel.process(10, 1, moved=(5000, 0))
    kernel.process(11, 10)
    watched = tree(kernel)
    first = watched.sample(0)
    assert (first.read_bytes, first.written_bytes) == (0, 0)
    kernel.process(11, 10, moved=(300, 20))
    second = watched.sample(1)
    assert (second.read_bytes, second.written_bytes) == (300, 20)
    kernel.end_process(11)
    kernel.process(10, 1, moved=(5000 + 400, 20))
    assert watched.sample(2).read_bytes == 400
    kernel.process(12, 10, start=99_990)
    watched.sample(12)
    kernel.process(12, 10, start=99_990, moved=(50, 0))
    assert watched.sample(13).read_bytes == 450
    kernel.end_process(12)  # killed together with its parent's hope of inheriting
    assert watched.sample(14).read_bytes == 450


def test_bytes_that_nobody_may_see_are_no_zeros(kernel: FakeKernel) -> None:
    """Without /proc/<pid>/io there is no such metric."""
    (kernel.proc / "10/io").unlink()
    _, counters = source(kernel).read(0)
    assert "disk/tree_read_bytes_per_second" not in counters
    assert "memory/tree_major_faults_per_second" in counters


def test_new_child_is_followed_before_the_next_scan(kernel: FakeKernel) -> None:
    """A data-loader worker is seen in the second in which it starts."""
    watched = tree(kernel)
    watched.sample(0)
    kernel.process(11, 10, rss=5)
    kernel.children(10, 11)
    assert watched.sample(1).processes == 2


def test_late_found_process_makes_no_jump(kernel: FakeKernel) -> None:
    """Of a process found late only the share of its time since the last sample counts."""
    watched = tree(kernel)
    watched.sample(0)
    watched.sample(9)
    # Started 10 s ago by a thread that is not asked for its children: only the scan finds it.
    kernel.process(11, 10, own=10 * CLOCK_TICKS, start=990 * CLOCK_TICKS)
    assert watched.sample(10).cpu_seconds == pytest.approx(1, rel=0.01)


def test_pid_used_again_is_another_process(kernel: FakeKernel) -> None:
    """A pid that starts at another time is not the one we knew."""
    kernel.process(11, 10, start=5)
    watched = tree(kernel)
    watched.sample(0)
    kernel.process(11, 1, own=900 * CLOCK_TICKS, start=800)
    assert watched.sample(1).processes == 1
    assert watched.sample(2).cpu_seconds == 0


def test_cgroup_two(kernel: FakeKernel) -> None:
    """The smallest limit on the way up counts, and throttling is in seconds."""
    kernel.write("sys/fs/cgroup/job/memory.max", "max\n")
    kernel.write("sys/fs/cgroup/memory.max", "2048\n")
    kernel.write("sys/fs/cgroup/job/memory.current", "512\n")
    kernel.write("sys/fs/cgroup/job/cpu.stat", "usage_usec 5\nnr_throttled 4\nthrottled_usec 2500000\n")
    kernel.write("sys/fs/cgroup/job/cpu.max", "150000 100000\n")
    kernel.write("sys/fs/cgroup/job/memory.events", "low 0\noom 2\noom_kill 1\n")
    group = cgroups.find_cgroup(str(kernel.proc), str(kernel.sys))
    assert (cgroups.memory_limit(group), cgroups.memory_used(group)) == (2048, 512)
    assert (cgroups.throttling(group), cgroups.cpu_limit(group)) == ((2.5, 4), 1.5)
    assert cgroups.oom_kills(group) == 1
    levels, counters = source(kernel).read(0)
    assert levels["memory/cgroup_percent"] == 25
    assert (counters["cpu/throttled_percent"], counters["cpu/throttled_periods_per_second"]) == (250, 4)


def test_kills_for_want_of_memory_count_from_the_start(kernel: FakeKernel) -> None:
    """Those before the first sample are not this run's."""
    kernel.write("sys/fs/cgroup/job/memory.events", "oom_kill 7\n")
    watched = source(kernel)
    assert watched.read(0)[0]["memory/oom_kills"] == 0
    kernel.write("sys/fs/cgroup/job/memory.events", "oom_kill 9\n")
    assert watched.read(3)[0]["memory/oom_kills"] == 2


def test_each_cpu_by_itself(kernel: FakeKernel) -> None:
    """Every three seconds at first, then every fifteen, for it is much to write."""
    kernel.cpu(5 * CLOCK_TICKS)
    for policy, clock in ((0, 2_000_000), (1, 3_000_000)):
        kernel.write(f"sys/devices/system/cpu/cpufreq/policy{policy}/scaling_cur_freq", f"{clock}\n")
    watched = source(kernel)
    seen = []
    for second in range(50):
        levels, counters = watched.read(second)
        if "cpu/core1_percent" in counters:
            seen.append(second)
            assert (counters["cpu/core0_percent"], counters["cpu/core1_percent"]) == (0, 500)
            assert levels["cpu/clock_megahertz"] == 2500
    assert seen == [0, 3, 6, 9, 12, 15, 30, 45]


def test_devices_are_told_apart_where_there_are_several(kernel: FakeKernel) -> None:
    """One disk is the whole; of two that have moved, each is told, and an idle third is not."""
    for name in ("sdb", "sdc"):
        (kernel.sys / "block" / name).mkdir()
    row = "   8 0 {} 1 0 {} 0 1 0 {} 0 0 {} 0\n"

    def disks(first: int, second: int) -> None:
        rows = row.format("sda", first, 0, first) + row.format("sdb", second, 0, second)
        kernel.write("proc/diskstats", rows + row.format("sdc", 5, 5, 5))

    disks(0, 0)
    watched = source(kernel)
    watched.read(0)
    disks(10, 0)
    _, counters = watched.read(1)
    assert counters["disk/sda_busy_percent"] == 1
    assert "disk/sda_read_bytes_per_second" not in counters
    disks(20, 7)
    _, counters = watched.read(2)
    assert counters["disk/sdb_read_bytes_per_second"] == 7 * 512
    assert not [name for name in counters if "sdc" in name]
    assert counters["disk/read_bytes_per_second"] == (20 + 7 + 5) * 512


def test_a_bond_counts_once(kernel: FakeKernel) -> None:
    """Where there is hardware, only it counts: what a bond carries goes through its interfaces."""
    (kernel.sys / "class/net/eth0/device").mkdir(parents=True)
    row = "{}: {} 0 0 0 0 0 0 0 {} 0 0 0 0 0 0 0\n"
    kernel.write("proc/net/dev", "head\nhead\n" + row.format("eth0", 10, 20) + row.format("bond0", 10, 20))
    _, counters = source(kernel).read(0)
    assert counters["network/received_bytes_per_second"] == 10


def test_infiniband(kernel: FakeKernel) -> None:
    """Its counters are words of four bytes, and its traffic is on no interface."""
    ports = "sys/class/infiniband/mlx5_0/ports/1/counters"
    kernel.write(f"{ports}/port_rcv_data", "1000\n")
    kernel.write(f"{ports}/port_xmit_data", "2000\n")
    _, counters = source(kernel).read(0)
    assert counters["network/mlx5_0_received_bytes_per_second"] == 4000
    assert counters["network/mlx5_0_sent_bytes_per_second"] == 8000


def test_pressure_of_the_group_and_of_everybody(kernel: FakeKernel) -> None:
    """Of the machine, time in which some and in which all waited; of the group, in which some did."""
    kernel.write("proc/pressure/io", "some avg10=0 total=3000000\nfull avg10=0 total=1000000\n")
    kernel.write("sys/fs/cgroup/job/io.pressure", "some avg10=0 total=2000000\nfull avg10=0 total=5\n")
    _, counters = source(kernel).read(0)
    assert (counters["pressure/io_percent"], counters["pressure/io_full_percent"]) == (300, 100)
    assert counters["pressure/cgroup_io_percent"] == 200


def test_cgroup_one(kernel: FakeKernel) -> None:
    """Version 1 has other names, and writes no limit as a huge one."""
    kernel.write("proc/self/cgroup", "4:memory:/a/b\n2:cpu,cpuacct:/c\n0::/\n")
    kernel.write("sys/fs/cgroup/memory/a/b/memory.limit_in_bytes", "9223372036854771712\n")
    kernel.write("sys/fs/cgroup/memory/a/b/memory.usage_in_bytes", "100\n")
    kernel.write("sys/fs/cgroup/memory/a/b/memory.oom_control", "oom_kill_disable 0\noom_kill 3\n")
    kernel.write("sys/fs/cgroup/cpu/c/cpu.stat", "nr_throttled 1\nthrottled_time 500000000\n")
    kernel.write("sys/fs/cgroup/cpu/c/cpu.cfs_quota_us", "-1\n")
    kernel.write("sys/fs/cgroup/cpu/c/cpu.cfs_period_us", "100000\n")
    group = cgroups.find_cgroup(str(kernel.proc), str(kernel.sys))
    assert (cgroups.memory_limit(group), cgroups.cpu_limit(group)) == (None, None)
    assert (cgroups.oom_kills(group), cgroups.throttling(group)) == (3, (0.5, 1))
    assert "memory/cgroup_used_bytes" not in source(kernel).read(0)[0]


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_this_process_for_real() -> None:
    """On this machine, our own process uses CPU and memory."""
    import time

    watched = ProcessTree(os.getpid())
    watched.sample(0)
    end = time.process_time() + 0.15
    while time.process_time() < end:
        pass
    sample = watched.sample(1)
    assert 0.1 < sample.cpu_seconds < 2
    assert sample.rss_bytes > 5 << 20
    assert sample.open_files is not None
    assert sample.open_files >= 3
