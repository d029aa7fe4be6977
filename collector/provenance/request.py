"""What provenance is asked for: whose command, what to hide, which variables to record."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import NamedTuple

from collector.environment import read_settings, working_folder


class Request(NamedTuple):
    """One command whose origin is to be told."""

    command: tuple[str, ...]
    pid: int | None
    """None where it could not be started."""
    env: Mapping[str, str]
    cwd: str
    is_own_process: bool = False
    """Whether this process is the command, so that its own interpreter can be asked."""
    hidden: frozenset[str] = frozenset()
    """Which of user, host, command and cwd are left out; without the user, the home folder is written ~."""
    save_code: bool = True
    """Whether uncommitted changes are saved."""
    env_names: tuple[str, ...] = ()
    """Variables recorded besides the usual ones."""

    @classmethod
    def of_this_process(cls) -> Request:
        """The request of a training process for itself."""
        return cls(
            command=(sys.executable, *sys.argv),
            pid=os.getpid(),
            env=os.environ,
            cwd=working_folder(),
            is_own_process=True,
            hidden=read_settings(os.environ).hidden,
        )


def shorten_home(text: str, request: Request) -> str:
    """The text with the home folder as ~ where the user's name is not to be shown."""
    home = request.env.get("HOME", "")
    if "user" in request.hidden and len(home) > 1:
        return text.replace(home, "~")
    return text
