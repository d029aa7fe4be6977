"""How long a command takes and how much memory all of its processes have, shared pages counted once."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]


class Cost(NamedTuple):
    """What a command took."""

    seconds: float
    cpu_seconds: float
    """Of all its processes that have ended and were waited for."""
    mib: float
    """The most memory of all its processes at one moment; 0 where there is no /proc."""


def environment() -> dict[str, str]:
    """That of a user who has run the command before: Python keeps what it compiled of our modules."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**env, "PYTHONPATH": str(ROOT)}


def run(folder: Path, arguments: Sequence[str]) -> Cost:
    """A Python command in a folder, to its end."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *arguments], cwd=folder, env=environment(), stdout=subprocess.DEVNULL
    )
    with Watched(process.pid) as memory:
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(arguments)[:80]} exited with {process.returncode}")
    return Cost(round(seconds, 2), round(usage.ru_utime + usage.ru_stime, 2), round(memory.peak_mib))


class Watched:
    """The memory of a process and its descendants, looked at twenty times a second."""

    def __init__(self, pid: int) -> None:
        self.peak_mib = 0.0
        self._pid, self._ended = pid, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Watched:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(0.05):
            self.peak_mib = max(self.peak_mib, sum(map(mebibytes, family(self._pid))))


def family(pid: int) -> list[int]:
    """A process and its descendants."""
    found = [pid]
    for parent in found:
        try:
            listed = Path(f"/proc/{parent}/task/{parent}/children").read_text()
        except OSError:
            continue
        found += map(int, listed.split())
    return found


def mebibytes(pid: int) -> float:
    """A process's share of memory: of a page in two processes, each has half."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:  # ended meanwhile, or not Linux
        return 0.0
    return next((float(line.split()[1]) / 1024 for line in text.splitlines() if line.startswith("Pss:")), 0.0)
