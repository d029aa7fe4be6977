"""What became of the command, in words: a pure function of its wait status and of what we saw meanwhile."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Sequence
from typing import Any, NamedTuple

from collector.wrapper.plan import Scheduler
from collector.wrapper.signals import STOPPING, name_of

TRACEBACK_START = "Traceback (most recent call last):"
SCHEDULER_SIGNALS = (signal.SIGTERM, getattr(signal, "SIGXCPU", signal.SIGTERM))
LATE_SECONDS = 60.0
"""A signal so shortly before a job has to be over says that its time is up."""
TRACEBACK_LIMIT = 16_000
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)")


class Circumstances(NamedTuple):
    """What the wrapper saw while the command ran."""

    signals: Sequence[int] = ()
    """Signals that reached the wrapper, in order."""
    group_oom_kills: int | None = None
    """Kills for want of memory in our cgroup since the start; None where it does not say."""
    machine_oom_kills: int | None = None
    """The same for the whole machine."""
    last_rss_bytes: float | None = None
    console: bytes = b""
    """The end of the output."""
    reason: str = ""
    """Why a stop was asked for, as far as the scheduler is known: see `reason_of`."""


def describe_end(status: int, seen: Circumstances) -> dict[str, Any]:
    """The end record for a wait status."""
    if os.WIFSIGNALED(status):
        return _killed(os.WTERMSIG(status), seen)
    code = os.WEXITSTATUS(status)
    stop = _last_stop(seen.signals)
    if stop is not None:
        state, cause = "stopped", f"{_request(stop, seen.reason)}, exit code {code}"
    elif code == 0:
        state, cause = "finished", "exit code 0"
    else:
        state, cause = "failed", f"exit code {code}"
    traceback = last_traceback(seen.console) if code else None
    return _end(state, code, None, cause, traceback)


def _killed(number: int, seen: Circumstances) -> dict[str, Any]:
    stop = _last_stop(seen.signals)
    words = f"killed by signal {number} ({name_of(number)})"
    if number == signal.SIGKILL and seen.group_oom_kills:
        return _end("failed", None, number, "out of memory: the kernel killed a process of this job", None)
    if stop is not None and number in (*STOPPING, signal.SIGKILL):
        request = _request(stop, seen.reason)
        cause = request if number == stop else f"{request}, then {words}"
        return _end("stopped", None, number, cause, last_traceback(seen.console))
    if number == signal.SIGKILL:
        return _end("failed", None, number, words + _memory_hint(seen), None)
    state = "stopped" if number in STOPPING else "failed"
    return _end(state, None, number, words, last_traceback(seen.console))


def _memory_hint(seen: Circumstances) -> str:
    memory = f"; last seen with {_size(seen.last_rss_bytes)}" if seen.last_rss_bytes else ""
    if seen.machine_oom_kills:
        return f", probably out of memory: the kernel killed a process for it meanwhile{memory}"
    if seen.group_oom_kills == 0:
        return memory
    return f", maybe out of memory{memory}"


def _size(count: float) -> str:
    return f"{count / 2**30:.1f} GiB" if count >= 2**30 else f"{count / 2**20:.0f} MiB"


def _last_stop(signals: Sequence[int]) -> int | None:
    return next((number for number in reversed(signals) if number in STOPPING), None)


def _request(number: int, reason: str = "") -> str:
    if number == signal.SIGINT:
        return "interrupted (SIGINT)"
    return f"stopped by {name_of(number)}" + (f" ({reason})" if reason else "")


def reason_of(number: int, scheduler: Scheduler | None, now: float) -> str:
    """What a scheduler may mean by a signal: it sends the same one for all its reasons."""
    if scheduler is None or number not in SCHEDULER_SIGNALS:
        return ""
    if scheduler.ends_at is None:
        return f"{scheduler.name}: preempted, cancelled or out of time"
    is_late = now >= scheduler.ends_at - LATE_SECONDS
    return f"{scheduler.name}: {'out of time' if is_late else 'preempted or cancelled'}"


def _end(
    state: str, code: int | None, number: int | None, cause: str, traceback: str | None
) -> dict[str, Any]:
    end: dict[str, Any] = {"k": "end", "state": state, "exit": code, "signal": number, "cause": cause}
    if traceback:
        from collector.runlog import redact

        end["traceback"] = redact.text(traceback)
    return end


def foresee_end(number: int, reason: str = "") -> dict[str, Any]:
    """The end record written when a stop is asked for, in case no other can be written later."""
    cause = f"{_request(number, reason)}; how the command ended was not seen"
    return _end("stopped", None, None, cause, None)


def last_traceback(console: bytes) -> str | None:
    """The last Python traceback in the output, with the line that names the exception."""
    text = _ESCAPES.sub("", console.decode("utf-8", errors="replace")).replace("\r\n", "\n")
    start = text.rfind(TRACEBACK_START)
    if start < 0:
        return None
    begin = text.rfind("\n", 0, start) + 1
    prefix = text[begin:start]
    lines = text[begin:].split("\n")
    kept = [lines[0]]
    for line in lines[1:]:
        kept.append(line)
        body = line[len(prefix) :] if prefix and line.startswith(prefix) else line
        if body and not body.startswith((" ", "\t")):
            break
    return "\n".join(kept).rstrip()[-TRACEBACK_LIMIT:]
