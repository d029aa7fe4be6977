"""Recording in memory, for tests of training scripts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import collector
from collector import current
from collector.testing import recording


def train(epochs: int) -> None:
    """A training script as users write them."""
    with collector.init(project="line", config={"lr": 0.1, "opt": {"name": "sgd"}}, tags=["t"]) as run:
        for epoch in range(epochs):
            run.log({"loss": 1 / (epoch + 1), "epoch": epoch})
        run.summary["best"] = 0.5


def test_what_was_logged_can_be_asserted() -> None:
    """Values, steps, configuration, names and state are those that a reader of the log sees."""
    with recording() as log:
        train(3)
    run = log.run
    assert run.metric("loss") == [1.0, 0.5, 1 / 3]
    assert run.steps("loss") == [0, 1, 2]
    assert run.config == {"lr": 0.1, "opt": {"name": "sgd"}}
    assert (run.project, run.tags, run.state, run.summary) == ("line", ("t",), "finished", {"best": 0.5})
    assert run.summaries["loss"].min == 1 / 3


def test_several_runs_and_failures() -> None:
    """Each run is there in order, a failed one with its state; `run` refuses to choose."""
    with recording() as log:
        train(1)
        with pytest.raises(ZeroDivisionError), collector.init(project="line") as run:
            run.log({"loss": 1 / 0})
    assert [run.state for run in log.runs] == ["finished", "failed"]
    with pytest.raises(AssertionError, match="2 runs"):
        _ = log.run


def test_nothing_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No file, no variable and no current run is left, and the surroundings play no part."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLLECT_PROJECT", "elsewhere")
    monkeypatch.setenv("COLLECT_DIR", str(tmp_path / "real"))
    with recording() as log:
        run = collector.init()
        run.log({"a": 1})
        folder = run.dir
    assert log.run.project == tmp_path.name
    assert not Path(folder).exists()
    assert list(tmp_path.iterdir()) == []
    assert os.environ["COLLECT_DIR"] == str(tmp_path / "real")
    assert current.run is None
