"""What is to be run and how it is to be recorded, decided before anything starts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collector.rules.rule import Rule

AUTO, PTY, PIPE, OFF = "auto", "pty", "pipe", "off"
CONSOLE_MODES = (AUTO, PTY, PIPE, OFF)


class Scheduler(NamedTuple):
    """What runs this job on a cluster."""

    name: str
    ends_at: float | None = None
    """Wall time at which the job has to be over, where it is known."""


class Plan(NamedTuple):
    """Everything the wrapper needs to know."""

    command: tuple[str, ...]
    env: dict[str, str]
    """What the command gets, our own variables included."""
    root: str
    """Absolute folder of all run logs; relative only where the current folder was deleted."""
    project: str
    run_id: str
    name: str | None
    attempt: int = 1
    rank: int = 0
    world: int = 1
    group: str | None = None
    job_type: str | None = None
    tags: tuple[str, ...] = ()
    notes: str | None = None
    console: str = AUTO
    sample_system: bool = True
    save_code: bool = True
    forward: bool = True
    verbose: bool = False
    hidden: frozenset[str] = frozenset()
    """Facts not to be recorded: user, host."""
    parses: bool = False
    """Whether metrics that the command prints are logged."""
    patterns: tuple[str, ...] = ()
    """Regular expressions for metrics that are printed in a form of their own."""
    scheduler: Scheduler | None = None
    """Who may ask the command to stop."""
    rules: tuple[Rule, ...] = ()
    """When to give alarm."""
    on_alert: str = ""
    """A command for /bin/sh that is run on each alert of a rule."""
    webhook: str = ""
    """An address that each alert of a rule is posted to."""
    spool: str | None = None
    """Where to write first, on a mount that may stall: the base of the spool."""
    env_names: tuple[str, ...] = ()
    """Environment variables to be recorded besides the usual ones."""
