"""Rules over a run that was recorded before: what would have given alarm, and when.

Each attempt is judged on its own, as it would have been while it ran. Rows of all ranks and samples of the
machine come in the order of their times.
"""

from __future__ import annotations

import heapq
import os
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from collector.rules.facts import RunFacts
from collector.rules.judge import Firing, Judge
from collector.rules.rule import Rule
from collector.runlog.history import LogFile, metrics_files, read_rows
from collector.runlog.paths import RECORDS_SUFFIX
from collector.runlog.reader import iterate_chunks, read_header


class Replayed(NamedTuple):
    """What came of it."""

    firings: list[tuple[int, float, Firing]]
    """Attempt, seconds since its start, and what was found."""
    unjudged: list[tuple[Rule, list[str]]]
    """Rules that no attempt could judge, with the metrics that were never logged."""
    metrics: list[str]
    """The metrics that were."""


def replay(folder: str, rules: Sequence[Rule]) -> Replayed:
    """Judge the rules over all attempts of a run."""
    facts = RunFacts(lambda: folder, {}, clock=lambda: 0.0)
    attempts: dict[int, list[LogFile]] = {}
    for file in metrics_files(folder):
        attempts.setdefault(file.attempt, []).append(file)
    firings: list[tuple[int, float, Firing]] = []
    unjudged: list[tuple[Rule, list[str]]] = [(rule, []) for rule in rules]
    names: set[str] = set()
    wants_samples = any(rule.text.find("system.") >= 0 for rule in rules)
    ends = _record_times(folder)
    for attempt in sorted(attempts.keys() | ends.keys()):
        files = attempts.get(attempt, [])
        started = min([ends[attempt][0]] if attempt in ends else [file.started for file in files])
        judge = Judge(rules, facts, started)
        judge.learn(_names(files))
        events = heapq.merge(*_events(files), *([_samples(folder, attempt)] if wants_samples else []))
        for event in events:
            firings += [(attempt, one.wall - started, one) for one in _take(judge, event)]
        if attempt in ends:
            firings += [(attempt, one.wall - started, one) for one in judge.pass_time(ends[attempt][1])]
        here = {rule.text: missing for rule, missing in judge.unjudged()}
        unjudged = [(rule, here[rule.text]) for rule, _ in unjudged if rule.text in here]
        names.update(judge.known_names())
    return Replayed(firings, unjudged, sorted(names))


Event = tuple[float, int, int, Any]
"""Wall time, place among equals, rank or -1 for a sample, and the row or the sample."""


def _take(judge: Judge, event: Event) -> list[Firing]:
    wall, _, rank, content = event
    if rank < 0:
        return judge.add_sample(wall, content)
    return judge.add_row(rank, float(content.step), wall, content.values)


def _events(files: Sequence[LogFile]) -> list[Iterator[Event]]:
    return [_rows(place, file) for place, file in enumerate(files)]


def _rows(place: int, file: LogFile) -> Iterator[Event]:
    for number, (row, _) in enumerate(read_rows(file)):
        yield row.wall, place * (1 << 40) + number, file.rank, row


def _names(files: Sequence[LogFile]) -> list[str]:
    import orjson  # first need

    return [
        name
        for file in files
        for chunk in iterate_chunks(file.path)
        for line in chunk.lines
        if line.startswith(b'{"k":"keys"')
        for name in orjson.loads(line)["keys"]
    ]


def _samples(folder: str, attempt: int) -> Iterator[Event]:
    found = [
        (started + record["t"], (1 << 60) + number, -1, record["m"])
        for number, (started, record) in enumerate(_records(folder, attempt, b'{"k":"sys"'))
    ]
    yield from sorted(found, key=lambda event: event[:2])


def _record_times(folder: str) -> dict[int, tuple[float, float]]:
    """When each attempt began, and when it was last heard of."""
    times: dict[int, tuple[float, float]] = {}
    for path, header in _record_files(folder):
        attempt, started = int(header.get("attempt", 1)), float(header.get("started", 0.0))
        last = max((record["t"] for record in _lines(path, b"{")), default=0.0)
        first, end = times.get(attempt, (started, started))
        times[attempt] = (min(first, started), max(end, started + last))
    return times


def _records(folder: str, attempt: int, start: bytes) -> Iterator[tuple[float, dict[str, Any]]]:
    for path, header in _record_files(folder):
        if int(header.get("attempt", 1)) == attempt:
            for record in _lines(path, start):
                yield float(header.get("started", 0.0)), record


def _record_files(folder: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for name in sorted(os.listdir(folder)):
        if name.endswith(RECORDS_SUFFIX):
            path = os.path.join(folder, name)
            header = read_header(path)
            if header is not None:
                yield path, header


def _lines(path: str, start: bytes) -> Iterator[dict[str, Any]]:
    import orjson  # first need

    for chunk in iterate_chunks(path):
        for line in chunk.lines:
            if line.startswith(start):
                yield orjson.loads(line)
