"""Which run logs exist: one source per run, whatever folders its processes wrote to."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from operator import attrgetter
from pathlib import Path

from collector.runlog.edits import Overlay, edits_in, settled
from collector.runlog.joins import continuations
from collector.runlog.paths import EDITS_SUFFIX, METRICS_SUFFIX, RECORDS_SUFFIX
from sitegen.config import Config
from sitegen.config.check import nearby
from sitegen.errors import MisuseError

Entry = os.DirEntry[str]

SUFFIXES = (METRICS_SUFFIX, RECORDS_SUFFIX)

EXTRA_FOLDERS = ("console", "files", "media")
"""Folders of a run whose files are read too."""


@dataclass(frozen=True)
class SourceFile:
    """One file of a run, with what the file system says about it."""

    name: str
    """Path inside the run's folder, with slashes."""
    place: str
    """Where it stands; plain text, because there may be a hundred thousand of them."""
    size_bytes: int
    modified_ns: int
    changed_ns: int

    @property
    def path(self) -> Path:
        """The same, to be opened."""
        return Path(self.place)


@dataclass(frozen=True)
class Source:
    """A run that left files: the folder names that identify it, and the files in order of name."""

    project: str
    run: str
    files: tuple[SourceFile, ...]
    is_settled: bool = True
    """False when a file changed so shortly before it was looked at that it may change again unnoticed."""
    parts: tuple[tuple[str, ...], ...] = ()
    """Names of the files of each run that goes on with this one, in order; they are among `files`."""

    @property
    def size_bytes(self) -> int:
        """Of all its files."""
        return sum(file.size_bytes for file in self.files)


SETTLED_NS = 100_000_000
"""File systems tell times in ticks, of some milliseconds as a rule: within one a change leaves no trace."""


def discover(config: Config) -> list[Source]:
    """Every run below the configured folders, by project and run; runs of equal names are one run."""
    found: dict[tuple[str, str], dict[str, SourceFile]] = {}
    started_ns = time.time_ns()
    for root in config.runs_dir:
        if not root.is_dir():
            if config.runs_dir_is_default:
                continue
            raise MisuseError(f'runs_dir: folder "{root}" does not exist.{nearby(root)}')
        for project, run, entries in _run_folders(root):
            if _is_wanted(config, project, run):
                _keep_longest(found.setdefault((project, run), {}), _files_of(entries))
    # What is called like a log may be a folder, or a link to nothing: that makes no run.
    found = {key: files for key, files in found.items() if any(map(_is_log, files))}
    sources = [
        Source(project, run, tuple(files[name] for name in sorted(files)), _are_settled(files, started_ns))
        for (project, run), files in sorted(found.items())
    ]
    return _corrected(sources)


def _corrected(sources: Sequence[Source]) -> list[Source]:
    """Without hidden runs, and with the files of runs that go on with another one in its source."""
    overlays = {source: overlay for source in sources if (overlay := _overlay(source))}
    if not overlays:
        return list(sources)
    parts: dict[Source, tuple[Source, ...]] = {}
    for project in {source.project for source in overlays}:
        mine = {source.run: source for source in sources if source.project == project}
        said = {run: overlays.get(source, Overlay([])) for run, source in mine.items()}
        for run, chain in continuations(said).items():
            parts[mine[run]] = tuple(mine[part] for part in chain)
    gone = {part for chain in parts.values() for part in chain}
    gone |= {source for source, overlay in overlays.items() if overlay.is_hidden}
    return [_with_parts(source, parts.get(source, ())) for source in sources if source not in gone]


def _overlay(source: Source) -> Overlay | None:
    paths = [file.place for file in source.files if file.name.endswith(EDITS_SUFFIX)]
    return Overlay(settled(edit for path in paths for edit in edits_in(path))) if paths else None


def _with_parts(source: Source, parts: Sequence[Source]) -> Source:
    """The source with the files of its parts; their corrections do not count, its own file of a name does."""
    files = {file.name: file for file in source.files}
    for part in parts:
        logs = {file.name: file for file in part.files if not file.name.endswith(EDITS_SUFFIX)}
        files = logs | files
    return replace(
        source,
        files=tuple(files[name] for name in sorted(files)),
        is_settled=source.is_settled and all(part.is_settled for part in parts),
        parts=tuple(tuple(file.name for file in part.files) for part in parts),
    )


def _are_settled(files: Mapping[str, SourceFile], seen_ns: int) -> bool:
    newest = max(max(file.modified_ns, file.changed_ns) for file in files.values())
    return seen_ns - newest > SETTLED_NS


def _run_folders(root: Path) -> Iterator[tuple[str, str, list[Entry]]]:
    """Project, folder name and content of each run; the root may also be a single project or run."""
    content = _look(str(root))
    if _has_logs(content):
        place = root.resolve()
        yield place.parent.name, place.name, _look(str(place))
        return
    for project in _folders(content):
        inside = _look(project.path)
        if _has_logs(inside):
            yield root.resolve().name, project.name, inside
            continue
        for run in _folders(inside):
            entries = _look(run.path)
            if _has_logs(entries):
                yield project.name, run.name, entries


def unreadable(config: Config) -> Iterator[str]:
    """A warning for a folder of logs that is not there, and for what is there and may not be looked into."""
    for root in map(str, config.runs_dir):
        if not os.path.isdir(root):  # noqa: PTH112
            yield f'there is no folder "{root}" here: is this the folder that your runs are recorded in?'
            continue
        projects = [project.path for project in _folders(_look(root))]
        runs = [run.path for project in projects for run in _folders(_look(project))]
        for folder in (root, *projects, *runs):
            if not os.access(folder, os.R_OK | os.X_OK):
                yield (
                    f'"{folder}" may not be read, so its runs are missing. '
                    "Give the user who builds the site permission to read it."
                )


def _look(folder: str) -> list[Entry]:
    """What is in a folder; nothing where it has vanished or may not be read."""
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []


def _folders(entries: Iterable[Entry]) -> list[Entry]:
    # What begins with a dot is no project and no run: .trash holds what `collect rm` removed.
    return sorted((one for one in entries if one.name[0] != "." and _is_folder(one)), key=attrgetter("name"))


def _is_folder(entry: Entry) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads in a circle
        return False


def _has_logs(entries: Iterable[Entry]) -> bool:
    return any(_is_log(entry.name) for entry in entries)


def _is_log(name: str) -> bool:
    return name.endswith(SUFFIXES)


def _files_of(entries: Sequence[Entry]) -> Iterator[SourceFile]:
    yield from _files_in((entry for entry in entries if entry.name.endswith((*SUFFIXES, EDITS_SUFFIX))), "")
    for extra in entries:
        if extra.name in EXTRA_FOLDERS:
            yield from _files_in(_look(extra.path), f"{extra.name}/")


def _files_in(entries: Iterable[Entry], prefix: str) -> Iterator[SourceFile]:
    for entry in entries:
        try:
            if entry.is_file():
                stat = entry.stat()
                changed = (stat.st_mtime_ns, stat.st_ctime_ns)
                yield SourceFile(prefix + entry.name, entry.path, stat.st_size, *changed)
        except OSError:  # removed since the folder was listed
            continue


def _keep_longest(merged: dict[str, SourceFile], files: Iterable[SourceFile]) -> None:
    # The same file below two roots is a copy: logs only grow, so the longer one is the newer one.
    for file in files:
        before = merged.get(file.name)
        if before is None or before.size_bytes < file.size_bytes:
            merged[file.name] = file


def _is_wanted(config: Config, project: str, run: str) -> bool:
    return _matches(config.include, project, run) and not _matches(config.exclude, project, run)


def _matches(patterns: tuple[str, ...], project: str, run: str) -> bool:
    return any(
        fnmatchcase(f"{project}/{run}" if "/" in pattern else project, pattern) for pattern in patterns
    )
