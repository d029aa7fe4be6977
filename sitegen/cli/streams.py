"""The standard streams of the command, which may be closed, full, or read by nobody any more."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator

from sitegen.errors import SiteError


def open_closed_streams() -> None:
    """A standard stream that was closed leads nowhere from now on, for processes that we start as well."""
    for number, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
        if getattr(sys, name) is None:
            _lead_nowhere(number)
            setattr(sys, name, open(number, mode, encoding="utf-8", errors="replace", closefd=False))  # noqa: SIM115


def put(text: str, *, end: str = "\n", flush: bool = False) -> None:
    """A line on standard output."""
    with _told():
        print(text, end=end, flush=flush)


def flush_output() -> None:
    """Nothing waits for standard output any more."""
    with _told():
        sys.stdout.flush()


@contextlib.contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:  # who read it has seen enough: that is no error to tell of
        raise
    except OSError as error:
        raise SiteError(f"standard output cannot be written: {error.strerror or error}.") from error


def say(text: str) -> None:
    """A line on standard output, at once; a full disk behind it costs the line, and ends no watch."""
    try:
        put(text, flush=True)
    except SiteError as error:
        complain(str(error))


def complain(text: str) -> None:
    """A line on standard error; where that cannot be written either, nobody is left to be told."""
    try:
        print(text, file=sys.stderr, flush=True)
    except BrokenPipeError:
        raise
    except OSError:
        return


def leave_stuck_streams() -> None:
    """What cannot be written goes nowhere: at exit Python would try once more, and complain."""
    for number, stream in ((1, sys.stdout), (2, sys.stderr)):
        try:
            stream.flush()
        except OSError:
            _lead_nowhere(number)


def _lead_nowhere(number: int) -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    if nowhere == number:
        os.set_inheritable(number, True)
    else:
        os.dup2(nowhere, number)
        os.close(nowhere)
