"""Begin a run: what `init` does, once, before training.

Arguments of `init` outrank the environment, the environment outranks defaults; only an id (and a project that
was chosen on the command line) of the wrapper outranks everything, because its console and exit status belong
to that run.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from collector import current
from collector.environment import (
    RUNS_FOLDER,
    Rank,
    Settings,
    default_project,
    read_rank,
    read_settings,
)
from collector.files import Place
from collector.names import new_run_id
from collector.run_config import as_config
from collector.runlog.errors import CollectorError
from collector.runlog.history import metrics_files, read_rows
from collector.runlog.paths import RECORDS_SUFFIX, RunPaths, find_run, safe_name
from collector.runlog.reader import read_header
from collector.training_run import Names, Options, Run

MODES = ("online", "offline", "disabled", "shared", "dryrun", "run")
"""Values of `mode` and COLLECT_MODE; nothing is online here, so only "disabled" makes a difference."""

REINIT = ("default", "return_previous", "finish_previous", "create_new")


class Wishes(NamedTuple):
    """The arguments of `init`."""

    project: str | None = None
    name: str | None = None
    config: Any = None
    group: str | None = None
    job_type: str | None = None
    tags: Iterable[str] | None = None
    notes: str | None = None
    id: str | None = None
    dir: str | os.PathLike[str] | None = None
    mode: str | None = None
    resume: bool | str | None = None
    reinit: bool | str | None = None
    strict: bool = False


_joined: set[str] = set()
"""Ids of wrappers' runs that this process has joined: its next run is one of its own."""


def start_run(wishes: Wishes, ignored: Iterable[str] = (), env: Mapping[str, str] = os.environ) -> Run:
    """The run that was asked for, or the current one where one is under way."""
    previous = _deal_with_previous(wishes.reinit)
    if previous is not None:
        if wishes.config is not None:
            previous.config.update(wishes.config)
        return previous
    settings, rank = _settings_for_this_run(env), read_rank(env)
    _check_choice("mode", wishes.mode or settings.mode, MODES)
    paths, name = _choose_place(wishes, settings, rank)
    names = _choose_names(wishes, settings, name)
    config = _read_config(wishes.config)
    is_disabled = (wishes.mode or settings.mode) == "disabled"
    attempt = 1 if is_disabled else _choose_attempt(paths, settings, rank, wishes.resume)
    is_resumed = bool(wishes.resume) and wishes.resume != "never" and attempt > 1
    options = Options(
        strict=wishes.strict,
        is_disabled=is_disabled,
        is_wrapped=settings.is_wrapped,
        samples_system=rank.local_rank == 0,
        is_resumed=is_resumed,
        first_step=_next_step(paths, rank.rank) if is_resumed else 0,
    )
    host = None if "host" in settings.hidden else _host()
    place = Place(paths, names.project, rank.rank, rank.world, attempt, host)
    run = Run(place, names, options)
    run.config.preset(config)
    run._begin()
    current.set_run(run)
    if settings.is_wrapped:
        _joined.add(paths.run_id)
    if not is_disabled:
        _note_ignored(run, ignored)
        _gather_provenance(run, settings, rank)
    return run


def _read_config(config: Any) -> dict[str, Any]:
    try:
        return as_config(config)
    except TypeError as error:
        raise CollectorError(f"init(config=...): {error}.", "Give a dict, Namespace or dataclass.") from error


def _deal_with_previous(reinit: bool | str | None) -> Run | None:
    choice = {None: "default", True: "finish_previous", False: "return_previous"}.get(reinit, reinit)  # type: ignore[arg-type]
    _check_choice("reinit", choice, REINIT)
    previous = current.run
    if previous is None or choice == "create_new" or previous._owner != os.getpid():
        return None
    if choice == "finish_previous":
        previous.finish()
        return None
    if choice == "default":
        previous._say("init() was called again while this run is under way; it goes on as this run")
    return previous


def _settings_for_this_run(env: Mapping[str, str]) -> Settings:
    settings = read_settings(env)
    if settings.is_wrapped and settings.run_id is not None and safe_name(settings.run_id) in _joined:
        # A script that makes several runs in a row: the first one is the wrapper's, the others are their own.
        return settings._replace(run_id=None, attempt=None, name=None, is_wrapped=False)
    return settings


def _check_choice(name: str, value: object, choices: tuple[str, ...]) -> None:
    if value is not None and value not in choices:
        raise CollectorError(f"{name}={value!r} is not known.", f"Choose from {', '.join(choices)}.")


def _choose_place(wishes: Wishes, settings: Settings, rank: Rank) -> tuple[RunPaths, str]:
    """The folder of the run, and the name it has unless another was asked for."""
    root = os.fspath(wishes.dir or settings.root or RUNS_FOLDER)
    project = wishes.project or settings.project or default_project()
    if settings.is_wrapped and settings.root is not None:
        root = settings.root
        if settings.is_project_fixed and settings.project is not None:
            project = settings.project
    wanted_id = settings.run_id if settings.is_wrapped else wishes.id or settings.run_id
    wanted_name = wishes.name or settings.name
    if wanted_id is None and rank.job is not None:
        # No chance here: every rank of the job must come to the same id by itself.
        from hashlib import sha256

        run_id, name = new_run_id(wanted_name, sha256(f"{rank.job}\n{project}".encode()).digest()[:9])
    else:
        run_id, name = new_run_id(wanted_name)
    if wanted_id is not None:
        run_id, name = str(wanted_id), wanted_name or _name_from_id(str(wanted_id))
    paths = RunPaths(root, project, run_id)
    if settings.is_wrapped:
        _move_into_project(paths, settings)
    return paths, name


def _name_from_id(run_id: str) -> str:
    words, _, chance = run_id.rpartition("-")
    return words if words and len(chance) == 6 else run_id


def _move_into_project(paths: RunPaths, settings: Settings) -> None:
    """Rename the wrapper's folder into the project that the script names; another rank may be faster."""
    before = RunPaths(paths.root, settings.project or paths.project, paths.run_id).folder
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


def _choose_names(wishes: Wishes, settings: Settings, name: str) -> Names:
    project = wishes.project or settings.project or default_project()
    if settings.is_wrapped and settings.is_project_fixed and settings.project is not None:
        project = settings.project
    tags = [wishes.tags] if isinstance(wishes.tags, str) else wishes.tags
    return Names(
        project=str(project),
        name=str(name),
        group=_text(wishes.group or settings.group),
        job_type=_text(wishes.job_type or settings.job_type),
        tags=tuple(str(tag) for tag in tags) if tags is not None else settings.tags,
        notes=_text(wishes.notes or settings.notes),
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _choose_attempt(paths: RunPaths, settings: Settings, rank: Rank, resume: bool | str | None) -> int:
    if settings.attempt is not None:
        return max(1, settings.attempt)
    mine, others = 0, 0
    for segment in paths.segments():
        header = read_header(paths.inside(segment + RECORDS_SUFFIX))
        if header is None or header.get("role") == "wrapper":
            continue
        attempt = int(header.get("attempt", 1))
        others = max(others, attempt)
        if header.get("rank", 0) == rank.rank:
            mine = max(mine, attempt)
    if resume == "never" and mine:
        raise CollectorError(f"the run {paths.run_id} exists already.", "Choose another id, or allow resume.")
    if resume == "must" and not others:
        raise CollectorError(
            f"there is no run {paths.run_id} to resume in {paths.root}.", "Check dir and id."
        )
    # The first rank to come back begins the next attempt, the others find it begun.
    return others if mine < others else mine + 1


def _next_step(paths: RunPaths, rank: int) -> float | int:
    steps = (row.step for file in metrics_files(paths.folder, rank) for row, _ in read_rows(file))
    return max(steps, default=-1) + 1


def _host() -> str:
    if hasattr(os, "uname"):
        return os.uname().nodename
    return os.environ.get("COMPUTERNAME", "")


def _note_ignored(run: Run, ignored: Iterable[str]) -> None:
    names = sorted(ignored)
    if names:
        text = f"init() does not know {', '.join(names)}; ignored"
        run._files.record({"k": "note", "level": "info", "text": text})


def _gather_provenance(run: Run, settings: Settings, rank: Rank) -> None:
    """In a thread of its own: git, pip and drivers may take seconds or hang."""

    def write(section: str, fields: Mapping[str, Any]) -> None:
        run._files.record({"k": "provenance", "section": section, "fields": dict(fields)})

    def gather() -> None:
        try:
            from collector import provenance

            if settings.is_wrapped:
                provenance.gather(write, run._files.save, sections=("python", "packages"))
            else:
                provenance.gather(write, run._files.save)
        except Exception as error:  # named boundary: whatever a machine is like, training goes on
            run._files.record_note(f"provenance is incomplete ({type(error).__name__}: {error})")

    if rank.rank == 0:
        thread = threading.Thread(target=gather, name="collector-provenance", daemon=True)
        with contextlib.suppress(RuntimeError):  # no more threads allowed
            thread.start()
            run._gatherers.append(thread)
