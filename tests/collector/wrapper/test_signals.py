"""Signals: passed on once, told truthfully, and no death of ours takes the command along."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.collector.wrapper.wrapped import Wrapped, children_of, keeper_of, wait_until

COUNTING = """
import os, signal, sys, time
seen = []
for name in {names}:
    signal.signal(getattr(signal, name), lambda number, frame: seen.append(signal.Signals(number).name))
print("ready", flush=True)
end = time.monotonic() + 10
while not seen and time.monotonic() < end:
    time.sleep(0.01)
time.sleep(0.3)
print(" ".join(seen), flush=True)
raise SystemExit({code})
"""

needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")


def counting(wrapped: Wrapped, *names: str, code: int = 0) -> list[str]:
    """A command that prints which signals it got."""
    return wrapped.script(COUNTING.format(names=names, code=code))


def ready(process: subprocess.Popen[bytes]) -> None:
    """Wait until the command has set its handlers."""
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"


def rest(process: subprocess.Popen[bytes]) -> bytes:
    """What the command prints until its end."""
    out, _ = process.communicate(timeout=15)
    return bytes(out)


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGHUP", "SIGUSR1", "SIGUSR2"])
def test_signal_is_passed_on_once(wrapped: Wrapped, name: str) -> None:
    """A signal sent to the wrapper alone reaches the command exactly once and is recorded."""
    process = wrapped.start(command=counting(wrapped, name, code=4))
    ready(process)
    process.send_signal(getattr(signal, name))
    assert rest(process) == f"{name}\n".encode()
    assert process.returncode == 4
    (told,) = [note["text"] for note in wrapped.records("note") if name in note["text"]]
    assert told.startswith(f"{name} from another process")


def test_no_forward_leaves_signals_alone(wrapped: Wrapped) -> None:
    """With --no-forward a signal to the wrapper does not reach the command."""
    process = wrapped.start("--no-forward", command=counting(wrapped, "SIGUSR1", "SIGTERM"))
    ready(process)
    process.send_signal(signal.SIGUSR1)
    os.kill(children_of(keeper_of(process))[0], signal.SIGTERM)
    assert rest(process) == b"SIGTERM\n"


def test_stop_is_told_before_the_end(wrapped: Wrapped) -> None:
    """On SIGTERM an end is written at once, so that a kill in the next moment leaves the truth behind."""
    process = wrapped.start(
        command=wrapped.script(
            "import signal, time\nsignal.signal(15, lambda *_: None)\n"
            "print('ready', flush=True)\ntime.sleep(20)"
        )
    )
    ready(process)
    process.terminate()
    wait_until(lambda: wrapped.records("end"))
    assert wrapped.end()["state"] == "stopped"
    assert wrapped.end()["exit"] is None
    os.kill(children_of(keeper_of(process))[0], signal.SIGKILL)
    rest(process)
    assert process.returncode == -signal.SIGKILL
    assert wrapped.end()["cause"] == "stopped by SIGTERM, then killed by signal 9 (SIGKILL)"


def test_graceful_stop_is_no_failure(wrapped: Wrapped) -> None:
    """A command that saves its work on SIGTERM and exits 0 was stopped, and neither finished nor failed."""
    process = wrapped.start(command=counting(wrapped, "SIGTERM"))
    ready(process)
    process.terminate()
    rest(process)
    assert process.returncode == 0
    assert (wrapped.end()["state"], wrapped.end()["exit"]) == ("stopped", 0)


SLOW = """
import time
print("ready", flush=True)
for i in range(8):
    print(i, flush=True)
    time.sleep(0.1)
raise SystemExit(5)
"""


@needs_proc
def test_killed_wrapper_leaves_command_and_record_alone(wrapped: Wrapped) -> None:
    """kill -9 of the wrapper neither ends the command nor its recording."""
    process = wrapped.start(command=wrapped.script(SLOW))
    ready(process)
    process.kill()
    assert rest(process).split() == [str(i).encode() for i in range(8)]
    wait_until(lambda: wrapped.records("end"))
    assert (wrapped.end()["state"], wrapped.end()["exit"]) == ("failed", 5)
    assert any("killed" in note["text"] for note in wrapped.records("note"))
    assert wrapped.console().split()[-1] == b"7"


@needs_proc
def test_signals_are_passed_on_without_recorder(wrapped: Wrapped) -> None:
    """After the death of the recording process a signal still reaches the command."""
    process = wrapped.start("--console=off", command=counting(wrapped, "SIGTERM", code=6))
    ready(process)
    keeper = keeper_of(process)
    os.kill(keeper, signal.SIGKILL)
    wait_until(lambda: keeper not in children_of(process.pid))
    process.terminate()
    assert rest(process) == b"SIGTERM\n"
    assert process.returncode == 6
    assert wrapped.end()["cause"] == "stopped by SIGTERM, exit code 6"


def test_orphans_go_on(wrapped: Wrapped) -> None:
    """Processes that outlive the command keep their output, and the wrapper ends without them."""
    late = wrapped.folder / "late"
    command = ["/bin/sh", "-c", f"(sleep 3; echo late; echo done > {late}) & echo early; exit 3"]
    process = wrapped.start(command=command)
    assert process.wait(10) == 3
    assert not late.exists()
    assert wrapped.end()["exit"] == 3
    out, err = process.communicate(timeout=10)
    assert out == b"early\nlate\n"
    assert b"go on" in err
    wait_until(late.exists)
    wait_until(lambda: wrapped.console() == b"early\nlate\n")


def test_command_group_is_ours(wrapped: Wrapped) -> None:
    """The command shares the wrapper's process group, so that job control works by itself."""
    command = wrapped.script("import os; print(os.getpgrp(), os.getsid(0))")
    process = wrapped.start(command=command, start_new_session=True)
    assert rest(process).split() == [str(process.pid).encode()] * 2
