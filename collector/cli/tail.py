"""`collect tail RUN...`: runs while they go, in place on a terminal, as lines elsewhere."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from collector.cli.going import is_going, state_here
from collector.cli.parser import Parser, add_common, command_parser, parse
from collector.runlog.errors import MisuseError

if TYPE_CHECKING:
    from collector.catalog.follow import ConsoleFollower, Follower, NewRow
    from collector.cli.screen import Screen

EVERY_SECONDS = 1.0

ONCE_ROWS = 20
"""Latest rows of a run that one look prints as lines."""

_COLOURS = re.compile(rb"\x1b\[[0-9;:]*m")
"""Of a command's output only colours reach the terminal: nothing that moves the cursor or sets a title."""


def make_parser() -> Parser:
    """The options of `collect tail`."""
    parser = command_parser("tail", "Watch runs: latest values with sparklines.", "[RUN ...] [options]")
    add = parser.add_argument
    add("runs", metavar="RUN", nargs="*", help="runs to watch (default: all that are running)")
    add("--metrics", metavar="A,B", help="only these metrics")
    add("--console", action="store_true", help="follow what the command of one run prints")
    add(
        "--every",
        metavar="S",
        type=float,
        default=EVERY_SECONDS,
        help="seconds between two looks (default: 1)",
    )
    add("--once", action="store_true", help=f"look once and end; at most {ONCE_ROWS} rows of a run")
    return add_common(parser)


def main(arguments: Sequence[str]) -> int:
    """Watch until the runs have ended, or Ctrl-C."""
    options = parse(make_parser(), arguments)
    if not 0.05 <= options.every <= 3600:
        raise MisuseError(f"--every {options.every:g} is no time to wait.", "Give 0.05 to 3600 seconds.")
    folders = _folders(options)
    if options.console:
        return _follow_console(folders, options)
    from collector.catalog.follow import Follower
    from collector.cli.screen import Screen

    screen = Screen()
    followers = [Follower(folder) for folder in folders]
    show = _in_place if screen.is_terminal and not options.json else _as_lines
    try:
        show(screen, followers, options)
    except KeyboardInterrupt:
        return 130 if any(follower.look.is_open for follower in followers) else 0
    return 0


def _folders(options: Any) -> list[str]:
    from collector.catalog.glance import look_at
    from collector.catalog.places import find_all, run_folders

    if options.runs:
        return find_all(options.dir, options.runs)
    now = time.time()
    looks = [look_at(folder) for folder in run_folders(options.dir)]
    running = [look.folder for look in looks if is_going(look, now)]
    if not running:
        raise MisuseError(f"nothing runs in {options.dir}.", "Name a run to see it: collect ls lists them.")
    return running


def _until_ended(followers: Sequence[Follower], options: Any, act: Callable[[], None]) -> None:
    """Repeats until each run has an end, or is lost."""
    while True:
        act()
        now = time.time()
        if options.once or not any(is_going(follower.look, now) for follower in followers):
            return
        time.sleep(options.every)


def _as_lines(screen: Screen, followers: Sequence[Follower], options: Any) -> None:
    """A line for each new row, and one for each change of state."""
    states: dict[str, str] = {}

    def act() -> None:
        for follower in followers:
            rows = follower.refresh()
            for new in rows[-ONCE_ROWS:] if options.once else rows:
                _print_row(screen, follower, new, options)
            state = state_here(follower.look, time.time())
            if states.get(follower.folder) != state:
                states[follower.folder] = state
                _print_state(screen, follower, state, options)
        screen.stream.flush()

    _until_ended(followers, options, act)


def _print_row(screen: Screen, follower: Follower, new: NewRow, options: Any) -> None:
    from collector.cli.screen import json_line
    from collector.cli.text import number, visible

    wanted = _words(options.metrics)
    renamed = {follower.look.overlay.metric(name): value for name, value in new.row.values.items()}
    values = {name: value for name, value in renamed.items() if not wanted or name in wanted}
    if not values:
        return
    if options.json:
        fields = {"run": follower.look.id, "rank": new.rank, "step": new.row.step, "at": new.row.wall}
        screen.line(json_line(fields | {"metrics": values}))
        return
    shown = "  ".join(f"{visible(name)}={number(value)}" for name, value in values.items())
    rank = f" rank {new.rank}" if new.rank else ""
    screen.line(f"{visible(follower.look.id)}{rank} step {number(new.row.step)}  {shown}")


def _print_state(screen: Screen, follower: Follower, state: str, options: Any) -> None:
    from collector.cli.screen import json_line
    from collector.cli.text import visible

    if options.json:
        screen.line(json_line({"run": follower.look.id, "state": state, "cause": follower.look.ending.cause}))
        return
    cause = follower.look.ending.cause
    screen.line(visible(f"{follower.look.id} {state}" + (f": {cause}" if cause else "")))


def _in_place(screen: Screen, followers: Sequence[Follower], options: Any) -> None:
    """Draws over what was drawn before; the terminal is left with the last picture and its cursor."""
    from collector.cli.picture import Picture, picture_of

    wanted = _words(options.metrics)
    with Picture(screen) as picture:

        def act() -> None:
            for follower in followers:
                follower.refresh()
            picture.draw(picture_of(screen, followers, wanted, time.time()))

        _until_ended(followers, options, act)


def _follow_console(folders: Sequence[str], options: Any) -> int:
    """Prints what the command of one run prints, without what would act on this terminal."""
    from collector.catalog.follow import ConsoleFollower, Follower

    if len(folders) != 1:
        raise MisuseError("--console follows one run.", "Name it: collect tail --console RUN.")
    if options.json:
        raise MisuseError("--console prints bytes, which JSON can not hold.", "Leave one of both out.")
    follower = Follower(folders[0])
    console = ConsoleFollower(follower)
    is_terminal = sys.stdout.isatty()

    def act() -> None:
        follower.refresh()
        _write(console, is_terminal)

    try:
        _until_ended([follower], options, act)
        _write(console, is_terminal)
    except KeyboardInterrupt:
        return 130
    finally:
        if is_terminal:
            sys.stdout.write("\x1b[0m")  # a colour that the output left on is not ours to keep
    return 0


def _write(console: ConsoleFollower, is_terminal: bool) -> None:
    while piece := console.refresh():
        sys.stdout.write(harmless(piece) if is_terminal else piece.decode(errors="replace"))
        sys.stdout.flush()


def harmless(piece: bytes) -> str:
    """Output with its colours, line ends and tabs, everything else that acts on a terminal written out."""
    from collector.cli.text import visible

    parts, place = [], 0
    for found in _COLOURS.finditer(piece):
        parts += [_lines(piece[place : found.start()], visible), found[0].decode()]
        place = found.end()
    return "".join([*parts, _lines(piece[place:], visible)])


def _lines(piece: bytes, visible: Callable[[object], str]) -> str:
    text = piece.decode(errors="replace").replace("\r\n", "\n")
    # A carriage return alone begins the line anew, as progress bars do.
    return re.sub(r"[^\n\r\t]+", lambda found: visible(found[0]), text)


def _words(text: str | None) -> list[str]:
    return [word.strip() for word in (text or "").split(",") if word.strip()]
