"""What came before a run: the attempts it goes on from, the point it is rewound to, the run it forks."""

from __future__ import annotations

import contextlib
import math
import os
import time
from collections.abc import Iterable
from typing import Any, NamedTuple

from collector.runlog.errors import CollectorError
from collector.runlog.history import merged_rows, metrics_files, read_rows
from collector.runlog.paths import RunPaths, find_run, new_segment_name
from collector.runlog.replay import last_fields, merged_tree, read_run_records

REMEMBERED = "resume.json"
"""In the project's folder: the id of a run begun with resume="auto" that has not finished."""


class Point(NamedTuple):
    """A step of a run, as `run?_step=200` names it."""

    run_id: str
    step: float | int


class Earlier(NamedTuple):
    """What a run was called and configured as before."""

    names: dict[str, Any]
    config: dict[str, Any]
    summary: dict[str, Any]


def read_point(text: str, argument: str) -> Point:
    """The run and step that `resume_from` or `fork_from` names."""
    run_id, _, step = str(text).partition("?_step=")
    try:
        number = float(step)
    except ValueError:
        number = math.nan
    if not run_id or not math.isfinite(number):
        raise CollectorError(f"{argument}={text!r} names no step.", 'Write it as "run-id?_step=200".')
    return Point(run_id, int(number) if number == int(number) else number)


def read_earlier(folder: str) -> Earlier:
    """Names, configuration and summary that earlier attempts recorded."""
    records = read_run_records(folder, ("run", "config", "summary"))
    return Earlier(
        last_fields(records, "run"), merged_tree(records, "config"), merged_tree(records, "summary")
    )


def joined(parts: Iterable[Earlier]) -> Earlier:
    """What several folders of one run say together; the later one counts."""
    names, config, summary = dict[str, Any](), dict[str, Any](), dict[str, Any]()
    for part in parts:
        names |= part.names
        config |= part.config
        summary |= part.summary
    return Earlier(names, config, summary)


def next_step(folder: str, rank: int) -> float | int:
    """The step after the highest that a rank logged."""
    steps = (row.step for file in metrics_files(folder, rank) for row, _ in read_rows(file))
    return max(steps, default=-1) + 1


def find_forked(root: str, point: Point) -> str:
    """The folder of the run that is forked."""
    folder = find_run(root, point.run_id)
    if folder is None:
        raise CollectorError(f"there is no run {point.run_id} in {root} to fork.", "Check dir and id.")
    return folder


def copy_history(source: str, point: Point, paths: RunPaths, header: dict[str, Any]) -> int:
    """Give a forked run its history up to a step, each row at the time it was logged; the number of rows."""
    from collector.runlog.metrics import MetricsLog
    from collector.runlog.writer import SegmentWriter

    rank = int(header["rank"])
    rows = [row for row in merged_rows(source, rank) if row.step <= point.step]
    if not rows:
        return 0
    now = time.time()
    os.makedirs(paths.folder, exist_ok=True)
    path = paths.metrics(new_segment_name(rank, "rank", now))
    wall = now
    # The clock shows when each row was logged, so that its time lies before the start of this run.
    writer = SegmentWriter(path, header, monotonic=lambda: wall, now=lambda: now)
    log = MetricsLog(writer)
    for row in rows:
        wall = row.wall
        log.append(row.step, row.values)
    writer.close()
    return len(rows)


def remembered_id(root: str, project: str) -> str | None:
    """The id of the unfinished run that resume="auto" goes on with."""
    import orjson  # first need

    with contextlib.suppress(OSError, ValueError, TypeError, KeyError), open(_memory(root, project)) as file:
        return str(orjson.loads(file.read())["run"])
    return None


def remember_id(paths: RunPaths) -> None:
    """Let the next start with resume="auto" in this project go on with this run."""
    path = _memory(paths.root, paths.project)
    with contextlib.suppress(OSError):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        draft = f"{path}.{os.getpid()}"
        with open(draft, "w") as file:
            file.write(f'{{"run":"{paths.run_id}"}}\n')
        os.replace(draft, path)


def forget_id(paths: RunPaths) -> None:
    """This run is finished: the next start begins a new one."""
    if remembered_id(paths.root, paths.project) == paths.run_id:
        with contextlib.suppress(OSError):
            os.remove(_memory(paths.root, paths.project))


def _memory(root: str, project: str) -> str:
    return os.path.join(RunPaths(root, project, "x").root, RunPaths(root, project, "x").project, REMEMBERED)
