"""The argument parser of all commands: misuse is an error of ours, help has one line per option."""

from __future__ import annotations

import os
from argparse import Action, ArgumentParser, HelpFormatter, Namespace
from collections.abc import Sequence
from typing import NoReturn

from collector.runlog.errors import MisuseError


class Parser(ArgumentParser):
    """Reports misuse as our own kind of error."""

    hint = "collect --help lists the options; the command stands after --."

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and what to do."""
        raise MisuseError(f"{message}.", self.hint)


class Help(HelpFormatter):
    """One line per option, the whole within a screen of 80x24."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=20, width=80)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return text

    def _format_action_invocation(self, action: Action) -> str:
        if not action.option_strings:
            return super()._format_action_invocation(action)
        shown = (
            action.option_strings[-1] if action.nargs == 0 else f"{action.option_strings[0]} {action.metavar}"
        )
        return "-h, --help" if shown == "--help" else shown


def command_parser(name: str, description: str, usage: str = "", epilog: str = "") -> Parser:
    """A parser for `collect NAME`, with the options that every command has."""
    parser = Parser(
        prog=f"collect {name}",
        usage=f"collect {name} {usage}" if usage else None,
        description=description,
        epilog=epilog,
        formatter_class=Help,
        add_help=False,
        allow_abbrev=False,
    )
    parser.hint = f"collect {name} --help shows how it is used."
    return parser


def add_common(parser: Parser, *, json: bool = True) -> Parser:
    """Add what every command over run logs takes; after its own options, so that these come last."""
    parser.add_argument("--dir", metavar="DIR", help="folder of run logs (default: ./runlogs)")
    if json:
        parser.add_argument("--json", action="store_true", help="print JSON for programs")
    parser.add_argument("-h", "--help", action="help", help="show this")
    return parser


DASHED = ("--sort",)
"""Options whose value may begin with a dash."""


def parse(parser: Parser, arguments: Sequence[str]) -> Namespace:
    """The options, with `dir` filled in from the environment."""
    from collector.environment import RUNS_FOLDER, read_settings

    options = parser.parse_intermixed_args(_joined(arguments))
    if hasattr(options, "dir"):
        options.dir = options.dir or read_settings().root or RUNS_FOLDER
        options.dir = os.path.normpath(options.dir)
    return options


def _joined(arguments: Sequence[str]) -> list[str]:
    """`--sort -loss` as `--sort=-loss`, which argparse understands."""
    words: list[str] = []
    for word in arguments:
        if words and words[-1] in DASHED and word.startswith("-") and not word.startswith("--"):
            words[-1] += f"={word}"
        else:
            words.append(word)
    return words
