"""What is said about an end follows from the wait status and what was seen."""

from __future__ import annotations

import signal

import pytest

from collector.wrapper.ending import Circumstances, describe_end, foresee_end, last_traceback

TERM, KILL, INT, SEGV, USR1 = signal.SIGTERM, signal.SIGKILL, signal.SIGINT, signal.SIGSEGV, signal.SIGUSR1


@pytest.mark.parametrize(
    ("status", "seen", "state", "cause"),
    [
        (0, Circumstances(), "finished", "exit code 0"),
        (3 << 8, Circumstances(), "failed", "exit code 3"),
        (0, Circumstances(signals=(USR1,)), "finished", "exit code 0"),
        (0, Circumstances(signals=(TERM,)), "stopped", "stopped by SIGTERM, exit code 0"),
        (1 << 8, Circumstances(signals=(INT,)), "stopped", "interrupted (SIGINT), exit code 1"),
        (INT, Circumstances(signals=(INT,)), "stopped", "interrupted (SIGINT)"),
        (TERM, Circumstances(), "stopped", "killed by signal 15 (SIGTERM)"),
        (SEGV, Circumstances(), "failed", "killed by signal 11 (SIGSEGV)"),
        (SEGV, Circumstances(signals=(TERM,)), "failed", "killed by signal 11 (SIGSEGV)"),
        (
            KILL,
            Circumstances(signals=(TERM,)),
            "stopped",
            "stopped by SIGTERM, then killed by signal 9 (SIGKILL)",
        ),
        (
            KILL,
            Circumstances(group_oom_kills=1),
            "failed",
            "out of memory: the kernel killed a process of this job",
        ),
        (
            KILL,
            Circumstances(signals=(TERM,), group_oom_kills=2),
            "failed",
            "out of memory: the kernel killed a process of this job",
        ),
        (KILL, Circumstances(group_oom_kills=0), "failed", "killed by signal 9 (SIGKILL)"),
        (
            KILL,
            Circumstances(last_rss_bytes=3 * 2**30),
            "failed",
            "killed by signal 9 (SIGKILL), maybe out of memory; last seen with 3.0 GiB",
        ),
        (
            KILL,
            Circumstances(group_oom_kills=0, last_rss_bytes=20 * 2**20),
            "failed",
            "killed by signal 9 (SIGKILL); last seen with 20 MiB",
        ),
    ],
)
def test_cause(status: int, seen: Circumstances, state: str, cause: str) -> None:
    """Each end has one state and one cause, and neither claims more than is known."""
    end = describe_end(status, seen)
    assert (end["state"], end["cause"]) == (state, cause)


def test_oom_kill_elsewhere_is_only_probable() -> None:
    """A kill counted for the machine but not for our group is no proof."""
    cause = describe_end(KILL, Circumstances(machine_oom_kills=1))["cause"]
    assert "probably out of memory" in cause


def test_core_dump_bit_is_no_part_of_the_signal() -> None:
    """A status with the core bit names the same signal."""
    assert describe_end(SEGV | 0x80, Circumstances())["signal"] == SEGV


def test_foreseen_end_claims_nothing() -> None:
    """What is written on a request to stop has no exit code yet."""
    end = foresee_end(TERM)
    assert (end["state"], end["exit"], end["signal"]) == ("stopped", None, None)


def test_last_of_several_tracebacks() -> None:
    """The last traceback counts, up to the line of its exception, without colours."""
    console = (
        b"Traceback (most recent call last):\n  File 'a.py', line 1\nKeyError: 1\n"
        b"step 2\n\x1b[31mTraceback (most recent call last):\x1b[0m\r\n"
        b'  File "b.py", line 2, in f\r\n    g()\r\nValueError: lr\r\nBye.\n'
    )
    assert last_traceback(console) == (
        'Traceback (most recent call last):\n  File "b.py", line 2, in f\n    g()\nValueError: lr'
    )


def test_prefixed_traceback() -> None:
    """Launchers put the rank before each line; the traceback is found all the same."""
    console = (
        b"[rank0]: Traceback (most recent call last):\n[rank0]:   File 'a'\n[rank0]: OSError: no\nmore\n"
    )
    found = last_traceback(console)
    assert found is not None
    assert found.splitlines()[-1] == "[rank0]: OSError: no"


def test_no_traceback() -> None:
    """Without one there is none."""
    assert last_traceback(b"all is well\n") is None


def test_secret_in_traceback_is_taken_out() -> None:
    """A token in the message of an exception does not reach the record."""
    token = "hf_" + "a" * 34
    console = f"Traceback (most recent call last):\n  x\nValueError: {token}\n".encode()
    traceback = describe_end(1 << 8, Circumstances(console=console))["traceback"]
    assert token not in traceback
    assert "redacted" in traceback
