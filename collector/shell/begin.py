"""Start the process that writes for a shell, and tell the shell by which variables to find it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, NoReturn

from collector.environment import SET_FOR_ONE_RUN
from collector.runlog.paths import RunPaths
from collector.shell.owner import Owner, command_of
from collector.shell.talk import OFF, SOCKET_VARIABLE
from collector.wrapper.plan import Plan
from collector.wrapper.planning import make_plan

PATH_LIMIT = 100
"""Longest path of a socket, in bytes: systems take 104 or 108."""
MOST_DESCRIPTORS = 4096
"""Numbers of inherited files that are looked for and closed."""
SH, FISH = "sh", "fish"
DIALECTS = (SH, FISH)
"""Languages that shells read: sh is that of bash, dash, zsh and ksh too."""
OWNER_FILE = "owner"
"""Beside the socket: which shell it is for, for a process that goes on with a run."""


class Begun(NamedTuple):
    """A run of a shell that is being written."""

    plan: Plan
    path: str
    pid: int


def begin(options: Mapping[str, Any], owner: Owner, env: Mapping[str, str], cwd: str) -> Begun:
    """Plan a run and start its writer; raises OSError where nothing can be written."""
    from collector.shell.scribe import Scribe

    plan = make_plan(options, command_of(owner.pid), env, cwd)
    os.makedirs(plan.root, exist_ok=True)
    path = os.path.join(_private_folder(env), "socket")
    plan.env[SOCKET_VARIABLE] = path
    with open(os.path.join(os.path.dirname(path), OWNER_FILE), "w") as file:
        file.write(f"{owner.pid} {owner.began}\n")
    os.makedirs(os.path.dirname(RunPaths(plan.root, plan.project, plan.run_id).folder), exist_ok=True)
    pid = start_writer(lambda: Scribe(plan, path, owner))
    plan.env["COLLECT_WRAPPED"] = str(pid)
    return Begun(plan, path, pid)


def _private_folder(env: Mapping[str, str]) -> str:
    """A folder that only this user can look into."""
    from collector.runlog.paths import base32

    name = f"collect-{base32(os.urandom(8), 10)}"
    for place in (env.get("XDG_RUNTIME_DIR"), env.get("TMPDIR"), "/tmp"):
        folder = os.path.join(place, name) if place else ""
        if folder and len(os.fsencode(folder)) <= PATH_LIMIT - len("/socket.new"):
            try:
                os.mkdir(folder, 0o700)
            except OSError:
                continue
            return folder
    raise OSError(None, "there is no place for a socket: set TMPDIR to a short path that can be written")


def start_writer(make: Callable[[], Any]) -> int:
    """Run what `make` gives in a process of its own, once it is ready; its OSError is raised here."""
    ready, told = os.pipe()
    if os.fork() == 0:
        os.close(ready)
        _become_daemon(make, told)
    os.close(told)
    answer = b""
    with open(ready, "rb") as pipe:
        answer = pipe.read()
    os.wait()
    if not answer.isdigit():
        raise OSError(None, answer.decode(errors="replace") or "the writing process did not start")
    return int(answer)


def _become_daemon(make: Callable[[], Any], told: int) -> NoReturn:
    """Belong to nobody: neither the shell's terminal nor its pipes are held, and its end is not ours."""
    try:
        os.setsid()
        if os.fork():
            os._exit(0)
        nothing = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(nothing, number)
        # Nor anything else that the shell or the command has open: a lock would be held for the whole run.
        os.closerange(3, told)
        os.closerange(told + 1, MOST_DESCRIPTORS)
        scribe = make()
        os.write(told, b"%d" % os.getpid())
        os.close(told)
        scribe.run()
    except BaseException as error:  # named boundary: a fault of ours must not run the code of the command
        try:
            os.write(told, str(error).encode(errors="replace") or type(error).__name__.encode())
        except OSError:
            pass
        os._exit(1)
    os._exit(0)


def owner_of(path: str) -> Owner | None:
    """The shell that a socket is for; None where there is no such run any more."""
    try:
        with open(os.path.join(os.path.dirname(path), OWNER_FILE)) as file:
            pid, began = file.read().split()
        return Owner(int(pid), None if began == "None" else float(began))
    except (OSError, ValueError):
        return None


def assignments(begun: Begun, env: Mapping[str, str], dialect: str = SH) -> str:
    """Code that joins the run, in the language of the shell: what changes in its environment."""
    changed = {name: value for name, value in begun.plan.env.items() if env.get(name) != value}
    gone = [name for name in SET_FOR_ONE_RUN if name in env and name not in begun.plan.env]
    lines = [_setting(name, value, dialect) for name, value in sorted(changed.items())]
    lines += [f"set -e {name}" if dialect == FISH else f"unset {name}" for name in gone]
    return "\n".join(lines) + "\n"


def nothing_recorded(dialect: str = SH) -> str:
    """Code after which the other commands do nothing."""
    return _setting(SOCKET_VARIABLE, OFF, dialect) + "\n"


def _setting(name: str, value: str, dialect: str) -> str:
    from shlex import quote

    if dialect == FISH:
        # Between single quotes fish knows two escapes, and sh none.
        escaped = value.replace("\\", "\\\\").replace("'", "\\'")
        return f"set -gx {name} '{escaped}'"
    return f"export {name}={quote(value)}"
