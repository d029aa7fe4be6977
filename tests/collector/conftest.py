"""A run in this process, without what makes it slow: facts about the machine and samples of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import collector
from collector import current
from collector.training_run import Run


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Where runs go."""
    return tmp_path / "runlogs"


@pytest.fixture
def start(root: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Run]]:
    """`start(**arguments)` is `collector.init` below `root`; what is left open is finished afterwards."""
    for name in list(os.environ):
        if name.startswith("COLLECT_"):
            monkeypatch.delenv(name)
    monkeypatch.setattr("collector.start._gather_provenance", lambda *_: None)
    monkeypatch.setattr("collector.keeper.Keeper._open_sampler", lambda self: None)
    begun: list[Run] = []

    def begin(**arguments: Any) -> Run:
        run = collector.init(**{"project": "demo", "dir": root, **arguments})
        begun.append(run)
        return run

    yield begin
    for run in begun:
        run.finish()
    current.set_run(None)
