"""Where tests let media go, and how they look at pictures without any package."""

from __future__ import annotations

import struct
from hashlib import sha256
from zlib import decompress

from collector.media.media import Item


class Kept:
    """A sink that keeps files in memory."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def put(self, content: bytes, ext: str) -> Item:
        digest = sha256(content).hexdigest()
        self.files[f"{digest}.{ext}"] = content
        return {"sha256": digest, "ext": ext, "bytes": len(content)}

    def __getitem__(self, item: Item) -> bytes:
        return self.files[f"{item['sha256']}.{item['ext']}"]


def chunks(png: bytes) -> list[tuple[str, bytes]]:
    """The chunks of a PNG file."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    found, at = [], 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        found.append((png[at + 4 : at + 8].decode(), png[at + 8 : at + 8 + length]))
        at += 12 + length
    return found


def pixels(png: bytes) -> list[list[int]]:
    """The bytes of each row of a PNG of eight bits, filters undone as the standard tells."""
    header = dict(chunks(png))["IHDR"]
    width, height, _, color = struct.unpack(">IIBB", header[:10])
    step = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[color]
    raw = decompress(b"".join(content for name, content in chunks(png) if name == "IDAT"))
    rows: list[list[int]] = []
    for number in range(height):
        line = raw[number * (width * step + 1) :][: width * step + 1]
        row: list[int] = []
        for at, value in enumerate(line[1:]):
            left = row[at - step] if at >= step else 0
            above = rows[-1][at] if rows else 0
            row.append((value + {0: 0, 1: left, 2: above}[line[0]]) & 255)
        rows.append(row)
    return rows
