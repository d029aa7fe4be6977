"""Options, environment and what is on disk already, made into a plan."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from collector.provenance.request import hidden_facts
from collector.runlog.errors import CollectorError
from collector.runlog.paths import RunPaths, base32, slug
from collector.wrapper.plan import AUTO, CONSOLE_MODES, Plan
from collector.wrapper.recording import find_run

SET_FOR_ONE_RUN = (
    "COLLECT_RUN_ID",
    "COLLECT_ATTEMPT",
    "COLLECT_NAME",
    "COLLECT_NOTES",
    "COLLECT_PROJECT_SET",
)
"""What a wrapper around us set for its own run: `collect -- sh sweep.sh` may hold many runs of their own."""


class Choice:
    """What the user chose: an option goes before the variable of the same meaning."""

    def __init__(self, options: Mapping[str, Any], env: Mapping[str, str]) -> None:
        self._options = options
        self._env = env

    def text(self, option: str, variable: str | None = None) -> str | None:
        """A text, or None where neither is given."""
        given = self._options.get(option)
        return given or self._env.get(variable or f"COLLECT_{option.upper()}") or None

    def words(self, option: str) -> tuple[str, ...]:
        """Words given with commas or by repeating the option."""
        given = self._options.get(option) or [self._env.get(f"COLLECT_{option.upper()}", "")]
        words = [word.strip() for text in given for word in text.split(",")]
        return tuple(dict.fromkeys(word for word in words if word))

    def flag(self, option: str) -> bool:
        """Whether a switch is set."""
        return bool(self._options.get(option))


def make_plan(options: Mapping[str, Any], command: Sequence[str], env: Mapping[str, str], cwd: str) -> Plan:
    """Decide everything about the run; raises CollectorError for what cannot be meant."""
    inherited = {name: value for name, value in env.items() if name not in SET_FOR_ONE_RUN}
    chosen = Choice(options, inherited if "COLLECT_WRAPPED" in env else env)
    root = os.path.join(cwd, chosen.text("dir") or "runlogs")
    rank, world = rank_and_world(env)
    run_id, name = identify(chosen, env)
    project = chosen.text("project")
    folder = find_run(root, RunPaths(root, "x", run_id).run_id)
    plan = Plan(
        command=tuple(command),
        env={},
        root=root,
        project=project or (os.path.basename(os.path.dirname(folder)) if folder else default_project(cwd)),
        run_id=run_id,
        name=name,
        attempt=next_attempt(folder, rank) if folder else 1,
        rank=rank,
        world=world,
        group=chosen.text("group"),
        job_type=chosen.text("job_type"),
        tags=chosen.words("tags"),
        notes=chosen.text("notes"),
        console=console_mode(chosen),
        sample_system=not chosen.flag("no_system"),
        save_code=not chosen.flag("no_code"),
        forward=not chosen.flag("no_forward"),
        verbose=chosen.flag("verbose"),
        hidden=hidden_facts(env),
        env_names=chosen.words("env"),
    )
    return plan._replace(env=command_env(plan, inherited if "COLLECT_WRAPPED" in env else env, bool(project)))


def console_mode(chosen: Choice) -> str:
    """How the command's output is taken."""
    mode = chosen.text("console") or AUTO
    if mode not in CONSOLE_MODES:
        raise CollectorError(f"--console={mode} is not known.", f"Choose one of {', '.join(CONSOLE_MODES)}.")
    return mode


def command_env(plan: Plan, env: Mapping[str, str], project_is_chosen: bool) -> dict[str, str]:
    """The command's environment: ours, and what joins its own records to this run."""
    added = {
        "COLLECT_DIR": plan.root,
        "COLLECT_PROJECT": plan.project,
        "COLLECT_PROJECT_SET": "1" if project_is_chosen else None,
        "COLLECT_RUN_ID": plan.run_id,
        "COLLECT_ATTEMPT": str(plan.attempt),
        "COLLECT_WRAPPED": str(os.getpid()),
        "COLLECT_NAME": plan.name,
        "COLLECT_GROUP": plan.group,
        "COLLECT_JOB_TYPE": plan.job_type,
        "COLLECT_TAGS": ",".join(plan.tags),
        "COLLECT_NOTES": plan.notes,
    }
    return {**env, **{name: value for name, value in added.items() if value}}


def next_attempt(folder: str, rank: int) -> int:
    """One more than any earlier start of this rank; ranks that start together share a number."""
    import orjson

    from collector.runlog.lines import is_intact
    from collector.runlog.paths import RECORDS_SUFFIX

    attempts = [0]
    for name in sorted(os.listdir(folder)):
        if not name.startswith((f"w{rank}-", f"r{rank}-")) or not name.endswith(RECORDS_SUFFIX):
            continue
        with open(os.path.join(folder, name), "rb") as file:
            line = file.readline(65536).rstrip(b"\n")
        if is_intact(line):
            attempts.append(int(orjson.loads(line).get("attempt", 1)))
    return max(attempts) + 1


def identify(chosen: Choice, env: Mapping[str, str]) -> tuple[str, str]:
    """Id and name of the run."""
    name = chosen.text("name")
    run_id = chosen.text("id", "COLLECT_RUN_ID")
    if run_id:
        return run_id, name or run_id
    made = f"{slug(name or 'run')}-{base32(os.urandom(5), 6)}"
    return made, name or made


def default_project(cwd: str) -> str:
    return os.path.basename(cwd) or "project"


def rank_and_world(env: Mapping[str, str]) -> tuple[int, int]:
    return 0, 1
