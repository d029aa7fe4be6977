"""What the environment says about this process: the wrapper's settings, the user's, and the rank in a job."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import NamedTuple

RANK_VARIABLES = (
    ("RANK", "WORLD_SIZE"),
    ("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"),
    ("PMI_RANK", "PMI_SIZE"),
    ("SLURM_PROCID", "SLURM_NTASKS"),
)
"""Rank and world size, in the order in which they are looked for: torchrun sets its own inside of Slurm."""

LOCAL_RANK_VARIABLES = ("LOCAL_RANK", "OMPI_COMM_WORLD_LOCAL_RANK", "SLURM_LOCALID")

RUNS_FOLDER = "runlogs"
"""Where run logs go unless told otherwise, below the working directory."""


class Rank(NamedTuple):
    """The place of this process in its job."""

    rank: int = 0
    world: int = 1
    local_rank: int = 0
    job: str | None = None
    """What all ranks of one start of a job have in common; None for a single process or an unknown job."""


class Settings(NamedTuple):
    """The COLLECT_ variables."""

    root: str | None = None
    project: str | None = None
    is_project_fixed: bool = False
    """Whether the user chose the project when starting the wrapper: init() can not change it then."""
    run_id: str | None = None
    attempt: int | None = None
    name: str | None = None
    group: str | None = None
    job_type: str | None = None
    tags: tuple[str, ...] = ()
    notes: str | None = None
    mode: str | None = None
    is_wrapped: bool = False
    """Whether `collect` is our parent: it samples the system and knows how we end."""
    hidden: frozenset[str] = frozenset()
    """Facts that are not to be recorded: host, user, command, cwd."""


def read_settings(env: Mapping[str, str] = os.environ) -> Settings:
    """The settings that the wrapper or the user put into the environment; empty ones count as absent."""

    def get(name: str) -> str | None:
        return env.get(f"COLLECT_{name}") or None

    return Settings(
        root=get("DIR"),
        project=get("PROJECT"),
        is_project_fixed=get("PROJECT_SET") == "1",
        run_id=get("RUN_ID"),
        attempt=_number(get("ATTEMPT")),
        name=get("NAME"),
        group=get("GROUP"),
        job_type=get("JOB_TYPE"),
        tags=_words(get("TAGS")),
        notes=get("NOTES"),
        mode=get("MODE"),
        is_wrapped=get("WRAPPED") is not None,
        hidden=frozenset(_words(get("HIDE"))),
    )


def read_rank(env: Mapping[str, str] = os.environ) -> Rank:
    """Rank, world size and job of this process, as its launcher says."""
    for rank_name, world_name in RANK_VARIABLES:
        rank = _number(env.get(rank_name))
        if rank is not None:
            world = max(_number(env.get(world_name)) or 1, rank + 1)
            locals_found = (_number(env.get(name)) for name in LOCAL_RANK_VARIABLES)
            local_rank = next((found for found in locals_found if found is not None), rank)
            return Rank(rank, world, local_rank, _job_of(env) if world > 1 else None)
    return Rank()


def default_project(cwd: str | None = None) -> str:
    """The name of the working directory."""
    try:
        return os.path.basename(cwd or os.getcwd()) or "runs"
    except OSError:  # the working directory was deleted
        return "runs"


def _job_of(env: Mapping[str, str]) -> str | None:
    elastic = env.get("TORCHELASTIC_RUN_ID", "none")
    if elastic not in ("none", ""):
        return f"torchelastic {elastic}"
    if env.get("SLURM_STEP_ID") and env.get("SLURM_JOB_ID"):
        return f"slurm {env['SLURM_JOB_ID']}.{env['SLURM_STEP_ID']}"
    for name in ("PMIX_NAMESPACE", "OMPI_MCA_ess_base_jobid"):
        if env.get(name):
            return f"mpi {env[name]}"
    local_world = env.get("LOCAL_WORLD_SIZE")
    is_one_machine = local_world is not None and local_world == env.get("WORLD_SIZE")
    is_one_machine = is_one_machine or env.get("MASTER_ADDR") in ("localhost", "127.0.0.1")
    # The ranks that one launcher on one machine starts have it as their parent; its port alone is used again.
    return f"launcher {_parent_start()} {env.get('MASTER_PORT', '')}" if is_one_machine else None


def _parent_start() -> str:
    parent = os.getppid()
    try:
        with open(f"/proc/{parent}/stat", "rb") as file:
            started = file.read().rpartition(b")")[2].split()[19].decode()
    except (OSError, IndexError):
        started = ""
    return f"{parent} {started}"


def _number(text: str | None) -> int | None:
    is_number = text is not None and text.isascii() and text.isdigit() and len(text) < 10
    return int(text) if text is not None and is_number else None


def _words(text: str | None) -> tuple[str, ...]:
    return tuple(word.strip() for word in (text or "").split(",") if word.strip())
