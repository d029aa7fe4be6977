"""What stands in the folders that runs are recorded in, as the file system tells it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from operator import attrgetter
from typing import NamedTuple

from collector.runlog.paths import EDITS_SUFFIX
from sitegen.discover.sources import SETTLED_NS, SUFFIXES, SourceFile, is_log

Entry = os.DirEntry[str]

EXTRA_FOLDERS = ("console", "files", "media")
"""Folders of a run whose files are read too."""


class RunFolder(NamedTuple):
    """A folder with what there is of a run in it."""

    files: Mapping[str, SourceFile]
    is_settled: bool
    """False when a file changed so shortly before it was looked at that it may change again unnoticed."""
    is_told: bool
    """Whether the system tells of changes in it: not where a link leads elsewhere."""


def entries_in(folder: str) -> list[Entry]:
    """What is in a folder; nothing where it has vanished or may not be read."""
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []


def subfolders(entries: Iterable[Entry]) -> list[Entry]:
    """The folders among these, by name."""
    # What begins with a dot is no project and no run: .trash holds what `collect rm` removed.
    return sorted((one for one in entries if one.name[0] != "." and _is_folder(one)), key=attrgetter("name"))


def has_logs(entries: Iterable[Entry]) -> bool:
    """Whether these are what a run's folder holds."""
    return any(is_log(entry.name) for entry in entries)


def run_folder(entries: Iterable[Entry], seen_ns: int, *, is_told: bool) -> RunFolder | None:
    """A run by what is in its folder, looked at no earlier than `seen_ns`; None where none of it is a log."""
    files, inside = {}, list(_inside(entries))
    for entry, name in inside:
        found = _file(entry, name)
        if found is not None:
            files[name] = found
    # What is called like a log may be a folder, or a link to nothing: that makes no run.
    if not any(map(is_log, files)):
        return None
    newest = max(max(file.modified_ns, file.changed_ns) for file in files.values())
    has_links = any(entry.is_symlink() for entry, _ in inside)
    return RunFolder(files, seen_ns - newest > SETTLED_NS, is_told and not has_links)


def _inside(entries: Iterable[Entry]) -> Iterator[tuple[Entry, str]]:
    """What may be read of a run, with the names of its files."""
    for entry in entries:
        if entry.name.endswith((*SUFFIXES, EDITS_SUFFIX)):
            yield entry, entry.name
        elif entry.name in EXTRA_FOLDERS:
            yield entry, entry.name
            yield from ((inner, f"{entry.name}/{inner.name}") for inner in entries_in(entry.path))


def _file(entry: Entry, name: str) -> SourceFile | None:
    try:  # folders of more files are none
        if entry.is_file():
            stat = entry.stat()
            return SourceFile(name, entry.path, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)
    except OSError:  # removed since the folder was listed
        pass
    return None


def _is_folder(entry: Entry) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads in a circle
        return False
