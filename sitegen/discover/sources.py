"""What is found: runs and their files."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from collector.runlog.paths import METRICS_SUFFIX, RECORDS_SUFFIX

SUFFIXES = (METRICS_SUFFIX, RECORDS_SUFFIX)

SETTLED_NS = 100_000_000
"""File systems tell times in ticks, of some milliseconds as a rule: within one a change leaves no trace."""


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

    @cached_property
    def looks(self) -> str:
        """Where its files are, their sizes and times."""
        return "\n".join(
            f"{file.place}\0{file.size_bytes}\0{file.modified_ns}\0{file.changed_ns}" for file in self.files
        )

    @property
    def size_bytes(self) -> int:
        """Of all its files."""
        return sum(file.size_bytes for file in self.files)


def is_log(name: str) -> bool:
    """Whether a file of this name makes its folder one of a run."""
    return name.endswith(SUFFIXES)
