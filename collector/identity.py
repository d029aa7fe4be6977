"""Which run this process records: its folder, its name, and which start of it this is.

The id of the wrapper outranks an id that was asked for, that one outranks the id of the job, and where there
is neither it is left to chance.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from typing import Any, NamedTuple

from collector.earlier import read_point, remembered_id
from collector.environment import RUNS_FOLDER, Settings, default_project
from collector.names import new_run_id
from collector.ranks import Rank, began_at, host_name
from collector.runlog.errors import CollectorError
from collector.runlog.paths import RECORDS_SUFFIX, RunPaths, find_run
from collector.runlog.reader import read_header
from collector.runlog.spool import SpooledPaths, choose_base, spooled_folders
from collector.wishes import Wishes

RUNS_OF_ONE_JOB = 10_000
"""Most runs that the ranks of one job may make one after another."""


CLOCK_SECONDS = 1.0
"""How exactly the start of a process is known."""


class Identity(NamedTuple):
    """The run and the start of it that this process is."""

    paths: RunPaths
    name: str
    attempt: int


class Start(NamedTuple):
    """An earlier start of a run, as its header tells."""

    rank: int
    attempt: int
    host: str | None
    pid: int
    started: float
    path: str


def choose_identity(wishes: Wishes, settings: Settings, rank: Rank) -> Identity:
    """The run that this process records."""
    root, project = _choose_folder(wishes, settings)
    wanted_id = _wanted_id(wishes, settings)
    if wanted_id is None and is_auto(wishes.resume) and rank.job is None:
        wanted_id = remembered_id(root, project)
    wanted_name = wishes.name or settings.name
    if wanted_id is None and rank.job is not None:
        return _run_of_job(RunPaths(root, project, "x"), wanted_name, rank)
    run_id, name = new_run_id(wanted_name)
    if wanted_id is not None:
        run_id, name = wanted_id, wanted_name or _name_from_id(wanted_id)
    paths = RunPaths(root, project, run_id)
    if settings.is_wrapped:
        _move_into_project(paths, settings)
    return Identity(paths, name, _choose_attempt(paths, settings, rank, wishes, is_new=wanted_id is None))


def is_auto(resume: bool | str | None) -> bool:
    """Whether a start shall find out by itself what it goes on with."""
    return resume is True or resume == "auto"


def chosen_project(wishes: Wishes, settings: Settings) -> str:
    """The project, where the one that was chosen for the wrapper can not be changed."""
    if settings.is_wrapped and settings.is_project_fixed and settings.project is not None:
        return settings.project
    return str(wishes.project or settings.project or default_project())


def _choose_folder(wishes: Wishes, settings: Settings) -> tuple[str, str]:
    root = os.fspath(wishes.dir or settings.root or RUNS_FOLDER)
    if settings.is_wrapped and settings.root is not None:
        root = settings.root
    return root, chosen_project(wishes, settings)


def _wanted_id(wishes: Wishes, settings: Settings) -> str | None:
    if settings.is_wrapped:
        return settings.run_id
    if wishes.resume_from is not None:
        return read_point(wishes.resume_from, "resume_from").run_id
    wanted = wishes.id or settings.run_id
    return None if wanted is None else str(wanted)


def _name_from_id(run_id: str) -> str:
    words, _, chance = run_id.rpartition("-")
    return words if words and len(chance) == 6 else run_id


def _run_of_job(place: RunPaths, name: str | None, rank: Rank) -> Identity:
    """The run of this job that is under way; each rank finds it by itself, from its own earlier starts.

    A rank that has made its start of a run begins the next run of the job, and so do the others; unless the
    launcher has started it again, by count, or because its earlier start was killed.
    """
    from collector.runlog.digest import sha256

    for number in range(RUNS_OF_ONE_JOB):
        chance = sha256(f"{rank.job}\n{place.project}\n{number}".encode()).digest()[:9]
        run_id, found_name = new_run_id(name, chance)
        paths = RunPaths(place.root, place.project, run_id)
        mine = [start for start in starts_of(paths) if start.rank == rank.rank]
        last = max(mine, key=lambda start: start.attempt, default=None)
        if last is None or last.attempt <= rank.restarts:
            return Identity(paths, found_name, rank.restarts + 1)
        if rank.is_elastic and not _is_over_or_alive(last):
            return Identity(paths, found_name, last.attempt + 1)
    raise CollectorError(f"the job {rank.job} has made {RUNS_OF_ONE_JOB} runs.", "Set COLLECT_RUN_ID.")


def _is_over_or_alive(start: Start) -> bool:
    from collector.runlog.reader import read_records

    if start.host == host_name():
        began = began_at(start.pid)
        # The number of a process may belong to another one by now, which is then younger than the start.
        if began is not None and began <= start.started + CLOCK_SECONDS:
            return True
    records, _ = read_records(start.path)
    return any(record["k"] == "end" for record in records)


def starts_of(paths: RunPaths) -> Iterator[Start]:
    """The starts of training processes of a run, those in the spool of this machine included."""
    places = [paths, *(SpooledPaths(paths, folder) for folder in spooled_folders(paths.folder))]
    for path in [one.inside(name + RECORDS_SUFFIX) for one in places for name in one.segments()]:
        header: dict[str, Any] | None = read_header(path)
        if header is not None and header.get("role") != "wrapper" and "forked" not in header:
            rank, attempt = int(header.get("rank", 0)), int(header.get("attempt", 1))
            pid, started = int(header.get("pid", 0)), float(header.get("started", 0.0))
            yield Start(rank, attempt, header.get("host"), pid, started, path)


def _choose_attempt(paths: RunPaths, settings: Settings, rank: Rank, wishes: Wishes, *, is_new: bool) -> int:
    if settings.attempt is not None:
        # The launcher may have restarted its ranks under a wrapper that goes on.
        return max(1, settings.attempt) + max(0, rank.restarts - settings.restarts)
    mine, others = 0, 0
    # A run whose id was left to chance has no earlier starts, and its mount is not asked: it may stall.
    for start in () if is_new else starts_of(paths):
        others = max(others, start.attempt)
        if start.rank == rank.rank:
            mine = max(mine, start.attempt)
    _check_resume(paths, wishes, is_known=bool(mine), is_begun=bool(others))
    # The first rank to come back begins the next attempt, the others find it begun.
    return others if mine < others else mine + 1


def _check_resume(paths: RunPaths, wishes: Wishes, *, is_known: bool, is_begun: bool) -> None:
    if wishes.resume == "never" and is_known:
        raise CollectorError(f"the run {paths.run_id} exists already.", "Choose another id, or allow resume.")
    if (wishes.resume == "must" or wishes.resume_from) and not is_begun:
        raise CollectorError(
            f"there is no run {paths.run_id} to resume in {paths.root}.", "Check dir and id."
        )


def _move_into_project(paths: RunPaths, settings: Settings) -> None:
    """Rename the wrapper's folder into the project that the script names; another rank may be faster."""
    before = RunPaths(paths.root, settings.project or paths.project, paths.run_id).folder
    if choose_base(before):
        # Neither process has made the folder, and the mount is not asked: the `run` record says what counts.
        paths.project = os.path.basename(os.path.dirname(before))
        return
    if before == paths.folder or os.path.isdir(paths.folder):
        return
    with contextlib.suppress(OSError):
        os.makedirs(os.path.dirname(paths.folder), exist_ok=True)
        os.rename(before, paths.folder)
    if not os.path.isdir(paths.folder):
        found = find_run(paths.root, paths.run_id)
        if found is not None:
            # It could not be moved, so it stays where it is; the `run` record says which project counts.
            paths.project = os.path.basename(os.path.dirname(found))
    with contextlib.suppress(OSError):
        os.rmdir(os.path.dirname(before))  # only goes when no other run is in it
