"""Whether what a run and a project keep is whole: log lines always, contents by their digests when asked.

A file is named by, or recorded with, the SHA-256 of its content, so that whatever changed it shows.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from collector.artifacts.manifest import Entry
from collector.artifacts.names import ArtifactError
from collector.artifacts.store import Store, copy_and_digest
from collector.catalog.damage import Finding, findings_of
from collector.runlog.replay import read_run_records

ARTIFACTS = "artifacts"
"""Folder of a project's artifact store."""


class Verdict(NamedTuple):
    """What was found in one run or one project's artifacts."""

    place: str
    findings: list[Finding]
    lines: int
    """Log lines that were read."""
    contents: int
    """Files whose content was compared with a digest."""

    @property
    def is_whole(self) -> bool:
        """Whether nothing is lost or wrong."""
        return not any(finding.is_loss for finding in self.findings)


def verify_run(folder: str, *, data: bool = False) -> Verdict:
    """The log files of a run, and whether its media and kept files are there; their contents with `data`."""
    findings, lines = findings_of(folder)
    kept = _kept_files(folder)
    for name, entry in kept.items():
        problem = _problem(os.path.join(folder, name), entry, data=data)
        if problem:
            findings.append(Finding(name, None, "damaged file", problem, True))
    return Verdict(folder, findings, lines, len(kept) if data else 0)


def verify_artifacts(project: str, *, data: bool = False) -> Verdict | None:
    """The manifests of a project's artifacts and their objects; None where it has none."""
    folder = os.path.join(project, ARTIFACTS)
    if not os.path.isdir(folder):
        return None
    store, findings = Store(folder), []
    objects: dict[str, Entry] = {}
    for name, number in _versions(folder):
        where = f"{name}:v{number}"
        try:
            entries = store.read(name, number).manifest.entries
        except ArtifactError as error:
            findings.append(Finding(where, None, "damaged manifest", error.message, True))
            continue
        for entry in entries.values():
            if entry.reference is None and entry.sha256 is not None:
                objects.setdefault(entry.sha256, entry)
    for digest, entry in sorted(objects.items()):
        problem = _object_problem(store, entry, data=data)
        if problem:
            findings.append(Finding(f"objects/{digest[:2]}/{digest}", None, "damaged object", problem, True))
    return Verdict(folder, findings, 0, len(objects) if data else 0)


def _versions(folder: str) -> Iterator[tuple[str, int]]:
    names = os.path.join(folder, "names")
    store = Store(folder)
    for name in sorted(os.listdir(names)) if os.path.isdir(names) else []:
        try:
            numbers = store.numbers(name)
        except ArtifactError:
            continue
        yield from ((name, number) for number in numbers)


def _object_problem(store: Store, entry: Entry, *, data: bool) -> str:
    try:
        path = store.object_path(entry)
    except ArtifactError as error:
        return error.message
    return _problem(path, entry, data=data)


def _kept_files(folder: str) -> dict[str, Entry]:
    """Every media file and file of a run that its records name, by name inside its folder."""
    found: dict[str, Entry] = {}
    for record in read_run_records(folder, ("media", "file")):
        if record["k"] == "file":
            found[f"files/{record.get('name')}"] = _entry(record)
        else:
            for item in _items(record):
                if isinstance(item.get("sha256"), str):
                    found[f"media/{item['sha256']}.{item.get('ext')}"] = _entry(item)
    return {name: entry for name, entry in found.items() if ".." not in name.split("/")}


def _items(record: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The items of a media record, and the files that these name in turn, as masks and cells of tables."""
    waiting: list[Any] = [record.get("items")]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Mapping):
            if "sha256" in one:
                yield one
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one


def _entry(fields: Mapping[str, Any]) -> Entry:
    size, digest = fields.get("bytes"), fields.get("sha256")
    return Entry(size if isinstance(size, int) else None, digest if isinstance(digest, str) else None)


def _problem(path: str, entry: Entry, *, data: bool) -> str:
    """What is wrong with a file, empty where nothing is."""
    try:
        size = os.stat(path, follow_symlinks=False).st_size
        if entry.size is not None and size != entry.size:
            return f"it has {size} bytes instead of {entry.size}"
        if data and entry.sha256 is not None:
            found = copy_and_digest(path, follow=False).sha256
            if found != entry.sha256:
                return f"its content is another one: SHA-256 {found} instead of {entry.sha256}"
    except FileNotFoundError:
        return "it is missing"
    except (OSError, ArtifactError) as error:
        return f"it can not be read: {error}"
    return ""
