"""The page's own Parquet writer, read by Polars."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import polars as pl
import pytest

ROOT = Path(__file__).resolve().parents[3]
WRITE = """
const { load } = require("./tests/js/charts_harness.js");
const words = { NaN, Infinity };
const text = require("node:fs").readFileSync(0, "utf8");
const columns = JSON.parse(text, (key, value) => (value in words ? words[value] : value));
process.stdout.write(Buffer.from(load("parquet").parquet.file(columns)).toString("base64"));
"""

pytestmark = pytest.mark.skipif(not shutil.which("node"), reason="node is not installed")


def read_back(columns: list[dict[str, Any]], folder: Path) -> pl.DataFrame:
    done = subprocess.run(
        ["node", "-e", WRITE], input=json.dumps(columns), cwd=ROOT, capture_output=True, text=True, check=True
    )
    (folder / "table.parquet").write_bytes(base64.b64decode(done.stdout))
    return pl.read_parquet(folder / "table.parquet")


@pytest.mark.parametrize("rows", [1, 7, 8, 9, 3000])
def test_polars_reads_what_the_page_writes(rows: int, tmp_path: Path) -> None:
    """Text and numbers, missing ones, a name that stands twice, any number of rows and columns."""
    text = [None if at % 5 == 3 else f"run ü {at}" for at in range(rows)]
    numbers = [None if at % 7 == 2 else at / 8 for at in range(rows)]
    columns = [{"name": "run", "values": text}, {"name": "x", "values": numbers}]
    columns += [{"name": "x", "values": list(range(rows))} for _ in range(18)]
    frame = read_back(columns, tmp_path)
    assert frame.columns[:4] == ["run", "x", "x_2", "x_3"]
    assert frame["run"].to_list() == text
    assert frame["x"].to_list() == numbers
    assert frame["x_19"].to_list() == [float(at) for at in range(rows)]


def test_not_finite_numbers_stay_what_they_are(tmp_path: Path) -> None:
    """NaN is a number that is none, not a missing one."""
    found = read_back([{"name": "x", "values": [1.5, "NaN", "Infinity", None]}], tmp_path)["x"]
    assert (found[0], found.is_nan()[1], found[2], found[3]) == (1.5, True, float("inf"), None)
