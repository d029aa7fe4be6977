"""`collect prune --max-size SIZE`: what has to go for a folder to fit; it goes only with `--yes`."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from collector.cli.parser import Parser, add_common, command_parser, parse
from collector.runlog.errors import MisuseError

if TYPE_CHECKING:
    from collector.housekeeping.prune import Doomed, Plan

SHOWN = 40


def make_parser() -> Parser:
    """The options of `collect prune`."""
    parser = command_parser(
        "prune",
        "Say what to delete, oldest first, for run logs to fit; do it with --yes.",
        "--max-size SIZE [options]",
    )
    add = parser.add_argument
    add("--max-size", metavar="SIZE", help="most that the folder may take: 50GB, 800MB")
    add("--keep", metavar="N", type=int, default=0, help="keep the newest N runs of each project")
    add("--keep-tag", metavar="TAG", action="append", help="keep runs with this tag; may be repeated")
    add("--yes", action="store_true", help="delete, for good")
    return add_common(parser)


def main(arguments: Sequence[str]) -> int:
    """Print the plan, and carry it out where that was said."""
    from collector.cli.screen import Screen, print_json
    from collector.housekeeping.prune import Wishes, carry_out, plan_pruning, read_size

    options = parse(make_parser(), arguments)
    if options.max_size is None:
        raise MisuseError("there is no limit.", "Say how much the logs may take: --max-size 50GB.")
    if options.keep < 0:
        raise MisuseError(f"--keep {options.keep} keeps nothing.", "Give a number from 0 on.")
    limit, now = read_size(options.max_size), time.time()
    plan = plan_pruning(options.dir, limit, Wishes(options.keep, options.keep_tag or ()), now)
    gone = list(carry_out(plan, now)) if options.yes else []
    if options.json:
        print_json(_fields(plan, gone, is_done=options.yes))
    else:
        _show(Screen(), plan, gone, now, is_done=options.yes)
    return 1 if plan.after > plan.limit else 0


def _show(screen: Any, plan: Plan, gone: Sequence[Doomed], now: float, *, is_done: bool) -> None:
    from collector.cli.text import age, plural, size, visible

    for one in plan.doomed[:SHOWN]:
        left = " (it goes again, and is left alone)" if is_done and one not in gone else ""
        heard = age(max(0.0, now - one.heard))
        screen.line(
            f"{one.what.ljust(7)} {size(one.size).rjust(7)}  {heard.rjust(6)}  {visible(one.folder)}{left}"
        )
    if len(plan.doomed) > SHOWN:
        screen.line(f"and {len(plan.doomed) - SHOWN:,} more")
    freed = sum(one.size for one in (gone if is_done else plan.doomed))
    if not plan.doomed:
        screen.line(f"nothing to delete: {size(plan.before)} of at most {size(plan.limit)}")
    elif is_done:
        screen.line(
            f"deleted {plural(len(gone), 'thing')} of {size(freed)}: {size(plan.before - freed)} are left"
        )
    else:
        rest = f"{size(plan.after)} would be left, with {plural(plan.kept, 'run')}"
        screen.line(
            f"would delete {plural(len(plan.doomed), 'thing')} of {size(freed)}: {rest}; --yes does it"
        )
    if plan.after > plan.limit:
        over = size(plan.after - plan.limit)
        screen.line(f"that is {over} too much: what is left runs, is to be kept, or belongs to artifacts")


def _fields(plan: Plan, gone: Sequence[Doomed], *, is_done: bool) -> dict[str, Any]:
    return {
        "deleted": is_done,
        "limit": plan.limit,
        "before": plan.before,
        "after": plan.after,
        "fits": plan.after <= plan.limit,
        "runs_kept": plan.kept,
        "doomed": [one._asdict() | {"gone": one in gone} for one in plan.doomed],
    }
