"""`collect redact`: find secrets in logs that exist, and replace the files by copies without them."""

from __future__ import annotations

import os
import time
from argparse import Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from collector.cli.parser import Parser, add_common, command_parser, parse
from collector.runlog.errors import CollectorError, MisuseError

if TYPE_CHECKING:
    from collector.housekeeping.redaction import Found

DRAFT_SUFFIX = ".redacted.part"


def make_parser() -> Parser:
    """The options of `collect redact`."""
    parser = command_parser("redact", "Take secrets out of logs that exist already.", "[RUN ...] [options]")
    add = parser.add_argument
    add("runs", metavar="RUN", nargs="*", help="runs to search (default: all)")
    add("--project", metavar="NAME", help="only this project")
    add("--dry-run", action="store_true", help="say where there are any, and change nothing")
    add("--no-keep", action="store_true", help="delete the originals instead of moving them to the trash")
    return add_common(parser)


def main(arguments: Sequence[str]) -> int:
    """Print where secrets are, and take them out unless that is a dry run."""
    from collector.catalog.places import find_all, run_folders
    from collector.cli.screen import Screen, print_json

    options = parse(make_parser(), arguments)
    _check_policy()
    folders = (
        find_all(options.dir, options.runs)
        if options.runs
        else list(run_folders(options.dir, options.project))
    )
    results = [(folder, *_redact(folder, options)) for folder in folders]
    found = [(folder, one) for folder, hits, _ in results for one in hits]
    left = [one for _, one in found if options.dry_run or not one.can_go]
    if options.json:
        print_json(
            {
                "rewritten": [os.path.join(folder, name) for folder, _, names in results for name in names],
                "found": [{"folder": folder} | one._asdict() for folder, one in found],
            }
        )
    else:
        _show(Screen(), found, sum(len(names) for _, _, names in results), options)
    return 1 if left else 0


def _redact(folder: str, options: Namespace) -> tuple[list[Found], list[str]]:
    """What was found in a run, and the files that were replaced."""
    from collector.housekeeping.redaction import put_in_place, rewrite, search

    try:
        found = list(search(folder))
        names = {one.file for one in found if one.can_go}
        if options.dry_run or not names:
            return found, []
        _refuse_open(folder)
        rewritten = rewrite(folder, names, DRAFT_SUFFIX)
        put_in_place(folder, rewritten, None if options.no_keep else _trash_of(folder))
    except OSError as error:
        raise CollectorError(
            f"{error.filename or folder}: {error.strerror}.",
            "What was rewritten before is in place, the rest is as it was.",
        ) from error
    return found, [one.file for one in rewritten]


def _check_policy() -> None:
    from collector.runlog.redact_policy import policy_of

    policy = policy_of()
    if policy.is_off:
        raise MisuseError("redaction is switched off by COLLECT_REDACT.", "Unset it for this command.")
    if policy.problems:
        raise MisuseError(f"{policy.problems[0]}.", "docs/reference/redaction.md has the form.")


def _refuse_open(folder: str) -> None:
    from collector.catalog.glance import look_at
    from collector.cli.going import is_going

    look = look_at(folder)
    if is_going(look, time.time()):
        raise MisuseError(
            f"{look.id} still goes, and its process would go on writing to the old files.",
            "Wait for its end.",
        )


def _trash_of(folder: str) -> str:
    """A place in the trash for the originals, from where they can not be taken for a run."""
    from collector.housekeeping.trash import new_place

    folder = os.path.abspath(folder)
    return new_place(folder, f"{os.path.basename(folder)}.before-redaction")


def _show(screen: Any, found: Sequence[tuple[str, Found]], rewritten: int, options: Namespace) -> None:
    from collector.cli.text import plural, visible

    for folder, one in found:
        times = "" if one.times == 1 else f" ({one.times} times)"
        kept = "" if one.can_go else "; its name is its digest, so it stays: remove the run, or the file"
        screen.line(f"{visible(os.path.join(folder, one.file))}:{one.line}: {one.rule}{times}{kept}")
    total = sum(one.times for _, one in found)
    if not found:
        screen.line("no rule finds a secret")
    elif options.dry_run:
        screen.line(f"{plural(total, 'secret')} found; nothing was changed")
    else:
        screen.line(f"{plural(total, 'secret')} found, {plural(rewritten, 'file')} rewritten")
        kept = "deleted" if options.no_keep else "in the trash: collect rm --empty-trash --yes deletes them"
        screen.line(f"the originals are {kept}")
