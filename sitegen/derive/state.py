"""How a run ended, from what its processes and their wrapper recorded."""

from __future__ import annotations

import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sitegen.ingest.tables import Segment

STATES = ("finished", "failed", "stopped")


@dataclass(frozen=True)
class Ending:
    """State, and what is known about why."""

    state: str
    at: float | None
    """Seconds since the epoch; None while open."""
    cause: str | None = None
    traceback: str | None = None
    exit_code: int | None = None
    signal: int | None = None


def ending_of(segments: Sequence[Segment]) -> Ending:
    """The recorded end of the last attempt; open when it has none, whatever earlier attempts say.

    A wrapper's word counts more than a process's own, since it saw the process die; of equals the latest. The
    wrapper goes on when a launcher below it starts its ranks again: its end is that of all attempts before.
    """
    last_attempt = max((segment.attempt for segment in segments), default=1)
    begun = min((segment.started for segment in segments if segment.attempt == last_attempt), default=0.0)
    ends = [
        (segment.role == "wrapper", float(record["t"]), segment.name, record)
        for segment in segments
        for record in segment.records
        if record["k"] == "end" and record.get("state") in STATES
        if segment.attempt == last_attempt or (segment.role == "wrapper" and float(record["t"]) >= begun)
    ]
    if not ends:
        return Ending("open", None)
    by_wrapper, at, _, record = max(ends, key=lambda end: end[:3])
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
    try:
        return f" ({signal.Signals(number).name})"
    except ValueError:
        return ""


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _integer(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def merged_records(segments: Sequence[Segment], kind: str) -> list[Mapping[str, Any]]:
    """All records of a kind, in the order in which they count: by attempt, time and process."""
    found = [
        (segment.attempt, float(record["t"]), number, record)
        for number, segment in enumerate(segments)
        for record in segment.records
        if record["k"] == kind
    ]
    return [record for _, _, _, record in sorted(found, key=lambda entry: entry[:3])]
