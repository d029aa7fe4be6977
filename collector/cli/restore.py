"""`collect restore RUN...`: put runs from the trash back where they lay."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from collector.cli.parser import Parser, add_common, command_parser, parse
from collector.runlog.errors import MisuseError

if TYPE_CHECKING:
    from collector.housekeeping.trash import Removed


def make_parser() -> Parser:
    """The options of `collect restore`."""
    parser = command_parser("restore", "Put runs back from the trash.", "[RUN ...] [options]")
    parser.add_argument("runs", metavar="RUN", nargs="*", help="runs to put back (default: list the trash)")
    return add_common(parser)


def main(arguments: Sequence[str]) -> int:
    """Put runs back, or list what could be."""
    from collector.cli.screen import Screen, print_json
    from collector.cli.text import age, visible
    from collector.housekeeping.trash import list_trash, restore, trash_root

    options = parse(make_parser(), arguments)
    trash, now, screen = list_trash(trash_root(options.dir)), time.time(), Screen()
    if not options.runs:
        if options.json:
            print_json([{"project": one.project, "id": one.id, "removed": one.at} for one in trash])
            return 0
        for one in trash:
            screen.line(
                f"{visible(one.project)}/{visible(one.id)}  removed {age(max(0.0, now - one.at))} ago"
            )
        if not trash:
            screen.line("the trash is empty")
        return 0
    chosen = [choose(trash, word) for word in dict.fromkeys(options.runs)]
    restored = [restore(one) for one in chosen]
    if options.json:
        print_json([{"id": one.id, "folder": place} for one, place in zip(chosen, restored, strict=True)])
    else:
        for place in restored:
            screen.line(f"{visible(place)} is back")
    return 0


def choose(trash: Sequence[Removed], word: str) -> Removed:
    """The run in the trash that a word means: of one that was removed twice the later."""
    found = [one for one in trash if word in (one.id, f"{one.project}/{one.id}")]
    found = found or [one for one in trash if word and one.id.startswith(word)]
    if not found:
        raise MisuseError(f"there is no run {word!r} in the trash.", "collect restore lists what is there.")
    if len({(one.project, one.id) for one in found}) > 1:
        names = ", ".join(sorted({f"{one.project}/{one.id}" for one in found}))
        raise MisuseError(f"{word!r} may be several runs.", f"Say which: {names}.")
    return found[-1]
