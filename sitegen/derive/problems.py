"""What is lost, damaged or in conflict in a run's files, in words that say what it means and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sitegen.derive.conflicts import Conflict
from sitegen.derive.facts import Problem, ProjectFacts
from sitegen.ingest.tables import LineProblem, RunRecords, Segment

_MESSAGES = {
    "torn": "The file ends in the middle of a line, as after a kill or while the run is being written. "
    "Everything before it is here.",
    "cut off": "{lines} {are} cut off: the disk took only a part. What was in it was written again "
    "behind it, or is counted as lost.",
    "corrupt": "{lines} failed the checksum and {are} left out: the bytes were changed after writing. "
    "Check the disk, or copy the file again.",
    "foreign": "{lines} {are} not of this format and {are} left out ({why}). Was the file edited?",
    "too long": "{lines} {are} longer than a line may be and {are} left out.",
    "missing keys": "A line that declares metric names is lost. The values could be read without it.",
    "missing header": "The file has no header, so its times are taken from its name or its sister file.",
    "newer format": "A newer runpress wrote the file ({why}). Update runpress to see all of it.",
    "unreadable": "The file could not be read: {why}.",
}

SHOWN_PROCESSES = 5
"""Processes of a conflict that are named."""

UNREAD = frozenset(("corrupt", "foreign", "too long", "newer format", "unreadable"))
"""Kinds of problems that mean that something in a file is not in the site."""

SHOWN_RUNS = 3
"""Runs with damage that are named."""


def problems_of(records: RunRecords) -> tuple[Problem, ...]:
    """Problems of all files of a run, and the records its writers had to give up."""
    found = [_problem(problem) for problem in records.problems]
    for segment in records.segments:
        if segment.dropped:
            found.append(_dropped(segment))
    return tuple(found)


def _problem(problem: LineProblem) -> Problem:
    lines = "A line" if problem.count == 1 else f"{problem.count:,} lines"
    are = "is" if problem.count == 1 else "are"
    message = _MESSAGES[problem.kind].format(lines=lines, are=are, why=problem.why)
    known = tuple(number for number in problem.lines if number > 0)
    return Problem(problem.file, problem.kind, problem.count, known, message)


def _dropped(segment: Segment) -> Problem:
    count = segment.dropped
    records, are = ("1 record", "is") if count == 1 else (f"{count:,} records", "are")
    why = next((record.get("why") for record in segment.records if record["k"] == "drop"), None)
    message = f"{records} could not be written and {are} lost: {why or 'was the disk full?'}"
    return Problem(segment.name, "dropped", count, (), message)


def conflict_problem(conflict: Conflict) -> Problem:
    """Several processes that were one rank at the same time."""
    count = "Two" if len(conflict.processes) == 2 else f"{len(conflict.processes):,}"
    metrics = "the metric" if conflict.metrics == 1 else f"the {conflict.metrics:,} metrics"
    values, are = ("1 value", "is") if conflict.left_out == 1 else (f"{conflict.left_out:,} values", "are")
    message = (
        f"{count} processes logged as rank {conflict.rank} at the same time, for {_span(conflict.seconds)}: "
        f"{_listed(conflict.processes)}. Of {metrics} that they share, the curve of the one that began last "
        f"is shown from its first step on, and {values} of the others {are} left out. Two trainings need a "
        "run id each; the ranks of one training need their numbers (RANK and WORLD_SIZE)."
    )
    return Problem(conflict.processes[-1].name, "conflict", conflict.left_out, (), message)


def damage_note(projects: Iterable[ProjectFacts]) -> tuple[str, ...]:
    """In a sentence, which runs have files that could not be read whole; nothing where all could."""
    names = [
        f"{project.name}/{run.id}"
        for project in projects
        for run in project.runs
        if any(problem.kind in UNREAD for problem in run.problems)
    ]
    if not names:
        return ()
    shown = names[:SHOWN_RUNS] + ([f"{len(names) - SHOWN_RUNS:,} more"] if len(names) > SHOWN_RUNS else [])
    what = "a run" if len(names) == 1 else f"{len(names):,} runs"
    where = "Its page says" if len(names) == 1 else "Their pages say"
    return (
        f"something in the files of {what} could not be read: {', '.join(shown)}. {where} what, and why.",
    )


def _listed(processes: Sequence[Segment]) -> str:
    shown = [f"{one.pid}{f' on {one.host}' if one.host else ''}" for one in processes[:SHOWN_PROCESSES]]
    if len(processes) > SHOWN_PROCESSES:
        shown.append("others")
    return f"process {', '.join(shown[:-1])} and {shown[-1]}"


def _span(seconds: float) -> str:
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= size:
            count = round(seconds / size)
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return "1 second" if seconds < 1.5 else f"{seconds:.0f} seconds"
