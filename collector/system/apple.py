"""The GPU of a Mac, as far as its registry tells everyone: `powermetrics`, which tells more, needs root."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

WORDS = ("/usr/sbin/ioreg", "-r", "-d", "1", "-w", "0", "-c", "IOAccelerator")
SECONDS = 5.0
"""How often it is asked: each time is a process."""
LIMIT_SECONDS = 3.0

_UTILIZATION = re.compile(rb'"Device Utilization %"\s*=\s*(\d+)')
_MEMORY = re.compile(rb'"In use system memory"\s*=\s*(\d+)')


class AppleSource:
    """Reads the registry every few seconds."""

    def __init__(
        self, ask: Callable[[], bytes] | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._ask = ask if ask is not None else ask_registry
        self._clock = clock
        self._asked: float | None = None

    def read(self, pids: frozenset[int], whole: bool = False) -> tuple[dict[str, float], dict[str, float]]:
        """Levels, where it is time for them."""
        now = self._clock()
        if self._asked is not None and now - self._asked < SECONDS - 0.5:
            return {}, {}
        self._asked = now
        text = self._ask()
        found = {"utilization_percent": _UTILIZATION.search(text), "memory_used_bytes": _MEMORY.search(text)}
        return {f"gpu0/{name}": float(match[1]) for name, match in found.items() if match is not None}, {}

    def close(self) -> None:
        """Nothing is kept open."""


def ask_registry() -> bytes:
    """What the registry says about the GPU; nothing where it does not answer."""
    import subprocess  # 10 ms, on a Mac only

    try:
        return subprocess.run(
            WORDS, stdin=subprocess.DEVNULL, capture_output=True, timeout=LIMIT_SECONDS, check=False
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return b""
