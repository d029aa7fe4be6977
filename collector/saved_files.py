"""Files of the user's that are kept with the run: copied into its `files` folder and recorded.

A file that changes is copied again when the run ends, unless it was to be kept as it is now.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from typing import IO, Any, NamedTuple

from collector.runlog.errors import CollectorError
from collector.runlog.paths import RunPaths

POLICIES = ("live", "now", "end")
BLOCK_BYTES = 1 << 20


class Saved(NamedTuple):
    """A file and its place below `files`."""

    source: str
    name: str


class SavedFiles:
    """The files that a script asked to keep."""

    def __init__(
        self, paths: RunPaths, record: Callable[[dict[str, Any]], object], shown: RunPaths | None = None
    ) -> None:
        self._paths = paths
        self._shown = shown or paths
        """Where the copies are in the end."""
        self._record = record
        self._later: dict[Saved, tuple[int, int] | None] = {}
        """Files to be looked at again at the end, with size and time of the copy there is."""

    def save(self, pattern: str, base: str | None, policy: str) -> list[str]:
        """Copy every file that fits the pattern; their places in the run's folder."""
        if policy not in POLICIES:
            raise CollectorError(f"save(policy={policy!r}) is not known.", f"Choose from {POLICIES}.")
        found = list(_matching(pattern, base))
        if not found and policy != "end":
            raise CollectorError(f"save({pattern!r}): there is no such file.", "Save it once it is written.")
        for saved in found:
            if policy != "end":
                self._copy(saved)
            if policy != "now":
                self._later.setdefault(saved, _state(saved.source) if policy == "live" else None)
        return [self._shown.files(saved.name) for saved in found]

    def close(self) -> None:
        """Copy what has changed since, or was to be copied at the end."""
        for saved, state in self._later.items():
            if os.path.isfile(saved.source) and _state(saved.source) != state:
                self._copy(saved)

    def _copy(self, saved: Saved) -> None:
        target = self._paths.files(saved.name)
        if os.path.realpath(saved.source) == os.path.realpath(target):
            size, digest = _digest_of(saved.source)
        else:
            os.makedirs(os.path.dirname(target), exist_ok=True)
            draft = f"{target}.part-{os.getpid()}"
            size, digest = _digest_of(saved.source, draft)
            os.replace(draft, target)
        self._record({"k": "file", "name": saved.name, "bytes": size, "sha256": digest})


def _matching(pattern: str, base: str | None) -> Iterator[Saved]:
    from glob import glob, has_magic  # first need; 2 ms

    # As wandb does: a relative pattern keeps its folders, an absolute one those behind its first wildcard.
    fixed = os.path.dirname(pattern) if os.path.isabs(pattern) else os.getcwd()
    while has_magic(fixed):
        fixed = os.path.dirname(fixed)
    root = os.path.abspath(base) if base is not None else fixed
    pattern = os.path.abspath(pattern)
    for path in sorted({*_files_of(glob(pattern, recursive=True) if has_magic(pattern) else [pattern])}):
        name = os.path.relpath(path, root)
        if name.split(os.sep)[0] == os.pardir or os.path.isabs(name):
            raise CollectorError(f"save(): {path} does not lie below {root}.", "Give another base_path.")
        yield Saved(path, name.replace(os.sep, "/"))


def _files_of(paths: Iterable[str]) -> Iterator[str]:
    for path in paths:
        if os.path.isfile(path):
            yield path
        for folder, _, names in os.walk(path):
            yield from (os.path.join(folder, name) for name in names)


def _state(path: str) -> tuple[int, int]:
    found = os.stat(path)
    return found.st_size, found.st_mtime_ns


def _digest_of(source: str, copy: str | None = None) -> tuple[int, str]:
    """Size and SHA-256 of a file, which is copied on the way."""
    from hashlib import sha256

    digest, size = sha256(), 0
    with open(source, "rb") as file, open(copy or os.devnull, "wb") as target:
        while block := file.read(BLOCK_BYTES):
            digest.update(block)
            target.write(block)
            size += len(block)
    return size, digest.hexdigest()


def restore(paths: RunPaths, name: str, run_path: str | None, replace: bool, root: str) -> IO[str]:
    """Copy a file that a run kept to a folder, and open the copy."""
    from shutil import copyfile  # first need

    source = _kept_by(paths, run_path).files(name)
    folder = os.path.dirname(_kept_by(paths, run_path).files("x"))
    if not os.path.realpath(source).startswith(os.path.realpath(folder) + os.sep):
        raise CollectorError(
            f"restore({name!r}): the name leads out of the run's files.", "Name one of them."
        )
    target = os.path.join(root, name)
    if replace or not os.path.exists(target):
        if not os.path.isfile(source):
            raise CollectorError(f"restore({name!r}): there is no such file in {folder}.", "Check run_path.")
        os.makedirs(os.path.dirname(target), exist_ok=True)
        copyfile(source, target)
    return open(target, encoding="utf-8", errors="surrogateescape")


def _kept_by(paths: RunPaths, run_path: str | None) -> RunPaths:
    """The run that a path (id, project/id, entity/project/id) names, this one unless there is any."""
    if run_path is None:
        return paths
    *before, run_id = run_path.strip("/").split("/")
    return RunPaths(paths.root, before[-1] if before else paths.project, run_id)
