"""`collect config key=value …`: record settings in the run of this shell."""

from __future__ import annotations

from collector.shell.talk import tell

TYPE_CHECKING = False  # known to type checkers; typing takes 8 ms to load

if TYPE_CHECKING:
    from collections.abc import Sequence

    from collector.cli.parser import Parser


def make_parser() -> Parser:
    """The options of `collect config`."""
    from collector.cli.parser import command_parser

    parser = command_parser(
        "config", 'Record settings in the run that eval "$(collect start)" began.', "KEY=VALUE ..."
    )
    parser.add_argument("values", metavar="KEY=VALUE", nargs="+", help="JSON, or text")
    parser.add_argument("-h", "--help", action="help", help="show this")
    return parser


def main(arguments: Sequence[str]) -> int:
    """Hand the settings over."""
    if not arguments or arguments[0] in ("-h", "--help"):
        make_parser().parse_args(arguments)
    return tell("config", arguments)
