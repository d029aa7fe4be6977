"""The command itself: its words, where and by whom it was started, and the variables that shape training."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from collector.provenance.request import Request, shorten_home
from collector.ranks import host_name


def command_facts(request: Request) -> dict[str, Any]:
    """What was run, where and by whom."""
    from collector.runlog import redact

    fields: dict[str, Any] = {
        "command": [shorten_home(word, request) for word in redact.command(request.command)],
        "cwd": shorten_home(request.cwd, request) or None,
        "user": _user(request.env),
        "host": host_name(),
        "pid": request.pid,
        "env": redact.environment(request.env, request.env_names),
    }
    return {
        "argv" if name == "command" else name: value
        for name, value in fields.items()
        if name not in request.hidden and value not in (None, {})
    }


def _user(env: Mapping[str, str]) -> str | None:
    try:
        import pwd

        return pwd.getpwuid(os.getuid()).pw_name
    except (ImportError, KeyError):
        return env.get("USER") or env.get("USERNAME")
