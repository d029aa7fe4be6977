"""A cache folder does not keep what no run needs."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

from sitegen.build import build
from sitegen.config import Config
from sitegen.discover import discover
from sitegen.ingest.pieces import CHUNK_BYTES
from sitegen.work.leftovers import PICTURES, PICTURES_EACH, CacheUse
from tests.sitegen.logs import ProcessLog, config_of


def kept(config: Config) -> set[str]:
    """The files in the cache that belong to a run."""
    folders = (config.cache_dir / name for name in ("facts", "tiles", "runs"))
    return {str(place.relative_to(config.cache_dir)) for one in folders for place in one.rglob("*.*")}


def long_run(root: Path, name: str) -> None:
    """A run of which facts, tiles and pieces are kept."""
    log = ProcessLog(root, name)
    for step in range(3000):
        log.log(step, {"loss": 1.0 / (step + 1), "padding" + "x" * 400: 1.0})
    log.end(exit=0)


def test_everything_of_a_deleted_run_goes(tmp_path: Path) -> None:
    """And nothing of the others: not of one that is left out of the site, and not while a build uses it."""
    config = config_of(tmp_path / "runlogs")
    long_run(tmp_path / "runlogs", "one-fox-aaaaaa")
    assert sum(place.stat().st_size for place in (tmp_path / "runlogs").rglob("*.jsonl")) > CHUNK_BYTES
    build(config, jobs=1)
    ours = kept(config)
    assert {Path(name).suffix for name in ours} == {".facts", ".tiles", ".pieces"}
    long_run(tmp_path / "runlogs", "two-fox-bbbbbb")
    build(config, jobs=1)
    both = kept(config)
    assert len(both) == 2 * len(ours)
    build(replace(config, exclude=("*/two-fox-*",)), jobs=1)
    assert kept(config) == both
    shutil.rmtree(tmp_path / "runlogs" / "demo" / "two-fox-bbbbbb")
    with CacheUse(config.cache_dir):
        build(config, jobs=1)
        assert kept(config) == both
    (tmp_path / "runlogs").rename(tmp_path / "unmounted")
    with CacheUse(config.cache_dir) as use:
        assert use.clean([]) == 0
    (tmp_path / "unmounted").rename(tmp_path / "runlogs")
    with CacheUse(config.cache_dir) as use:
        assert use.clean(discover(config)) > 10_000
    assert kept(config) == ours


def test_old_pictures_go(tmp_path: Path) -> None:
    """The newest stay: a watch draws some at every build, for hours."""
    config = config_of(tmp_path / "runlogs")
    ProcessLog(tmp_path / "runlogs", "one-fox-aaaaaa").log(0, {"loss": 1.0})
    charts = config.cache_dir / "charts"
    charts.mkdir(parents=True)
    for number in range(PICTURES + PICTURES_EACH + 10):
        (charts / f"picture-{number}.svg").write_bytes(b"x")
        os.utime(charts / f"picture-{number}.svg", (number, number))
    build(config, jobs=1)
    left = {place.name for place in charts.glob("picture-*.svg")}
    assert len(left) == PICTURES + PICTURES_EACH
    assert "picture-9.svg" not in left
    assert f"picture-{PICTURES + PICTURES_EACH + 9}.svg" in left
