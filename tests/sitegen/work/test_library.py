"""Runs are read once and known from then on, without a trace of what they were before."""

from __future__ import annotations

import gc
import os
import time
from pathlib import Path

import pytest

from sitegen.charts.factcache import FactCache
from sitegen.config import Config
from sitegen.discover import SETTLED_NS, discover
from sitegen.work.crew import Alone
from sitegen.work.library import Library, LibraryMemory, _Brief, gather
from sitegen.work.profile import Profile
from tests.sitegen.logs import EPOCH, ProcessLog, config_of


def gathered(config: Config, memory: LibraryMemory | None = None) -> tuple[Library, Profile]:
    for path in config.runs_dir[0].rglob("*"):
        if path.stat().st_mtime != EPOCH:
            os.utime(path, (EPOCH, EPOCH))
    time.sleep(1.2 * SETTLED_NS / 1e9)
    profile = Profile()
    return gather(config, discover(config), Alone(), profile, (), memory), profile


def test_only_what_changed_is_read(tmp_path: Path) -> None:
    """Of two runs the one that went on; of none, nothing."""
    logs = [ProcessLog(tmp_path / "runlogs", f"run-{number}") for number in range(2)]
    config = config_of(tmp_path / "runlogs")
    for log in logs:
        log.log(0, {"loss": 1.0})
    _, profile = gathered(config)
    both = profile.stages["read runs"].made_bytes
    logs[0].log(1, {"loss": 0.5})
    library, profile = gathered(config)
    assert 0 < profile.stages["read runs"].made_bytes < both
    lasts = {run.id: run.summary["loss"].last for project in library.facts.projects for run in project.runs}
    assert lasts == {"run-0": 0.5, "run-1": 1.0}
    again, profile = gathered(config)
    # Only what is kept of them, and nothing is made of it.
    assert profile.stages["read runs"].read_bytes > 0
    assert profile.stages["read runs"].made_bytes == 0
    assert again.hashes == library.hashes


def test_a_growing_run_takes_no_memory_of_its_past(tmp_path: Path) -> None:
    """A site is watched for hours: of each run only the latest facts stay."""
    log = ProcessLog(tmp_path / "runlogs", "growing")
    config, memory = config_of(tmp_path / "runlogs"), LibraryMemory()
    for step in range(6):
        log.log(step, {"loss": 1.0})
        gathered(config, memory)
    gc.collect()
    found = [
        one for one in gc.get_objects() if isinstance(one, _Brief) and one.facts.folder == "demo/growing"
    ]
    assert len(found) <= 1


def test_what_is_remembered_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a run that did not change nothing is read, and its project is the very same."""
    logs = [ProcessLog(tmp_path / "runlogs", "run", project=name) for name in ("one", "two")]
    config, memory = config_of(tmp_path / "runlogs"), LibraryMemory()
    for log in logs:
        log.log(0, {"loss": 1.0})
    before, _ = gathered(config, memory)
    logs[0].log(1, {"loss": 0.5})
    read: list[str] = []
    load = FactCache.load_brief
    monkeypatch.setattr(
        FactCache, "load_brief", lambda cache, source: read.append(source.project) or load(cache, source)
    )
    after, _ = gathered(config, memory)
    assert read == ["one"]
    projects = [{one.name: one for one in found.facts.projects} for found in (before, after)]
    assert projects[0]["two"] is projects[1]["two"]
    assert projects[0]["one"] is not projects[1]["one"]
