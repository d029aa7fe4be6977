"""What goes wrong in sitegen, told so that the reader knows what to do next."""

from __future__ import annotations

import errno

FULL = {errno.ENOSPC, errno.EDQUOT}
"""No room on the disk, or none that this user may have."""


class SiteError(Exception):
    """Nothing could be built; `hint` says what to do about it."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n  {self.hint}" if self.hint else self.message


class MisuseError(SiteError):
    """The command line, the configuration or a folder is not as it has to be."""

    exit_code = 2


class NoDataError(SiteError):
    """Strict mode, and there is no run to build from."""

    exit_code = 4


def is_full(error: OSError) -> bool:
    """Whether there was no room for what was written."""
    return error.errno in FULL
