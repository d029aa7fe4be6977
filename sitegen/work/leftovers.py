"""What a cache folder holds that no run needs any more: all of deleted runs, and pictures of former days.

Builds of several sites may share a folder. Each holds a shared lock on it while it works, and only who is
alone with it removes anything. Of a run everything goes once its folder is gone from a place that is still
there: logs on a disk that is not mounted at the moment are not deleted logs.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from sitegen.discover import Source
from sitegen.ingest.kept import Owner, owner_of, run_name
from sitegen.ingest.pieces import pieces_place

PICTURES, PICTURES_EACH = 200, 24
"""So many of the newest pictures stay, and so many more for each project: a run that goes on leaves some
behind at every build, and any of them can be drawn again."""


class CacheUse:
    """Tells other builds that the folder is in use; a context manager around a build."""

    def __init__(self, cache_dir: Path) -> None:
        self._cache_dir = cache_dir
        self._file: IO[bytes] | None = None

    def __enter__(self) -> CacheUse:
        with contextlib.suppress(OSError, ImportError):
            import fcntl

            self._cache_dir.mkdir(parents=True, exist_ok=True)
            self._file = open(self._cache_dir / "in-use", "ab")
            fcntl.flock(self._file, fcntl.LOCK_SH)
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def clean(self, sources: Sequence[Source]) -> int:
        """Removes what nobody needs, if no other build uses the folder; how many bytes that were."""
        with contextlib.suppress(OSError, ImportError):
            import fcntl

            if self._file is not None:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return sum(_removed(place) for place in _unneeded(self._cache_dir, sources))
        return 0


def _unneeded(cache_dir: Path, sources: Sequence[Source]) -> Iterator[Path]:
    needed = {run_name(source.project, source.run) for source in sources}
    for place in list((cache_dir / "facts").glob("*/*.facts")):
        if place.parent.name + place.stem not in needed:
            owner = owner_of(place)
            if owner is not None and _is_deleted(owner):
                yield place
                yield (cache_dir / "tiles" / place.parent.name / place.stem).with_suffix(".tiles")
                yield from (pieces_place(cache_dir, (*owner.names, log)) for log in owner.logs)
    pictures = sorted((cache_dir / "charts").glob("picture-*.svg"), key=_modified, reverse=True)
    yield from pictures[PICTURES + PICTURES_EACH * len({source.project for source in sources}) :]


def _is_deleted(owner: Owner) -> bool:
    run = Path(owner.folder)
    return not os.path.lexists(run) and run.parents[min(1, len(run.parents) - 1)].is_dir()


def _modified(place: Path) -> int:
    try:
        return place.stat().st_mtime_ns
    except OSError:
        return 0


def _removed(place: Path) -> int:
    """Removes a file; its size, or nothing where it is not there or stays."""
    try:
        size = place.stat().st_size
        place.unlink()
    except OSError:
        return 0
    return size
