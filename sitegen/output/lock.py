"""A scratch folder that one build at a time owns, and that a killed build leaves to the next."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from pathlib import Path
from typing import IO

from sitegen.errors import SiteError, is_full

OWNER_SECONDS, OWNER_LOOKS = 0.2, 10
"""How long, and how often, it is looked for who has a folder."""


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
            # Unbuffered: what a full disk refuses must not be tried again when the file is closed.
            self._file = open(self.folder / "lock", "a+b", buffering=0)  # noqa: SIM115  held until release
        except OSError as error:
            with contextlib.suppress(OSError):
                self.folder.rmdir()  # only when it is empty, as where the disk had room for no file
            raise self._refused(error) from None
        if not _try_lock(self._file):
            owner = _owner(self._file)
            self._file.close()
            self._file = None
            raise SiteError(
                f"another build is writing this site{f' (process {owner})' if owner else ''}.",
                hint="Wait until it is done, or choose another folder with --site-dir.",
            )
        self._empty(kept)  # first: what a killed build left may be what fills the disk
        try:
            self._file.truncate(0)
            self._file.write(str(os.getpid()).encode())
        except OSError as error:
            self.release(kept)
            raise self._refused(error) from None

    def _refused(self, error: OSError) -> SiteError:
        return SiteError(
            f'the site cannot be written: {error.strerror} at "{self.folder}".',
            hint="The former site is as it was. Make room on that disk, and build again."
            if is_full(error)
            else "sitegen prepares the site in a folder beside it; make that place writable.",
        )

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


def _owner(file: IO[bytes]) -> str:
    """The number of the process that has the lock; it may have had no time yet to write it down."""
    for _ in range(OWNER_LOOKS):
        file.seek(0)
        if owner := file.read(64).decode(errors="replace").strip():
            return owner
        time.sleep(OWNER_SECONDS / OWNER_LOOKS)
    return ""


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
