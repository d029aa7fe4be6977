"""The columns of every frame: a promise to those who query them, told in docs/reference/python.md."""

from __future__ import annotations

import polars as pl

MOMENT = pl.Datetime("us", "UTC")
TEXTS = pl.List(pl.String)
NAME = pl.Categorical
"""Of projects and runs, in every frame: Polars joins columns of equal types only."""

RUNS: dict[str, pl.DataType | type[pl.DataType]] = {
    "project": NAME,
    "run": NAME,
    "name": pl.String,
    "group": pl.String,
    "job_type": pl.String,
    "tags": TEXTS,
    "notes": pl.String,
    "state": pl.String,
    "cause": pl.String,
    "started": MOMENT,
    "last_heard": MOMENT,
    "duration": pl.Float64,
    "exit_code": pl.Int64,
    "attempts": pl.Int64,
    "ranks": pl.Int64,
    "world_size": pl.Int64,
    "superseded": pl.Int64,
    "dropped": pl.Int64,
    "problems": TEXTS,
    "folder": pl.String,
}
"""Followed by a column `config.<key>` for every setting and `summary.<metric>` for every metric."""

HISTORY: dict[str, pl.DataType | type[pl.DataType]] = {
    "project": NAME,
    "run": NAME,
    "metric": pl.Categorical,
    "rank": pl.Int32,
    "step": pl.Float64,
    "time": pl.Float64,
    "value": pl.Float64,
}
"""Of `history` and of `system`: a row for every point that counts."""

MEDIA: dict[str, pl.DataType | type[pl.DataType]] = {
    "project": NAME,
    "run": NAME,
    "name": pl.String,
    "kind": pl.String,
    "rank": pl.Int32,
    "step": pl.Float64,
    "time": pl.Float64,
    "position": pl.Int32,
    "caption": pl.String,
    "sha256": pl.String,
    "bytes": pl.Int64,
    "path": pl.String,
}

ARTIFACTS: dict[str, pl.DataType | type[pl.DataType]] = {
    "project": NAME,
    "run": NAME,
    "relation": pl.String,
    "name": pl.String,
    "type": pl.String,
    "version": pl.String,
    "digest": pl.String,
    "files": pl.Int64,
    "bytes": pl.Int64,
    "aliases": TEXTS,
    "source_project": pl.String,
}

TRIALS: dict[str, pl.DataType | type[pl.DataType]] = {
    "project": NAME,
    "sweep": pl.String,
    "trial": pl.Int64,
    "attempt": pl.Int64,
    "state": pl.String,
    "run": NAME,
    "objective": pl.Float64,
    "parameters": pl.String,
}
"""`parameters` is a JSON object. Empty as long as no sweep has left a trial."""
