"""Series, runs and projects made by hand, and the page's side of a chunk in Python."""

from __future__ import annotations

import base64
import gzip
import json
import math
import re
import struct
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any

import polars

from sitegen.derive.facts import SERIES_COLUMNS_BUCKETS, MetricSummary, ProjectFacts, Series, WholeRun

STARTED = 1_760_000_000.0


def whole(
    values: Sequence[float],
    *,
    run: str = "run-a",
    metric: str = "loss",
    rank: int = 0,
    steps: Sequence[float] | None = None,
    times: Sequence[float] | None = None,
) -> Series:
    """A series with every point; steps count from 0 and a step takes half a second, unless said otherwise."""
    count = len(values)
    columns = {
        "step": floats(steps if steps is not None else range(count)),
        "t": floats(times if times is not None else [step / 2 for step in range(count)]),
        "y": floats(values),
    }
    return Series(run, metric, rank, count, 1, columns)


def bucketed(values: Sequence[float], width: int, *, run: str = "run-a", metric: str = "loss") -> Series:
    """The same series in buckets."""
    rows = [bucket(values[start : start + width], start) for start in range(0, len(values), width)]
    columns = {name: column(name, [row[name] for row in rows]) for name in SERIES_COLUMNS_BUCKETS}
    return Series(run, metric, 0, len(values), width, columns)


def bucket(values: Sequence[float], start: int) -> dict[str, float]:
    finite = [value for value in values if math.isfinite(value)]
    last = start + len(values) - 1
    some = finite or [math.nan]
    return {
        "step0": start, "step1": last, "t0": start / 2, "t1": last / 2, "first": some[0], "last": some[-1],
        "min": min(some), "max": max(some), "mean": sum(some) / len(some), "n": len(finite),
        "bad": len(values) - len(finite),
    }  # fmt: skip


def column(name: str, values: Sequence[float]) -> polars.Series:
    if name in {"n", "bad"}:
        return polars.Series(values, dtype=polars.UInt32)
    exact = name in {"step0", "step1", "t0", "t1"}
    return polars.Series(values, dtype=polars.Float64 if exact else polars.Float32)


def floats(values: Iterable[float]) -> polars.Series:
    return polars.Series([float(value) for value in values], dtype=polars.Float64)


def run_of(
    run_id: str,
    series: Iterable[Series] = (),
    system: Iterable[Series] = (),
    summary: Mapping[str, MetricSummary] | None = None,
) -> WholeRun:
    """A run of which only what charts read is set."""
    blank: dict[str, Any] = {field.name: None for field in fields(WholeRun)}
    known = {
        "summary": summary or {},
        "id": run_id,
        "folder": f"p/{run_id}",
        "name": run_id,
        "started": STARTED,
        "series": tuple(series),
        "system": tuple(system),
    }
    return WholeRun(**(blank | known))


def project_of(runs: Iterable[WholeRun]) -> ProjectFacts:
    blank: dict[str, Any] = {field.name: None for field in fields(ProjectFacts)}
    return ProjectFacts(**(blank | {"name": "p", "slug": "p", "runs": tuple(runs)}))


def container(chunk: bytes) -> bytes:
    """What is packed in a chunk file."""
    found = re.fullmatch(rb'site\.data\("[0-9a-f]{16}","([A-Za-z0-9+/=]*)"\);\n', chunk)
    assert found, chunk[:80]
    return gzip.decompress(base64.b64decode(found[1]))


def unpacked(chunk: bytes) -> list[dict[str, Any]]:
    """The series of a chunk file with their columns as lists, read by the format's description alone."""
    raw = container(chunk)
    (length,) = struct.unpack_from("<I", raw)
    header = json.loads(raw[4 : 4 + length])
    body = raw[-(-(4 + length) // 8) * 8 :]
    columns = [_column(body, spec) for spec in header["columns"]]
    return [
        one | {"cols": {name: columns[at] for name, at in one.get("cols", {}).items()}}
        for one in header["series"]
    ]


def _column(body: bytes, spec: dict[str, Any]) -> list[float]:
    code = {"f64": "d", "f32": "f", "u32": "I", "i32": "i"}[spec["type"]]
    size, count = array(code).itemsize, spec["count"]
    planes = body[spec["offset"] : spec["offset"] + size * count]
    raw = bytes(planes[plane * count + at] for at in range(count) for plane in range(size))
    values = array(code, raw).tolist()
    if "scale" not in spec:
        return values
    units, made = spec["base"], []
    for step in values:
        units += step
        made.append(units / spec["scale"])
    return made
