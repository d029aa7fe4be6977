"""Charts of small tables that the site draws: what `collector.plot` gives back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from collector.media.media import Item, Media, MediaError, Sink, guarded

POINT_LIMIT = 10_000
"""Most rows of a chart; of more every k-th is kept, and the item says how many there were."""

CHARTS = ("line", "bar", "scatter", "histogram", "confusion", "pr", "roc")


class Chart(Media):
    """A kind of chart with the rows it draws; `fields` tells which column is x, y, color, value."""

    kind = "chart"

    @guarded
    def __init__(
        self,
        chart: str,
        columns: Sequence[str],
        rows: Sequence[Sequence[Any]],
        fields: dict[str, str],
        title: str | None = None,
    ) -> None:
        if chart not in CHARTS:
            raise MediaError(f"chart {chart!r} is not known: {', '.join(CHARTS)}")
        unknown = [name for name in fields.values() if name not in columns]
        if unknown:
            raise MediaError(f"the table has no column {', '.join(map(repr, unknown))}")
        self.chart, self.fields = chart, fields
        self.columns, self.rows = [str(name) for name in columns], [list(row) for row in rows]
        self.title = None if title is None else str(title)[:500]
        self.size_bytes = 32 * len(self.columns) * len(self.rows)

    def encode(self, sink: Sink) -> Item:
        """The chart's kind, columns and rows as a JSON file."""
        from orjson import dumps  # loaded by every run

        from collector.runlog.values import to_leaf

        every = -(-len(self.rows) // POINT_LIMIT) or 1
        rows = [[to_leaf(cell)[0] for cell in row] for row in self.rows[::every]]
        content: Item = {"chart": self.chart, "title": self.title, "fields": self.fields}
        content |= {"columns": self.columns, "rows": rows}
        item = sink.put(dumps(content), "json") | {"chart": self.chart}
        return item | {"total": len(self.rows)} if every > 1 else item
