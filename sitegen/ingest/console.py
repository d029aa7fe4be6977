"""Console output: the beginning and the end of what was kept, in pieces as it was relayed."""

from __future__ import annotations

import codecs
import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import msgspec

from collector.runlog.reader import iterate_chunks
from sitegen.ingest.decode import decode_all

HEAD_BYTES = 64 << 10
"""Shown from the start of the output, where a script says what it is about to do."""

TAIL_BYTES = 256 << 10
"""Shown from its end, where it says how it went."""

JOINED_SECONDS = 0.25
"""Writes of one stream that follow each other so closely are one piece."""

JOINED_CHARACTERS = 4096

Piece = tuple[float, int, str]
"""Seconds since the epoch, stream, text."""


class _Entry(msgspec.Struct):
    """A line of a console index, whatever its kind."""

    k: str
    t: float = 0.0
    s: int = 1
    o: int = 0
    n: int = 0
    f: str | None = None
    started: float = 0.0


_ENTRIES: msgspec.json.Decoder[list[_Entry]] = msgspec.json.Decoder(list[_Entry])


@dataclass(frozen=True)
class _Span:
    """Bytes of one file that one stream wrote at one moment."""

    t: float
    stream: int
    path: Path
    offset: int
    size: int


def read_console(files: Mapping[str, Path], started: Mapping[str, float]) -> tuple[list[Piece], int]:
    """Head and tail of a run's console, and how many bytes are not among them.

    `files` are those of the console folder by name; `started` tells when each segment began.
    """
    spans: list[_Span] = []
    skipped = 0
    for segment in sorted(started, key=lambda name: (started[name], name)):
        found, lost = _segment_spans(segment, files, started[segment])
        spans += found
        skipped += lost
    total = sum(span.size for span in spans)
    hidden = max(0, total - HEAD_BYTES - TAIL_BYTES)
    return _joined(list(_window(spans, total)), hidden), skipped + hidden


def _segment_spans(segment: str, files: Mapping[str, Path], started: float) -> tuple[list[_Span], int]:
    """What one wrapper kept, in order, and how many bytes it did not keep."""
    log = files.get(f"{segment}.log")
    spans: list[_Span] = []
    lost, covered, last_t = 0, 0, started
    for entry in _index(files.get(f"{segment}.index.jsonl")):
        started = entry.started or started
        last_t = started + entry.t
        if entry.k == "skip":
            lost += max(entry.n, 0)
        elif entry.k == "out":
            path = files.get(f"{segment}.{entry.f}.log") if entry.f else log
            size = _size_within(path, entry.o, entry.n)
            lost += max(entry.n, 0) - size
            if path is not None and size:
                spans.append(_Span(last_t, entry.s, path, entry.o, size))
                covered = covered if entry.f else max(covered, entry.o + size)
    if log is not None and _size_within(log, covered, 1):
        # The index was lost or is torn; the bytes themselves are there, only their stream is not known.
        spans.append(_Span(last_t, 1, log, covered, log.stat().st_size - covered))
    return spans, lost


def _index(path: Path | None) -> Iterator[_Entry]:
    if path is None:
        return
    try:
        for chunk in iterate_chunks(str(path)):
            yield from decode_all(_ENTRIES, chunk.lines, chunk.numbers)[0]
    except OSError:  # rotated away while we read: what was seen so far counts
        return


def _size_within(path: Path | None, offset: int, size: int) -> int:
    """How many of these bytes the file has."""
    if path is None or offset < 0 or size <= 0:
        return 0
    try:
        return max(0, min(size, path.stat().st_size - offset))
    except OSError:
        return 0


def _window(spans: Sequence[_Span], total: int) -> Iterator[_Span | None]:
    """The spans that are shown, cut to size, with None where some are left out."""
    if total <= HEAD_BYTES + TAIL_BYTES:
        yield from spans
        return
    position, tail, in_gap = 0, total - TAIL_BYTES, False
    for span in spans:
        end = position + span.size
        if position < HEAD_BYTES:
            yield _cut(span, 0, min(span.size, HEAD_BYTES - position))
        if end > tail:
            if not in_gap:
                in_gap = True
                yield None
            yield _cut(span, max(0, tail - position), span.size)
        position = end


def _cut(span: _Span, start: int, end: int) -> _Span:
    return _Span(span.t, span.stream, span.path, span.offset + start, end - start)


def _joined(spans: Sequence[_Span | None], hidden: int) -> list[Piece]:
    """Text of the spans; a character cut by a write is put together, the gap is told as stream 0."""
    pieces: list[Piece] = []
    decoders: dict[int, codecs.IncrementalDecoder] = {}
    starts_anew = False
    for span, content in _contents(spans):
        if span is None:
            decoders.clear()
            starts_anew = True
            pieces.append((pieces[-1][0] if pieces else 0.0, 0, f"{hidden:,} bytes are not shown"))
            continue
        if span.stream not in decoders:
            decoders[span.stream] = codecs.getincrementaldecoder("utf-8")(errors="replace")
        text = decoders[span.stream].decode(content)
        if starts_anew:
            text, starts_anew = text.lstrip("\ufffd"), False
        if text:
            _append(pieces, (span.t, span.stream, text))
    return pieces


def _append(pieces: list[Piece], piece: Piece) -> None:
    if pieces:
        t, stream, text = pieces[-1]
        is_close = 0 <= piece[0] - t < JOINED_SECONDS and len(text) < JOINED_CHARACTERS
        if stream == piece[1] and is_close:
            pieces[-1] = (t, stream, text + piece[2])
            return
    pieces.append(piece)


def _contents(spans: Sequence[_Span | None]) -> Iterator[tuple[_Span | None, bytes]]:
    opened: dict[Path, IO[bytes]] = {}
    with contextlib.ExitStack() as stack:
        for span in spans:
            if span is None:
                yield None, b""
                continue
            try:
                if span.path not in opened:
                    opened[span.path] = stack.enter_context(open(span.path, "rb"))
                opened[span.path].seek(span.offset)
                yield span, opened[span.path].read(span.size)
            except OSError:  # rotated away while we read
                continue
