"""What is wrong with the files of a run: damaged lines, lost ones, headers that do not fit.

Every finding says whether something is lost. Nothing is with a torn line: its writer had not returned from
it, or wrote the record again.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any, NamedTuple

from collector.catalog.ends import seconds_of
from collector.runlog.lines import LINE_LIMIT, Damage, check
from collector.runlog.paths import EDITS_SUFFIX, METRICS_SUFFIX, RECORDS_SUFFIX
from collector.runlog.reader import BadLine, iterate_chunks
from collector.runlog.records import FORMAT
from collector.runlog.sound import is_sound, sound_head

INDEX_SUFFIX = ".index.jsonl"

BACK_SECONDS = 60.0
"""Threads may write their lines in another order than they took the time, but not by a minute."""


class Finding(NamedTuple):
    """Something that was noticed in a file."""

    file: str
    """Name inside the run's folder."""
    line: int | None
    """Line number from 1, where it is about a line."""
    kind: str
    """'torn', 'corrupt', 'foreign', 'too long', 'missing keys', 'missing header', 'short', ..."""
    message: str
    is_loss: bool
    """Whether something is lost or wrong; otherwise it is worth knowing, and no more."""


class FileFacts(NamedTuple):
    """What reading a log file from end to end told."""

    findings: list[Finding]
    lines: int
    head: dict[str, Any] | None
    beat_bytes: int
    """Size of the metrics file as the latest heartbeat knew it."""
    dropped: int
    after: str | None
    pieces: dict[str, int]
    """In a console index: by file, the byte that the last piece of it ends before."""
    skipped: int = 0
    """In a console index: bytes of output that could not be kept."""


def log_files(folder: str) -> list[str]:
    """Every sealed-line file of a run, by name inside its folder."""
    found = [name for name in _names(folder) if name.endswith((METRICS_SUFFIX, RECORDS_SUFFIX, EDITS_SUFFIX))]
    console = _names(os.path.join(folder, "console"))
    return found + [f"console/{name}" for name in console if name.endswith(INDEX_SUFFIX)]


def findings_of(folder: str) -> tuple[list[Finding], int]:
    """Everything that the structure of a run's files tells, and the number of lines that were read."""
    facts: dict[str, FileFacts] = {}
    found: list[Finding] = []
    for name in log_files(folder):
        try:
            facts[name] = read_file(folder, name)
        except OSError as error:
            found.append(Finding(name, None, "unreadable", f"it can not be read: {error.strerror}", True))
    for name, fact in facts.items():
        found += fact.findings
        found += _told_by_others(folder, name, facts)
    return found, sum(fact.lines for fact in facts.values())


def read_file(folder: str, name: str) -> FileFacts:
    """Reads one file from end to end."""
    reading = _Reading(name, os.path.basename(os.path.abspath(folder)))
    path = os.path.join(folder, name)
    chunk = None
    for chunk in iterate_chunks(path):
        reading.add_bad(chunk.bad)
        for number, line in zip(chunk.numbers, chunk.lines, strict=True):
            reading.add(number, line)
    if chunk is not None and chunk.torn:
        reading.add_tail(chunk.next_number, _tail(path, chunk.next_offset))
    return reading.finish()


def _tail(path: str, offset: int) -> bytes:
    with open(path, "rb") as file:
        file.seek(offset)
        return file.read(LINE_LIMIT)


class _Reading:
    """One file being read."""

    def __init__(self, name: str, run_id: str) -> None:
        self.name = name
        self.run_id = run_id
        self.findings: list[Finding] = []
        self.lines = 0
        self.head: dict[str, Any] | None = None
        self.is_told = False
        self.keys: set[str] = set()
        self.last_t = 0.0
        self.beat_bytes = 0
        self.told_dropped = 0
        self.counted_dropped = 0
        self.pieces: dict[str, int] = {}
        self.skipped = 0

    def find(self, line: int | None, kind: str, message: str, *, is_loss: bool = True) -> None:
        self.findings.append(Finding(self.name, line, kind, message, is_loss))

    def add_bad(self, bad: list[BadLine]) -> None:
        for one in bad:
            self.find(one.number, one.kind, one.why, is_loss=one.kind != "torn")

    def add_tail(self, number: int, tail: bytes) -> None:
        """Takes in what stands behind the last newline: half a line, or what a power failure left."""
        damage = check(tail)
        if isinstance(damage, Damage) and damage.kind != "torn":
            self.find(number, damage.kind, f"the file ends in something else than half a line: {damage.why}")
        else:
            why = "the file ends in the middle of a line, as after a kill or while it is being written"
            self.find(number, "torn", why, is_loss=False)

    def add(self, number: int, line: bytes) -> None:
        """Takes an intact line in."""
        import orjson

        self.lines += 1
        try:
            record = orjson.loads(line)
            if not is_sound(record):
                self.find(number, "foreign", "it is sealed, but no record of this format")
                self.head = self.head or sound_head(record)
                return
            kind = str(record["k"])
            self._check_time(number, seconds_of(record))
            take = getattr(self, f"_take_{kind}", None)
            if take is not None:
                take(number, record)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            self.find(number, "foreign", f"it is sealed, but no record of this format: {error}")
        if self.lines == 1 and self.head is None:
            self.find(number, "missing header", "the line that says who wrote the file is not there")

    def finish(self) -> FileFacts:
        """What was read."""
        dropped = max(self.told_dropped, self.counted_dropped)
        after = self.head.get("after") if self.head else None
        return FileFacts(
            self.findings, self.lines, self.head, self.beat_bytes, dropped, after, self.pieces, self.skipped
        )

    def _check_time(self, number: int, t: float) -> None:
        if 0 <= t < self.last_t - BACK_SECONDS:
            back = f"its time is {self.last_t - t:.0f} s before that of a line above it"
            self.find(number, "out of order", f"{back}: was a part of the file copied twice?")
        self.last_t = max(self.last_t, t)

    def _take_head(self, number: int, record: dict[str, Any]) -> None:
        if self.head is not None:
            return
        self.head = record
        version, run = record.get("format"), record.get("run")
        if isinstance(version, int) and version > FORMAT:
            self.find(number, "newer format", f"it has format {version}, and this version knows {FORMAT}")
        if run != self.run_id:
            self.find(number, "other run", f"its header belongs to the run {run!r}", is_loss=False)

    def _take_keys(self, number: int, record: dict[str, Any]) -> None:
        self.keys.update(record["keys"])

    def _take_log(self, number: int, record: dict[str, Any]) -> None:
        lost = int(record["n"]) - len(self.keys)
        if lost > 0 and not self.is_told:
            self.is_told = True
            names = "the name" if lost == 1 else f"the names of {lost}"
            self.find(number, "missing keys", f"the line that declares {names} of its metrics is lost")

    def _take_beat(self, number: int, record: dict[str, Any]) -> None:
        self.beat_bytes = max(self.beat_bytes, int(record.get("bytes") or 0))
        self.told_dropped = max(self.told_dropped, int(record.get("dropped") or 0))

    def _take_drop(self, number: int, record: dict[str, Any]) -> None:
        self.counted_dropped += int(record["count"])

    def _take_skip(self, number: int, record: dict[str, Any]) -> None:
        self.skipped += max(0, int(record["n"]))

    def _take_out(self, number: int, record: dict[str, Any]) -> None:
        ending = f".{record['f']}.log" if record.get("f") else ".log"
        file = self.name.removesuffix(INDEX_SUFFIX) + ending
        self.pieces[file] = max(self.pieces.get(file, 0), int(record["o"]) + int(record["n"]))


def _told_by_others(folder: str, name: str, facts: dict[str, FileFacts]) -> Iterator[Finding]:
    """What a file's content says about other files, or about its own fate."""
    fact = facts[name]
    if fact.dropped:
        records = "1 record" if fact.dropped == 1 else f"{fact.dropped} records"
        yield Finding(name, None, "dropped", f"{records} could not be written and are lost", True)
    if fact.skipped:
        why = f"{fact.skipped} bytes of output came faster than the disk took them, or not at all"
        yield Finding(name, None, "skipped", f"{why}: they are lost", True)
    if fact.lines == 0 and not fact.findings and name.endswith((METRICS_SUFFIX, RECORDS_SUFFIX)):
        yield Finding(
            name, None, "empty", "it holds nothing: its writer was killed before its first line", False
        )
    metrics = name.removesuffix(RECORDS_SUFFIX) + METRICS_SUFFIX
    # A wrapper mostly has no metrics file.
    told, left = fact.beat_bytes, max(0, _size(folder, metrics))
    if name.endswith(RECORDS_SUFFIX) and told > left:
        yield Finding(metrics, None, "short", f"it has {left} bytes, and had {told}: its end is lost", True)
    suffix = METRICS_SUFFIX if name.endswith(METRICS_SUFFIX) else RECORDS_SUFFIX
    if fact.after and fact.after + suffix not in facts:
        yield Finding(name, None, "missing file", f"it goes on with {fact.after}, which is not here", True)
    for file, end in fact.pieces.items():
        found = _size(folder, file)
        # The oldest pieces of a long output are deleted on purpose; the index knows the number of the last.
        if found < end and not (found < 0 and ".tail-" in file):
            what = "it is missing" if found < 0 else f"it has {found} bytes instead of {end}"
            yield Finding(file, None, "short", f"{what}: console output is lost", True)


def _size(folder: str, name: str) -> int:
    try:
        return os.stat(os.path.join(folder, name)).st_size
    except OSError:
        return -1


def _names(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []
