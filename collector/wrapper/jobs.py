"""Which run of a scheduler's job a start belongs to, so that a requeued job goes on with its runs.

The ranks of a step meet in one run without a word. The n-th start of a rank in a step, or of a command in a
batch script, is the n-th run of that job; when the job was started again, it is the next attempt of that run.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from collector.environment import working_folder
from collector.names import new_run_id
from collector.ranks import Rank, batch_job
from collector.runlog.paths import RECORDS_SUFFIX, RunPaths, find_run
from collector.runlog.spool import spooled_folders

RUNS_OF_ONE_JOB = 10_000
"""Most runs of one job that are looked through."""


class Found(NamedTuple):
    """A run, and which start of it this is."""

    run_id: str
    name: str
    attempt: int


class Job(NamedTuple):
    """What all starts that may be one run have in common."""

    key: str
    restarts: int
    """How often the scheduler has started it again."""
    is_shared: bool
    """Whether other ranks look for the same run at the same moment."""
    is_elastic: bool = False


def job_of(place: Rank, env: Mapping[str, str], command: Sequence[str]) -> Job | None:
    """The job of this start, None where there is none."""
    if place.job is not None:
        return Job(place.job, place.restarts, True, place.is_elastic)
    batch = batch_job(env)
    if batch is None:
        return None
    key = "\n".join([batch.key, working_folder(), *command])
    return Job(key, batch.restarts, False)


def find_run_of_job(job: Job, root: str, project: str, name: str | None, rank: int) -> Found:
    """The run of this job that this start belongs to."""
    from hashlib import sha256

    for number in range(RUNS_OF_ONE_JOB):
        run_id, found_name = new_run_id(name, sha256(f"{job.key}\n{number}".encode()).digest()[:9])
        folder = find_run(root, run_id)
        before = latest_attempt(RunPaths(root, project, run_id), folder, rank)
        if before > job.restarts and not job.is_elastic:
            continue  # this start of the job has had its turn with that run
        if not job.is_shared and not job.restarts and not _claim(RunPaths(root, project, run_id).folder):
            continue  # the same command at the same time is a run of its own
        return Found(run_id, found_name, before + 1)
    run_id, found_name = new_run_id(name)
    return Found(run_id, found_name, 1)


def _claim(folder: str) -> bool:
    """Make the run's folder; false when somebody else has made it in this moment."""
    try:
        os.makedirs(os.path.dirname(folder), exist_ok=True)
        os.mkdir(folder)
    except FileExistsError:
        return os.path.isfile(os.path.dirname(folder))
    except OSError:
        pass  # whoever writes there will say why it is impossible
    return True


def latest_attempt(paths: RunPaths, folder: str | None, rank: int) -> int:
    """The number of the last start of this rank, 0 before the first; what waits in a spool counts too.

    Ranks that start together so share a number.
    """
    folders = [*spooled_folders(paths.folder), *([] if folder is None else [folder])]
    attempts = [0]
    for one in folders:
        try:
            names = sorted(os.listdir(one))
        except OSError:  # somebody else's, or gone in this moment: writing there will tell
            continue
        for name in names:
            if name.startswith((f"w{rank}-", f"r{rank}-")) and name.endswith(RECORDS_SUFFIX):
                attempts.append(_attempt_of(os.path.join(one, name)))
    return max(attempts)


def _attempt_of(path: str) -> int:
    import orjson

    from collector.runlog.lines import is_intact

    try:
        with open(path, "rb") as file:
            line = file.readline(65536).rstrip(b"\n")
    except OSError:
        return 1
    return int(orjson.loads(line).get("attempt", 1)) if is_intact(line) else 1
