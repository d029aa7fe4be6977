"""Whatever happened before, a build gives the bytes of a clean one.

RUNPRESS_SCHEDULES=200 tries so many histories; a few are tried always.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from sitegen.build import BuildReport, build, builds
from sitegen.charts.drawing import Studio
from sitegen.config import Config
from sitegen.discover import News
from sitegen.output.manifest import MANIFEST
from tests.sitegen.build.schedule import History

SEEDS = range(int(os.environ.get("RUNPRESS_SCHEDULES", "8")))
CHANGES = 5


@pytest.fixture(autouse=True)
def no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures are drawn by something quick that still depends on all that goes into them."""

    def draw(_studio: Studio, vega: Mapping[str, Any]) -> str:
        return f"<svg>{hashlib.sha256(json.dumps(vega).encode()).hexdigest()}</svg>"

    monkeypatch.setattr(Studio, "draw", draw)


@pytest.fixture(autouse=True)
def short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few runs are too many for a project's page, for a page of the list of all, and for a block."""
    monkeypatch.setattr("sitegen.derive.blocks.BLOCK_RUNS", 2)
    monkeypatch.setattr("sitegen.pages.project.STATIC_ROWS", 2)
    monkeypatch.setattr("sitegen.work.printing.STATIC_ROWS", 2)
    monkeypatch.setattr("sitegen.pages.runlist.PAGE_RUNS", 2)


def manifest(site: Path) -> dict[str, list[object]]:
    files: dict[str, list[object]] = json.loads((site / MANIFEST).read_bytes())["files"]
    return files


def actual(site: Path) -> dict[str, list[object]]:
    """What the files of the manifest really hold."""
    return {
        path: [len(content), hashlib.sha256(content).hexdigest()]
        for path in manifest(site)
        for content in [(site / path).read_bytes()]
    }


@pytest.mark.parametrize("way", ["anew", "watching"])
@pytest.mark.parametrize("seed", SEEDS)
def test_any_history_ends_in_the_clean_site(seed: int, way: str, tmp_path: Path) -> None:
    """Every file of the manifest, after each change, byte for byte; so too for who builds on and on."""
    history = History(tmp_path / "lived", seed)
    with builds(jobs=1) if way == "watching" else nullcontext(build_anew) as lived_build:
        lived_build(history.config)
        for _ in range(CHANGES):
            news = history.change()
            lived_build(history.config, news)
            shutil.rmtree(tmp_path / "clean", ignore_errors=True)
            build(history.clean_config(tmp_path / "clean"), jobs=1)
            lived = manifest(history.config.site_dir)
            assert lived == manifest(tmp_path / "clean" / "site"), history.done
            assert lived == actual(history.config.site_dir), history.done
    beside = {place.name for place in history.config.site_dir.parent.glob("*staging*")}
    assert not beside


def build_anew(config: Config, _news: News | None = None) -> BuildReport:
    """A build in a process that knows nothing of earlier ones."""
    return build(config, jobs=1)
