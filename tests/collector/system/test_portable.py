"""The same through psutil, which is here on every system the tests run on."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import psutil

from collector.system.metrics import SYSTEM_METRICS
from collector.system.portable import PortableSource


def test_this_machine() -> None:
    """Levels and counters have the names of the table and sensible values."""
    levels, counters = PortableSource(os.getpid()).read(0)
    documented = {metric.name for metric in SYSTEM_METRICS}
    assert {re.sub(r"/core\d+_", "/core0_", name) for name in (*levels, *counters)} <= documented
    assert counters["cpu/core0_percent"] > 0
    assert levels["process/open_files"] >= 3
    assert levels["memory/tree_rss_bytes"] > 5 << 20
    assert 0 < levels["memory/percent"] < 100
    assert counters["cpu/percent"] > 0


def test_children_are_counted() -> None:
    """A child belongs to the tree; an ignored root does not."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        source = PortableSource(os.getpid(), ignored=(os.getpid(),))
        source.read(0)
        assert child.pid in source.pids
        assert os.getpid() not in source.pids
        child.communicate(b"\n")


class Refusing:
    """A psutil that refuses everything but memory."""

    Error = psutil.Error

    def virtual_memory(self) -> Any:
        return SimpleNamespace(total=100, available=40, percent=60.0)

    def swap_memory(self) -> Any:
        return SimpleNamespace(total=0, used=0)

    def __getattr__(self, name: str) -> Any:
        raise NotImplementedError(name)

    def Process(self, pid: int) -> Any:  # noqa: N802  psutil's own name
        raise psutil.NoSuchProcess(pid)


def test_what_is_refused_is_left_out() -> None:
    """One part that fails does not hide the others."""
    levels, counters = PortableSource(1, psutil=Refusing()).read(0)
    assert levels == {"memory/used_bytes": 60, "memory/percent": 60.0}
    assert counters == {}
