"""The one format in which the page gets numbers: a classic script that hands over a packed container.

A chunk is base64 of gzip of a container: the length of a JSON header (u32, little endian), the header,
padding to 8 bytes, then columns, each split into byte planes so that gzip finds the pattern. The header has
a list of series, whose `cols` name columns by their place in the list of columns.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from sitegen.charts.columns import Column

GZIP_LEVEL = 4
CONTAINER_VERSION = 1


def container(series: Sequence[Mapping[str, Any]], columns: Sequence[Column]) -> bytes:
    """These series with their columns, not yet compressed."""
    specs: list[dict[str, Any]] = []
    offset = 0
    for column in columns:
        specs.append({"offset": offset, **column.spec})
        offset += len(column.planes)
    header = {"version": CONTAINER_VERSION, "series": series, "columns": specs}
    # A name may hold half a surrogate pair, which stays an escape.
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "backslashreplace")
    padding = -(4 + len(text)) % 8
    planes = [column.planes for column in columns]
    return b"".join([len(text).to_bytes(4, "little"), text, b" " * padding, *planes])


def chunk_file(content: bytes) -> tuple[str, bytes]:
    """Name and text of the script; the name is the chunk's id and '.js'."""
    identity = hashlib.sha256(content).hexdigest()[:16]
    # wbits 31 is gzip; unlike GzipFile this writes no clock and no name.
    deflate = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, 31)
    packed = base64.b64encode(deflate.compress(content) + deflate.flush())
    return f"{identity}.js", b'site.data("%s","%s");\n' % (identity.encode(), packed)
