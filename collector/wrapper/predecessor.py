"""What recorders of this command that were killed have kept of its output, for one that goes on."""

from __future__ import annotations

import os

from collector.runlog.paths import RECORDS_SUFFIX, RunPaths, find_run
from collector.wrapper.plan import Plan


def kept_output(plan: Plan) -> list[str]:
    """The files of console output of this start of the run, the oldest first."""
    from collector.runlog.reader import read_header
    from collector.runlog.spool import spooled_folders

    folder = find_run(plan.root, plan.run_id)
    own = RunPaths(plan.root, plan.project, plan.run_id).folder
    found: list[tuple[float, str]] = []
    for place in (*spooled_folders(own), *([] if folder is None else [folder])):
        for name in _names(place):
            head = read_header(os.path.join(place, name)) if name.endswith(RECORDS_SUFFIX) else None
            if head is not None and name.startswith(f"w{plan.rank}-") and head.get("attempt") == plan.attempt:
                found += _pieces(os.path.join(place, "console"), name.removesuffix(RECORDS_SUFFIX))
    return [path for _, path in sorted(found)]


def _pieces(console: str, segment: str) -> list[tuple[float, str]]:
    logs = [name for name in _names(console) if name.startswith(f"{segment}.") and name.endswith(".log")]
    return [(os.stat(os.path.join(console, name)).st_mtime, os.path.join(console, name)) for name in logs]


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []
