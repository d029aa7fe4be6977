"""kill -9 of the recording process: neither the command nor whoever reads its output notices."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from collector.runlog.reader import read_records
from collector.wrapper.relay import READ_BYTES
from tests.collector.wrapper.wrapped import Wrapped, children_of, keeper_of, wait_until

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")

PRINTING = """
import os, sys, time
for i in range({lines}):
    print(f"out {{i}}", flush=True)
    if i % 10 == 0:
        print(f"err {{i}}", file=sys.stderr, flush=True)
    if i == 50:
        while not os.path.exists("go"):
            time.sleep(0.01)
raise SystemExit({code})
"""
"""Waits in the middle: what a recorder has read in the moment it is killed is lost with it."""


def wait_for_recording(wrapped: Wrapped) -> None:
    """Wait until the keeper has done its first work."""
    wait_until(lambda: list(wrapped.runlogs.glob("*/*/w*.records.jsonl")) and wrapped.records("sys"))


def go(wrapped: Wrapped) -> None:
    """Let the command print on."""
    (wrapped.folder / "go").touch()


def kill_keeper(process: subprocess.Popen[bytes], command: int | None = None) -> int:
    """Kill the recording process and wait for another; the result is the command."""
    keeper = keeper_of(process, command)
    command = command or children_of(keeper)[0]
    own = Path(f"/proc/{process.pid}/cmdline").read_bytes()
    os.kill(keeper, signal.SIGKILL)
    # Not any other child: what the keeper had started to ask git or the GPUs is the guard's now.
    wait_until(lambda: any(_is_like(own, one) for one in set(children_of(process.pid)) - {keeper, command}))
    return command


def _is_like(command_line: bytes, pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes() == command_line
    except OSError:
        return False


@pytest.mark.parametrize("mode", ["pipe", "pty", "off"])
def test_output_and_status_are_those_of_the_bare_command(wrapped: Wrapped, mode: str) -> None:
    """All lines arrive, the exit status is the command's own, and the end is recorded."""
    command = wrapped.script(PRINTING.format(lines=120, code=7))
    process = wrapped.start("--console", mode, command=command)
    wait_for_recording(wrapped)
    if mode != "off":
        wait_until(
            lambda: any(b"out 50" in log.read_bytes() for log in wrapped.runlogs.glob("*/*/console/*.log"))
        )
    kill_keeper(process)
    go(wrapped)
    out, err = process.communicate(timeout=20)
    bare = subprocess.run(command, capture_output=True, check=False, cwd=wrapped.folder)
    assert process.returncode == bare.returncode == 7
    if mode == "pty":
        assert sorted(out.splitlines()) == sorted(bare.stdout.splitlines() + bare.stderr.splitlines())
    else:
        assert (out, err) == (bare.stdout, bare.stderr)
    assert (wrapped.end()["state"], wrapped.end()["exit"]) == ("failed", 7)
    assert any("recorder was killed" in note["text"] for note in wrapped.records("note"))
    logs = sorted(wrapped.run_folder().glob("console/*.log"), key=lambda log: log.stat().st_mtime)
    if mode != "off":
        late = [f"out {i}".encode() for i in range(51, 120)]
        assert [line for line in logs[-1].read_bytes().split(b"\n") if line.startswith(b"out")] == late


def test_successors_are_succeeded(wrapped: Wrapped) -> None:
    """However often the recorder is killed, the command goes on."""
    process = wrapped.start(command=wrapped.script(PRINTING.format(lines=250, code=3)))
    wait_for_recording(wrapped)
    command = None
    for _ in range(4):
        command = kill_keeper(process, command)
        time.sleep(0.1)
    go(wrapped)
    out, _ = process.communicate(timeout=20)
    assert out.splitlines() == [f"out {i}".encode() for i in range(250)]
    assert process.returncode == 3
    assert wrapped.end()["exit"] == 3


def test_death_by_signal_is_shared_after_a_kill(wrapped: Wrapped) -> None:
    """A command that dies of a signal takes us with it, whoever records."""
    process = wrapped.start(command=["/bin/sh", "-c", "sleep 1.5; echo last; kill -USR1 $$"])
    wait_for_recording(wrapped)
    kill_keeper(process)
    out, _ = process.communicate(timeout=20)
    assert (out, process.returncode) == (b"last\n", -signal.SIGUSR1)
    assert wrapped.end()["signal"] == signal.SIGUSR1


def test_traceback_is_recorded_by_the_successor(wrapped: Wrapped) -> None:
    """What comes after the kill is recorded as before."""
    process = wrapped.start(
        command=wrapped.script("import time; time.sleep(1.5); raise ValueError('lr is negative')")
    )
    wait_for_recording(wrapped)
    kill_keeper(process)
    process.communicate(timeout=20)
    assert process.returncode == 1
    assert wrapped.end()["traceback"].endswith("ValueError: lr is negative")


def test_kill_while_orphans_hold_the_output(wrapped: Wrapped) -> None:
    """A successor too waits no more than two seconds for those the command leaves behind."""
    wait = "until [ -e go ]; do sleep 0.05; done; (sleep 4; echo late) & echo early; exit 3"
    process = wrapped.start(command=["/bin/sh", "-c", wait])
    wait_for_recording(wrapped)
    kill_keeper(process)
    go(wrapped)
    assert process.wait(6) == 3
    out, err = process.communicate(timeout=10)
    assert out == b"early\nlate\n"
    assert b"go on" in err
    assert wrapped.end()["exit"] == 3


def test_reader_that_leaves_is_noticed_after_a_kill(wrapped: Wrapped) -> None:
    """SIGPIPE still reaches the command when the successor relays."""
    loop = ["/bin/sh", "-c", "while echo line; do sleep 0.01; done"]
    process = wrapped.start(command=loop, stderr=subprocess.DEVNULL)
    wait_for_recording(wrapped)
    kill_keeper(process)
    assert process.stdout is not None
    process.stdout.close()
    assert process.wait(10) == -signal.SIGPIPE


def test_both_are_killed(wrapped: Wrapped) -> None:
    """After the recorder the waiting process is killed too: the output flows all the same."""
    process = wrapped.start(command=wrapped.script(PRINTING.format(lines=200, code=0)))
    wait_for_recording(wrapped)
    kill_keeper(process)
    process.kill()
    go(wrapped)
    out, _ = process.communicate(timeout=20)
    assert out.splitlines() == [f"out {i}".encode() for i in range(200)]
    assert any("end was not seen" in note["text"] for note in wrapped.records("note"))


def test_kill_in_full_flow_costs_one_piece(wrapped: Wrapped) -> None:
    """Of a command that never pauses, only what the recorder had in its hands may be missing."""
    text = "import os\nfor i in range(300_000): os.write(1, b'%07d\\n' % i)"
    process = wrapped.start(command=wrapped.script(text))
    wait_until(lambda: list(wrapped.runlogs.glob("*/*/console/*.log")))
    os.kill(keeper_of(process), signal.SIGKILL)
    out, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    shown = out.split(b"\n")
    assert shown[-2:] == [b"0299999", b""]
    assert len(out) >= 300_000 * 8 - READ_BYTES


def test_steps_of_printed_metrics_count_on_after_a_kill(wrapped: Wrapped) -> None:
    """Rows that name no step, and bars that begin anew, go on from what was printed before the kill."""
    text = """
import os, time
def epoch(last):
    for i in (1, 2, 3, 4):
        print(f" {i * 25}%|##| {i}/4 [00:01<00:01, 4.0it/s, bar={i}]", flush=True)
        print(f"loss={i}", flush=True)
        while i == 2 and last and not os.path.exists("go"):
            time.sleep(0.01)
epoch(False)
epoch(True)
"""
    process = wrapped.start("--parse", command=wrapped.script(text))
    wait_for_recording(wrapped)
    wait_until(lambda: sum(len(log.read_bytes().splitlines()) for log in logs(wrapped)) == 12)
    kill_keeper(process)
    go(wrapped)
    process.communicate(timeout=20)
    files = wrapped.run_folder().glob("w*.metrics.jsonl")
    rows = [record for file in files for record in read_records(str(file))[0] if record["k"] == "log"]
    assert sorted(record["step"] for record in rows if "loss" in record["m"]) == list(range(8))
    assert sorted(record["step"] for record in rows if "bar" in record["m"]) == list(range(1, 9))


def logs(wrapped: Wrapped) -> list[Path]:
    """The files of console output."""
    return list(wrapped.runlogs.glob("*/*/console/*.log"))
