"""Messages that a script wants somebody to see."""

from __future__ import annotations

import time
from collections.abc import Callable
from enum import Enum
from typing import Any

from collector.runlog.values import clean_text

TITLE_LIMIT = 64
TEXT_LIMIT = 64 << 10


class AlertLevel(Enum):
    """How much it matters."""

    INFO = "INFO"
    WARN = "WARN"
    ERROR = "ERROR"


class Alerts:
    """Records alerts, each title at most once in the time that its sender waits."""

    def __init__(self, record: Callable[[dict[str, Any]], object], now: Callable[[], float]) -> None:
        self._record = record
        self._now = now
        self._sent: dict[str, float] = {}

    def send(self, title: str, text: str, level: Any, wait_seconds: float, step: float | int) -> bool:
        """Record an alert; False where one of this title went out too short a time ago."""
        title = clean_text(str(title))[:TITLE_LIMIT]
        now = self._now()
        if now < self._sent.get(title, now):
            return False
        self._sent[title] = now + wait_seconds
        self._record(
            {
                "k": "alert",
                "title": title,
                "text": clean_text(str(text))[:TEXT_LIMIT],
                "level": level_name(level),
                "step": step,
            }
        )
        return True


def level_name(level: Any) -> str:
    """The name of a level given as AlertLevel, text or nothing."""
    name = str(getattr(level, "value", level) or "INFO").upper()
    return name if name in AlertLevel.__members__ else "INFO"


def seconds_of(wait: Any) -> float:
    """A waiting time given as seconds or timedelta."""
    return float(wait.total_seconds() if hasattr(wait, "total_seconds") else wait or 0)


def new_alerts(record: Callable[[dict[str, Any]], object]) -> Alerts:
    """The alerts of a run."""
    return Alerts(record, time.monotonic)
