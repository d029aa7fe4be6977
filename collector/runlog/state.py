"""How a run ended, and what the silence of one without an end means: the rules of the format, once.

The site and the commands read logs in different ways and judge them here. js/live.js mirrors `open_state`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from collector.runlog.records import STATES

OPEN = "open"
"""No end was recorded: `open_state` says what that means at a time."""

OPEN_STATES = ("running", "stalled", "lost")
"""What it may say."""

STALLED_SECONDS, STALLED_BEATS = 60.0, 3
LOST_SECONDS, LOST_BEATS = 300.0, 10

_COLOURS = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")


class Process(Protocol):
    """What has to be known of a process start: its header, and its records with `t` in seconds since 1970."""

    @property
    def name(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def attempt(self) -> int: ...
    @property
    def started(self) -> float: ...
    @property
    def heard(self) -> float: ...
    @property
    def records(self) -> Sequence[Mapping[str, Any]]: ...


class Ending(NamedTuple):
    """State, and what is known about why."""

    state: str
    at: float | None
    """Seconds since the epoch; None while open."""
    cause: str | None = None
    traceback: str | None = None
    exit_code: int | None = None
    signal: int | None = None


def open_state(silent_seconds: float, beat_seconds: float) -> str:
    """'running', 'stalled' or 'lost': a run without an end, by how long nothing was heard of it."""
    if silent_seconds > max(LOST_SECONDS, LOST_BEATS * beat_seconds):
        return "lost"
    if silent_seconds > max(STALLED_SECONDS, STALLED_BEATS * beat_seconds):
        return "stalled"
    return "running"


def ending_of(processes: Sequence[Process]) -> Ending:
    """The recorded end of the last attempt; open when it has none, whatever earlier attempts say.

    A wrapper's word counts more than a process's own, since it saw the process die; of equals the latest. The
    wrapper goes on when a launcher below it starts its ranks again: its end is that of all attempts before.
    While a wrapper without an end is heard from later than a process ended, what ended was only a part of the
    command or of a shell's run.
    """
    last_attempt = max((process.attempt for process in processes), default=1)
    begun = min((process.started for process in processes if process.attempt == last_attempt), default=0.0)
    ends = [
        (process.role == "wrapper", float(record["t"]), process.name, record)
        for process in processes
        for record in process.records
        if record["k"] == "end" and record.get("state") in STATES
        if process.attempt == last_attempt or (process.role == "wrapper" and float(record["t"]) >= begun)
    ]
    if not ends:
        return Ending(OPEN, None)
    by_wrapper, at, _, record = max(ends, key=lambda end: end[:3])
    if not by_wrapper and any(process.role == "wrapper" and process.heard > at for process in processes):
        return Ending(OPEN, None)
    cause, traceback = _text(record.get("cause")), _text(record.get("traceback"))
    exit_code, number = _integer(record.get("exit")), _integer(record.get("signal"))
    if by_wrapper and record["state"] == "failed":
        # The wrapper knows the exit status, the process knows what it was about.
        own = _own_words([(t, name, end) for is_wrapper, t, name, end in ends if not is_wrapper], exit_code)
        cause, traceback = own.cause or cause, own.traceback or traceback
    cause = cause or _cause(record["state"], exit_code, number)
    return Ending(record["state"], at, cause, traceback, exit_code, number)


class _Words(NamedTuple):
    """What a process said about its end."""

    cause: str | None = None
    traceback: str | None = None


def _own_words(ends: Sequence[tuple[float, str, Mapping[str, Any]]], exit_code: int | None) -> _Words:
    """Of processes that ended with the code that the wrapper saw, the words of the first that has any.

    The first to fail takes the others with it. A process that saw another end than the wrapper knows no cause
    of that; a traceback may tell something all the same.
    """
    last = {name: (t, end) for t, name, end in sorted(ends, key=lambda end: end[:2])}
    in_order = [end for _, end in sorted(last.values(), key=lambda entry: entry[0])]
    for end in in_order:
        cause = _text(end.get("cause"))
        agrees = exit_code is not None and end["state"] == "failed" and end.get("exit") == exit_code
        if agrees and cause and cause != f"exit code {exit_code}":
            return _Words(cause, _text(end.get("traceback")))
    tracebacks = (_text(end.get("traceback")) for end in reversed(in_order))
    return _Words(None, next((text for text in tracebacks if text), None))


def _cause(state: str, exit_code: int | None, number: int | None) -> str | None:
    """Why, in words, when the record says it in numbers only."""
    if number is not None:
        return f"killed by signal {number}{_signal_name(number)}"
    if state == "stopped":
        return "interrupted"
    return f"exit code {exit_code}" if exit_code else None


def _signal_name(number: int) -> str:
    import signal  # 1 ms, for ends by signal only

    try:
        return f" ({signal.Signals(number).name})"
    except ValueError:
        return ""


def _text(value: object) -> str | None:
    """A text without the colours that terminals were meant to show it in."""
    return (_COLOURS.sub("", value) or None) if isinstance(value, str) else None


def _integer(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
