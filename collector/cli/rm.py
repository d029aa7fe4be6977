"""`collect rm RUN...`: move runs to the trash; `--empty-trash` deletes what is there for good."""

from __future__ import annotations

import os
import time
from argparse import Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING

from collector.cli.parser import Parser, add_common, command_parser, parse
from collector.runlog.errors import MisuseError

if TYPE_CHECKING:
    from collector.housekeeping.trash import Removed


def make_parser() -> Parser:
    """The options of `collect rm`."""
    parser = command_parser(
        "rm", "Move runs to the trash; collect restore puts them back.", "RUN ... [options]"
    )
    add = parser.add_argument
    add("runs", metavar="RUN", nargs="*", help="runs to remove")
    add("--force", action="store_true", help="also runs that have no end yet")
    add("--empty-trash", action="store_true", help="say what is in the trash; with --yes delete it")
    add("--yes", action="store_true", help="with --empty-trash: delete, for good")
    return add_common(parser)


def main(arguments: Sequence[str]) -> int:
    """Move runs, or empty the trash."""
    options = parse(make_parser(), arguments)
    if options.empty_trash:
        if options.runs:
            raise MisuseError("--empty-trash takes no runs.", "Call it without a RUN.")
        return _empty(options)
    if not options.runs:
        raise MisuseError("there is no run to remove.", "Name one: collect ls lists them.")
    return _remove(options)


def _remove(options: Namespace) -> int:
    from collector.catalog.glance import look_at
    from collector.catalog.places import find_all
    from collector.cli.going import is_going
    from collector.cli.screen import Screen, print_json
    from collector.cli.text import visible
    from collector.housekeeping.trash import put_in_trash

    folders, now = find_all(options.dir, options.runs), time.time()
    going = [look.id for look in map(look_at, folders) if is_going(look, now)]
    if going and not options.force:
        raise MisuseError(f"{', '.join(going)} has no end yet.", "Stop it first, or say --force.")
    moved = [(folder, put_in_trash(folder, now)) for folder in folders]
    if options.json:
        print_json([{"run": os.path.basename(folder), "trash": target} for folder, target in moved])
        return 0
    screen = Screen()
    for folder, _ in moved:
        screen.line(f"{visible(os.path.basename(folder))} is in the trash")
    screen.line(
        f"collect restore {' '.join(visible(os.path.basename(folder)) for folder, _ in moved)} undoes it"
    )
    return 0


def _empty(options: Namespace) -> int:
    from collector.cli.screen import Screen, print_json
    from collector.cli.text import plural, size
    from collector.housekeeping.prune import size_of
    from collector.housekeeping.trash import delete_removed, list_trash, trash_root

    found = list_trash(trash_root(options.dir))
    sizes = [size_of(removed.folder) for removed in found]
    if options.json:
        fields = [_fields(removed, count) for removed, count in zip(found, sizes, strict=True)]
        print_json({"deleted": options.yes, "runs": fields})
    else:
        screen, now = Screen(), time.time()
        for removed, count in zip(found, sizes, strict=True):
            screen.line(_told(removed, count, now))
        verb = "are deleted" if options.yes else "are in the trash; --yes deletes them, for good"
        screen.line(
            f"{plural(len(found), 'run')} of {size(sum(sizes))} {verb}" if found else "the trash is empty"
        )
    for removed in found if options.yes else ():
        delete_removed(removed)
    return 0


def _told(removed: Removed, count: int, now: float) -> str:
    from collector.cli.text import age, size, visible

    when = f"removed {age(max(0.0, now - removed.at))} ago" if removed.at else "removed some time ago"
    return f"{visible(removed.project)}/{visible(removed.id)}  {size(count)}  {when}"


def _fields(removed: Removed, count: int) -> dict[str, object]:
    return {
        "project": removed.project,
        "id": removed.id,
        "removed": removed.at,
        "bytes": count,
        "folder": removed.folder,
    }
