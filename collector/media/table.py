"""Tables: rows of cells of any kind, whole at every call or growing over the steps."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from collector.media.arrays import SMALL, element_count
from collector.media.media import Item, Media, MediaError, Sink, guarded

ROW_LIMIT = 200_000
"""Most rows of one logged table; of more the first are kept, and the item says how many there were."""

MODES = ("IMMUTABLE", "MUTABLE", "INCREMENTAL")


class Table(Media):
    """`Table(columns=["image", "label"])`, then `add_data(...)`; a table may be logged again and again.

    Every call of `log` records the rows as they are; with log_mode="INCREMENTAL" only those added since the
    last call, and the page puts them together.
    """

    kind = "table"

    @guarded
    def __init__(
        self,
        columns: Sequence[Any] | None = None,
        data: Any = None,
        rows: Any = None,
        dataframe: Any = None,
        log_mode: str | None = "IMMUTABLE",
        **other: Any,
    ) -> None:
        # dtype, optional and allow_mixed_types of wandb: a cell is what it is, there is nothing to declare.
        self.columns: list[Any] = list(columns) if columns is not None else []
        self.data: list[list[Any]] = []
        self.log_mode = log_mode or "IMMUTABLE"
        self._logged = 0
        if self.log_mode not in MODES:
            raise MediaError(f"log_mode={log_mode!r} is not known: {', '.join(MODES)}")
        given = data if data is not None else rows
        if dataframe is None and hasattr(given, "columns"):
            dataframe = given
        if dataframe is not None:
            self.columns, self.data = _read_frame(dataframe)
        elif given is not None:
            self.data = [list(row) for row in (given.tolist() if hasattr(given, "tolist") else given)]
            if columns is None and self.data:
                self.columns = [f"Column {i}" for i in range(len(self.data[0]))]
        elif columns is None:
            self.columns = ["Input", "Output", "Expected"]  # wandb's

    def add_data(self, *row: Any) -> None:
        """Add a row; one of another length than the columns is padded or cut, and told of when logged."""
        if len(row) != len(self.columns):
            self.problem_of_rows = f"a row had {len(row)} cells for {len(self.columns)} columns"
        self.data.append([*row, *([None] * (len(self.columns) - len(row)))][: len(self.columns)])

    def add_row(self, *row: Any) -> None:
        """The same as `add_data`."""
        self.add_data(*row)

    def add_column(self, name: Any, data: Iterable[Any], optional: bool = False) -> None:
        """Add a column with a cell for each row; rows without one get None."""
        cells = list(data)
        if not self.data:
            self.data = [[None] * len(self.columns) for _ in cells]
        self.columns.append(name)
        for number, row in enumerate(self.data):
            row.append(cells[number] if number < len(cells) else None)

    def get_column(self, name: Any, convert_to: str | None = None) -> Any:
        """The cells of a column, as a NumPy array if `convert_to="numpy"`."""
        at = self.columns.index(name)
        cells = [row[at] for row in self.data]
        if convert_to != "numpy":
            return cells
        import numpy as np  # the caller wants it

        return np.array(cells)

    def get_dataframe(self) -> Any:
        """The table as a pandas DataFrame."""
        import pandas as pd  # the caller wants it

        return pd.DataFrame(self.data, columns=self.columns)

    def iterrows(self) -> Iterator[tuple[int, list[Any]]]:
        """Every row with its number."""
        yield from enumerate(self.data)

    problem_of_rows = ""
    """What was odd about a row; the table is recorded all the same."""

    def freeze(self) -> Media:
        """The rows that this call of `log` records."""
        if self.problem:
            return self
        first = self._logged if self.log_mode == "INCREMENTAL" else 0
        self._logged = len(self.data)
        return TableRows(self.columns, self.data[first:], self.log_mode == "INCREMENTAL")

    def __len__(self) -> int:
        return len(self.data)

    def __repr__(self) -> str:
        return f"Table({len(self.data)} rows of {self.columns})"


class TableRows(Media):
    """Rows of a table as they were when they were logged."""

    kind = "table"

    def __init__(self, columns: Sequence[Any], rows: Sequence[Sequence[Any]], is_part: bool) -> None:
        self._columns = [str(name) for name in columns]
        self._total = len(rows)
        self._is_part = is_part
        self._rows = [[_held(cell) for cell in row] for row in rows[:ROW_LIMIT]]
        self.size_bytes = sum(_weight(cell) for row in self._rows for cell in row)

    def encode(self, sink: Sink) -> Item:
        """The columns and rows as a JSON file; media in cells are files of their own."""
        from orjson import dumps  # loaded by every run

        rows = [[_encode_cell(cell, sink) for cell in row] for row in self._rows]
        item = sink.put(
            dumps({"columns": [_encode_cell(name, sink) for name in self._columns], "rows": rows}), "json"
        )
        item |= {"rows": len(rows), "columns": len(self._columns)}
        if self._total > len(rows):
            item["total"] = self._total
        return item | {"part": True} if self._is_part else item


def _held(cell: Any) -> Any:
    """The cell as it can be kept: plain values and media stay, arrays become pictures or texts now."""
    if cell is None or type(cell) in (str, int, float, bool) or isinstance(cell, Media):
        return cell
    from collector.media.recognize import as_media  # it knows the tables too

    found = as_media(cell) if (element_count(cell) or SMALL + 1) > SMALL else None
    if found is not None:
        return found
    from collector.runlog.values import to_leaf, to_tree

    return to_tree(cell) if isinstance(cell, (list, tuple, dict)) else to_leaf(cell)[0]


def _encode_cell(cell: Any, sink: Sink) -> Any:
    if isinstance(cell, Media):
        if cell.problem:
            return cell.problem
        return {"media": cell.kind, **cell.freeze().encode(sink)}
    if isinstance(cell, float) and not math.isfinite(cell):
        return {"number": "NaN" if cell != cell else "Infinity" if cell > 0 else "-Infinity"}
    if isinstance(cell, int) and not isinstance(cell, bool) and abs(cell) > 1 << 53:
        return {"number": str(cell)}
    if isinstance(cell, str):
        from collector.runlog.redact import text
        from collector.runlog.values import clean_text

        return clean_text(text(cell))
    return [_encode_cell(inner, sink) for inner in cell] if isinstance(cell, list) else cell


def _weight(cell: Any) -> int:
    if isinstance(cell, Media):
        return cell.size_bytes
    return len(cell) if isinstance(cell, str) else 32


def _read_frame(frame: Any) -> tuple[list[Any], list[list[Any]]]:
    columns = list(frame.columns)
    if hasattr(frame, "iter_rows"):  # polars
        return columns, [list(row) for row in frame.head(ROW_LIMIT + 1).iter_rows()]
    if hasattr(frame, "itertuples"):  # pandas
        return columns, [list(row) for row in frame.head(ROW_LIMIT + 1).itertuples(index=False, name=None)]
    raise MediaError(f"a {type(frame).__name__} is no data frame")
