"""The folders of logs, looked at as a whole or, by who was told what changed in them, where there is news.

Runs stand two folders deep: `<folder>/<project>/<run>/`. The folder given may also be that of a project or of
a single run.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from sitegen.config import Config
from sitegen.config.check import nearby
from sitegen.discover.corrections import corrected
from sitegen.discover.folders import RunFolder, entries_in, has_logs, run_folder, subfolders
from sitegen.discover.sources import Source, SourceFile
from sitegen.errors import MisuseError

RUN_DEPTH = 2

HERE, BELOW = "", "/"
"""Names that no file has: in news, that the names in a folder changed, or anything in it."""

_News = Mapping[str, Any]
"""What changed, by name from folder to folder."""

_NOTHING: _News = {}


@dataclass(frozen=True)
class News:
    """Where something has changed since the folders were looked at."""

    paths: Set[Path] = frozenset()
    """Files, and folders that came, went or were moved."""
    listings: Set[Path] = frozenset()
    """Folders in which a name came or went."""

    def inside(self, root: Path) -> _News:
        """The part that is about a folder."""
        found: dict[str, Any] = {}
        place = Path(os.path.realpath(root))
        for paths, mark in ((self.paths, BELOW), (self.listings, HERE)):
            for path in paths:
                if path.is_relative_to(place):
                    node = found
                    for name in path.relative_to(place).parts[: RUN_DEPTH + 1]:
                        node = node.setdefault(name, {})
                    node[mark] = {}
        return found


def discover(config: Config) -> list[Source]:
    """Every run below the configured folders, by project and run; runs of equal names are one run."""
    return Logs().look(config)


class Logs:
    """What is known of the folders of logs."""

    def __init__(self) -> None:
        self._roots: dict[Path, _Folder] = {}
        self._known: dict[tuple[str, str], tuple[list[RunFolder], Source]] = {}

    def look(self, config: Config, news: News | None = None) -> list[Source]:
        """Every run by project and run, after a look at what there is news of; without any, at everything.

        Runs of equal names in several folders are one run. Of runs that did not change the sources are the
        very same objects as before.
        """
        _refuse_absent(config)
        if tuple(self._roots) != config.runs_dir:
            self._roots, news = {root: _Folder(str(root), 0) for root in config.runs_dir}, None
        started_ns = time.time_ns()
        found: dict[tuple[str, str], list[RunFolder]] = {}
        for root, folder in self._roots.items():
            folder.look(None if news is None else news.inside(root), started_ns)
            for project, run, inside in _runs_in(root, folder):
                if _is_wanted(config, project, run):
                    found.setdefault((project, run), []).append(inside)
        self._known = {key: self._source(key, folders) for key, folders in sorted(found.items())}
        return corrected([source for _, source in self._known.values()])

    def _source(self, key: tuple[str, str], folders: list[RunFolder]) -> tuple[list[RunFolder], Source]:
        known = self._known.get(key)
        if known is not None and known[0] == folders:
            return known
        files = dict(folders[0].files)
        for folder in folders[1:]:
            _keep_longest(files, folder.files.values())
        is_settled = all(folder.is_settled for folder in folders)
        return folders, Source(*key, tuple(files[name] for name in sorted(files)), is_settled)

    def unreadable(self) -> Iterator[str]:
        """A warning for a folder of logs that is not there, and for what may not be looked into."""
        for root, folder in self._roots.items():
            if not root.is_dir():
                yield f'there is no folder "{root}" here: is this the folder that your runs are recorded in?'
                continue
            for closed in folder.closed():
                yield (
                    f'"{closed}" may not be read, so its runs are missing. '
                    "Give the user who builds the site permission to read it."
                )


@dataclass
class _Folder:
    """A folder of projects, of runs, or of a run, as it was when it was last looked at."""

    path: str
    depth: int
    is_told: bool = True
    """Whether the system tells of changes in it: not behind a link."""
    is_open: bool = True
    """Whether it may be looked into."""
    run: RunFolder | None = None
    inner: dict[str, _Folder] = field(default_factory=dict)
    is_known: bool = False

    def look(self, news: _News | None, seen_ns: int) -> None:
        """Looks again at what there is news of, and at what could change without news."""
        if news is not None and BELOW in news:
            news = None
        if self._is_changed(news):
            self._list(news, seen_ns)
        else:
            for name, folder in self.inner.items():
                folder.look((news or _NOTHING).get(name, _NOTHING), seen_ns)

    def _is_changed(self, news: _News | None) -> bool:
        if news is None or not self.is_known or not self.is_told:
            return True
        if self.run is not None:
            return bool(news) or not self.run.is_settled or not self.run.is_told
        return bool(news.keys() - self.inner.keys())

    def _list(self, news: _News | None, seen_ns: int) -> None:
        entries = entries_in(self.path)
        self.is_known, self.is_open = True, os.access(self.path, os.R_OK | os.X_OK)
        if has_logs(entries):
            if self.depth == 0:
                entries = entries_in(os.path.realpath(self.path))
            found = run_folder(entries, seen_ns, is_told=self.is_told)
            self.run, self.inner = (self.run if self.run == found else found), {}
            return
        self.run, before, self.inner = None, self.inner, {}
        for entry in subfolders(entries) if self.depth < RUN_DEPTH else ():
            folder = before.get(entry.name) or _Folder(entry.path, self.depth + 1)
            folder.is_told = self.is_told and not entry.is_symlink()
            folder.look(None if news is None else news.get(entry.name, _NOTHING), seen_ns)
            self.inner[entry.name] = folder

    def closed(self) -> Iterator[str]:
        """The folders that may not be looked into, those above first."""
        level = [self]
        while level:
            yield from (folder.path for folder in level if not folder.is_open)
            level = [inner for folder in level for inner in folder.inner.values()]


def _refuse_absent(config: Config) -> None:
    for root in config.runs_dir:
        if not root.is_dir() and not config.runs_dir_is_default:
            raise MisuseError(f'runs_dir: folder "{root}" does not exist.{nearby(root)}')


def _runs_in(root: Path, folder: _Folder) -> Iterator[tuple[str, str, RunFolder]]:
    """Project, folder name and content of each run."""
    if folder.run is not None:
        place = root.resolve()
        yield place.parent.name, place.name, folder.run
    for name, child in folder.inner.items():
        if child.run is not None:
            yield root.resolve().name, name, child.run
        for run, inside in child.inner.items():
            if inside.run is not None:
                yield name, run, inside.run


def _keep_longest(merged: dict[str, SourceFile], files: Iterable[SourceFile]) -> None:
    # The same file below two roots is a copy: logs only grow, so the longer one is the newer one.
    for file in files:
        before = merged.get(file.name)
        if before is None or before.size_bytes < file.size_bytes:
            merged[file.name] = file


def _is_wanted(config: Config, project: str, run: str) -> bool:
    return _matches(config.include, project, run) and not _matches(config.exclude, project, run)


def _matches(patterns: Sequence[str], project: str, run: str) -> bool:
    return any(
        fnmatchcase(f"{project}/{run}" if "/" in pattern else project, pattern) for pattern in patterns
    )
