"""Compressed pieces that are joined without compressing them again.

A piece is a part of a deflate stream that ends at a byte's border and refers to nothing before itself. So a
column is compressed once, whether it ends up in the chunk of its run, of its project or of both.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

LEVEL = 4
STORED_BYTES = 40
"""So many bytes are stored as they are: packed they would be no shorter, and there may be 100,000 pieces."""
_STORED_HEAD = 5
"""Bytes in front of them: the kind of the block, and their number twice."""

_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
"""Of a gzip file without a name and without a time."""

_LAST = b"\x03\x00"
"""A last block with nothing in it."""

_POLYNOMIAL = 0xEDB88320
_ONE = 1 << 31


class Piece(NamedTuple):
    """Some bytes, compressed, with what it takes to put them behind others."""

    size: int
    """Bytes before compression."""
    crc: int
    packed: bytes


def piece(raw: bytes) -> Piece:
    """These bytes as a piece."""
    if len(raw) <= STORED_BYTES:
        count = len(raw)
        return Piece(count, zlib.crc32(raw), b"\0%c\0%c\xff%b" % (count, count ^ 0xFF, raw) if raw else b"")
    deflate = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = deflate.compress(raw) + deflate.flush(zlib.Z_FULL_FLUSH)
    return Piece(len(raw), zlib.crc32(raw), packed)


def unpacked(one: Piece) -> bytes:
    """The bytes that a piece was made from."""
    return zlib.decompressobj(-zlib.MAX_WBITS).decompress(one.packed)


def gzip_of(pieces: Iterable[Piece]) -> bytes:
    """One gzip file of all these pieces."""
    size, crc = 0, 0
    parts = [_HEAD]
    for one in pieces:
        parts.append(one.packed)
        if one.size <= STORED_BYTES:
            crc = zlib.crc32(one.packed[_STORED_HEAD:], crc)
        else:
            crc = _product(_shift(one.size), crc) ^ one.crc
        size += one.size
    return b"".join([*parts, _LAST, crc.to_bytes(4, "little"), (size & 0xFFFFFFFF).to_bytes(4, "little")])


def _product(one: int, other: int) -> int:
    """The product of two polynomials over GF(2), modulo that of CRC-32; bit 31 is the constant term."""
    found, bit = 0, _ONE
    while other:
        if one & bit:
            found ^= other
            one ^= bit
            if not one:
                break
        bit >>= 1
        other = (other >> 1) ^ _POLYNOMIAL if other & 1 else other >> 1
    return found


@lru_cache(maxsize=4096)
def _shift(size: int) -> int:
    """What a CRC is multiplied by when so many bytes follow: x to the power of eight times as many."""
    found, power = _ONE, _ONE >> 8
    while size:
        if size & 1:
            found = _product(power, found)
        power = _product(power, power)
        size >>= 1
    return found
