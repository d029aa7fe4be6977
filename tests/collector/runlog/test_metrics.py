"""Rows of metrics: one line per call, whatever is in them."""

from __future__ import annotations

import math
import os
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collector.runlog.history import row_of
from collector.runlog.lines import LINE_LIMIT
from tests.collector.runlog.written import new_metrics, read, rows


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "x.metrics.jsonl"


def logged(path: Path) -> list[dict[str, Any]]:
    """What a reader gets back for every row."""
    return [row_of(row, 0.0).values for row in rows(path)]


def test_names_stand_before_their_first_use(log: Path) -> None:
    """A `keys` line comes first, and every row carries how many names were known."""
    metrics = new_metrics(log)
    assert metrics.append(0, {"a": 1.0, "b": 2})
    assert metrics.append(1, {"a": 1.5})
    assert metrics.append(1, {"c": 3.0})
    kinds = [(record["k"], record.get("keys"), record.get("n")) for record in read(log)[0]]
    assert kinds == [
        ("head", None, None),
        ("keys", ["a", "b"], None),
        ("log", None, 2),
        ("log", None, 2),
        ("keys", ["c"], None),
        ("log", None, 3),
    ]


@pytest.mark.parametrize(
    "value", [0.1, -1e-300, 5e-324, 1.7976931348623157e308, 0, -3, 2**53, -(2**53), 1e22]
)
def test_plain_numbers_are_kept_exactly(log: Path, value: float) -> None:
    """A number comes back as the same number of the same type, on the fast way and on the careful one."""
    metrics = new_metrics(log)
    metrics.append(0, {"a": value})  # the first use of a name goes the careful way
    metrics.append(1, {"a": value})
    assert [repr(row["a"]) for row in logged(log)] == [repr(value)] * 2


@pytest.mark.parametrize(
    ("value", "exact"),
    [
        (math.nan, "NaN"),
        (math.inf, "Infinity"),
        (-math.inf, "-Infinity"),
        (True, True),
        (False, False),
        (2**53 + 1, "9007199254740993"),
        (-(2**70), "-1180591620717411303424"),
    ],
)
def test_what_json_would_change_stands_beside(log: Path, value: float, exact: object) -> None:
    """NaN, infinities, booleans and large integers keep their exact form, null standing among the numbers."""
    metrics = new_metrics(log)
    for step in range(2):
        metrics.append(step, {"a": value, "b": 1.0})
    for row in rows(log):
        assert (row["m"], row["x"]) == ({"a": None, "b": 1.0}, {"a": exact})
    assert repr(logged(log)[1]["a"]) == repr(value)


def test_large_integers_that_cancel_out_are_noticed(log: Path) -> None:
    """The fast way looks at a sum; values beyond the limit can not hide in it."""
    metrics = new_metrics(log)
    for step in range(2):
        metrics.append(step, {"a": 2**60 + 1, "b": -(2**60) - 1})
    assert logged(log)[1] == {"a": 2**60 + 1, "b": -(2**60) - 1}


def test_none_is_null_and_absent_is_absent(log: Path) -> None:
    """A metric logged as None differs from one that was not logged."""
    metrics = new_metrics(log)
    metrics.append(0, {"a": None, "b": 1.0})
    assert rows(log)[0]["m"] == {"a": None, "b": 1.0}


_numbers = st.one_of(st.floats(), st.integers(-(2**80), 2**80), st.booleans(), st.none(), st.text(max_size=5))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.text(max_size=8), _numbers, max_size=6), st.integers(0, 10**6))
def test_every_row_comes_back_equal(tmp_path: Path, row: dict[str, Any], number: int) -> None:
    """Any names and values round trip exactly; lone surrogates come back as visible text."""
    path = tmp_path / f"{number}-{os.urandom(4).hex()}.metrics.jsonl"
    metrics = new_metrics(path)
    for step in range(2):
        assert metrics.append(step, row)
    assert [repr(sorted(values.items())) for values in logged(path)] == [repr(sorted(row.items()))] * 2
    assert read(path)[1] == []


def test_ten_thousand_names(log: Path) -> None:
    """As many names as a large model has parameters are declared and found again."""
    metrics = new_metrics(log)
    row = {f"gradients/layer.{i}.weight": float(i) for i in range(10_000)}
    for step in range(2):
        assert metrics.append(step, row)
    declared = [name for record in read(log)[0] if record["k"] == "keys" for name in record["keys"]]
    assert sorted(declared) == sorted(row)
    assert logged(log) == [row, row]


def test_row_too_long_for_a_line_takes_several(log: Path) -> None:
    """A giant call is split over lines of one step, each within the limit."""
    metrics = new_metrics(log)
    row = {f"a rather long name of a metric, number {i}": 1 / 3 + i for i in range(40_000)}
    assert metrics.append(7, row)
    assert {entry["step"] for entry in rows(log)} == {7}
    merged: dict[str, Any] = {}
    for values in logged(log):
        merged |= values
    assert merged == row
    assert max(map(len, log.read_bytes().split(b"\n"))) < LINE_LIMIT


@pytest.mark.parametrize("name", ["\0" * 3000, "\x1f" * 990, "🦊" * 999, "x" * 50_000, "\ud800" * 500])
def test_hostile_names_fit_into_a_line(log: Path, name: str) -> None:
    """Two hundred names of the worst kind are declared and used without a damaged or lost line."""
    metrics = new_metrics(log)
    row = {f"{i:03}{name}": float(i) for i in range(200)}
    assert metrics.append(0, row)
    assert read(log)[1] == []
    assert metrics.writer.dropped == 0
    values: dict[str, Any] = {}
    for part in logged(log):
        values |= part
    assert sorted(values.values()) == sorted(row.values())
    assert all(len(key) <= 1000 for key in values)


@pytest.mark.parametrize("row", [5, None, "text", [1, 2], object()])
def test_row_that_is_no_dict_is_counted(log: Path, row: Any) -> None:
    """A call that makes no sense is counted as given up and raises nothing."""
    metrics = new_metrics(log)
    assert not metrics.append(0, row)
    assert metrics.writer.dropped == 1
    assert metrics.append(0, {"a": 1.0})


def test_fractional_step_is_kept(log: Path) -> None:
    """Steps are numbers."""
    metrics = new_metrics(log)
    for _ in range(2):
        metrics.append(0.5, {"a": 1.0})
    assert [row["step"] for row in rows(log)] == [0.5, 0.5]


def test_odd_value_is_told_once(log: Path) -> None:
    """What became a text because it is no number is told once per name, not at every step."""
    told: list[tuple[str, str]] = []
    metrics = new_metrics(log, on_odd=lambda name, kind: told.append((name, kind)))
    for step in range(3):
        metrics.append(step, {"a": [1, 2], "b": 1.0})
    assert told == [("a", "list")]


def test_threads_find_every_name_declared(log: Path) -> None:
    """Sixteen threads that bring new names all the time: no row counts a name that stands nowhere before."""
    metrics = new_metrics(log)

    def work(number: int) -> None:
        for i in range(200):
            metrics.append(i, {f"{number}/{i // 10}": float(i), "shared": 1.0})

    threads = [threading.Thread(target=work, args=[number]) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    known: set[str] = set()
    count = 0
    for record in read(log)[0]:
        if record["k"] == "keys":
            known.update(record["keys"])
        elif record["k"] == "log":
            assert record["n"] <= len(known)
            assert known.issuperset(record["m"])
            count += 1
    assert count == 3200


def test_error_in_a_signal_handler_reaches_the_script(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception that is not ours passes through `append` instead of being swallowed."""
    metrics = new_metrics(log)
    metrics.append(0, {"a": 1.0})

    def interrupted(file: int, line: bytes) -> int:
        raise TimeoutError("the user's alarm")

    monkeypatch.setattr("collector.runlog.metrics.os.write", interrupted)
    with pytest.raises(TimeoutError):
        metrics.append(1, {"a": 1.0})
