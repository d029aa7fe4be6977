"""The picture that `collect tail` draws in place: each run with its metrics and their sparklines."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING

from collector.cli.going import state_here
from collector.cli.screen import Screen
from collector.cli.sparkline import BLOCKS, PLAIN, sparkline
from collector.cli.text import age, clip, number, pad, visible, width_of

if TYPE_CHECKING:
    from collector.catalog.follow import Follower

NAME_COLUMNS = 28
VALUE_COLUMNS = 12
MOST_POINTS = 60


class Picture:
    """Lines that are drawn again over themselves.

    Nothing is switched that a killed process could leave behind but the cursor, and that one is shown again
    on the way out, whatever ends the drawing. Resizing is met by measuring before each drawing.
    """

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._drawn: list[int] = []

    def __enter__(self) -> Picture:
        for name, act in (("SIGTERM", _end), ("SIGHUP", _end), ("SIGTSTP", self._pause)):
            if hasattr(signal, name):  # not all of them on Windows
                signal.signal(getattr(signal, name), act)
        self._screen.stream.write("\x1b[?25l")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._screen.stream.write("\x1b[?25h\x1b[0m")
        self._screen.stream.flush()

    def _pause(self, number: int, frame: object) -> None:
        """Ctrl-Z: the shell gets a cursor, and after `fg` the picture begins below what was printed since."""
        file = self._screen.stream.fileno()
        os.write(file, b"\x1b[?25h\x1b[0m")
        os.kill(os.getpid(), signal.SIGSTOP)
        os.write(file, b"\x1b[?25l")
        self._drawn = []

    def draw(self, lines: Sequence[str]) -> None:
        """Replace what was drawn before; what does not fit on the screen is left out and counted."""
        columns, rows = self._screen.columns, _rows(self._screen)
        if len(lines) > rows - 1:
            left = len(lines) - (rows - 2)
            lines = [*lines[: rows - 2], self._screen.paint(f"{left} more lines", "dim")]
        # A line that was as wide as the screen before it became narrower now takes two rows of it.
        taken = sum(max(1, -(-width // columns)) for width in self._drawn)
        back = f"\x1b[{taken}A" if taken else ""
        self._screen.stream.write(f"{back}\r\x1b[J" + "".join(f"{line}\n" for line in lines))
        self._screen.stream.flush()
        self._drawn = [width_of(_bare(line)) for line in lines]


def _end(number: int, frame: object) -> None:
    raise SystemExit(128 + number)


def picture_of(screen: Screen, followers: Sequence[Follower], wanted: Sequence[str], now: float) -> list[str]:
    """The lines for all runs, none wider than the screen."""
    lines: list[str] = []
    for follower in followers:
        lines += [_head(screen, follower, now), *_metrics(screen, follower, wanted), ""]
    return lines[:-1]


def _head(screen: Screen, follower: Follower, now: float) -> str:
    look = follower.look
    state = state_here(look, now)
    step = "" if look.latest.step is None else f"  step {number(look.latest.step)}"
    cause = f"  {visible(look.ending.cause)}" if look.ending.cause else ""
    text = clip(
        f"{visible(look.id)}{step}  heard {age(max(0.0, now - look.heard))}{cause}", screen.columns - 10
    )
    return f"{screen.state(state, 9)} {text}"


def _metrics(screen: Screen, follower: Follower, wanted: Sequence[str]) -> list[str]:
    points = {name: list(values) for name, values in follower.points.items() if not wanted or name in wanted}
    if not points:
        return [screen.paint("  no metrics yet", "dim")]
    room = screen.columns - 4
    names = {name: clip(visible(name), min(NAME_COLUMNS, max(8, room // 3))) for name in points}
    name_width = max(width_of(text) for text in names.values())
    spark = min(MOST_POINTS, room - name_width - VALUE_COLUMNS - 2)
    blocks = BLOCKS if _has_blocks(screen) else PLAIN
    lines = []
    for name, values in points.items():
        value = pad(clip(number(values[-1]), VALUE_COLUMNS), VALUE_COLUMNS, right=True)
        picture = sparkline(values[-4 * MOST_POINTS :], spark, blocks) if spark >= 6 else ""
        lines.append(clip(f"  {pad(names[name], name_width)}{value}  {picture}", screen.columns))
    return lines


def _has_blocks(screen: Screen) -> bool:
    try:
        BLOCKS.encode(screen.stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _rows(screen: Screen) -> int:
    try:
        return max(4, os.get_terminal_size(screen.stream.fileno()).lines)
    except (OSError, ValueError):
        return 24


def _bare(line: str) -> str:
    """The line without its styles."""
    import re

    return re.sub(r"\x1b\[[0-9;]*m", "", line)
