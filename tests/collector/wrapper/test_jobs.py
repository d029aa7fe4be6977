"""A requeued job goes on with its runs; what a scheduler asks for is told as such."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from collector.wrapper.ending import Circumstances, describe_end, foresee_end, reason_of
from collector.wrapper.plan import Plan, Scheduler
from collector.wrapper.planning import make_plan
from collector.wrapper.recording import Moment, Recording
from tests.collector.wrapper.wrapped import Wrapped

BATCH = {"SLURM_JOB_ID": "7", "SLURM_PROCID": "0", "SLURM_NTASKS": "2"}
STEP = BATCH | {"SLURM_STEP_ID": "0"}
AGAIN = {"SLURM_RESTART_COUNT": "1"}


def start(folder: Path, env: dict[str, str], *command: str, **options: Any) -> Plan:
    """Plan a start, and leave on disk what it would."""
    plan = make_plan(options, command or ("python", "train.py"), env, str(folder))
    Recording(plan, Moment.now()).close()
    return plan


@pytest.mark.parametrize("env", [BATCH, STEP], ids=["batch script", "srun"])
def test_requeued_job_goes_on_with_its_runs(tmp_path: Path, env: dict[str, str]) -> None:
    """The same command, run twice in a job, is two runs; after a requeue each gets its second attempt."""
    before = [start(tmp_path, env) for _ in range(2)]
    assert len({plan.run_id for plan in before}) == 2
    after = [start(tmp_path, env | AGAIN) for _ in range(2)]
    assert [plan.run_id for plan in after] == [plan.run_id for plan in before]
    assert [plan.attempt for plan in (*before, *after)] == [1, 1, 2, 2]
    later = start(tmp_path, env | {"SLURM_RESTART_COUNT": "2"})
    assert (later.run_id, later.attempt) == (before[0].run_id, 3)


def test_other_commands_of_a_batch_script_are_other_runs(tmp_path: Path) -> None:
    """A script that was killed in its second command finds both again, whichever it had begun."""
    first = start(tmp_path, BATCH, "python", "prepare.py")
    again = start(tmp_path, BATCH | AGAIN, "python", "prepare.py")
    second = start(tmp_path, BATCH | AGAIN, "python", "train.py")
    assert again.run_id == first.run_id != second.run_id
    assert (again.attempt, second.attempt) == (2, 1)


def test_same_command_at_the_same_time_is_two_runs(tmp_path: Path) -> None:
    """Two starts that have nothing on disk yet do not meet in one folder."""
    plans = [make_plan({}, ["python", "train.py"], BATCH, str(tmp_path)) for _ in range(3)]
    assert len({plan.run_id for plan in plans}) == 3


def test_jobs_do_not_meet(tmp_path: Path) -> None:
    """Another job with the same command is another run."""
    assert start(tmp_path, BATCH).run_id != start(tmp_path, BATCH | {"SLURM_JOB_ID": "8"}).run_id


@pytest.mark.parametrize(
    ("number", "scheduler", "reason"),
    [
        (signal.SIGTERM, None, ""),
        (signal.SIGINT, Scheduler("Slurm"), ""),
        (signal.SIGTERM, Scheduler("Kubernetes"), "Kubernetes: preempted, cancelled or out of time"),
        (signal.SIGTERM, Scheduler("Slurm", 1050.0), "Slurm: out of time"),
        (signal.SIGTERM, Scheduler("Slurm", 9000.0), "Slurm: preempted or cancelled"),
    ],
)
def test_reason_of_a_stop(number: int, scheduler: Scheduler | None, reason: str) -> None:
    """What is known about the scheduler's reason is said, and no more."""
    assert reason_of(number, scheduler, 1000.0) == reason


def test_reason_is_in_both_ends() -> None:
    """It stands in the end that is written at once, and in the real one."""
    reason = "Slurm: preempted or cancelled"
    assert foresee_end(15, reason)["cause"].startswith(f"stopped by SIGTERM ({reason})")
    end = describe_end(signal.SIGTERM, Circumstances(signals=(15,), reason=reason))
    assert (end["state"], end["cause"]) == ("stopped", f"stopped by SIGTERM ({reason})")


COUNTING = """
import signal, sys, time
seen = []
signal.signal(signal.SIGUSR1, lambda *_: seen.append(1))
print("ready", flush=True)
time.sleep(0.4)
while not seen and time.sleep(0.05) is None: pass
time.sleep(0.4)
print("seen", len(seen), flush=True)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc who sent a signal")
def test_signal_to_all_of_a_step_is_not_doubled(wrapped: Wrapped, tmp_path: Path) -> None:
    """slurmstepd signals every process of a step, the command included: we pass nothing on."""
    import subprocess

    stepd = tmp_path / "slurmstepd"
    stepd.symlink_to(Path(sys.executable).resolve())
    process = wrapped.start("--no-system", command=wrapped.script(COUNTING))
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    command = _command_of(process.pid)
    send = f"import os, time\nfor pid in ({process.pid}, {command}): os.kill(pid, 10)\ntime.sleep(1)"
    subprocess.run([stepd, "-S", "-c", send], check=True)
    assert process.communicate(timeout=10)[0] == b"seen 1\n"
    assert "SIGUSR1 from another process (slurmstepd)." in [note["text"] for note in wrapped.records("note")]


def _command_of(guard: int) -> int:
    from tests.collector.wrapper.wrapped import children_of

    (keeper,) = children_of(guard)
    (command,) = children_of(keeper)
    return command
