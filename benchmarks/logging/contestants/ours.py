"""runpress itself."""

from __future__ import annotations

from collections.abc import Callable

TITLE = "runpress"
PACKAGE = ""


def start(folder: str) -> Callable[[dict[str, float]], object]:
    """A run in this folder."""
    import collector

    return collector.init(project="bench", dir=folder).log


def finish() -> None:
    """End the run."""
    import collector

    collector.finish()


def read(folder: str) -> list[float]:
    """What the run log's own reader gives back."""
    from pathlib import Path

    from collector.runlog.history import metrics_files, read_rows

    [run] = (path.parent for path in Path(folder).rglob("*.metrics.jsonl"))
    rows = (row for file in metrics_files(str(run)) for row, _ in read_rows(file))
    return [row.values["count"] for row in rows]
