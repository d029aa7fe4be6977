"""Tables that a run logged: read from their files, the beginning for the template, more for the script."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sitegen.pages.formatting import exact, measure, visible
from sitegen.pages.mediaviews import MediaCell, MediaTable
from sitegen.pages.shelf import Shelf

PAGE_ROWS = 10_000
"""Most rows that the page's script gets; the file has them all."""

STATIC_ROWS = 10
TEXT_CHARACTERS = 2_000
SHOWN_KINDS = ("image", "figure")


def read_table(items: Sequence[Mapping[str, Any]], shelf: Shelf) -> dict[str, Any]:
    """Columns and rows of a table, from one file or from the parts it grew by."""
    columns: list[str] = []
    rows: list[list[Any]] = []
    total = 0
    for item in items:
        content = _json(shelf.content(item))
        named, found = content.get("columns"), content.get("rows")
        if not isinstance(named, list) or not isinstance(found, list):
            continue
        columns = columns or [visible(str(name)) for name in named]
        total += len(found)
        rows += [_row(row, len(columns), shelf) for row in found[: max(0, PAGE_ROWS - len(rows))]]
    src = shelf.file(items[0]) if len(items) == 1 else ""
    return {"columns": columns, "rows": rows, "total": total, "src": src}


def static_table(content: Mapping[str, Any]) -> MediaTable:
    """What stands in the page without scripts."""
    rows = tuple(tuple(_static(cell) for cell in row) for row in content["rows"][:STATIC_ROWS])
    return MediaTable(tuple(content["columns"]), rows, content["total"], content["src"])


def _row(row: Any, width: int, shelf: Shelf) -> list[Any]:
    cells = row if isinstance(row, list) else [row]
    return [_cell(cell, shelf) for cell in [*cells, *([None] * (width - len(cells)))][:width]]


def _cell(cell: Any, shelf: Shelf) -> Any:
    """A number, a text, None, or a picture as an object."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if cell is None or isinstance(cell, (int, float)):
        return cell
    if isinstance(cell, dict) and isinstance(cell.get("number"), str):
        return cell["number"]
    if isinstance(cell, dict) and "sha256" in cell:
        return _media_cell(cell, shelf)
    text = cell if isinstance(cell, str) else json.dumps(cell, ensure_ascii=False)
    return visible(text[:TEXT_CHARACTERS]) + ("…" if len(text) > TEXT_CHARACTERS else "")


def _media_cell(cell: Mapping[str, Any], shelf: Shelf) -> Any:
    kind = str(cell.get("media"))
    is_named = all(isinstance(cell.get(key), str) and cell[key].isalnum() for key in ("sha256", "ext"))
    src = shelf.file(cell) if is_named and kind not in ("html", "text") else ""
    alt = visible(str(cell.get("caption") or kind))
    if not src:
        return f"<{kind}>"
    return {"src": src, "alt": alt} if kind in SHOWN_KINDS else {"file": src, "alt": alt}


def _static(cell: Any) -> MediaCell:
    if isinstance(cell, dict):
        return MediaCell(str(cell["alt"]), str(cell.get("src", "")), False)
    if isinstance(cell, (int, float)):
        return MediaCell(measure(cell) if isinstance(cell, float) else exact(cell), "", True)
    return MediaCell("" if cell is None else str(cell), "", False)


def _json(content: bytes | None) -> dict[str, Any]:
    try:
        found = json.loads(content or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
