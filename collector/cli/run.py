"""`collect [options] -- command`: run a command and record it."""

from __future__ import annotations

import os
import sys
from argparse import SUPPRESS
from collections.abc import Sequence

from collector.cli.parser import Help, Parser
from collector.runlog.errors import CollectorError
from collector.version import __version__

DESCRIPTION = "Run a command and record it: console, system metrics, code, hardware, its end."
EPILOG = """\
Example: collect --project digits -- python train.py; then: sitegen build --open
Commands (try --help): parse; in shells: start log config finish; over run logs:
ls show status tail alerts edit rm restore prune sync carry verify redact doctor"""

ALERT_HELP = "say when it holds; --alerts FILE has more; --on-alert CMD"


class _Parser(Parser):
    def format_help(self) -> str:
        """The help without its heading over the options: their line is needed for the commands."""
        return super().format_help().replace("\noptions:\n", "")


def make_parser() -> Parser:
    """The options of `collect`."""
    parser = _Parser(
        prog="collect",
        usage="collect [options] -- command [argument ...]",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=Help,
        add_help=False,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--project", metavar="NAME", help="project of the run (default: name of this folder)")
    add("--name", metavar="NAME", help="name of the run (default: two words)")
    add("--group", metavar="NAME", help="label that ties several runs, as seeds or folds")
    add("--job-type", metavar="NAME", help="label of the kind of work, as train or eval")
    add("--tags", "--tag", metavar="A,B", action="append", help="free labels; may be repeated")
    add("--notes", metavar="TEXT", help="free text")
    add("--dir", metavar="DIR", help="folder of run logs (default: ./runlogs)")
    add("--id", metavar="ID", help="id of the run; the same id again is its next attempt")
    add("--console", metavar="MODE", help="auto, pty, pipe, or off to leave output alone")
    add("--parse", action="store_true", help="log metrics that are printed; --pattern REGEX for others")
    add("--pattern", metavar="REGEX", action="append", help=SUPPRESS)
    add("--alert", metavar="RULE", action="append", help=ALERT_HELP)
    add("--alerts", metavar="FILE", help=SUPPRESS)
    add("--on-alert", metavar="COMMAND", help=SUPPRESS)
    add("--env", metavar="A,B", action="append", help="more environment variables to record")
    add("--no-system", action="store_true", help="record no system metrics")
    add("--no-code", action="store_true", help="do not save uncommitted changes as a patch")
    add("--no-forward", action="store_true", help="pass no signals on (srun sends them itself)")
    add("--verbose", action="store_true", help="say afterwards where the run log is")
    add("--version", action="version", version=f"collect {__version__}", help=SUPPRESS)
    add("-h", "--help", action="help", help="show this; --version shows the version")
    return parser


def split_command(parser: Parser, arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """Our own options, and the command: what follows `--` or begins with the first word that is no option."""
    valued = {
        option for action in parser._actions if action.nargs is None for option in action.option_strings
    }
    position = 0
    while position < len(arguments):
        word = arguments[position]
        if word == "--":
            return list(arguments[:position]), list(arguments[position + 1 :])
        if not word.startswith("-") or word == "-":
            break
        position += 2 if word in valued else 1
    return list(arguments[:position]), list(arguments[position:])


def main(arguments: Sequence[str]) -> int:
    """Run the command; returns only when there is nothing to run."""
    parser = make_parser()
    ours, command = split_command(parser, arguments)
    options = vars(parser.parse_args(ours))
    if command and list(arguments[len(ours) : len(ours) + 1]) != ["--"]:
        _refuse_command_of_ours(ours, command)
    if not command:
        raise CollectorError(
            "there is no command to run.", "Put it after --, for example: collect -- python train.py"
        )
    if sys.platform == "win32":
        raise CollectorError(
            "collect needs a POSIX system to run commands.",
            "On Windows call collector.init() in the script; it records everything but the console.",
        )
    from collector.environment import working_folder
    from collector.wrapper import guard
    from collector.wrapper.planning import make_plan

    try:
        plan = make_plan(options, command, dict(os.environ), working_folder())
    except OSError as error:
        guard.run_unrecorded(command, None, error)
    guard.run(plan)


def _refuse_command_of_ours(ours: Sequence[str], command: Sequence[str]) -> None:
    """`collect --dir X ls` would record the program ls, and `collect lss` a run that failed."""
    from collector.cli.main import COMMANDS
    from collector.wrapper.spawn import find_on_path

    word = command[0]
    if word not in COMMANDS and os.sep not in word and find_on_path(word, os.environ) == word:
        from difflib import get_close_matches

        near = get_close_matches(word, COMMANDS, 1, 0.7)
        if near:
            raise CollectorError(
                f"{word} is neither a command of collect nor a program.", f"Did you mean collect {near[0]}?"
            )
    if word in COMMANDS:
        from shlex import join

        raise CollectorError(
            f"{word} is a command of collect, whose options stand after it: collect {word} {join(ours)}.",
            f"To record a program of that name: collect {join(ours)} -- {join(command)}",
        )
