"""Columns of what a run is besides its settings and metrics: whose, where, of what code, how it ended."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from typing import Any

from sitegen.derive.facts import RunFacts
from sitegen.pages.columns import TableColumn
from sitegen.pages.views import Column

_COMMIT_LETTERS = 10


def fact_columns() -> list[TableColumn]:
    """The columns of the catalogue's group "Run", in its order."""
    return [
        _text("id", "id", lambda run: run.id),
        _text("group", "group", lambda run: run.group),
        _text("job_type", "job type", lambda run: run.job_type),
        _text("tags", "tags", lambda run: ", ".join(run.tags) or None),
        _text("notes", "notes", lambda run: run.notes),
        _text("cause", "cause of the end", lambda run: run.cause),
        _number("exit_code", "exit code", lambda run: run.exit_code),
        _number("attempts", "attempts", lambda run: run.attempts),
        _number("ranks", "ranks", lambda run: len(run.ranks)),
        _text("host", "host", _field("command", "host")),
        _text("user", "user", _field("command", "user")),
        _text("command", "command", _command),
        _text("commit", "commit", lambda run: (_field("git", "commit")(run) or "")[:_COMMIT_LETTERS] or None),
        _text("branch", "branch", _field("git", "branch")),
        _text(
            "dirty",
            "uncommitted changes",
            lambda run: {True: "yes", False: "no"}.get(_of(run, "git", "dirty")),
        ),
        _text("python", "Python", _field("python", "version")),
        _text("gpu", "GPU", _gpu),
        _number("values_lost", "records given up", lambda run: run.dropped),
        _number("superseded", "values superseded", lambda run: run.superseded),
        TableColumn(
            Column("duration", "duration", "Duration", "", "run", "duration", "right"),
            lambda run: run.duration,
        ),
    ]


def _text(key: str, label: str, value: Callable[[RunFacts], str | None]) -> TableColumn:
    return TableColumn(Column(key, label, label, "", "run", "text", "left"), value)


def _number(key: str, label: str, value: Callable[[RunFacts], float | None]) -> TableColumn:
    return TableColumn(Column(key, label, label, "", "run", "setting", "right"), value)


def _of(run: RunFacts, section: str, name: str) -> Any:
    return run.provenance.get(section, {}).get(name)


def _field(section: str, name: str) -> Callable[[RunFacts], str | None]:
    def value(run: RunFacts) -> str | None:
        found = _of(run, section, name)
        return str(found) if found not in (None, "", [], {}) else None

    return value


def _command(run: RunFacts) -> str | None:
    words = _of(run, "command", "command")
    return shlex.join(map(str, words)) if isinstance(words, list) and words else None


def _gpu(run: RunFacts) -> str | None:
    """The names of the run's GPUs, each with how many there are of it."""
    found = _of(run, "gpu", "names")
    names = [str(name) for name in found] if isinstance(found, list) else []
    return ", ".join(f"{names.count(name)} × {name}" for name in dict.fromkeys(names)) or None
