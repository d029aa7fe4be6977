"""`collect carry`: take what waits in the spool of this machine to where it belongs."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from collector.cli.parser import Parser, command_parser, parse


class Outcome(NamedTuple):
    """What became of a parcel."""

    parcel: str
    destination: str
    state: str
    """'in use' by a process that goes on, 'waiting', 'carried', or 'refused'."""
    left_bytes: int
    trouble: str = ""


def make_parser() -> Parser:
    """The options of `collect carry`."""
    parser = command_parser(
        "carry", "Take what waits in this machine's spool to where it belongs.", "[options]"
    )
    parser.add_argument("--list", action="store_true", help="only say what waits there")
    parser.add_argument(
        "--wait", metavar="S", type=float, default=0.0, help="try for so many seconds (default: once)"
    )
    parser.add_argument("--json", action="store_true", help="print JSON for programs")
    parser.add_argument("-h", "--help", action="help", help="show this")
    return parser


def main(arguments: Sequence[str]) -> int:
    """Carry, and say what became of each parcel."""
    from collector.cli.screen import Screen, print_json

    options = parse(make_parser(), arguments)
    outcomes = list(_look() if options.list else _carry(options.wait))
    if options.json:
        print_json([outcome._asdict() for outcome in outcomes])
    else:
        screen = Screen()
        for outcome in outcomes:
            screen.line(_told(outcome))
        if not outcomes:
            screen.line("nothing waits in the spool of this machine")
    return int(any(outcome.state == "refused" for outcome in outcomes))


def _look() -> Iterator[Outcome]:
    from collector.runlog import spool
    from collector.runlog.carrier import is_abandoned, read_destination

    for parcel in spool.parcels():
        try:
            state = "waiting" if is_abandoned(parcel) else "in use"
            yield Outcome(
                parcel, read_destination(parcel), state, spool.tree_size(os.path.join(parcel, "run"))
            )
        except OSError:  # carried while we looked
            continue


def _carry(wait_seconds: float) -> Iterator[Outcome]:
    from collector.runlog.carrier import Carrier, take_lock

    for found in _look():
        if found.state == "in use":
            yield found
            continue
        try:
            lock = take_lock(found.parcel)
        except OSError:
            continue
        if lock is None:  # another carrier is at it
            yield found
            continue
        carrier = Carrier(found.parcel, patience_seconds=wait_seconds)
        is_carried = carrier.run()
        os.close(lock)
        state = "carried" if is_carried else "refused"
        yield found._replace(state=state, trouble=carrier.trouble)


def _told(outcome: Outcome) -> str:
    from collector.cli.text import visible

    reason = {
        "in use": " (its process goes on, and so does carrying)",
        "waiting": " (being carried, or left by a process that has ended)",
        "carried": "",
        "refused": f": {outcome.trouble}; it stays in {outcome.parcel}",
    }[outcome.state]
    return (
        f"{outcome.state:<8} {outcome.left_bytes:>12,} bytes  {visible(outcome.destination)}{visible(reason)}"
    )
