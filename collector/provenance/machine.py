"""The system, the container and the scheduler that a run lives in, from files and variables alone."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from typing import Any, NamedTuple


def system_facts(env: Mapping[str, str], root: str = "") -> dict[str, Any]:
    """Operating system, memory and container."""
    from collector.system.hardware import memory_facts

    fields: dict[str, Any] = {
        "os": platform.system(),
        "release": platform.release(),
        "distribution": _distribution(root),
        "container": container(env, root),
        **memory_facts(f"{root}/proc", f"{root}/sys"),
    }
    return {name: value for name, value in fields.items() if value is not None}


def _distribution(root: str) -> str | None:
    for line in _lines(f"{root}/etc/os-release"):
        name, _, value = line.partition("=")
        if name == "PRETTY_NAME":
            return value.strip().strip('"')
    return None


def container(env: Mapping[str, str], root: str = "") -> str | None:
    """The kind of container we run in, where there are signs of one."""
    if "KUBERNETES_SERVICE_HOST" in env:
        return "kubernetes"
    if "APPTAINER_NAME" in env or "SINGULARITY_NAME" in env:
        return "apptainer"
    if os.path.exists(f"{root}/.dockerenv"):
        return "docker"
    if os.path.exists(f"{root}/run/.containerenv"):
        return "podman"
    return None


class Scheduler(NamedTuple):
    """How a scheduler can be recognised, and which of its variables say what."""

    kind: str
    sign: str
    fields: tuple[tuple[str, str], ...]


SCHEDULERS = (
    Scheduler(
        "slurm",
        "SLURM_JOB_ID",
        (
            ("job_id", "SLURM_JOB_ID"),
            ("job_name", "SLURM_JOB_NAME"),
            ("array_job_id", "SLURM_ARRAY_JOB_ID"),
            ("array_task_id", "SLURM_ARRAY_TASK_ID"),
            ("step_id", "SLURM_STEP_ID"),
            ("partition", "SLURM_JOB_PARTITION"),
            ("nodes", "SLURM_JOB_NUM_NODES"),
            ("node_list", "SLURM_JOB_NODELIST"),
            ("tasks", "SLURM_NTASKS"),
            ("restart_count", "SLURM_RESTART_COUNT"),
        ),
    ),
    Scheduler(
        "pbs", "PBS_JOBID", (("job_id", "PBS_JOBID"), ("job_name", "PBS_JOBNAME"), ("queue", "PBS_QUEUE"))
    ),
    Scheduler(
        "lsf", "LSB_JOBID", (("job_id", "LSB_JOBID"), ("job_name", "LSB_JOBNAME"), ("queue", "LSB_QUEUE"))
    ),
    Scheduler(
        "grid engine", "SGE_TASK_ID", (("job_id", "JOB_ID"), ("task_id", "SGE_TASK_ID"), ("queue", "QUEUE"))
    ),
    Scheduler("kubernetes", "KUBERNETES_SERVICE_HOST", (("pod", "HOSTNAME"),)),
)


def scheduler_facts(env: Mapping[str, str], root: str = "") -> dict[str, Any]:
    """The job that the run belongs to; empty where no scheduler can be seen."""
    for scheduler in SCHEDULERS:
        if scheduler.sign in env:
            fields = {name: env[variable] for name, variable in scheduler.fields if env.get(variable)}
            if scheduler.kind == "kubernetes":
                fields.update(_namespace(root))
            return {"kind": scheduler.kind, **fields}
    return {}


def _namespace(root: str) -> dict[str, str]:
    lines = _lines(f"{root}/var/run/secrets/kubernetes.io/serviceaccount/namespace")
    return {"namespace": lines[0]} if lines else {}


def _lines(path: str) -> list[str]:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read(65536).splitlines()
    except OSError:
        return []
