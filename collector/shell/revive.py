"""Go on with the run of a shell whose writing process was killed: the same run and attempt, a new segment."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from collector.earlier import next_step
from collector.environment import read_settings
from collector.ranks import read_rank
from collector.runlog.paths import RunPaths, find_run
from collector.runlog.spool import choose_base, spooled_folders
from collector.shell.begin import owner_of, start_writer
from collector.shell.owner import Owner, command_of
from collector.shell.scribe import Scribe
from collector.shell.talk import FAILED, Reply, ask
from collector.wrapper.plan import Plan


def ask_again(path: str, words: Sequence[str], env: Mapping[str, str]) -> Reply:
    """Start a writing process in the place of one that was killed, and hand it the words."""
    import fcntl

    try:
        lock = os.open(os.path.dirname(path), os.O_RDONLY)
        # Of several commands that find it dead the first one starts another, and the rest find that one.
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            return ask(path, words)
        except (ConnectionRefusedError, ConnectionResetError):
            _revive(path, env)
        return ask(path, words)
    except (OSError, ValueError) as error:
        run = env.get("COLLECT_RUN_ID", "")
        return Reply(FAILED, f"nothing writes the run {run} any more, and no other could start: {error}.")


def _revive(path: str, env: Mapping[str, str]) -> None:
    owner = owner_of(path)
    if owner is None:
        raise ValueError("it is not known which shell it was for")
    plan = _plan_of(owner, env)
    folder = find_run(plan.root, plan.run_id)
    folders = spooled_folders(RunPaths(plan.root, plan.project, plan.run_id).folder)
    folders += [folder] if folder is not None else []
    step = max((next_step(one, plan.rank) for one in folders), default=0)
    start_writer(lambda: Scribe(plan, path, owner, is_first=False, step=step))


def _plan_of(owner: Owner, env: Mapping[str, str]) -> Plan:
    """The plan of the run that this environment belongs to."""
    settings, place = read_settings(env), read_rank(env)
    folder = RunPaths(settings.root or "", settings.project or "", settings.run_id or "").folder
    return Plan(
        command=command_of(owner.pid),
        env=dict(env),
        root=settings.root or "",
        project=settings.project or "",
        run_id=settings.run_id or "",
        name=settings.name,
        attempt=settings.attempt or 1,
        rank=place.rank,
        world=place.world,
        sample_system=place.local_rank == 0,
        hidden=settings.hidden,
        spool=choose_base(folder, env),
    )
