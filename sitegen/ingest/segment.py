"""The files of one process start: its metric lines as columns, its records as they are."""

from __future__ import annotations

import calendar
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import msgspec

from collector.runlog.paths import METRICS_SUFFIX, RECORDS_SUFFIX
from collector.runlog.records import FORMAT
from sitegen.ingest.codecs import Damaged, MetricCodec, RecordCodec
from sitegen.ingest.decode import Columns, MetricDecoder
from sitegen.ingest.pieces import Codec, PieceFile, Value, read_chunks
from sitegen.ingest.tables import LineProblem, Segment

SHOWN_LINES = 5
"""Line numbers named per kind of damage."""

_STAMP = re.compile(r"[rw](\d{1,6})-(\d{8}T\d{6}Z)-")

_Places = Callable[[str], PieceFile] | None
"""Where the pieces of a file of the run are kept, by its name."""

LATEST = 250_000_000_000.0
"""Seconds since the epoch, in the year 9892: later times are damage, and no calendar takes them."""


class Head(msgspec.Struct):
    """The header of a file, as far as it is needed and with values that make sense."""

    started: Annotated[float, msgspec.Meta(ge=0, le=LATEST)]
    project: str | None = None
    role: str = "rank"
    rank: Annotated[int, msgspec.Meta(ge=0, lt=1 << 31)] = 0
    world: Annotated[int, msgspec.Meta(ge=1, lt=1 << 31)] = 1
    attempt: Annotated[int, msgspec.Meta(ge=1, lt=1 << 31)] = 1
    beat: Annotated[float, msgspec.Meta(gt=0, le=86_400)] = 10.0
    format: int = FORMAT
    host: str | None = None
    pid: int = 0
    forked: int | None = None
    rewound: float | None = None


@dataclass
class SegmentReading:
    """Everything read from the files of one process start."""

    segment: Segment
    columns: list[Columns]
    """Their times count from `metrics_started`."""
    metrics_started: float
    samples: list[tuple[float, Mapping[str, float]]]
    """(seconds since the epoch, system metrics)."""
    texts: dict[str, str]
    problems: list[LineProblem]


@dataclass
class _File:
    """One file being read: its header, its newest time, and what is wrong with it, by kind."""

    name: str
    head: Mapping[str, Any] | None = None
    last_t: float = 0.0
    damage: dict[str, tuple[list[int], str]] = field(default_factory=dict)

    def add(self, kind: str, line: int, why: str) -> None:
        self.damage.setdefault(kind, ([], why))[0].append(line)

    def add_all(self, damaged: Iterable[Damaged]) -> None:
        for kind, line, why in damaged:
            self.add(kind, line, why)

    def problems(self) -> list[LineProblem]:
        return [
            LineProblem(self.name, kind, len(lines), tuple(lines[:SHOWN_LINES]), why)
            for kind, (lines, why) in sorted(self.damage.items())
        ]


def read_segment(name: str, files: Mapping[str, Path], kept: _Places = None) -> SegmentReading:
    """Reads what there is of a segment; `kept` tells where pieces of its files are."""
    metrics, records = _File(name + METRICS_SUFFIX), _File(name + RECORDS_SUFFIX)
    decoder = MetricDecoder()
    columns = _read_metrics(files, metrics, decoder, kept) if metrics.name in files else []
    entries = _read_records(files, records, kept) if records.name in files else []
    metrics_head = _head(metrics, metrics.name in files)
    records_head = _head(records, records.name in files)
    head = records_head or metrics_head or _guessed_head(name)
    metrics_started = (metrics_head or head).started
    for entry in entries:
        entry["t"] = head.started + _seconds(entry)
    last_heard = max(metrics_started + metrics.last_t, head.started + records.last_t)
    return SegmentReading(
        _segment(name, head, entries, min(last_heard, LATEST)),
        columns,
        metrics_started,
        [
            (entry["t"], entry["m"])
            for entry in entries
            if entry["k"] == "sys" and isinstance(entry.get("m"), dict)
        ],
        decoder.texts,
        metrics.problems() + records.problems(),
    )


def _read_metrics(
    files: Mapping[str, Path], file: _File, decoder: MetricDecoder, kept: _Places
) -> list[Columns]:
    columns = []
    for chunk in _chunks(files, file, MetricCodec(decoder), kept):
        decoder.take(chunk.decoded)
        file.add_all(chunk.damaged)
        if chunk.decoded.columns is not None:
            columns.append(chunk.decoded.columns)
    for number, why in decoder.rejected:
        file.add("foreign", number, why)
    for _ in range(decoder.undeclared):
        file.add("missing keys", 0, "a line that declares names of metrics is lost; the values are here")
    file.head = decoder.head
    file.last_t = decoder.last_t
    return columns


def _read_records(files: Mapping[str, Path], file: _File, kept: _Places) -> list[dict[str, Any]]:
    found = []
    for chunk in _chunks(files, file, RecordCodec(), kept):
        file.add_all(chunk.damaged)
        for number, why in chunk.rejected:
            file.add("foreign", number, why)
        for entry in chunk.entries:
            file.last_t = max(file.last_t, _seconds(entry))
            if entry.get("k") == "head":
                file.head = file.head or entry
            elif isinstance(entry.get("k"), str):
                found.append(entry)
    return found


def _chunks(files: Mapping[str, Path], file: _File, codec: Codec[Value], kept: _Places) -> Iterator[Value]:
    try:
        yield from read_chunks(files[file.name], codec, kept(file.name) if kept else None)
    except OSError as error:
        file.add("unreadable", 0, error.strerror or str(error))


def _head(file: _File, is_there: bool) -> Head | None:
    """The file's header; a lost or damaged one is a problem, and the other file's stands in."""
    if not is_there:
        return None
    if file.head is None:
        if not file.damage:  # a file of nothing but a torn or corrupt header says so already
            file.add("missing header", 0, "the line that says who wrote it is not there")
        return None
    try:
        head = msgspec.convert(file.head, Head)
    except msgspec.ValidationError as error:
        file.add("foreign", 1, str(error))
        return None
    if head.format > FORMAT:
        file.add("newer format", 1, f"it has format {head.format}, and this version knows {FORMAT}")
    return head


def _guessed_head(name: str) -> Head:
    """What the name of a segment tells about it, for when no header can be read."""
    found = _STAMP.match(name)
    if not found:
        return Head(started=0.0)
    started = calendar.timegm(time.strptime(found[2], "%Y%m%dT%H%M%SZ"))
    return Head(float(started), role="wrapper" if name[0] == "w" else "rank", rank=int(found[1]))


def _segment(name: str, head: Head, entries: list[dict[str, Any]], last_heard: float) -> Segment:
    beats = [entry for entry in entries if entry["k"] == "beat"]
    told = max((_count(entry.get("dropped")) for entry in beats), default=0)
    drops = [entry for entry in entries if entry["k"] == "drop"]
    kept = [entry for entry in entries if entry["k"] not in ("beat", "sys", "drop")]
    return Segment(
        name=name,
        role=head.role,
        rank=head.rank,
        world=head.world,
        attempt=head.attempt,
        started=head.started,
        last_heard=last_heard,
        beat=head.beat,
        project=head.project,
        dropped=max(told, sum(_count(entry.get("count")) for entry in drops)),
        records=(*kept, *drops[-1:]),  # of a disk that stays full there is one each second
        host=head.host,
        pid=head.pid,
        is_child=head.forked is not None,
        rewound=head.rewound,
    )


def _seconds(entry: Mapping[str, Any]) -> float:
    """The time of a record, 0 where it has none that makes sense."""
    t = entry.get("t")
    return float(t) if isinstance(t, (int, float)) and 0 <= t <= LATEST else 0.0


def _count(value: object) -> int:
    return value if isinstance(value, int) and value > 0 else 0
