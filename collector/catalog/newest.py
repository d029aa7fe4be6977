"""The newest runs by the names of their files, so that a short list need not look into all the others."""

from __future__ import annotations

import os
from collections.abc import Sequence

from collector.runlog.edits import Overlay, read_edits
from collector.runlog.paths import EDITS_SUFFIX, METRICS_SUFFIX, RECORDS_SUFFIX, stamped_at

SLACK_SECONDS = 3600.0
"""A name is stamped a little before the time in its header: a slow disk or a clock that is set parts them."""


def newest_folders(folders: Sequence[str], count: int) -> Sequence[str]:
    """Those of the runs' folders among which the `count` newest ones are, in the order given.

    Runs whose names do not tell, and corrected ones, which may be hidden, are always among them. Where runs
    were joined, all are.
    """
    begun: dict[str, float] = {}
    for folder in folders:
        names = _names(folder)
        if any(name.endswith(EDITS_SUFFIX) for name in names):
            if Overlay(read_edits(folder)).joins:
                return folders
            continue
        stamps = [_stamp(name) for name in names if name.endswith((METRICS_SUFFIX, RECORDS_SUFFIX))]
        if stamps and "" not in stamps:
            begun[folder] = _seconds(min(stamps))
    if len(begun) <= count:
        return folders
    oldest = sorted(begun.values(), reverse=True)[count - 1] - SLACK_SECONDS
    return [folder for folder in folders if begun.get(folder, oldest) >= oldest]


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _stamp(name: str) -> str:
    """The UTC second in the name of a file, as it stands there; empty where there is none."""
    parts = name.split("-", 2)
    is_stamped = len(parts) == 3 and len(parts[1]) == 16 and parts[1][8:16:7] == "TZ"
    return parts[1] if is_stamped and (parts[1][:8] + parts[1][9:15]).isdecimal() else ""


def _seconds(stamp: str) -> float:
    try:
        return stamped_at(stamp)
    except ValueError:
        return float("inf")
