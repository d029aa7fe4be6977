"""The same without a package: the standard library's json and one write."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.logging.contestants import floor_orjson

TITLE = "floor: json + write"
PACKAGE = ""

finish = floor_orjson.finish
read = floor_orjson.read


def start(folder: str) -> Callable[[dict[str, float]], object]:
    """An appended file, and the function that encodes a row and writes it."""
    import json
    import os

    file = os.open(f"{folder}/rows.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    dumps, write = json.dumps, os.write
    return lambda row: write(file, dumps({"s": 1, "t": 1.5, "m": row}).encode() + b"\n")
