"""`collect log key=value …`: log a row in the run of this shell."""

from __future__ import annotations

import sys

from collector.shell.talk import tell

TYPE_CHECKING = False  # known to type checkers; typing takes 8 ms to load

if TYPE_CHECKING:
    from collections.abc import Sequence

    from collector.cli.parser import Parser


def make_parser() -> Parser:
    """The options of `collect log`."""
    from collector.cli.parser import command_parser

    parser = command_parser(
        "log",
        'Log a row of metrics in the run that eval "$(collect start)" began.\n'
        "It is on record when this returns. Without --step it gets the next step.",
        "[--step N] KEY=VALUE ...",
        "`collect log -` reads rows from standard input, one a line.",
    )
    add = parser.add_argument
    add("values", metavar="KEY=VALUE", nargs="+", help="number, true, false, NaN, or text")
    add("--step", metavar="N", help="the step of the row")
    add("-h", "--help", action="help", help="show this")
    return parser


def main(arguments: Sequence[str]) -> int:
    """Hand the row over; the options are read on the other side, so that this side is quick."""
    if not arguments or arguments[0] in ("-h", "--help"):
        make_parser().parse_args(arguments)
    if list(arguments) == ["-"]:
        return _log_lines()
    return tell("log", arguments)


def _log_lines() -> int:
    """A row for each line of standard input; wrong ones are told and the others logged."""
    from shlex import split

    code = 0
    sys.stdin.reconfigure(errors="surrogateescape")  # type: ignore[union-attr]
    for line in sys.stdin:
        try:
            # A NUL would end a word where none ends.
            words = split(line.replace("\0", "\ufffd"))
        except ValueError:  # a quote that nothing closes is a character like others
            words = line.replace("\0", "\ufffd").split()
        if words:
            code = max(code, tell("log", words))
    return code
