"""Tables: cells of every kind, growth, frames."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from collector.media.media import Item
from collector.media.table import ROW_LIMIT, Table, TableRows
from collector.media.text import Text
from tests.collector.media.sinks import Kept


def logged(table: Table) -> tuple[Item, dict[str, Any]]:
    sink = Kept()
    item = table.freeze().encode(sink)
    return item, json.loads(sink[item])


def test_cells_are_what_they_were() -> None:
    """Numbers, texts, nothing and lists come back; what JSON can not hold has its exact text."""
    table = Table(columns=["a", "b"], data=[[1, "x"], [None, [1, 2]], [math.nan, -math.inf], [2**70, True]])
    _, content = logged(table)
    assert content["columns"] == ["a", "b"]
    assert content["rows"] == [
        [1, "x"],
        [None, [1, 2]],
        [{"number": "NaN"}, {"number": "-Infinity"}],
        [{"number": str(2**70)}, True],
    ]


def test_media_in_cells_are_files_of_their_own() -> None:
    """A cell names the kind and the digest."""
    sink = Kept()
    table = Table(columns=["t"])
    table.add_data(Text("hello"))
    item = table.freeze().encode(sink)
    (cell,) = json.loads(sink[item])["rows"][0]
    assert cell["media"] == "text"
    assert sink[cell] == b"hello"


def test_rows_added_later_are_not_in_what_was_logged() -> None:
    """A logged table is as it was at the call."""
    table = Table(columns=["n"], data=[[1]])
    frozen = table.freeze()
    table.add_data(2)
    table.data[0][0] = 9
    sink = Kept()
    assert json.loads(sink[frozen.encode(sink)])["rows"] == [[1]]


def test_growing_table_records_what_is_new() -> None:
    """With INCREMENTAL each call has the rows since the last one, and says that it is a part."""
    table = Table(columns=["n"], data=[[1]], log_mode="INCREMENTAL")
    first, _ = logged(table)
    table.add_data(2)
    table.add_data(3)
    second, content = logged(table)
    assert content["rows"] == [[2], [3]]
    assert first["part"] is second["part"] is True


def test_whole_table_is_recorded_each_time() -> None:
    """Without it a table that grew is logged whole, unlike in wandb, where the second call is lost."""
    table = Table(columns=["n"], data=[[1]])
    logged(table)
    table.add_data(2)
    item, content = logged(table)
    assert content["rows"] == [[1], [2]]
    assert "part" not in item


def test_rows_of_other_lengths_are_made_to_fit() -> None:
    """Missing cells are None, cells too many are left out."""
    table = Table(columns=["a", "b"])
    table.add_data(1)
    table.add_data(1, 2, 3)
    assert table.data == [[1, None], [1, 2]]


def test_columns_can_be_added_and_read() -> None:
    """As in wandb, with None where there are too few cells."""
    table = Table(columns=["a"], data=[[1], [2]])
    table.add_column("b", ["x"])
    assert table.get_column("b") == ["x", None]
    assert [row for _, row in table.iterrows()] == [[1, "x"], [2, None]]


def test_frames_become_tables() -> None:
    """Polars' frames are read without importing Polars."""
    polars = pytest.importorskip("polars")
    _, content = logged(Table(dataframe=polars.DataFrame({"a": [1, 2], "b": ["x", None]})))
    assert content == {"columns": ["a", "b"], "rows": [[1, "x"], [2, None]]}


def test_pandas_frames_become_tables() -> None:
    """With NaN as it is."""
    pandas = pytest.importorskip("pandas")
    _, content = logged(Table(data=pandas.DataFrame({"a": [1.5, math.nan]})))
    assert content == {"columns": ["a"], "rows": [[1.5], [{"number": "NaN"}]]}


def test_arrays_in_cells() -> None:
    """A small array is its numbers; a large one is described in a few words."""
    np = pytest.importorskip("numpy")
    _, content = logged(Table(columns=["a"], data=[[np.arange(3)], [np.float32(0.5)], [np.zeros(1000)]]))
    assert content["rows"] == [["[0, 1, 2]"], [0.5], ["<ndarray, shape (1000,)>"]]


def test_rows_have_a_limit() -> None:
    """The first rows are kept, and the item says how many there were."""
    sink = Kept()
    item = TableRows(["n"], [[1]] * (ROW_LIMIT + 2), False).encode(sink)
    assert (item["rows"], item["total"]) == (ROW_LIMIT, ROW_LIMIT + 2)


def test_secrets_in_cells_are_taken_out() -> None:
    """Cells pass the rules that texts pass."""
    _, content = logged(Table(columns=["a"], data=[["token ghp_" + "a1B2" * 9]]))
    assert "ghp_" + "a1B2" * 9 not in content["rows"][0][0]
