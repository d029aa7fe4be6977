"""What the environment says about this process: the wrapper's settings and the user's.

Variables that scripts and clusters set for wandb count where ours are not set.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import NamedTuple

RUNS_FOLDER = "runlogs"
"""Where run logs go unless told otherwise, below the working directory."""

WANDB_VARIABLES = {
    "DIR": "WANDB_DIR",
    "PROJECT": "WANDB_PROJECT",
    "ENTITY": "WANDB_ENTITY",
    "RUN_ID": "WANDB_RUN_ID",
    "NAME": "WANDB_NAME",
    "GROUP": "WANDB_RUN_GROUP",
    "JOB_TYPE": "WANDB_JOB_TYPE",
    "TAGS": "WANDB_TAGS",
    "NOTES": "WANDB_NOTES",
    "MODE": "WANDB_MODE",
    "RESUME": "WANDB_RESUME",
    "QUIET": "WANDB_SILENT",
    "ARTIFACT_DIR": "WANDB_ARTIFACT_DIR",
}
"""Our names without COLLECT_, and what wandb calls the same."""

SET_FOR_ONE_RUN = tuple(
    f"COLLECT_{name}"
    for name in ("RUN_ID", "RUN_ID_SET", "ATTEMPT", "RESTARTS", "NAME", "NOTES", "PROJECT_SET", "WRAPPED")
)
"""What a wrapper around us set for its own run: `collect -- sh sweep.sh` may hold many runs of their own."""


class Settings(NamedTuple):
    """The COLLECT_ variables."""

    root: str | None = None
    project: str | None = None
    is_project_fixed: bool = False
    """Whether the user chose the project when starting the wrapper: init() can not change it then."""
    run_id: str | None = None
    is_id_fixed: bool = False
    """Whether the user chose the id when starting the wrapper: several hosts may share it."""
    attempt: int | None = None
    restarts: int = 0
    """Restarts of the job that the wrapper was told of, and so counts in its attempt."""
    entity: str | None = None
    name: str | None = None
    group: str | None = None
    job_type: str | None = None
    tags: tuple[str, ...] = ()
    notes: str | None = None
    mode: str | None = None
    mode_variable: str | None = None
    """Where the mode comes from, if it is wandb's variable."""
    resume: str | None = None
    sync: str = "second"
    """When rows have to be on the disk: "second", or "each"."""
    saves_code: bool = True
    """Whether uncommitted changes may be recorded."""
    is_quiet: bool = False
    """Whether stderr stays free of us."""
    is_wrapped: bool = False
    """Whether `collect` is our parent: it samples the system and knows how we end."""
    wrapper: int | None = None
    """Its process id."""
    hidden: frozenset[str] = frozenset()
    """Facts that are not to be recorded: host, user, command, cwd."""


def read_settings(env: Mapping[str, str] = os.environ) -> Settings:
    """The settings that the wrapper or the user put into the environment; empty ones count as absent."""
    if _is_left_over(env):
        env = {name: value for name, value in env.items() if name not in SET_FOR_ONE_RUN}

    def get(name: str) -> str | None:
        return env.get(f"COLLECT_{name}") or env.get(WANDB_VARIABLES.get(name, "")) or None

    mode, mode_variable = _mode(env)
    return Settings(
        root=get("DIR"),
        project=get("PROJECT"),
        is_project_fixed=get("PROJECT_SET") == "1",
        run_id=get("RUN_ID"),
        is_id_fixed=get("RUN_ID_SET") == "1",
        attempt=whole_number(get("ATTEMPT")),
        restarts=whole_number(get("RESTARTS")) or 0,
        entity=get("ENTITY"),
        name=get("NAME"),
        group=get("GROUP"),
        job_type=get("JOB_TYPE"),
        tags=_words(get("TAGS")),
        notes=get("NOTES"),
        mode=mode,
        mode_variable=mode_variable,
        resume=get("RESUME"),
        sync=get("SYNC") or "second",
        saves_code=not (is_true(env.get("WANDB_DISABLE_CODE")) or is_true(env.get("WANDB_DISABLE_GIT"))),
        is_quiet=is_true(get("QUIET")),
        is_wrapped=get("WRAPPED") is not None,
        wrapper=whole_number(get("WRAPPED")),
        hidden=frozenset(_words(get("HIDE"))),
    )


def _is_left_over(env: Mapping[str, str]) -> bool:
    """Whether a shell's run has ended by `collect finish`, which cannot take its variables away."""
    socket = env.get("COLLECT_SOCKET", "off")
    return socket != "off" and not os.path.exists(socket)


def check_redaction(env: Mapping[str, str]) -> None:
    """Refuse rules for secrets that can not be understood: without them, what they guard would be written."""
    if not (env.get("COLLECT_REDACT") or env.get("COLLECT_REDACT_PATTERNS")):
        return
    from collector.runlog.errors import CollectorError
    from collector.runlog.redact_policy import policy_of

    if problems := policy_of(env).problems:
        raise CollectorError(f"{problems[0]}.", "docs/reference/redaction.md lists the rules.")


def is_true(text: str | None) -> bool:
    """Whether a variable is switched on."""
    return (text or "").lower() in ("1", "true", "yes", "on")


def default_project(cwd: str | None = None) -> str:
    """The name of the working directory."""
    return os.path.basename(cwd or working_folder()) or "runs"


def working_folder() -> str:
    """The working directory; empty where it was deleted, for programs run there all the same."""
    try:
        return os.getcwd()
    except OSError:
        return ""


def _mode(env: Mapping[str, str]) -> tuple[str | None, str | None]:
    if env.get("COLLECT_MODE"):
        return env["COLLECT_MODE"], None
    if is_true(env.get("WANDB_DISABLED")):
        return "disabled", "WANDB_DISABLED"
    mode = env.get("WANDB_MODE") or None
    return mode, "WANDB_MODE" if mode else None


def whole_number(text: str | None) -> int | None:
    """The number that a variable holds, None where it is none or beyond reason."""
    is_number = text is not None and text.isascii() and text.isdigit() and len(text) < 10
    return int(text) if text is not None and is_number else None


def _words(text: str | None) -> tuple[str, ...]:
    return tuple(word.strip() for word in (text or "").split(",") if word.strip())
