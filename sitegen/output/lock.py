"""A scratch folder that one build at a time owns, and that a killed build leaves to the next."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import IO

from sitegen.errors import SiteError


class FolderLock:
    """Owns `folder`: created on `take`, emptied of a dead owner's files, removed on `release`.

    What is called `kept`, if anything is, outlives both: it is for the same owner's next time.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._file: IO[bytes] | None = None

    def take(self, kept: str = "") -> None:
        """Makes the folder ours, or says who has it."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._file = open(self.folder / "lock", "a+b")  # noqa: SIM115  held until release
        except OSError as error:
            raise SiteError(
                f'the site cannot be written: {error.strerror} at "{self.folder}".',
                hint="sitegen prepares the site in a folder beside it; make that place writable.",
            ) from None
        if not _try_lock(self._file):
            self._file.seek(0)
            owner = self._file.read(64).decode(errors="replace").strip()
            self._file.close()
            self._file = None
            raise SiteError(
                f"another build is writing this site (process {owner or 'unknown'}).",
                hint="Wait until it is done, or choose another folder with --site-dir.",
            )
        self._file.truncate(0)
        self._file.write(str(os.getpid()).encode())
        self._file.flush()
        self._empty(kept)

    def release(self, kept: str = "") -> None:
        """Removes the folder."""
        if self._file is not None:
            if kept:
                self._empty(kept)
            else:
                shutil.rmtree(self.folder, ignore_errors=True)
            self._file.close()
            self._file = None

    def _empty(self, kept: str) -> None:
        for left_over in self.folder.iterdir():
            if left_over.name not in ("lock", kept):
                shutil.rmtree(left_over, ignore_errors=True)


def _try_lock(file: IO[bytes]) -> bool:
    try:
        import fcntl
    except ImportError:  # Windows: two builds at a time are then not told apart
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
