"""`collect` over a folder of its own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.collector.cli.commands import Commands


@pytest.fixture
def commands(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Commands:
    """Commands over `tmp_path / "runlogs"`, which is there and empty."""
    for name in [name for name in os.environ if name.startswith("COLLECT_")]:
        monkeypatch.delenv(name)
    root = tmp_path / "runlogs"
    root.mkdir()
    return Commands(root, capsys)
