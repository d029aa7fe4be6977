"""For tests of training scripts: record a run in memory and look at what was logged.

from collector.testing import recording

def test_training_logs_its_loss():
    with recording() as log:
        train(epochs=2)
    assert log.run.metric("train/loss")[-1] < 1.0
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from collector.runlog.history import MetricSummary, Row, Summary, merged_rows
from collector.runlog.paths import is_portable
from collector.runlog.replay import last_fields, merged_tree, read_run_records

__all__ = ["RecordedRun", "Recording", "recording"]


class RecordedRun:
    """What one run logged, as readers of its files will see it."""

    def __init__(self, folder: str) -> None:
        self.records = read_run_records(folder)
        """Every record that is no row of metrics, in order."""
        names = last_fields(self.records, "run")
        self.id = os.path.basename(folder)
        self.project: str = names.get("project", "")
        self.name: str = names.get("name", "")
        self.group: str | None = names.get("group")
        self.job_type: str | None = names.get("job_type")
        self.tags: tuple[str, ...] = tuple(names.get("tags", ()))
        self.notes: str | None = names.get("notes")
        self.config = merged_tree(self.records, "config")
        """The configuration, nested as it was set, secrets redacted."""
        self.rows: list[Row] = merged_rows(folder)
        """One row per step of rank 0: step, wall time, values."""
        self.summaries: dict[str, MetricSummary] = Summary(folder).refresh()
        """First, last, min, max and mean of every metric."""
        self.summary = merged_tree(self.records, "summary")
        """What the script set as summary by hand."""
        ends = [record for record in self.records if record["k"] == "end"]
        self.state: str = ends[-1]["state"] if ends else "open"
        """'finished', 'failed', 'stopped' or 'open'."""
        self.notes_shown = [record["text"] for record in self.records if record["k"] == "note"]
        """What the collector wanted to say about the run."""

    def metric(self, name: str) -> list[Any]:
        """The values of a metric in order, rows without it left out."""
        return [row.values[name] for row in self.rows if name in row.values]

    def steps(self, name: str) -> list[float | int]:
        """The steps at which a metric was logged."""
        return [row.step for row in self.rows if name in row.values]


class Recording:
    """The runs that were recorded, from the first to the last."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._runs: list[RecordedRun] | None = None

    @property
    def runs(self) -> list[RecordedRun]:
        """Every run, in order of its beginning."""
        return self._runs if self._runs is not None else self._read()

    @property
    def run(self) -> RecordedRun:
        """The only run; an AssertionError if there was none or more than one."""
        runs = self.runs
        assert len(runs) == 1, f"{len(runs)} runs were recorded, not one"
        return runs[0]

    def close(self) -> None:
        """Keep what was recorded, for the files are about to go."""
        self._runs = self._read()

    def _read(self) -> list[RecordedRun]:
        folders = [
            os.path.join(self._root, project, run_id)
            for project in sorted(os.listdir(self._root))
            for run_id in sorted(os.listdir(os.path.join(self._root, project)))
            if is_portable(run_id) and os.path.isdir(os.path.join(self._root, project, run_id))
        ]
        return sorted(map(RecordedRun, folders), key=lambda run: run.records[0]["started"])


@contextmanager
def recording() -> Iterator[Recording]:
    """Record every run begun inside in memory; nothing stays, and no COLLECT_ or WANDB_ variable counts."""
    import tempfile  # first need

    from collector import current

    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    ours = ("COLLECT_", "WANDB_")
    kept = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith(ours)}
    before = current.run
    current.set_run(None)
    try:
        with tempfile.TemporaryDirectory(prefix="collector-", dir=memory) as root:
            os.environ["COLLECT_DIR"] = root
            log = Recording(root)
            try:
                yield log
            finally:
                run = current.run
                if run is not None:
                    run.finish()
                log.close()
    finally:
        os.environ.pop("COLLECT_DIR", None)
        os.environ.update(kept)
        current.set_run(before)
