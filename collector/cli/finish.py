"""`collect finish`: end the run of this shell."""

from __future__ import annotations

from collector.shell.talk import tell

TYPE_CHECKING = False  # known to type checkers; typing takes 8 ms to load

if TYPE_CHECKING:
    from collections.abc import Sequence

    from collector.cli.parser import Parser


def make_parser() -> Parser:
    """The options of `collect finish`."""
    from collector.cli.parser import command_parser

    parser = command_parser(
        "finish",
        'End the run that eval "$(collect start)" began.',
        "[--exit-code N]",
        "At the top of a script: trap 'collect finish --exit-code $?' EXIT",
    )
    parser.add_argument("--exit-code", metavar="N", help="how it ended, as $? says (default: 0)")
    parser.add_argument("-h", "--help", action="help", help="show this")
    return parser


def main(arguments: Sequence[str]) -> int:
    """Hand the end over."""
    if arguments and arguments[0] in ("-h", "--help"):
        make_parser().parse_args(arguments)
    return tell("finish", arguments)
