"""trackio with its local database, which a thread of the process writes."""

from __future__ import annotations

from collections.abc import Callable

TITLE = "trackio"
PACKAGE = "trackio"
ENV = {"HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "TRACKIO_SHOW_DASHBOARD": "0"}


def start(folder: str) -> Callable[[dict[str, float]], object]:
    """A run in this folder."""
    import os

    os.environ["TRACKIO_DIR"] = folder
    import trackio

    trackio.init(project="bench", name="run", embed=False)
    return trackio.log


def finish() -> None:
    """Wait for the thread, and end the run."""
    import trackio

    trackio.finish()


def read(folder: str) -> list[float]:
    """What trackio's own storage gives back."""
    import os

    os.environ["TRACKIO_DIR"] = folder
    from trackio.sqlite_storage import SQLiteStorage

    rows = SQLiteStorage.get_logs("bench", "run")
    return [row["count"] for row in rows if "count" in row]
