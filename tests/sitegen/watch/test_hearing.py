"""What a watch is told by the system is all that it needs to know."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from sitegen.build import build, builds
from sitegen.charts.drawing import Studio
from sitegen.discover import News
from sitegen.watch.changes import FolderChanges, settle
from tests.sitegen.build.schedule import History
from tests.sitegen.build.test_schedules import actual, manifest

LOGS_ALONE = ("append", "append_record", "new_run", "late_run", "delete_run", "rename_run", "rename_project")
HEARD_SECONDS = 1.5
"""Events are told half a second late, so that both ends of a move are known."""


@pytest.fixture(autouse=True)
def no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures are drawn by something quick that still depends on all that goes into them."""

    def draw(_studio: Studio, vega: Mapping[str, Any]) -> str:
        return f"<svg>{hashlib.sha256(json.dumps(vega).encode()).hexdigest()}</svg>"

    monkeypatch.setattr(Studio, "draw", draw)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of each file by itself")
@pytest.mark.parametrize("seed", range(3))
def test_a_history_that_is_only_heard_of_ends_in_the_clean_site(seed: int, tmp_path: Path) -> None:
    """Runs come, grow, move and go; no build looks at more than it was told of."""
    history = History(tmp_path / "lived", seed)
    changes = FolderChanges(poll=False, say=print)
    steps = [getattr(History, name) for name in LOGS_ALONE]
    try:
        with builds(jobs=1) as build_again:
            changes.follow([history.root])
            build_again(history.config, changes.news())
            for _ in range(4):
                for step in history.chance.sample(steps, 2):
                    step(history)
                settle(changes, HEARD_SECONDS, 20.0)
                changes.follow([history.root])
                news = changes.news()
                assert isinstance(news, News)
                build_again(history.config, news)
                shutil.rmtree(tmp_path / "clean", ignore_errors=True)
                build(history.clean_config(tmp_path / "clean"), jobs=1)
                assert manifest(history.config.site_dir) == manifest(tmp_path / "clean" / "site"), news
                assert manifest(history.config.site_dir) == actual(history.config.site_dir)
    finally:
        changes.close()
