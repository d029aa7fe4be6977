"""`collect sync DEST`: copy run logs into a folder here or behind ssh, once or as they grow."""

from __future__ import annotations

import os
import time
from argparse import Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from collector.cli.parser import Parser, add_common, command_parser, parse
from collector.runlog.errors import MisuseError

if TYPE_CHECKING:
    from collector.cli.screen import Screen
    from collector.housekeeping.sync import Report, Syncing

EVERY_SECONDS = 5.0


def make_parser() -> Parser:
    """The options of `collect sync`."""
    parser = command_parser(
        "sync",
        "Copy run logs to a folder or host, by appending; nothing is ever deleted.",
        "DEST [RUN ...] [options]",
    )
    add = parser.add_argument
    add("destination", metavar="DEST", help="a folder, or user@host:folder through ssh")
    # Without a default argparse would take them for required, too.
    add(
        "runs",
        metavar="RUN",
        nargs="*",
        default=[],
        help="only these runs (default: all, artifacts and sweeps)",
    )
    add("--project", metavar="NAME", help="only this project")
    add("--follow", action="store_true", help="go on copying as logs grow, until Ctrl-C")
    add("--every", metavar="S", type=float, default=EVERY_SECONDS, help="with --follow: seconds between (5)")
    add("--compare", action="store_true", help="read what has equal size and time too")
    add("--dry-run", action="store_true", help="say what would be copied")
    add("--rsh", metavar="COMMAND", default="ssh", help='how to get there: "ssh -p 2222"')
    add("--remote-python", metavar="PROGRAM", default="python3", help="Python of the other host")
    return add_common(parser)


def main(arguments: Sequence[str]) -> int:
    """Copy, and tell what differs."""
    from collector.cli.screen import Screen
    from collector.housekeeping.link import Link, read_destination
    from collector.housekeeping.sync import Syncing

    options = parse(make_parser(), arguments)
    if options.every <= 0:
        raise MisuseError(f"--every {options.every:g} is no time to wait.", "Give seconds, as 5.")
    if options.follow and options.dry_run:
        raise MisuseError("--follow and --dry-run can not both be meant.", "Leave one of them out.")
    destination = read_destination(options.destination, options.rsh, options.remote_python)
    wanted = _wanted(options)
    if destination.host is None:
        _refuse_itself(options.dir, destination.folder)
    screen, conflicts = Screen(), 0
    with Link(destination) as link:
        syncing = Syncing(options.dir, link, wanted=wanted, compare=options.compare)
        try:
            conflicts = _passes(screen, syncing, options)
        except KeyboardInterrupt:
            if not options.follow:
                raise
            conflicts = syncing.conflicts
    return 1 if conflicts else 0


def _passes(screen: Screen, syncing: Syncing, options: Namespace) -> int:
    """One pass, or one after the other; how many conflicts the last one told."""
    told: set[str] = set()
    while True:
        report = syncing.run(tell=_teller(screen, options), dry=options.dry_run)
        _show(screen, report, told, options)
        told |= set(report.conflicts)
        if not options.follow:
            return len(report.conflicts)
        screen.stream.flush()
        time.sleep(options.every)


def _teller(screen: Screen, options: Namespace) -> Any:
    from collector.cli.text import visible

    if options.dry_run and not options.json:
        return lambda path: screen.line(f"would copy {visible(path)}")
    return lambda path: None


def _show(screen: Screen, report: Report, told: set[str], options: Namespace) -> None:
    from collector.cli.screen import json_line, print_json
    from collector.cli.text import plural, size, visible

    if options.json:
        fields = report._asdict() | {"at": time.time(), "dry_run": options.dry_run}
        if options.follow:
            screen.line(json_line(fields))
        else:
            print_json(fields)
        return
    for conflict in report.conflicts:
        if conflict not in told:
            screen.line(f"differs: {visible(conflict)}")
    is_news = bool(report.files or set(report.conflicts) - told)
    if not options.follow or is_news:
        verb = "would be copied" if options.dry_run else "copied"
        ahead = f", {plural(report.ahead, 'file')} longer there" if report.ahead else ""
        unlike = f", {plural(len(report.conflicts), 'file')} left as they are" if report.conflicts else ""
        sent = f"{plural(report.files, 'file')} {verb}, {size(report.sent)}"
        screen.line(f"{sent}; {report.same:,} the same{ahead}{unlike}")


def _wanted(options: Namespace) -> list[str]:
    """Folders below the root that are meant; none for all of it."""
    from collector.catalog.places import find_all, run_folders

    list(run_folders(options.dir))  # refuses a folder that is not there
    if options.runs:
        return [
            os.path.relpath(folder, options.dir).replace(os.sep, "/")
            for folder in find_all(options.dir, options.runs)
        ]
    if options.project:
        from collector.runlog.paths import safe_name

        name = next(
            (one for one in (options.project, safe_name(options.project)) if _has(options.dir, one)), None
        )
        if name is None:
            raise MisuseError(
                f"there is no project {options.project!r} in {options.dir}.", "collect ls lists them."
            )
        return [name]
    return []


def _has(root: str, name: str) -> bool:
    return os.path.isdir(os.path.join(root, name))


def _refuse_itself(root: str, folder: str) -> None:
    here, there = os.path.realpath(root), os.path.realpath(folder)
    if here == there or there.startswith(here + os.sep) or here.startswith(there + os.sep):
        raise MisuseError(f"{folder} and {root} lie in each other.", "Copy to a folder beside it.")
