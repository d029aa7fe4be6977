"""Frozen logs of format 1 are read as on the day they were written, whole and damaged."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from collector.runlog.history import Summary, merged_rows, metrics_files, read_rows
from collector.runlog.reader import read_header, read_records
from collector.runlog.values import join_tree
from tests.collector.runs import ROOT

RUN = ROOT / "tests/logs/v1/runlogs/demo/calm-fox-aaaaaa"
DAMAGED = ROOT / "tests/logs/v1/damaged"


def test_files_are_found_by_rank_and_attempt() -> None:
    """The headers say which file is whose."""
    found = [(file.rank, file.attempt, file.started) for file in metrics_files(str(RUN))]
    assert found == [(0, 1, 1767268800.0), (0, 2, 1767272400.0), (1, 1, 1767268801.0)]


def test_rows_as_logged() -> None:
    """Every call comes back with its values exactly: NaN, booleans, large integers, None, texts."""
    rows = [row for row, _ in read_rows(metrics_files(str(RUN), rank=0)[0])]
    assert [row.step for row in rows] == [0, 1, 2, 3, 4, 2, 2.5]
    assert rows[1].values == {"train/loss": 0.5, "epoch": 1}
    assert rows[1].wall == 1767268801.0
    assert math.isnan(rows[4].values["train/loss"])  # type: ignore[arg-type]
    assert {**rows[4].values, "train/loss": 0} == {
        "train/loss": 0, "val.acc": 0.5, "val.best": True, "text": "grüße",
    }  # fmt: skip
    assert rows[5].values == {"train/loss": 0.25, "count": 2**60, "none": None}
    assert rows[6].values["train/loss"] == -math.inf
    assert len(str(rows[6].values["long"])) == 65_536


def test_merged_history() -> None:
    """Equal steps are one row, and the second attempt supersedes the first from its first step on."""
    rows = {row.step: row.values for row in merged_rows(str(RUN))}
    assert list(rows) == [0, 1, 2, 2.5, 3, 4]
    assert rows[2] == {"train/loss": 0.25, "epoch": 2, "count": 2**60, "none": None}
    assert (rows[3], rows[4]) == ({"train/loss": 0.03}, {"train/loss": 0.04})
    assert [row.values for row in merged_rows(str(RUN), rank=1)] == [{"train/loss": 7.0, "only/rank1": 1}]


def test_summary() -> None:
    """The numbers are those of the merged history."""
    loss = Summary(str(RUN)).refresh()["train/loss"]
    assert (loss.finite, loss.first, loss.last, loss.min, loss.max) == (5, 1.0, 0.04, 0.03, 1.0)
    assert loss.mean == pytest.approx((1.0 + 0.5 + 0.25 + 0.03 + 0.04) / 5)
    assert (loss.nan_count, loss.inf_count, loss.min_step) == (0, 1, 3)


def test_records() -> None:
    """Records of every kind, and of kinds nobody knows, come back as written."""
    records, bad = read_records(str(RUN / "r0-20260101T120000Z-aaaaaa.records.jsonl"))
    assert bad == []
    kinds = [record["k"] for record in records]
    assert kinds[:10] == [
        "head", "run", "config", "config", "define", "summary", "provenance", "provenance", "file", "sys",
    ]  # fmt: skip
    assert kinds[10:] == ["beat", "drop", "note", "from the future", "note", "end"]
    assert records[13]["anything"] == [1, {"x": None}]
    assert join_tree(records[2]["v"], records[2]["x"])["model"] == {"dim": 8, "big": math.inf}


@pytest.mark.parametrize(
    ("name", "rows", "bad"),
    [
        ("torn-tail", 3, [(6, "torn")]),
        ("bit-flip", 3, [(4, "corrupt")]),
        ("foreign-line", 4, [(4, "foreign")]),
        ("nul-run", 3, [(6, "torn")]),
        ("windows-line-ends", 4, []),
        ("short-write", 4, [(4, "torn")]),
        ("lost-keys-line", 4, []),
        ("no-header", 4, []),
    ],
)
def test_damaged_files(name: str, rows: int, bad: list[tuple[int, str]]) -> None:
    """Of a damaged file every whole line is used, and the rest is named by line and kind."""
    path = DAMAGED / f"{name}.metrics.jsonl"
    records, found = read_records(str(path))
    assert sum(record["k"] == "log" for record in records) == rows
    assert [(line.number, line.kind) for line in found] == bad
    assert (read_header(str(path)) is None) == (name == "no-header")


def test_every_damage_has_a_sample() -> None:
    """No frozen file is left out of the test above."""
    assert len(list(DAMAGED.iterdir())) == 8


def test_summary_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second look reads only what was added, and gives what a fresh look gives."""
    from tests.collector.runlog.written import new_metrics

    metrics = new_metrics(tmp_path / "r0-x.metrics.jsonl")
    summary = Summary(str(tmp_path))
    read: list[int] = []

    def counting(file: Any, offset: int = 0) -> Any:
        read.append(offset)
        return read_rows(file, offset)

    monkeypatch.setattr("collector.runlog.history.read_rows", counting)
    for step in range(300):
        metrics.append(step, {"a": math.sin(step)})
        if step % 50 == 0:
            assert summary.refresh() == Summary(str(tmp_path)).refresh()
    assert max(read) > 5000
