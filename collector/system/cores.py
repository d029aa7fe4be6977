"""Each CPU by itself: its busy share and, where the kernel tells, its clock."""

from __future__ import annotations

import os

from collector.system.kernelfile import KernelFile
from collector.system.processes import CLOCK_TICKS

CORES = 256
"""Most CPUs that are told apart."""
CLOCKS = 16
"""Most clocks that are read for the mean, spread over all CPUs: each may cost that CPU a wake-up."""


def core_counters(stat: bytes) -> dict[str, float]:
    """Busy seconds of every CPU in /proc/stat, as percent: their growth per second is the busy share."""
    counters: dict[str, float] = {}
    for line in stat.splitlines()[1:]:
        if not line.startswith(b"cpu"):
            break
        words = line.split()
        if len(words) >= 9 and len(counters) < CORES:
            user, nice, system, _, _, irq, softirq, steal = map(int, words[1:9])
            busy = user + nice + system + irq + softirq + steal
            counters[f"cpu/core{int(words[0][3:])}_percent"] = busy * 100 / CLOCK_TICKS
    return counters


class Clocks:
    """The clocks of some CPUs."""

    def __init__(self, sys: str) -> None:
        folder = f"{sys}/devices/system/cpu/cpufreq"
        try:
            names = sorted(name for name in os.listdir(folder) if name.startswith("policy"))
        except OSError:
            names = []
        step = max(1, len(names) // CLOCKS)
        self._files = [KernelFile(f"{folder}/{name}/scaling_cur_freq") for name in names[::step][:CLOCKS]]

    def megahertz(self) -> float | None:
        """Their mean; None where the kernel does not tell, as in most virtual machines."""
        texts = [file.read(32).strip() for file in self._files]
        kilohertz = [int(text) for text in texts if text.isdigit()]
        return sum(kilohertz) / len(kilohertz) / 1000 if kilohertz else None

    def close(self) -> None:
        """Close what was kept open."""
        for file in self._files:
            file.close()
