"""What is lost or damaged in a run's files, in words that say what it means and what to do."""

from __future__ import annotations

from sitegen.derive.facts import Problem
from sitegen.ingest.tables import LineProblem, RunRecords, Segment

_MESSAGES = {
    "torn": "The file ends in the middle of a line, as after a kill or while the run is being written. "
    "Everything before it is here.",
    "corrupt": "{lines} failed the checksum and {are} left out: the bytes were changed after writing. "
    "Check the disk, or copy the file again.",
    "foreign": "{lines} {are} not of this format and {are} left out ({why}). Was the file edited?",
    "too long": "{lines} {are} longer than a line may be and {are} left out.",
    "missing keys": "A line that declares metric names is lost. The values could be read without it.",
    "missing header": "The file has no header, so its times are taken from its name or its sister file.",
    "newer format": "A newer runpress wrote the file ({why}). Update runpress to see all of it.",
    "unreadable": "The file could not be read: {why}.",
}


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
