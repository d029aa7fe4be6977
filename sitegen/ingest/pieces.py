"""What was decoded of a log file, kept piece by piece: a file that grew costs its new bytes only.

A piece is a chunk that cannot change while its file only grows: one with more behind it. Pieces begin and end
where those of a first reading do, so that what is put together of them is what a first reading gives. Each is
trusted for the very bytes that it was made of, which are read and summed up again; whatever is wrong with a
piece, it and those behind it are decoded anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol, TypeVar
from zlib import crc32

from collector.runlog.reader import Chunk, iterate_chunks

CHUNK_BYTES = 1 << 20
"""As much of a growing file's end is decoded again; larger chunks gain a tenth at most."""

BLOCK_BYTES = 256 << 10

MAGIC = b"runpress pieces 1\n"

_HEAD = struct.Struct("<QQQQII")
"""Size of the content, first byte, byte behind the last, number of the next line, sums of log and content."""

Value = TypeVar("Value")


class Codec(Protocol[Value]):
    """Decodes chunks of one file, in order, and knows how a decoded chunk is kept."""

    def decode(self, chunk: Chunk) -> Value:
        """What the lines of a chunk say."""

    def pack(self, value: Value) -> bytes:
        """The same as bytes; any error of encoding means that it is not kept."""

    def unpack(self, content: bytes) -> Value:
        """What was packed."""


class _Piece(NamedTuple):
    """One entry of a file of pieces."""

    start: int
    end: int
    next_number: int
    log_sum: int
    content: bytes
    place: int
    """Where the entry ends in the file of pieces."""


@dataclass(frozen=True)
class PieceFile:
    """The pieces of one log file; a folder that cannot be written costs only time."""

    place: Path
    code: str
    """Changes with every change of the code that makes the pieces."""

    def read(self, path: Path, codec: Codec[Value]) -> Iterator[Value]:
        """Everything in a log file, chunk by chunk; each value is to be taken in before the next one."""
        offset, number, kept_bytes = 0, 1, 0
        for piece in self._trusted(path):
            try:
                value = codec.unpack(piece.content)
            except Exception:  # named boundary: any damage to a piece is a miss
                break
            yield value
            offset, number, kept_bytes = piece.end, piece.next_number, piece.place
        writer: _Writer | None = None
        for chunk in iterate_chunks(str(path), offset, CHUNK_BYTES, number):
            value = codec.decode(chunk)
            if not chunk.at_end and chunk.next_offset > offset:
                writer = writer or _Writer(self, path, kept_bytes)
                writer.add(offset, chunk, codec, value)
            yield value
            offset = chunk.next_offset

    def opening(self) -> bytes:
        """How the file begins."""
        return MAGIC + self.code.encode() + b"\n"

    def _trusted(self, path: Path) -> Iterator[_Piece]:
        """The pieces whose bytes still stand in the log, from its first byte on."""
        log: io.FileIO
        with contextlib.suppress(OSError), open(self.place, "rb") as kept, open(path, "rb", 0) as log:
            if kept.read(len(self.opening())) != self.opening():
                return
            offset = 0
            while (piece := _next_piece(kept)) is not None:
                if piece.start != offset:  # written twice, by two builds at the same time
                    continue
                if _log_sum(log, piece.end - offset) != piece.log_sum:
                    return
                yield piece
                offset = piece.end


def read_chunks(path: Path, codec: Codec[Value], kept: PieceFile | None) -> Iterator[Value]:
    """Everything in a log file, chunk by chunk; each value is to be taken in before the next one."""
    if kept is not None:
        return kept.read(path, codec)
    return map(codec.decode, iterate_chunks(str(path), limit=CHUNK_BYTES))


class _Writer:
    """Adds pieces behind those that were trusted; the first one that cannot be kept is the last."""

    def __init__(self, pieces: PieceFile, log: Path, kept_bytes: int) -> None:
        self._pieces, self._log = pieces, log
        self._is_open = True
        with self._giving_up():
            self._prepare(kept_bytes)

    def add(self, offset: int, chunk: Chunk, codec: Codec[Value], value: Value) -> None:
        """Keeps the value of a chunk that begins at an offset of the log."""
        if not self._is_open:
            return
        with self._giving_up():
            with open(self._log, "rb", 0) as log:
                log.seek(offset)
                log_sum = _log_sum(log, chunk.next_offset - offset)
            content = codec.pack(value)
            fields = (len(content), offset, chunk.next_offset, chunk.next_number, log_sum)
            entry = _HEAD.pack(*fields, _sum(fields, content)) + content
            with open(self._pieces.place, "ab", buffering=0) as file:
                self._is_open = file.write(entry) == len(entry)

    def _prepare(self, kept_bytes: int) -> None:
        place, opening = self._pieces.place, self._pieces.opening()
        place.parent.mkdir(parents=True, exist_ok=True)
        with open(place, "ab", buffering=0) as file:
            if file.tell() != kept_bytes or not kept_bytes:
                file.truncate(kept_bytes)
            if not kept_bytes:
                file.write(opening)

    @contextlib.contextmanager
    def _giving_up(self) -> Iterator[None]:
        try:
            yield
        # A line may hold an integer or a text that no cache can; disks are full and folders are in the way.
        except (OSError, OverflowError, UnicodeEncodeError, ValueError, TypeError):
            self._is_open = False


def piece_file(folder: Path, names: tuple[str, ...], code: str) -> PieceFile:
    """Where the pieces of a log file are kept, which has these names from its project on."""
    return PieceFile(pieces_place(folder, names), code)


def pieces_place(folder: Path, names: tuple[str, ...]) -> Path:
    """Where a file of pieces stands."""
    name = hashlib.sha256("/".join(names).encode("utf-8", "surrogatepass")).hexdigest()
    return folder / "runs" / name[:2] / f"{name[2:34]}.pieces"


def _next_piece(kept: BinaryIO) -> _Piece | None:
    head = kept.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    size, start, end, next_number, log_sum, whole_sum = _HEAD.unpack(head)
    # A damaged size must not ask for memory that nobody has.
    if size > 1 << 32 or end - start > 1 << 32 or end <= start:
        return None
    content = kept.read(size)
    if len(content) < size or _sum((size, start, end, next_number, log_sum), content) != whole_sum:
        return None
    return _Piece(start, end, next_number, log_sum, content, kept.tell())


def _log_sum(log: io.FileIO, size: int) -> int:
    """The sum of so many next bytes; another one where there are not so many."""
    # One block, used again and again, stays in the processor's cache: three times as fast as new ones.
    block = memoryview(bytearray(BLOCK_BYTES))
    total = 0
    while size > 0 and (count := log.readinto(block[:size])):
        total = crc32(block[:count], total)
        size -= count
    return total ^ size


def _sum(fields: tuple[int, ...], content: bytes) -> int:
    return crc32(content, crc32(repr(fields).encode()))
