"""Where a run keeps its files, under names that every file system takes.

Relative paths stay under 180 characters: 60 for the project, 60 for the run, the rest is ours.
"""

from __future__ import annotations

import os
import time

from collector.runlog.digest import sha256

NAME_LIMIT = 60
"""Longest folder name made from a user's text."""

RESERVED_NAMES = frozenset(
    ["con", "prn", "aux", "nul", "sweeps", "artifacts"]
    + [f"{device}{digit}" for device in ("com", "lpt") for digit in range(10)]
)
"""Device names of Windows, and the folders that a project has besides its runs."""

METRICS_SUFFIX = ".metrics.jsonl"
RECORDS_SUFFIX = ".records.jsonl"
EDITS_SUFFIX = ".edits.jsonl"

TRASH = ".trash"
"""Below the root: what was removed, until it is emptied. No name of a project or run begins with a dot."""

_STAMP = "%Y%m%dT%H%M%SZ"
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_PORTABLE = frozenset("abcdefghijklmnopqrstuvwxyz0123456789._-")


def is_portable(name: str) -> bool:
    """Whether a text can be a folder name as it stands, on every system and in every case rule."""
    return (
        0 < len(name) <= NAME_LIMIT
        and _PORTABLE.issuperset(name)
        and name[0] not in "._-"
        and ".." not in name
        and name[-1] not in "._-"
        and name.split(".")[0] not in RESERVED_NAMES
    )


def safe_name(text: str) -> str:
    """A folder name for any text: the text itself where it is portable, else its slug and a hash of it."""
    if is_portable(text):
        return text
    digest = sha256(text.encode("utf-8", "surrogatepass")).digest()
    # Without dots: Windows takes nul.txt-anything for the device.
    return f"{slug(text).replace('.', '-') or 'x'}-{base32(digest, 8)}"


def slug(text: str, limit: int = 40) -> str:
    """The text in lower case with everything but ASCII letters, digits and dots turned into single dashes."""
    plain = text[:1000].lower() if text.isascii() else _without_accents(text[:1000])
    kept = "".join(letter if letter in _PORTABLE else "-" for letter in plain)
    words = [word.strip("._") for word in kept.split("-")]
    return "-".join(word for word in words if word)[:limit].strip("._-")


def _without_accents(text: str) -> str:
    import unicodedata  # 1 MB of tables, only for names that need them

    plain = unicodedata.normalize("NFKD", text).lower()
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def base32(digest: bytes, length: int) -> str:
    """The first `length` letters of a digest, five bits each, in lower case."""
    number = int.from_bytes(digest, "big")
    bits = len(digest) * 8
    return "".join(_LETTERS[(number >> (bits - 5 * (i + 1))) & 31] for i in range(length))


def stamp_of(now: float | None = None) -> str:
    """The UTC second as it stands in names."""
    return time.strftime(_STAMP, time.gmtime(now))


def stamped_at(stamp: str) -> float:
    """Seconds since the epoch of such a stamp; a ValueError where it is none."""
    import calendar  # 1 ms, and only commands that list read stamps

    return float(calendar.timegm(time.strptime(stamp, _STAMP)))


def new_segment_name(rank: int, role: str, now: float, random: bytes | None = None) -> str:
    """A name for the files of one process start: its role and rank, the UTC second, and chance."""
    letter = {"wrapper": "w", "editor": "e"}.get(role, "r")
    return f"{letter}{rank}-{stamp_of(now)}-{base32(random or os.urandom(5), 6)}"


class RunPaths:
    """The places of one run: `root/<project>/<run id>/` and what lies in it."""

    __slots__ = ("project", "root", "run_id")

    def __init__(self, root: str, project: str, run_id: str) -> None:
        try:
            self.root = os.path.abspath(root)
        except OSError:  # the working directory was deleted: writing will fail, and that is told there
            self.root = root
        self.project = safe_name(project)
        self.run_id = safe_name(run_id)

    @property
    def folder(self) -> str:
        """The run's folder."""
        return os.path.join(self.root, self.project, self.run_id)

    def inside(self, *parts: str) -> str:
        """A path inside the run's folder."""
        return os.path.join(self.folder, *parts)

    def metrics(self, segment: str) -> str:
        """The file of a process start that holds its metrics and nothing else."""
        return self.inside(segment + METRICS_SUFFIX)

    def records(self, segment: str) -> str:
        """The file of a process start that holds everything but metrics."""
        return self.inside(segment + RECORDS_SUFFIX)

    def console(self, name: str = "") -> str:
        """A file of recorded console output, or their folder."""
        return self.inside("console", name) if name else self.inside("console")

    def files(self, name: str = "") -> str:
        """A file kept with the run (diff.patch, requirements.txt), or their folder."""
        return self.inside("files", name) if name else self.inside("files")

    def media(self, name: str = "") -> str:
        """A media file of the run, or their folder."""
        return self.inside("media", name) if name else self.inside("media")

    def segments(self) -> list[str]:
        """Names of the process starts that left files here, sorted; empty where there is no folder yet."""
        try:
            names = os.listdir(self.folder)
        except OSError:
            return []
        endings = (METRICS_SUFFIX, RECORDS_SUFFIX)
        return sorted({name[: -len(METRICS_SUFFIX)] for name in names if name.endswith(endings)})


def find_run(root: str, run_id: str) -> str | None:
    """The folder of a run in whichever project it is: a training process may have renamed it."""
    try:
        projects = sorted(os.listdir(root))
    except OSError:
        return None
    folders = (os.path.join(root, project, safe_name(run_id)) for project in projects)
    return next((folder for folder in folders if os.path.isdir(folder)), None)
