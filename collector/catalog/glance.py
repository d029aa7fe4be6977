"""A look at a run from the ends of its files: names, state, signs of life, latest values.

A log of gigabytes costs as much as one of a hundred kilobytes. What lies between the ends is not seen: a name
that a script gave in the middle of a long run; `detail` reads everything.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from collector.catalog.ends import Ends, intact_record, read_ends, seconds_of
from collector.runlog.edits import Overlay, edits_in, settled
from collector.runlog.history import Row, Step, Value, row_of
from collector.runlog.paths import EDITS_SUFFIX, METRICS_SUFFIX, RECORDS_SUFFIX
from collector.runlog.records import BEAT_SECONDS
from collector.runlog.replay import last_fields
from collector.runlog.sound import LATEST
from collector.runlog.state import OPEN, Ending, ending_of, open_state

KINDS = ("run", "end", "drop")
"""Records that a look needs besides the header."""

SHOWN_ROWS = 256
"""Most metric rows that are looked at, from the last one back, for the latest value of each metric."""

PACE_ROWS = 8
"""How many rows back the time is taken from which the pace of rows is known."""


class ProcessLook(NamedTuple):
    """One process start of a run; satisfies `runlog.state.Process`."""

    name: str
    role: str
    rank: int
    attempt: int
    started: float
    beat: float
    host: str | None
    pid: int
    project: str | None
    heard: float
    """Seconds since 1970 of its newest line."""
    records: tuple[dict[str, Any], ...]
    """Of KINDS and what was asked for, `t` in seconds since 1970."""


class Latest(NamedTuple):
    """The end of what a rank logged."""

    values: dict[str, Value]
    """By metric, in the order of their names in the rows; of each the last one seen."""
    step: Step | None = None
    at: float | None = None
    """When the last row was logged, in seconds since 1970."""
    row_seconds: float | None = None
    """How far apart its rows are, on average over the last ones."""
    is_complete: bool = True
    """Whether every metric of the rank was seen; one that was not may have been logged long before."""


class Look(NamedTuple):
    """What a run is called and how it is."""

    folder: str
    project: str
    id: str
    names: dict[str, Any]
    """The fields of its `run` records, corrections included."""
    processes: tuple[ProcessLook, ...]
    ending: Ending
    latest: Latest
    overlay: Overlay
    unreadable: tuple[str, ...]
    """Files that could not be opened, and why."""
    parts: tuple[str, ...] = ()
    """Folders of the runs that go on with it, which are in here."""

    @property
    def folders(self) -> tuple[str, ...]:
        """Its own folder and those of its parts."""
        return (self.folder, *self.parts)

    @property
    def name(self) -> str:
        """Its name for people."""
        return _text(self.names.get("name")) or self.id

    @property
    def tags(self) -> list[str]:
        """Its labels."""
        tags = self.names.get("tags")
        return [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []

    @property
    def started(self) -> float:
        """When its first process began; 0 where no header says."""
        return min((process.started for process in self.processes if process.started > 0), default=0.0)

    @property
    def heard(self) -> float:
        """When anything was last heard of it."""
        return max((process.heard for process in self.processes), default=0.0)

    @property
    def seconds(self) -> float:
        """How long it went, or has gone until it was last heard of."""
        return max(0.0, (self.ending.at or self.heard) - self.started)

    @property
    def beat(self) -> float:
        """The longest silence that its processes promised."""
        return max((process.beat for process in self.processes), default=BEAT_SECONDS)

    @property
    def is_open(self) -> bool:
        """Whether no end was recorded."""
        return self.ending.state == OPEN

    def state(self, now: float) -> str:
        """Its state in a word, at a time."""
        return open_state(now - self.heard, self.beat) if self.is_open else self.ending.state


def look_at(folder: str, kinds: Collection[str] = ()) -> Look:
    """A look at the run in a folder; records of further kinds are kept where they lie near an end."""
    files = _log_files(folder)
    unreadable: list[str] = []
    segments: dict[str, dict[str, Ends]] = {}
    edits = []
    for name in files:
        suffix = next(end for end in (METRICS_SUFFIX, RECORDS_SUFFIX, EDITS_SUFFIX) if name.endswith(end))
        path = os.path.join(folder, name)
        if suffix == EDITS_SUFFIX:
            edits += edits_in(path)
            continue
        try:
            segments.setdefault(name.removesuffix(suffix), {})[suffix] = read_ends(path)
        except OSError as error:
            unreadable.append(f"{name}: {error.strerror}")
    wanted = tuple(b'{"k":"%b"' % kind.encode() for kind in {*KINDS, *kinds})
    read = _Memory()
    processes = tuple(_process(name, ends, wanted, read) for name, ends in sorted(segments.items()))
    overlay = Overlay(settled(edits))
    ordered = sorted((record for one in processes for record in one.records), key=lambda record: record["t"])
    names = overlay.names(last_fields(ordered, "run"))
    place, run_id = os.path.split(os.path.abspath(folder))
    return Look(
        folder=folder,
        project=_project(processes, names) or os.path.basename(place),
        id=run_id,
        names=names,
        processes=processes,
        ending=ending_of(processes),
        latest=_latest(segments, processes, overlay, read),
        overlay=overlay,
        unreadable=tuple(unreadable),
    )


def _log_files(folder: str) -> list[str]:
    endings = (METRICS_SUFFIX, RECORDS_SUFFIX, EDITS_SUFFIX)
    try:
        return sorted(name for name in os.listdir(folder) if name.endswith(endings))
    except OSError:
        return []


class _Memory(dict[bytes, "dict[str, Any] | None"]):
    """The records of lines that were asked for: the last line of a file is, up to three times."""

    def __missing__(self, line: bytes) -> dict[str, Any] | None:
        record = self[line] = intact_record(line)
        return record


def _process(name: str, ends: dict[str, Ends], wanted: tuple[bytes, ...], read: _Memory) -> ProcessLook:
    records, metrics = ends.get(RECORDS_SUFFIX), ends.get(METRICS_SUFFIX)
    head = _head(records, read) or _head(metrics, read)
    started = _seconds(head.get("started"))
    kept = []
    for line in records.lines if records else ():
        record = read[line] if line.startswith(wanted) else None
        if record is not None:
            kept.append(record | {"t": started + seconds_of(record)})
    times = [started + _last_time(found, read) for found in (records, metrics) if found]
    return ProcessLook(
        name=name,
        role=_text(head.get("role")) or ("wrapper" if name.startswith("w") else "rank"),
        rank=_whole(head.get("rank"), 0),
        attempt=_whole(head.get("attempt"), 1),
        started=started,
        beat=min(max(_seconds(head.get("beat")), 0.0), 86_400.0) or BEAT_SECONDS,
        host=_text(head.get("host")),
        pid=_whole(head.get("pid"), 0),
        project=_text(head.get("project")),
        heard=max([started, *times]),
        records=tuple(kept),
    )


def _head(ends: Ends | None, read: _Memory) -> dict[str, Any]:
    record = read[ends.head[0]] if ends is not None and ends.head else None
    return record if record is not None and record["k"] == "head" else {}


def _last_time(ends: Ends, read: _Memory) -> float:
    for line in reversed(ends.tail or ends.head):
        record = read[line]
        if record is not None:
            return seconds_of(record)
    return 0.0


def _project(processes: Sequence[ProcessLook], names: dict[str, Any]) -> str | None:
    """The project that the latest record names, else the latest header."""
    told = max(((one.started, one.project) for one in processes if one.project), default=(0.0, None))
    return _text(names.get("project")) or told[1]


def _latest(
    segments: dict[str, dict[str, Ends]],
    processes: Sequence[ProcessLook],
    overlay: Overlay,
    read: _Memory,
) -> Latest:
    """The latest values of the last attempt, each from the lowest rank that logged the metric."""
    # A wrapper too has metrics, where they were printed or logged by a shell.
    logging = [one for one in processes if METRICS_SUFFIX in segments[one.name]]
    last = max((one.attempt for one in logging), default=1)
    found = Latest({})
    for process in sorted(logging, key=lambda one: (one.attempt != last, one.rank, -one.started)):
        own = _latest_of(segments[process.name][METRICS_SUFFIX], process.started, read)
        values = {overlay.metric(name): value for name, value in own.values.items()} | found.values
        is_complete = found.is_complete and own.is_complete
        newest = own if found.at is None else found
        found = newest._replace(values=values, is_complete=is_complete)
    return found


def _latest_of(ends: Ends, started: float, read: _Memory) -> Latest:
    """Goes back from the last row until each declared metric was seen."""
    lines = [line for line in ends.tail or ends.head if line.startswith(b'{"k":"log"')][-SHOWN_ROWS:]
    seen: list[tuple[int, Row]] = []
    values: dict[str, Value] = {}
    declared = 1
    for back, line in enumerate(reversed(lines)):
        if seen and len(values) >= declared and back < min(PACE_ROWS, len(lines) - 1):
            continue  # of these none tells more
        record = read[line] or {}
        try:
            row = row_of(record, started)
            declared = max(declared, int(record["n"]))
        except (KeyError, TypeError, ValueError, AttributeError):  # damaged, or not by our writer
            continue
        seen.append((back, row))
        values = {**row.values, **values}
        if len(values) >= declared and back >= PACE_ROWS:
            break
    if not seen:
        return Latest({})
    (begin, newest), (end, oldest) = seen[0], seen[-1]
    seconds = (newest.wall - oldest.wall) / (end - begin) if end > begin else None
    return Latest(values, newest.step, newest.wall, seconds, len(values) >= declared)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _seconds(value: object) -> float:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if is_number and 0 <= value <= LATEST else 0.0  # type: ignore[operator,arg-type]


def _whole(value: object, default: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else default
