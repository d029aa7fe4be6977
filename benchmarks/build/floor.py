"""The least work that reads the same logs: orjson for every line, Polars for the columns, no pages."""

from __future__ import annotations

import sys
from pathlib import Path

import orjson
import polars as pl


def read_all(root: Path) -> int:
    """Reads every metric line below a folder and takes each column's mean; how many values there were."""
    values = 0
    for path in sorted(root.rglob("*.metrics.jsonl")):
        found = [orjson.loads(line) for line in path.read_bytes().splitlines()]
        frame = pl.DataFrame([line["m"] for line in found if line["k"] == "log"])
        frame.mean()
        values += frame.width * frame.height
    return values


if __name__ == "__main__":
    print(read_all(Path(sys.argv[1])))
