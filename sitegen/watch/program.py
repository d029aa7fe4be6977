"""Whether runpress itself is still the one that was started: under a watch of days it may be upgraded.

What is in memory is then of one version, and what is read later of another: no build can be trusted any more.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from sitegen.errors import SiteError

_Look = tuple[int, int, int]


class ProgramChangedError(SiteError):
    """Nothing more can be built by this process."""

    def __init__(self, place: Path) -> None:
        super().__init__(
            f'runpress was upgraded or installed anew while it ran ("{place}" is another file or gone).',
            hint="The site stays as the last build left it. Start the command again to go on.",
        )


class Program:
    """Our own code, as it was when the process began to use it."""

    def __init__(self, *folders: Path) -> None:
        package = Path(__file__).parents[1]
        self._folders = folders or (package, package.parent / "collector")
        self._looks = self._looked()
        self._hashes = {place: _hash(place) for place in self._looks}

    def check(self) -> None:
        """Fails if a file of it is not what it was; the same content in a new file is no change."""
        looks = self._looked()
        for place in sorted(self._looks.keys() | looks.keys()):
            if self._looks.get(place) != looks.get(place) and self._hashes.get(place) != _hash(place):
                raise ProgramChangedError(place)
        self._looks = looks

    def _looked(self) -> dict[Path, _Look]:
        found = {}
        for folder in self._folders:
            for place in folder.rglob("*.py"):
                try:
                    stat = os.stat(place)  # noqa: PTH116
                except OSError:  # it goes at this very moment
                    continue
                found[place] = (stat.st_size, stat.st_mtime_ns, stat.st_ino)
        return found


def _hash(place: Path) -> bytes:
    """Of the file's content; nothing where there is none."""
    try:
        return hashlib.sha256(place.read_bytes()).digest()
    except OSError:
        return b""
