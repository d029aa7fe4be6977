"""The run's media folder: every file under the SHA-256 of its content, complete or not there at all."""

from __future__ import annotations

import os
from collections.abc import Callable
from hashlib import sha256

from collector.media.media import FILE_LIMIT, Item, MediaError


class MediaFolder:
    """Puts files into a folder that may move while the run goes on."""

    def __init__(self, folder: Callable[[], str]) -> None:
        self._folder = folder

    def put(self, content: bytes, ext: str) -> Item:
        """Keep a file under its digest; one that is there already is not written again."""
        if len(content) > FILE_LIMIT:
            raise MediaError(f"{len(content)} bytes are over the limit of {FILE_LIMIT}")
        digest = sha256(content).hexdigest()
        folder = self._folder()
        path = os.path.join(folder, f"{digest}.{ext}")
        if not _has_size(path, len(content)):
            os.makedirs(folder, exist_ok=True)
            _write_whole(path, content)
        return {"sha256": digest, "ext": ext, "bytes": len(content)}


def _has_size(path: str, size: int) -> bool:
    try:
        return os.path.getsize(path) == size
    except OSError:
        return False


def _write_whole(path: str, content: bytes) -> None:
    # Several ranks may write the same file at once: each writes its own, and all of them are the same.
    part = f"{path}.{os.getpid()}.part"
    try:
        with open(part, "wb") as file:
            file.write(content)
        os.replace(part, path)
    except OSError:
        try:
            os.unlink(part)
        except OSError:
            pass
        raise
