"""Exchanging two folders in one step, where the system can."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_RENAME_EXCHANGE = 2
_AT_FDCWD = -100


def exchange(one: Path, other: Path) -> bool:
    """Swaps two folders so that no moment shows neither; False where that is not possible."""
    if sys.platform != "linux":
        return False
    import ctypes  # 5 ms, needed only when something changed

    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    paths = os.fsencode(one), os.fsencode(other)
    # Old kernels, mounts and some network file systems refuse: then files are moved one by one.
    return bool(rename(_AT_FDCWD, paths[0], _AT_FDCWD, paths[1], _RENAME_EXCHANGE) == 0)
