"""What a first build must not find, put out of its way."""

from __future__ import annotations

import shutil
from pathlib import Path

ASIDE = ".aside"


def put_aside(folder: Path, *names: str) -> None:
    """Takes these files and folders away without deleting them.

    ext4 gives no number of a deleted file out again for some minutes, and looks at each such number when a
    file is made: a build right after the deletion of a site of 1,000 runs took 2 s longer.
    """
    trash = folder / ASIDE
    trash.mkdir(exist_ok=True)
    place = trash / str(sum(1 for _ in trash.iterdir()))
    place.mkdir()
    for name in names:
        if (folder / name).exists():
            (folder / name).rename(place / name)


def delete_aside(folder: Path) -> None:
    """Deletes all that was put aside, when nothing is to be measured any more."""
    shutil.rmtree(folder / ASIDE, ignore_errors=True)
