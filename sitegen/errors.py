"""What goes wrong in sitegen, told so that the reader knows what to do next."""

from __future__ import annotations

import errno
import os

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


def explained(error: OSError) -> SiteError:
    """What the system refused, for the person who has to mend it."""
    said = error.strerror or str(error)
    place = os.fsdecode(error.filename) if isinstance(error.filename, (str, bytes)) else ""
    if error.errno == errno.ENAMETOOLONG:
        return MisuseError(f'"{place[:40]}…": {said}.', hint="Choose a shorter name.")
    if is_full(error):
        hint = "Make room on that disk, and try again."
    elif isinstance(error, PermissionError):
        hint = "Give the user who runs sitegen access to it and to the folders above, or name another place."
    else:
        hint = "Mend the cause, and try again; --debug shows where in sitegen it was met."
    return SiteError(f'"{place}" cannot be read or written: {said}.' if place else f"{said}.", hint=hint)
