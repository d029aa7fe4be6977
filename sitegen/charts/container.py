"""Named columns of numbers as a script that a page can load: the other half of js/decode.js.

A chunk is base64 of gzip of a container: the length of a JSON header (u32, little endian), the header,
padding to 8 bytes, then columns, each split into byte planes so that gzip finds the pattern.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from sitegen.charts.columns import Column
from sitegen.charts.deflate import Piece, gzip_of, piece

CONTAINER_VERSION = 1


def container(entries: Sequence[Mapping[str, Any]], columns: Sequence[Column]) -> list[Piece]:
    """Entries with these columns behind them; `cols` of an entry says which of them are its own."""
    specs: list[dict[str, Any]] = []
    offset = 0
    for column in columns:
        specs.append({"offset": offset, **column.spec})
        offset += column.planes.size
    header = {"version": CONTAINER_VERSION, "series": entries, "columns": specs}
    # A name may hold half a surrogate pair, which stays an escape.
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "backslashreplace")
    padding = -(4 + len(text)) % 8
    head = b"".join([len(text).to_bytes(4, "little"), text, b" " * padding])
    return [piece(head), *(column.planes for column in columns)]


def chunk_file(content: Sequence[Piece]) -> tuple[str, bytes]:
    """Name and text of the script that hands a container to the page; the name is that of its content."""
    packed = base64.b64encode(gzip_of(content))
    identity = hashlib.sha256(packed).hexdigest()[:16]
    return f"{identity}.js", b'site.data("%s","%s");\n' % (identity.encode(), packed)
