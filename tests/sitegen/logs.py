"""Run logs with ranks, attempts and wrappers, by the real writer and a clock the test turns."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from collector.runlog.metrics import MetricsLog
from collector.runlog.paths import RunPaths, new_segment_name
from collector.runlog.records import segment_header
from collector.runlog.writer import SegmentWriter
from sitegen.config import Config
from sitegen.derive.facts import Series, SiteFacts, WholeRun
from sitegen.derive.site import derive
from sitegen.discover import discover
from sitegen.ingest.read import ingest

EPOCH = 1_767_268_800.0


class _Clock:
    """Goes on as it is told."""

    def __init__(self, start: float) -> None:
        self.start, self.passed = start, 0.0

    def monotonic(self) -> float:
        return 100 + self.passed

    def now(self) -> float:
        return self.start + self.passed


class ProcessLog:
    """What one process, or the wrapper, leaves in a run's folder."""

    def __init__(
        self,
        root: Path,
        run: str = "calm-fox-aaaaaa",
        *,
        project: str = "demo",
        role: str = "rank",
        rank: int = 0,
        world: int = 1,
        attempt: int = 1,
        start: float = EPOCH,
        host: str = "test-host",
        **header: Any,
    ) -> None:
        self._clock = _Clock(start)
        self._writers: list[SegmentWriter] = []
        self.paths = RunPaths(str(root), project, run)
        self.folder = Path(self.paths.folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        chance = hashlib.sha256(f"{run} {role} {rank} {attempt} {start}".encode()).digest()[:5]
        self.segment = new_segment_name(rank, role, start, chance)
        self.header = {**segment_header(project, run, role, rank, world, attempt, host), **header}
        self.records = self._writer(self.paths.records(self.segment))
        self.metrics_path = Path(self.paths.metrics(self.segment))
        self.records_path = Path(self.paths.records(self.segment))
        self._metrics: MetricsLog | None = None
        if role == "rank":
            self._metrics = MetricsLog(self._writer(str(self.metrics_path)))

    def log(self, step: float, values: Mapping[str, Any], seconds: float = 1.0) -> None:
        """One row, after some time."""
        assert self._metrics is not None
        self._clock.passed += seconds
        assert self._metrics.append(step, values)

    def record(self, kind: str, seconds: float = 0.0, **fields: Any) -> None:
        """One record of any other kind."""
        self._clock.passed += seconds
        assert self.records.write({"k": kind, **fields})

    def end(self, state: str = "finished", **fields: Any) -> None:
        """How it ended."""
        self.record("end", state=state, **{"exit": None, "signal": None, "cause": None, **fields})

    def console(self) -> SegmentWriter:
        """The index of the console output; the test writes the bytes."""
        Path(self.paths.console()).mkdir(exist_ok=True)
        return self._writer(self.paths.console(f"{self.segment}.index.jsonl"))

    @property
    def start(self) -> float:
        """Seconds since the epoch."""
        return self._clock.start

    @property
    def passed(self) -> float:
        """Seconds since then."""
        return self._clock.passed

    @passed.setter
    def passed(self, seconds: float) -> None:
        self._clock.passed = seconds

    def __del__(self) -> None:
        """Gives the files back: a process of tests records thousands of runs."""
        for writer in self._writers:
            if writer.is_open:
                writer.disown()

    def _writer(self, path: str) -> SegmentWriter:
        # Open writers are held by their module: what they hold must not hold this log.
        clock = self._clock
        writer = SegmentWriter(path, dict(self.header), monotonic=clock.monotonic, now=clock.now)
        self._writers.append(writer)
        return writer


def config_of(root: Path, **options: Any) -> Config:
    """A configuration that reads one folder and keeps its cache beside it."""
    options = {"runs_dir": (root,), "runs_dir_is_default": False, **options}
    return Config(site_dir=root.parent / "site", cache_dir=root.parent / "cache", **options)


def facts_of(root: Path, **options: Any) -> SiteFacts:
    """The facts of everything below a folder."""
    config = config_of(root, **options)
    return derive(ingest(discover(config), config.cache_dir), config)


def only_run(root: Path) -> WholeRun:
    """The facts of the one run below a folder."""
    (run,) = [run for project in facts_of(root).projects for run in project.runs]
    return run


def series(run: WholeRun, metric: str, rank: int = 0) -> Series:
    """One series of a run."""
    (found,) = [one for one in run.series if one.metric == metric and one.rank == rank]
    return found


def points(run: WholeRun, metric: str, rank: int = 0) -> list[tuple[float, float]]:
    """Step and value of every point of a whole series."""
    found = series(run, metric, rank)
    assert found.width == 1
    return list(zip(found.columns["step"].to_list(), found.columns["y"].to_list(), strict=True))
