"""Columns of what a run is besides its settings and metrics: whose, where, of what code, how it ended."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from typing import Any

from sitegen.derive.facts import RunFacts
from sitegen.pages.columns import TableColumn
from sitegen.pages.views import Column
from sitegen.texts import said

_COMMIT_LETTERS = 10


def fact_columns() -> list[TableColumn]:
    """The columns of the catalogue's group "Run", in its order."""
    return [
        _text("id", said("fact.id"), lambda run: run.id),
        _text("group", said("fact.group"), lambda run: run.group),
        _text("job_type", said("fact.job_type"), lambda run: run.job_type),
        _text("tags", said("fact.tags"), lambda run: ", ".join(run.tags) or None),
        _text("notes", said("fact.notes"), lambda run: run.notes),
        _text("cause", said("fact.cause"), lambda run: run.cause),
        _number("exit_code", said("fact.exit_code"), lambda run: run.exit_code),
        _number("attempts", said("fact.attempts"), lambda run: run.attempts),
        _number("ranks", said("fact.ranks"), lambda run: len(run.ranks)),
        _text("host", said("fact.host"), _field("command", "host")),
        _text("user", said("fact.user"), _field("command", "user")),
        _text("command", said("fact.command"), _command),
        _text(
            "commit",
            said("fact.commit"),
            lambda run: (_field("git", "commit")(run) or "")[:_COMMIT_LETTERS] or None,
        ),
        _text("branch", said("fact.branch"), _field("git", "branch")),
        _text(
            "dirty",
            said("fact.dirty"),
            lambda run: {True: "yes", False: "no"}.get(_of(run, "git", "dirty")),
        ),
        _text("python", said("fact.python"), _field("python", "version")),
        _text("gpu", said("fact.gpu"), _gpu),
        _number("values_lost", said("fact.values_lost"), lambda run: run.dropped),
        _number("superseded", said("fact.superseded"), lambda run: run.superseded),
        TableColumn(
            Column(
                "duration",
                said("column.duration"),
                said("column.duration_title"),
                "",
                "run",
                "duration",
                "right",
            ),
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
