"""Signals that reach the wrapper: which are passed on, where they came from, and how to die of one."""

from __future__ import annotations

import os
import signal
import time
from typing import NamedTuple

PASSED_ON = tuple(
    getattr(signal, name)
    for name in (
        *("SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"),
        *("SIGALRM", "SIGVTALRM", "SIGPROF", "SIGXCPU", "SIGIO", "SIGPWR"),
    )
    if hasattr(signal, name)
)
"""What someone may send to the wrapper and mean for the command. Job control (TSTP, CONT, TTIN, TTOU) reaches
the command by itself, because it shares our process group; faults are our own."""

STOPPING = frozenset(
    getattr(signal, name)
    for name in ("SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGXCPU")
    if hasattr(signal, name)
)
"""Requests to stop: a command that ends after one of these was stopped, and did not fail."""

SENT_BY_KERNEL = 0x80
"""si_code of a signal that the terminal sent, to the whole foreground group and so to the command too."""

TERMINAL = "terminal"
SIGNAL_ALL = frozenset(["slurmstepd"])
"""Processes whose signals reach every process of a job, and so the command too."""

IGNORED_BY_PYTHON = tuple(
    getattr(signal, name) for name in ("SIGPIPE", "SIGXFSZ", "SIGXFZ") if hasattr(signal, name)
)
"""The interpreter ignores these at start, and the command must not inherit that."""


class Arrival(NamedTuple):
    """A signal that arrived."""

    number: int
    from_terminal: bool
    sender: int = 0
    """Process that sent it, 0 where that is not known."""

    @property
    def source(self) -> str:
        """Who sent it, in one word: the terminal, slurmstepd, or nothing known."""
        return TERMINAL if self.from_terminal else _name_of_process(self.sender)

    @property
    def is_for_all(self) -> bool:
        """Whether the command has got it too: the terminal signals a group, Slurm each process of a step."""
        return self.from_terminal or self.source in SIGNAL_ALL


def hold_back() -> tuple[frozenset[int], set[int]]:
    """Block the signals we wait for; the result is what we wait for, and the mask the command gets."""
    watched = {number for number in PASSED_ON if signal.getsignal(number) != signal.SIG_IGN}
    watched.add(signal.SIGCHLD)
    if not hasattr(signal, "sigwaitinfo"):
        _catch(watched)
        return frozenset(watched), set(signal.pthread_sigmask(signal.SIG_BLOCK, ()))
    before = signal.pthread_sigmask(signal.SIG_BLOCK, watched)
    return frozenset(watched), set(before)


def wait_for(watched: frozenset[int], seconds: float | None) -> Arrival | None:
    """Wait until one of the watched signals arrives; None when the time is over."""
    if not hasattr(signal, "sigwaitinfo"):
        return _wait_for_caught(seconds)
    if seconds is None:
        arrived = signal.sigwaitinfo(watched)
    else:
        found = signal.sigtimedwait(watched, max(0.0, seconds))
        if found is None:
            return None
        arrived = found
    return Arrival(arrived.si_signo, arrived.si_code == SENT_BY_KERNEL, arrived.si_pid)


def _name_of_process(pid: int) -> str:
    """The short name of a process, empty where there is none any more."""
    try:
        with open(f"/proc/{pid}/comm", "rb") as file:
            return "-".join(file.read().decode(errors="replace").split())
    except OSError:
        return ""


def name_of(number: int) -> str:
    """The signal's name, as in kill -l."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def die_of(number: int) -> None:
    """End this process by the signal that ended the command, so that whoever waits for us sees the same."""
    try:
        import resource

        # The command has dumped its core already, if it was to; ours would hide it.
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, OSError, ValueError):
        pass
    try:
        if number not in (signal.SIGKILL, signal.SIGSTOP):
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {number})
        os.kill(os.getpid(), number)
        time.sleep(0.01)
    except (OSError, ValueError):
        pass
    # Process 1 of a container cannot be killed from inside: shells report such a death as 128 + number.
    os._exit(128 + number)


# macOS has no sigwaitinfo: handlers note arrivals, and the foreground group tells the terminal's signals.
_arrived: list[int] = []


def _catch(watched: set[int]) -> None:
    for number in watched:
        signal.signal(number, lambda arrived, frame: _arrived.append(arrived))


def _wait_for_caught(seconds: float | None) -> Arrival | None:
    end = None if seconds is None else time.monotonic() + seconds
    while not _arrived:
        if end is not None and time.monotonic() >= end:
            return None
        time.sleep(0.05)
    number = _arrived.pop(0)
    return Arrival(number, number in (signal.SIGINT, signal.SIGQUIT) and _in_foreground())


def _in_foreground() -> bool:
    try:
        with open("/dev/tty", "rb") as terminal:
            return os.tcgetpgrp(terminal.fileno()) == os.getpgrp()
    except OSError:
        return False
