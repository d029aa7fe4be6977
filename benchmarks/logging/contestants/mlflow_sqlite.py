"""MLflow with the SQLite store that it recommends."""

from __future__ import annotations

from collections.abc import Callable

TITLE = "MLflow, SQLite"
PACKAGE = "mlflow"
ENV = {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true", "MLFLOW_ALLOW_FILE_STORE": "true"}


def start(folder: str) -> Callable[[dict[str, float]], object]:
    """A run in a new database of this folder."""
    return begin(f"sqlite:///{folder}/mlflow.db")


def begin(uri: str) -> Callable[[dict[str, float]], object]:
    """A run in this store, and the function that logs a row at the next step."""
    from itertools import count

    import mlflow

    mlflow.set_tracking_uri(uri)
    mlflow.start_run()
    steps, log_metrics = count(), mlflow.log_metrics
    return lambda row: log_metrics(row, step=next(steps))


def finish() -> None:
    """End the run."""
    import mlflow

    mlflow.end_run()


def read(folder: str) -> list[float]:
    """What MLflow's client gives back."""
    return history(f"sqlite:///{folder}/mlflow.db")


def history(uri: str) -> list[float]:
    """Every stored value of the counting metric."""
    from mlflow.tracking import MlflowClient

    client = MlflowClient(uri)
    experiments = [one.experiment_id for one in client.search_experiments()]
    runs = client.search_runs(experiments)
    return [metric.value for run in runs for metric in client.get_metric_history(run.info.run_id, "count")]
