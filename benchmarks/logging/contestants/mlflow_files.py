"""MLflow with the store of plain files, which it keeps for those who ask for it."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.logging.contestants import mlflow_sqlite

TITLE = "MLflow, files"
PACKAGE = "mlflow"
ENV = mlflow_sqlite.ENV

finish = mlflow_sqlite.finish


def start(folder: str) -> Callable[[dict[str, float]], object]:
    """A run in this folder."""
    return mlflow_sqlite.begin(f"file://{folder}/mlruns")


def read(folder: str) -> list[float]:
    """What MLflow's client gives back."""
    return mlflow_sqlite.history(f"file://{folder}/mlruns")
