"""A terminal between the command and ours: the command sees a terminal, and we see its bytes."""

from __future__ import annotations

import os
from typing import Any

STANDARD_SIZE = (24, 80)


def is_terminal(descriptor: int) -> bool:
    """Whether a descriptor is open and a terminal."""
    try:
        return os.isatty(descriptor)
    except OSError:
        return False


def open_terminal(model: int | None) -> tuple[int, int]:
    """Open a pseudo-terminal with size and settings of `model`; the results are our end and the command's."""
    import termios

    ours, theirs = os.openpty()
    attributes = _attributes(model) or termios.tcgetattr(theirs)
    # Our terminal turns "\n" into "\r\n" once; the one between must not, or the log would hold "\r\n".
    attributes[1] &= ~termios.OPOST
    # Nothing is ever typed into it.
    attributes[3] &= ~termios.ECHO
    termios.tcsetattr(theirs, termios.TCSANOW, attributes)
    set_size(ours, size_of(model))
    return ours, theirs


def _attributes(descriptor: int | None) -> list[Any] | None:
    import termios

    if descriptor is None:
        return None
    try:
        return termios.tcgetattr(descriptor)
    except termios.error:
        return None


def size_of(descriptor: int | None) -> tuple[int, int]:
    """Rows and columns of a terminal."""
    if descriptor is not None:
        try:
            size = os.get_terminal_size(descriptor)
        except OSError:
            return STANDARD_SIZE
        if size.lines and size.columns:
            return size.lines, size.columns
    return STANDARD_SIZE


def set_size(descriptor: int, size: tuple[int, int]) -> None:
    """Give a terminal rows and columns."""
    import fcntl
    import struct
    import termios

    try:
        fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
    except OSError:
        pass


def remember_settings(descriptor: int) -> list[Any] | None:
    """The settings of our terminal, to be restored if the command dies in the middle of something."""
    return _attributes(descriptor) if is_terminal(descriptor) else None


def restore_settings(descriptor: int, settings: list[Any] | None) -> None:
    """Put back the settings of our terminal, where it has any and they have changed."""
    import termios

    if settings is None or _attributes(descriptor) == settings:
        return
    try:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, settings)
    except termios.error:
        pass
