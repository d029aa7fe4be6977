"""`collect status`: the runs without an end: which of them go, which are stalled, stuck, gone or lost."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from collector.cli.parser import Parser, add_common, command_parser, parse

if TYPE_CHECKING:
    from collector.catalog.glance import Look
    from collector.catalog.liveness import Liveness

OLD_SECONDS = 7 * 86_400.0
"""Runs lost for longer are counted and not listed, unless --all asks for them."""


def make_parser() -> Parser:
    """The options of `collect status`."""
    parser = command_parser(
        "status", "Show what runs, and what is stalled, stuck, gone or lost.", "[options]"
    )
    parser.add_argument("--project", metavar="NAME", help="only this project")
    parser.add_argument("--all", action="store_true", help="also runs that were lost over a week ago")
    return add_common(parser)


def main(arguments: Sequence[str]) -> int:
    """Print the open runs."""
    from collector.catalog.glance import look_at
    from collector.catalog.joined import joined_looks
    from collector.catalog.places import run_folders
    from collector.cli.going import liveness
    from collector.cli.ls import refuse_project
    from collector.cli.screen import Screen, print_json

    options = parse(make_parser(), arguments)
    now = time.time()
    folders = list(run_folders(options.dir, options.project))
    if options.project and not folders:
        refuse_project(options.project, options.dir)
    looks = joined_looks(map(look_at, folders))
    found = [(look, liveness(look, now)) for look in looks if look.is_open]
    found.sort(key=lambda pair: (-pair[0].heard, pair[0].folder))
    shown = [pair for pair in found if options.all or now - pair[0].heard <= OLD_SECONDS]
    if options.json:
        print_json([fields_of(look, alive, now) for look, alive in shown])
        return 0
    screen = Screen()
    if shown:
        screen.table(
            [["STATE", "HEARD", "RUN", "STEP", "PROCESSES", ""], *(_row(*pair, now) for pair in shown)]
        )
    _tell_rest(screen.line, len(looks), len(found), len(shown))
    return 0


def fields_of(look: Look, alive: Liveness, now: float) -> dict[str, Any]:
    """An open run as JSON has it: as in `collect ls`, the state being what this machine knows."""
    from collector.cli.fields import run_fields

    return run_fields(look, now) | {
        "state": alive.state,
        "why": alive.why,
        "processes": [
            {
                "segment": one.process.name,
                "role": one.process.role,
                "rank": one.process.rank,
                "host": one.process.host,
                "pid": one.process.pid,
                "heard": one.process.heard,
                "alive": one.is_alive,
            }
            for one in alive.processes
        ],
    }


def _row(look: Look, alive: Liveness, now: float) -> list[str]:
    from collector.cli.text import age, clip, number, visible

    return [
        alive.state,
        age(max(0.0, now - look.heard)),
        clip(visible(f"{look.project}/{look.id}"), 60),
        number(look.latest.step),
        clip(visible(_processes(alive)), 40),
        alive.why,
    ]


def _processes(alive: Liveness) -> str:
    """Those of this machine by number, those of others by host."""
    here = [
        f"{one.process.pid}{'' if one.is_alive else ' (ended)'}" for one in alive.processes if one.is_here
    ]
    hosts = dict.fromkeys(
        str(one.process.host or "unknown host") for one in alive.processes if not one.is_here
    )
    shown = here[:4] + ([f"{len(here) - 4} more"] if len(here) > 4 else [])
    return ", ".join(shown + [f"on {name}" for name in hosts])


def _tell_rest(line: Any, runs: int, found: int, shown: int) -> None:
    if not found:
        line(f"nothing runs: all of {runs} runs have ended" if runs else "there are no runs")
    elif found > shown:
        line(f"{found - shown} more without an end, last heard of over a week ago: --all lists them")
