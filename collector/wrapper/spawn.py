"""Start the command as a shell would: found on PATH, with its own signal settings, in our process group."""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping, Sequence
from typing import NoReturn

from collector.wrapper.signals import IGNORED_BY_PYTHON

NOT_FOUND = 127
NOT_EXECUTABLE = 126


class CannotRunError(Exception):
    """The command cannot be started; `status` is what a shell would exit with."""

    def __init__(self, command: str, error: OSError) -> None:
        missing = error.errno in (errno.ENOENT, errno.ENOTDIR)
        self.status = NOT_FOUND if missing else NOT_EXECUTABLE
        if missing and os.path.exists(command):
            reason = "the interpreter named in its first line was not found"
        elif missing:
            reason = "command not found" if os.sep not in command else "no such file"
        else:
            reason = (error.strerror or str(error)).lower()
        self.reason = reason
        super().__init__(f"cannot run {command}: {reason}")


def spawn(
    command: Sequence[str],
    env: Mapping[str, str],
    *,
    mask: set[int],
    stdout: int | None = None,
    stderr: int | None = None,
) -> int:
    """Start the command with the given output descriptors, or ours where None; the result is its pid."""
    redirections = [
        (os.POSIX_SPAWN_DUP2, source, target)
        for source, target in ((stdout, 1), (stderr, 2))
        if source is not None
    ]
    try:
        return _spawn(command, env, redirections, mask)
    except OSError as error:
        if error.errno == errno.ENOEXEC:
            # A script without a first line "#!": shells run it themselves.
            return _spawn(["/bin/sh", find_on_path(command[0], env), *command[1:]], env, redirections, mask)
        raise CannotRunError(command[0], _truer(error, command[0], env)) from error


def _spawn(
    command: Sequence[str], env: Mapping[str, str], redirections: list[tuple[int, int, int]], mask: set[int]
) -> int:
    return os.posix_spawnp(
        command[0],
        list(command),
        env,
        file_actions=redirections,
        setsigmask=mask,
        setsigdef=IGNORED_BY_PYTHON,
    )


def _truer(error: OSError, name: str, env: Mapping[str, str]) -> OSError:
    """Some systems report a folder or a file without permission on PATH as absent."""
    if error.errno == errno.ENOENT and os.sep not in name:
        for folder in env.get("PATH", os.defpath).split(os.pathsep):
            path = os.path.join(folder or ".", name)
            if os.path.isfile(path) and not os.access(path, os.X_OK):
                return OSError(errno.EACCES, os.strerror(errno.EACCES))
    return error


def find_on_path(name: str, env: Mapping[str, str]) -> str:
    """The file a command name stands for; the name itself when there is none."""
    if os.sep in name:
        return name
    for folder in env.get("PATH", os.defpath).split(os.pathsep):
        path = os.path.join(folder or ".", name)
        if os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    return name


def replace_by(command: Sequence[str], env: Mapping[str, str], mask: set[int]) -> NoReturn:
    """Become the command; raises CannotRunError where that is impossible."""
    import signal

    for number in IGNORED_BY_PYTHON:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    try:
        os.execvpe(command[0], list(command), env)
    except OSError as error:
        if error.errno == errno.ENOEXEC:
            os.execve("/bin/sh", ["/bin/sh", find_on_path(command[0], env), *command[1:]], env)
        raise CannotRunError(command[0], error) from error
