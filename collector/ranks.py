"""Which rank of which job this process is, read from what launchers put into the environment.

Ranks come to the same run id without a word between them: from the id that their launcher gave to the job,
else, on one machine, from the launcher itself, which is their common ancestor. Hosts that share neither
become one group of runs.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from typing import Any, NamedTuple

from collector.environment import whole_number


class Launcher(NamedTuple):
    """The variables in which a launcher tells a process its place."""

    rank: str
    world: str
    local_rank: str
    local_world: str


LAUNCHERS = (
    Launcher("RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE"),
    Launcher(
        "OMPI_COMM_WORLD_RANK",
        "OMPI_COMM_WORLD_SIZE",
        "OMPI_COMM_WORLD_LOCAL_RANK",
        "OMPI_COMM_WORLD_LOCAL_SIZE",
    ),
    Launcher(
        "MV2_COMM_WORLD_RANK",
        "MV2_COMM_WORLD_SIZE",
        "MV2_COMM_WORLD_LOCAL_RANK",
        "MV2_COMM_WORLD_LOCAL_SIZE",
    ),
    Launcher("PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID", "MPI_LOCALNRANKS"),
    Launcher("SLURM_PROCID", "SLURM_NTASKS", "SLURM_LOCALID", "SLURM_NTASKS_PER_NODE"),
)
"""In the order in which they are looked for: torchrun sets its own inside of Slurm and MPI."""

JOB_VARIABLES = ("PMIX_NAMESPACE", "OMPI_MCA_ess_base_jobid", "OMPI_MCA_orte_hnp_uri", "FLUX_JOB_ID")
"""Ids of one start of a job, the same on every host and different at the next start."""

LOOPBACK = ("localhost", "127.0.0.1", "::1")

BATCH_VARIABLES = ("SLURM_JOB_ID", "PBS_JOBID", "LSB_JOBID", "COBALT_JOBID")
"""Ids of an allocation, in which several starts may follow each other."""


class Rank(NamedTuple):
    """The place of this process in its job."""

    rank: int = 0
    world: int = 1
    local_rank: int = 0
    """Rank among the processes on this host."""
    job: str | None = None
    """What all ranks of a job have in common; None for a single process or an unknown job."""
    restarts: int = 0
    """How often the launcher says that it started the job again."""
    is_elastic: bool = False
    """Whether the launcher also starts ranks again without counting it, as when a host joins."""
    hosts: str | None = None
    """Where several hosts belong together but share no id: the label of their group of runs."""

    @property
    def leads(self) -> bool:
        """Whether this process speaks for its run about what all ranks know."""
        return self.local_rank == 0 if self.hosts else self.rank == 0


class Batch(NamedTuple):
    """A batch script that a scheduler may start again."""

    key: str
    restarts: int


def batch_job(env: Mapping[str, str]) -> Batch | None:
    """The Slurm job whose script this process belongs to, outside of any `srun`; None elsewhere."""
    if not env.get("SLURM_JOB_ID") or _slurm_step(env) is not None:
        return None
    key = f"slurm {env.get('SLURM_CLUSTER_NAME', 'cluster')} {env['SLURM_JOB_ID']}"
    return Batch(key, whole_number(env.get("SLURM_RESTART_COUNT")) or 0)


def read_rank(env: Mapping[str, str] = os.environ) -> Rank:
    """Rank, world size and job of this process, as its launcher says."""
    for launcher in LAUNCHERS:
        rank = whole_number(env.get(launcher.rank))
        if launcher.rank == "SLURM_PROCID" and _slurm_step(env) is None:
            continue  # a batch script is one process, whatever --ntasks says
        if rank is not None:
            return _place(env, launcher, rank)
    return Rank()


def read_group(
    place: Rank, env: Mapping[str, str] = os.environ, modules: Mapping[str, Any] = sys.modules
) -> Rank:
    """The place, corrected by the process group of torch where a script has made one before.

    Processes that torch.multiprocessing.spawn starts are told their rank as an argument, and nothing in their
    environment knows it; what they have in common is the process that spawned them.
    """
    group = _process_group(modules.get("torch.distributed"))
    if group is None or group == (place.rank, place.world):
        return place
    rank, world = group
    local_rank = whole_number(env.get("LOCAL_RANK"))
    spawner = os.getppid()
    # As for a launcher: some of the ranks may have been told truly, and are to come to the same job.
    here = f"launcher {host_name()} {spawner} {_process(spawner)[1]} {env.get('MASTER_PORT', '')}".rstrip()
    spawned = Rank(rank, world, rank if local_rank is None or place.rank != rank else local_rank)
    if env.get("MASTER_ADDR", "localhost") in LOOPBACK:
        return spawned._replace(job=here)
    return _place_among_hosts(env, spawned, here)


def _process_group(distributed: Any) -> tuple[int, int] | None:
    """Rank and world size of several processes; None where torch has no process group."""
    try:
        if distributed is None or not distributed.is_available() or not distributed.is_initialized():
            return None
        rank, world = int(distributed.get_rank()), int(distributed.get_world_size())
    except Exception:  # named boundary: a torch that is not what we know, or is only half imported
        return None
    return (rank, world) if 0 <= rank < world and world > 1 else None


def _place(env: Mapping[str, str], launcher: Launcher, rank: int) -> Rank:
    world = max(whole_number(env.get(launcher.world)) or 1, rank + 1)
    local_world = whole_number(env.get(launcher.local_world)) or whole_number(env.get("LOCAL_SIZE")) or 0
    local_rank = whole_number(env.get(launcher.local_rank))
    if local_rank is None:
        local_rank = rank % local_world if local_world else rank
    is_elastic = "TORCHELASTIC_RESTART_COUNT" in env
    place = Rank(rank, world, local_rank, restarts=_restarts(env), is_elastic=is_elastic)
    job = _shared_job(env)
    if job is not None:
        return place._replace(job=job)
    if world == 1:
        return place
    # A restart may get another port; without restarts it tells jobs of one launcher apart.
    port = "" if is_elastic else env.get("MASTER_PORT", "")
    here = f"{launcher_of(env, launcher)} {port}".rstrip()
    if local_world == world or env.get("MASTER_ADDR") in LOOPBACK:
        return place._replace(job=here)
    return _place_among_hosts(env, place, here)


def _place_among_hosts(env: Mapping[str, str], place: Rank, here: str) -> Rank:
    address = f"{env.get('MASTER_ADDR', '')}:{env.get('MASTER_PORT', '')}"
    batch = next((f"{name} {env[name]}" for name in BATCH_VARIABLES if env.get(name)), None)
    if batch is not None:
        return place._replace(job=f"{batch} {address}")
    if address == ":":
        return place  # nothing says who else belongs to the job
    return place._replace(job=here, hosts=address)


def _shared_job(env: Mapping[str, str]) -> str | None:
    """The job by an id that every host of it knows."""
    step = _slurm_step(env)
    if step is not None and env.get("SLURM_JOB_ID"):
        return f"slurm {env.get('SLURM_CLUSTER_NAME', 'cluster')} {env['SLURM_JOB_ID']}.{step}"
    if env.get("RAY_JOB_ID") and env.get("MASTER_PORT"):
        return f"ray {env['RAY_JOB_ID']} {env.get('MASTER_ADDR')}:{env['MASTER_PORT']}"
    elastic = env.get("TORCHELASTIC_RUN_ID", "none")
    if elastic not in ("none", ""):
        return f"torchelastic {elastic}"
    return next((f"{name} {env[name]}" for name in JOB_VARIABLES if env.get(name)), None)


def _slurm_step(env: Mapping[str, str]) -> int | None:
    """The number of the `srun` that started this process.

    Those of batch scripts and interactive shells are above four thousand million, which is beyond reason.
    """
    return whole_number(env.get("SLURM_STEP_ID") or env.get("SLURM_STEPID"))


def _restarts(env: Mapping[str, str]) -> int:
    """Starts before this one; a number that only grows, with gaps where both Slurm and torchrun restart."""
    requeued = whole_number(env.get("SLURM_RESTART_COUNT")) or 0
    elastic = whole_number(env.get("TORCHELASTIC_RESTART_COUNT")) or 0
    most_elastic = whole_number(env.get("TORCHELASTIC_MAX_RESTARTS")) or 0
    return requeued * (most_elastic + 1) + elastic


def launcher_of(env: Mapping[str, str], launcher: Launcher) -> str:
    """The process that started all ranks of this host, as its host, id and start time.

    It is the nearest ancestor that was not told our own place: shells and wrappers between it and us were.
    """
    told = [f"{name}={env[name]}".encode() for name in launcher if env.get(name)]
    pid = os.getppid()
    for _ in range(16):
        parent, _ = _process(pid)
        if parent < 1 or not told or not _was_told(pid, told):
            break
        pid = parent
    return f"launcher {host_name()} {pid} {_process(pid)[1]}"


def _was_told(pid: int, told: list[bytes]) -> bool:
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            return set(told).issubset(file.read().split(b"\0"))
    except OSError:  # another user's process, or no Linux
        return False


def _process(pid: int) -> tuple[int, str]:
    """Parent and start time of a process; 0 and nothing where that is not known."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            fields = file.read().rpartition(b")")[2].split()
        return int(fields[1]), fields[19].decode()
    except (OSError, IndexError):
        pass
    try:
        import psutil  # 30 ms, where there is no /proc

        process = psutil.Process(pid)
        return process.ppid(), str(process.create_time())
    except Exception:  # named boundary: the process is gone, is not ours to look at, or psutil is missing
        return 0, ""


def began_at(pid: int) -> float | None:
    """Wall time at which a process of this machine began, None where there is no such process any more."""
    ticks = _process(pid)[1]
    if not ticks or _has_ended(pid):
        return None
    if "." in ticks:
        return float(ticks)
    boot = time.time() - time.clock_gettime(time.CLOCK_BOOTTIME)
    return boot + int(ticks) / os.sysconf("SC_CLK_TCK")


def _has_ended(pid: int) -> bool:
    """Whether all that is left of a process is its entry, which its parent has not looked at yet."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return file.read().rpartition(b")")[2].split()[0] in (b"Z", b"X")
    except (OSError, IndexError):
        return False


def host_name() -> str:
    """The name of this machine."""
    return os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "")
