"""`collect verify`: whether run logs, media and artifacts are whole; exits 1 where something is not."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from collector.cli.parser import Parser, add_common, command_parser, parse

if TYPE_CHECKING:
    from collector.catalog.damage import Finding
    from collector.housekeeping.verify import Verdict


def make_parser() -> Parser:
    """The options of `collect verify`."""
    parser = command_parser(
        "verify",
        "Check run logs, media and artifacts; exits 1 when something is wrong.",
        "[RUN ...] [options]",
    )
    parser.add_argument("runs", metavar="RUN", nargs="*", help="runs to check (default: all, and artifacts)")
    parser.add_argument("--project", metavar="NAME", help="only this project")
    parser.add_argument("--data", action="store_true", help="read contents too and compare their digests")
    return add_common(parser)


def main(arguments: Sequence[str]) -> int:
    """Print what is wrong."""
    from collector.cli.screen import Screen, print_json

    options = parse(make_parser(), arguments)
    verdicts = _verdicts(options)
    if options.json:
        found = list(verdicts)
        print_json([_fields(verdict) for verdict in found])
        return 0 if all(verdict.is_whole for verdict in found) else 1
    screen = Screen()
    total = [0, 0, 0, 0]
    for verdict in verdicts:
        for finding in verdict.findings:
            screen.line(_told(verdict, finding))
        losses = sum(finding.is_loss for finding in verdict.findings)
        for at, count in enumerate((1, verdict.lines, verdict.contents, losses)):
            total[at] += count
    _sum_up(screen.line, total, data=options.data)
    return 1 if total[3] else 0


def _verdicts(options: Any) -> Iterator[Verdict]:
    from collector.catalog.damage import Finding
    from collector.catalog.places import find_all, project_folders, run_folders
    from collector.housekeeping.verify import Verdict, verify_artifacts, verify_run
    from collector.runlog.paths import safe_name

    if options.runs:
        for folder in find_all(options.dir, options.runs):
            yield verify_run(folder, data=options.data)
        return
    unread: dict[str, str] = {}
    for folder in run_folders(options.dir, options.project, unread):
        yield verify_run(folder, data=options.data)
    for place, reason in unread.items():
        yield Verdict(place, [Finding("", None, "unreadable", reason, True)], 0, 0)
    # The folder may be that of one project, which then is its own and only one.
    for project in [options.dir, *project_folders(options.dir)]:
        if options.project in (None, os.path.basename(project)) or os.path.basename(project) == safe_name(
            options.project
        ):
            verdict = verify_artifacts(project, data=options.data)
            if verdict is not None:
                yield verdict


def _told(verdict: Verdict, finding: Finding) -> str:
    """One finding in a line that editors and people can follow: file:line: kind: message."""
    from collector.cli.text import visible

    where = os.path.join(verdict.place, finding.file).rstrip(os.sep)
    line = "" if finding.line is None else f":{finding.line}"
    mark = "" if finding.is_loss else "note: "
    return f"{visible(where)}{line}: {mark}{finding.kind}: {visible(finding.message)}"


def _fields(verdict: Verdict) -> dict[str, Any]:
    return {
        "place": verdict.place,
        "whole": verdict.is_whole,
        "lines": verdict.lines,
        "contents": verdict.contents,
        "findings": [finding._asdict() for finding in verdict.findings],
    }


def _sum_up(line: Any, total: Sequence[int], *, data: bool) -> None:
    from collector.cli.text import plural

    places, lines, contents, losses = total
    read = f"{plural(places, 'place')}, {plural(lines, 'line')} read"
    compared = f", {plural(contents, 'content')} compared" if data else "; --data compares contents too"
    line(f"{read}{compared}: " + (f"{plural(losses, 'thing')} wrong" if losses else "all whole"))
