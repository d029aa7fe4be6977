"""`sitegen.load`: frames of all runs below some folders, each made when it is asked for."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from sitegen.config import Config
from sitegen.derive.facts import RunFacts, WholeRun
from sitegen.derive.runs import derive_run, logged_by
from sitegen.derive.site import told_apart
from sitegen.discover import Source, discover
from sitegen.errors import MisuseError
from sitegen.frames import schemas
from sitegen.frames.rows import artifacts_frame, curves_frame, media_frame, runs_frame
from sitegen.ingest.read import tables_of

if TYPE_CHECKING:
    from sitegen.derive.runs import Logged


Progress = Callable[[str, Iterable[Any], int], Iterable[Any]]
"""Passes runs on while showing, in these words, how many of so many there are."""


class Frames:
    """The logs of some runs as frames; each is read when it is first asked for, and kept."""

    def __init__(self, sources: Sequence[Source], cache_dir: Path, progress: Progress | None = None) -> None:
        self._sources = sources
        self._cache_dir = cache_dir
        self._progress = progress or _unseen
        self.warnings: list[str] = []
        """What whoever reads the frames should know of the runs, once these have been read."""

    @cached_property
    def runs(self) -> pl.DataFrame:
        """One row for each run, the newest first."""
        return runs_frame(self.facts)

    @cached_property
    def history(self) -> pl.DataFrame:
        """Every point of every metric."""
        return self._points("Points of metrics", lambda logged: logged.curves.found)

    @cached_property
    def system(self) -> pl.DataFrame:
        """Every sample of the machines; `step` is the time."""
        return self._points("Samples of machines", lambda logged: logged.system.found)

    @cached_property
    def media(self) -> pl.DataFrame:
        """Images, tables and the like, with the paths of their files."""
        return media_frame(self.facts)

    @cached_property
    def artifacts(self) -> pl.DataFrame:
        """Versions of artifacts that runs logged and used."""
        return artifacts_frame(self.facts)

    @cached_property
    def trials(self) -> pl.DataFrame:
        """Trials of sweeps; none as long as no sweep has left one."""
        return pl.DataFrame(schema=schemas.TRIALS)

    @cached_property
    def facts(self) -> list[WholeRun]:
        """What is known of each run, the newest first; its shape may change from version to version."""
        return sorted(self._found, key=lambda run: (-run.started, run.project, run.id))

    @cached_property
    def _found(self) -> list[WholeRun]:
        """The same in the order of the sources."""
        sources = self._progress("Reading runs", self._sources, len(self._sources))
        found = (derive_run(tables_of(source, self._cache_dir)) for source in sources)
        return list(told_apart(found, self.warnings))

    def points_of(self, run: RunFacts) -> pl.DataFrame:
        """The rows of `history` of one run, without reading those of others."""
        return self._read(run, lambda logged: logged.curves.found)

    def _points(self, words: str, chosen: _Chosen) -> pl.DataFrame:
        empty = pl.DataFrame(schema=schemas.HISTORY)
        runs = self._progress(words, self.facts, len(self.facts))
        return pl.concat([empty, *(self._read(run, chosen) for run in runs)], rechunk=True)

    def _read(self, run: RunFacts, chosen: _Chosen) -> pl.DataFrame:
        source = self._by_folder[run.folder]
        return curves_frame(run, chosen(logged_by(tables_of(source, self._cache_dir))))

    @cached_property
    def _by_folder(self) -> dict[str, Source]:
        # By what the facts call it: a folder's name need not be Unicode.
        return {run.folder: source for run, source in zip(self._found, self._sources, strict=True)}

    def __repr__(self) -> str:
        return f"<{len(self._sources)} runs: runs, history, system, media, artifacts, trials>"


if TYPE_CHECKING:
    from sitegen.derive.points import Curve

    _Chosen = Callable[[Logged], Sequence[Curve]]


def load(
    *places: str | os.PathLike[str],
    project: str | None = None,
    run: str | None = None,
    cache_dir: str | None = None,
) -> Frames:
    """Frames of the runs below these folders, `runlogs` unless given; `project` and `run` are patterns.

    With a `cache_dir`, `.sitegen` for example, large logs are read once.
    """
    return watched_frames(places, project, run, cache_dir)


def watched_frames(
    places: Sequence[str | os.PathLike[str]],
    project: str | None = None,
    run: str | None = None,
    cache_dir: str | None = None,
    progress: Progress | None = None,
) -> Frames:
    """The same for somebody who may see how far the reading is."""
    roots = tuple(Path(place) for place in places) or (Path("runlogs"),)
    for root in roots:
        if not root.is_dir():
            raise MisuseError(f'"{root}" is no folder.', hint="Name folders of run logs.")
    include = f"{project or '*'}/{run or '*'}"
    found = discover(Config(runs_dir=roots, runs_dir_is_default=False, include=(include,)))
    return Frames(found, Path(cache_dir) if cache_dir else Path(os.devnull), progress)


def _unseen(_words: str, runs: Iterable[Any], _total: int) -> Iterable[Any]:
    return runs


def of_runs(frames: Frames, wanted: Sequence[str] | None) -> Iterator[WholeRun]:
    """The facts of the runs that are named by id or name; of all without names."""
    for one in frames.facts:
        if wanted is None or one.id in wanted or one.name in wanted:
            yield one
