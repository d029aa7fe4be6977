"""Runs commands over run logs in this process, and reads what they print."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from collector.cli.main import main
from tests.recorded import RecordedRun


class Commands:
    """`collect` over one folder of run logs."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root = root
        self._capsys = capsys

    def run(self, *words: str) -> tuple[int, str, str]:
        """Exit code, standard output and standard error."""
        self._capsys.readouterr()
        code = main([words[0], "--dir", str(self.root), *words[1:]])
        printed = self._capsys.readouterr()
        return code, printed.out, printed.err

    def text(self, *words: str) -> str:
        """What a command that must succeed prints."""
        code, out, err = self.run(*words)
        assert (code, err) == (0, "")
        return out

    def json(self, *words: str) -> Any:
        """The document that a command that must succeed prints."""
        return json.loads(self.text(*words, "--json"))

    def refused(self, *words: str) -> str:
        """What a command says that must call it misuse: the error and what to do, one line each."""
        code, out, err = self.run(*words)
        assert (code, out) == (2, "")
        assert err.startswith("collect: ")
        assert len(err.splitlines()) == 2
        return err


def record(
    root: Path,
    run_id: str,
    *,
    project: str = "demo",
    start: float = 0.0,
    state: str = "finished",
    **names: Any,
) -> Path:
    """A small run; without a state it is left open."""
    options = {"start": start} if start else {}
    with RecordedRun(root, project, run_id, **options) as run:
        run.record("run", project=project, **names)
        run.record("config", v={"lr": 0.1, "optimizer": {"name": "adam"}})
        for step in range(5):
            run.log(step, {"train/loss": 1.0 / (1 + step), "val/acc": 0.2 * step})
        if state:
            run.end(state, 0 if state == "finished" else 1)
    return run.folder
