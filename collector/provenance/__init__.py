"""Where a run comes from: command, code, Python, hardware and scheduler, gathered off the training thread.

Each section is made in a thread of its own with a time limit; one that fails or is late leaves a field
"problem" in its place. Nothing here raises.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import partial
from threading import Thread
from typing import Any

from collector.provenance.request import Request

Fields = dict[str, Any]
Write = Callable[[str, Fields], None]
SaveFile = Callable[[str, bytes], "str | None"]
"""Keeps a file with the run; the result is the name it got, where that can differ."""

SECTIONS = ("command", "system", "cpu", "scheduler", "git", "gpu", "python", "packages")
"""In order of gathering: what is cheap and certain comes first."""
SECONDS = 20.0
"""Most that one section may take: a status of a large repository on a slow mount is the slowest."""


def gather(
    write: Write,
    save_file: SaveFile,
    *,
    sections: Sequence[str] = SECTIONS,
    request: Request | None = None,
    seconds: float = SECONDS,
) -> None:
    """Gather the sections one after another and hand each to `write`; call it in a thread."""
    asked = request if request is not None else Request.of_this_process()
    for section in sections:
        fields = _within(seconds, partial(gather_section, section, asked, save_file))
        if fields:
            try:
                write(section, fields)
            except Exception:  # boundary: the run's writer counts its own losses
                continue


def gather_section(section: str, request: Request, save_file: SaveFile) -> Fields:
    """The facts of one section."""
    if section == "command":
        from collector.provenance.command import command_facts

        return command_facts(request)
    if section == "system":
        from collector.provenance.machine import system_facts

        return system_facts(request.env)
    if section == "scheduler":
        from collector.provenance.machine import scheduler_facts

        return scheduler_facts(request.env)
    if section == "git":
        from collector.provenance.git import git_facts

        return git_facts(request, save_file)
    if section in ("cpu", "gpu"):
        from collector.system import hardware

        return hardware.cpu_facts() if section == "cpu" else hardware.gpu_facts()
    from collector.provenance import python

    return python.python_facts(request) if section == "python" else python.package_facts(request, save_file)


def _within(seconds: float, make: Callable[[], Fields]) -> Fields:
    """What `make` returns, or its problem; a late result is not used."""
    made: list[Fields] = []

    def work() -> None:
        try:
            made.append(make())
        except Exception as error:  # boundary: provenance is worth having, never worth a failure
            made.append({"problem": f"{type(error).__name__}: {error}"})

    worker = Thread(target=work, name="collect-provenance", daemon=True)
    try:
        worker.start()
    except RuntimeError:
        # From Python 3.12 on no thread can be started once the script has ended. Who waits for us there has a
        # limit for all sections.
        work()
    else:
        worker.join(seconds)
    if sys.is_finalizing():
        return {}
    return made[0] if made else {"problem": f"not known within {seconds:g} s"}
