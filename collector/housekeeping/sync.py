"""Copies of run logs that only ever grow: what is there is continued, compared, and never overwritten.

Logs grow at their end, so of a file that is there only the rest is sent, once its beginning was found equal
by SHA-256. Other files come whole under another name and take their own when their digest is right. Whatever
differs is a conflict, which is told and left as it is.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

from collector.housekeeping.link import Link

BLOCK_BYTES = 1 << 20
ASKED_AT_ONCE = 500
NOT_AS_SENT = "what arrived there is not what was sent"
NO_CLOSING: Mapping[str, int] = {}
PART_SUFFIX = ".collect-part"

GROWING = (".metrics.jsonl", ".records.jsonl", ".index.jsonl", ".log")
"""What is appended to while a run goes."""

AHEAD = "ahead"
"""The destination has more of a log, after an equal beginning: nothing to do."""

LOCAL = ("resume.json",)
"""What means something on this machine only."""


class File(NamedTuple):
    """A file of ours as it is now."""

    path: str
    """Below the root, with slashes."""
    size: int
    time_ns: int

    @property
    def is_growing(self) -> bool:
        """Whether it is continued at its end."""
        return self.path.endswith(GROWING)

    @property
    def is_replaced(self) -> bool:
        """Whether its content may be another one by and by: aliases, files that a run keeps up to date."""
        parts = self.path.split("/")
        return "aliases" in parts[:-1] or "files" in parts[:-1]


class Report(NamedTuple):
    """What a pass did."""

    files: int = 0
    """Files that were sent or continued."""
    sent: int = 0
    """Bytes."""
    same: int = 0
    """Files that were there."""
    ahead: int = 0
    """Files of which the destination has more, after an equal beginning."""
    conflicts: tuple[str, ...] = ()
    """What differs there, and how."""


class Syncing:
    """Passes over a folder of run logs; between them it remembers what was found equal."""

    def __init__(self, root: str, link: Link, *, wanted: Sequence[str] = (), compare: bool = False) -> None:
        self._root = root
        self._link = link
        self._wanted = tuple(wanted)
        self._compare = compare
        self._done: dict[str, File] = {}
        self._conflicts: dict[str, str] = {}
        self._digests: dict[str, tuple[int, Any]] = {}

    @property
    def conflicts(self) -> int:
        """How many files differ there."""
        return len(self._conflicts)

    def run(self, *, tell: Callable[[str], None] = lambda path: None, dry: bool = False) -> Report:
        """Copy what is new; `tell` hears of each file that is sent."""
        report = Report()
        changed = [file for file in self._files() if self._done.get(file.path) != file]
        for start in range(0, len(changed), ASKED_AT_ONCE):
            files = changed[start : start + ASKED_AT_ONCE]
            answered = self._link.must(
                self._link.ask("sizes", paths=[file.path for file in files]), "what is there"
            )
            for file, there in zip(files, answered["sizes"], strict=True):
                report = self._copy(file, there, report, tell, dry=dry)
        if report.sent:
            self._link.must(self._link.ask("settle"), "what was sent")
        return report._replace(conflicts=tuple(self._conflicts.values()))

    def _copy(
        self, file: File, there: list[int] | None, report: Report, tell: Callable[[str], None], *, dry: bool
    ) -> Report:
        if there == [file.size, file.time_ns] and not self._compare:
            self._done[file.path] = file
            return report._replace(same=report.same + 1)
        if dry:
            size = 0 if there is None else there[0]
            is_same = size == file.size and there is not None
            if is_same:
                return report._replace(same=report.same + 1)
            tell(file.path)
            return report._replace(files=report.files + 1, sent=report.sent + max(0, file.size - size))
        self._conflicts.pop(file.path, None)
        try:
            outcome = self._grow(file, there, tell) if file.is_growing else self._put(file, there, tell)
        except FileNotFoundError:  # moved or deleted since it was listed: the next pass sees it elsewhere
            return report
        except OSError as error:
            outcome = f"it can not be read: {error.strerror}"
        self._done[file.path] = file
        if outcome == AHEAD:
            return report._replace(ahead=report.ahead + 1)
        if isinstance(outcome, str):
            self._conflicts[file.path] = f"{file.path}: {outcome}"
            return report
        if outcome == 0 and there is not None:
            return report._replace(same=report.same + 1)
        return report._replace(files=report.files + 1, sent=report.sent + outcome)

    def _grow(self, file: File, there: list[int] | None, tell: Callable[[str], None]) -> int | str:
        """Continue a log; the bytes that were sent, or how it differs there."""
        size = 0 if there is None else there[0]
        if size < 0:
            return "there it is no plain file"
        shared = min(size, file.size)
        if shared and self._link.must(self._link.ask("digest", path=file.path, size=shared), file.path) != {
            "sha256": self._digest(file.path, shared)
        }:
            return "it begins with another content there"
        if size > file.size:
            return AHEAD
        if size < file.size or there is None:
            tell(file.path)
        if size == file.size and there is not None:
            self._link.must(self._link.ask("finish", path=file.path, time_ns=file.time_ns), file.path)
            return 0
        last = self._send(file.path, file.path, size, file.size, {"size": file.size, "time_ns": file.time_ns})
        is_same = last.get("sha256") == self._digest(file.path, file.size)
        return file.size - size if is_same else NOT_AS_SENT

    def _put(self, file: File, there: list[int] | None, tell: Callable[[str], None]) -> int | str:
        """Send a file whole; the bytes that were sent, or how it differs there."""
        digest = self._digest(file.path, file.size, keep=False)
        if there is not None:
            if there[0] == file.size:
                asked = self._link.ask("digest", path=file.path, size=file.size)
                if self._link.must(asked, file.path) == {"sha256": digest}:
                    self._link.must(self._link.ask("finish", path=file.path, time_ns=file.time_ns), file.path)
                    return 0
            if not file.is_replaced or there[0] < 0:
                return "it has another content there"
            if there[1] >= file.time_ns:
                return "it was replaced there later than here"
        tell(file.path)
        part = f"{file.path}{PART_SUFFIX}"
        self._send(file.path, part, self._size_of_part(file, part), file.size)
        wrong = self._confirm(file, part, digest, whole=file.path, is_new=there is None)
        return wrong or file.size

    def _size_of_part(self, file: File, part: str) -> int:
        """How much of a part that was begun before is good; a part of something else is begun anew."""
        (there,) = self._link.must(self._link.ask("sizes", paths=[part]), part)["sizes"]
        if there is None:
            return 0
        size: int = there[0]
        if 0 < size <= file.size:
            found = self._link.must(self._link.ask("digest", path=part, size=size), part)
            if found == {"sha256": self._digest(file.path, size, keep=False)}:
                return size
        self._link.must(self._link.ask("drop", path=part), part)
        return 0

    def _send(
        self, source: str, target: str, start: int, end: int, closing: Mapping[str, int] = NO_CLOSING
    ) -> dict[str, Any]:
        """Send a part of a file in pieces; the answer to the last one, which may close the file."""
        with open(self._place(source), "rb") as file:
            file.seek(start)
            while True:
                block = file.read(min(BLOCK_BYTES, end - start))
                # Where it was cut meanwhile, the comparison that follows tells.
                is_last = start + len(block) >= end or not block
                fields = {"path": target, "at": start, **(closing if is_last else {})}
                found = self._link.must(self._link.ask("append", block, **fields), target)
                if is_last:
                    return found
                start += len(block)

    def _confirm(
        self, file: File, target: str, digest: str = "", whole: str = "", is_new: bool = True
    ) -> str:
        """Compare what arrived, and have it kept; what is wrong, empty where nothing is."""
        asked = self._link.ask("digest", path=target, size=file.size)
        if asked.get("sha256") != (digest or self._digest(file.path, file.size)):
            return NOT_AS_SENT
        fields: dict[str, Any] = {"path": target, "time_ns": file.time_ns}
        if whole:
            fields |= {"whole": whole, "is_new": is_new}
        found = self._link.ask("finish", **fields)
        if found.get("error") == "exists":
            return "somebody else put it there meanwhile"
        self._link.must(found, file.path)
        return ""

    def _digest(self, path: str, size: int, *, keep: bool = True) -> str:
        """SHA-256 of the first bytes of a file of ours; that of a growing one is continued."""
        done, digest = self._digests.get(path, (0, None)) if keep else (0, None)
        if digest is None or done > size:
            done, digest = 0, sha256()
        with open(self._place(path), "rb") as file:
            file.seek(done)
            while done < size and (block := file.read(min(BLOCK_BYTES, size - done))):
                digest.update(block)
                done += len(block)
        if keep:
            self._digests[path] = (done, digest)
        return str(digest.copy().hexdigest())

    def _files(self) -> Iterator[File]:
        starts = self._wanted or ("",)
        for start in starts:
            yield from _files_below(self._root, start)

    def _place(self, path: str) -> str:
        return os.path.join(self._root, *path.split("/"))


def _files_below(root: str, start: str) -> Iterator[File]:
    """Every plain file; links, drafts and what begins with a dot are passed over."""
    waiting = [start]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(os.path.join(root, folder)) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError:
            continue
        for entry in entries:
            path = f"{folder}/{entry.name}" if folder else entry.name
            if entry.name in LOCAL or entry.name.startswith((".", "draft-")):
                continue
            if entry.name.endswith((PART_SUFFIX, ".part")) or not _is_sendable(entry.name):
                continue
            try:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(path)
                elif entry.is_file(follow_symlinks=False):
                    status = entry.stat(follow_symlinks=False)
                    yield File(path, status.st_size, status.st_mtime_ns)
            except OSError:
                continue


def _is_sendable(name: str) -> bool:
    """Whether a name is text: JSON carries no others, and none of ours is otherwise."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
