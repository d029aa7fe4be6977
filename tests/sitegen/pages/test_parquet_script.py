"""The page's own Parquet writer, read by Polars."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from pathlib import Path

import polars as pl
import pytest

ROOT = Path(__file__).resolve().parents[3]
WRITE = """
const { load } = require("./tests/js/charts_harness.js");
const words = { NaN, Infinity };
const columns = JSON.parse(process.argv[1], (key, value) => (value in words ? words[value] : value));
process.stdout.write(Buffer.from(load("parquet").parquet.file(columns)).toString("base64"));
"""


@pytest.mark.skipif(not shutil.which("node"), reason="node is not installed")
@pytest.mark.parametrize("rows", [1, 7, 8, 9, 3000])
def test_polars_reads_what_the_page_writes(rows: int, tmp_path: Path) -> None:
    """Text and numbers, missing ones, NaN, a name that stands twice, any number of rows and columns."""
    text = [None if at % 5 == 3 else f"run ü {at}" for at in range(rows)]
    numbers = [None if at % 7 == 2 else at / 8 for at in range(rows)]
    columns = [{"name": "run", "values": text}, {"name": "x", "values": numbers}]
    columns += [{"name": "x", "values": [at for at in range(rows)]} for _ in range(18)]
    done = subprocess.run(
        ["node", "-e", WRITE, json.dumps(columns)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    file = tmp_path / "table.parquet"
    file.write_bytes(base64.b64decode(done.stdout))
    frame = pl.read_parquet(file)
    assert frame.columns[:4] == ["run", "x", "x_2", "x_3"]
    assert frame["run"].to_list() == text
    assert frame["x"].to_list() == numbers
    assert frame["x_19"].to_list() == [float(at) for at in range(rows)]


@pytest.mark.skipif(not shutil.which("node"), reason="node is not installed")
def test_not_finite_numbers_stay_what_they_are(tmp_path: Path) -> None:
    """NaN is a number that is none, not a missing one."""
    columns = json.dumps([{"name": "x", "values": [1.5, "NaN", "Infinity", None]}])
    done = subprocess.run(
        ["node", "-e", WRITE, columns], cwd=ROOT, capture_output=True, text=True, check=True
    )
    file = tmp_path / "table.parquet"
    file.write_bytes(base64.b64decode(done.stdout))
    found = pl.read_parquet(file)["x"]
    assert (found[0], found.is_nan()[1], found[2], found[3]) == (1.5, True, float("inf"), None)
