"""The command itself: its words, where and by whom it was started, and the variables that shape training."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from typing import Any

from collector.provenance.request import Request, shorten_home


def command_facts(request: Request) -> dict[str, Any]:
    """What was run, where and by whom."""
    from collector.runlog import redact

    words = [shorten_home(word, request) for word in redact.command(request.command)]
    fields: dict[str, Any] = {
        "argv": words,
        "cwd": shorten_home(request.cwd, request),
        "pid": request.pid,
        "env": redact.environment(request.env, request.env_names),
    }
    if "user" not in request.hidden:
        fields["user"] = _user(request.env)
    if "host" not in request.hidden:
        fields["host"] = socket.gethostname()
    return {name: value for name, value in fields.items() if value not in (None, {})}


def _user(env: Mapping[str, str]) -> str | None:
    try:
        import pwd

        return pwd.getpwuid(os.getuid()).pw_name
    except (ImportError, KeyError):
        return env.get("USER") or env.get("USERNAME")
