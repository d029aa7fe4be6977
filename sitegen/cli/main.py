"""Arguments in, exit codes out."""

from __future__ import annotations

import argparse
import math
import re
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from collector.version import __version__
from sitegen.cli.signals import EndedError, ended_by_signals
from sitegen.cli.streams import complain, flush_output, leave_stuck_streams, open_closed_streams, put
from sitegen.errors import SiteError, explained

EXIT_CODES = "exit status: 0 built; 1 failed; 2 misuse or configuration; 4 no runs, with --strict"


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; its exit status."""
    open_closed_streams()
    try:
        with ended_by_signals():
            return _run(argv)
    except EndedError as end:
        return end.exit_code
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # who read it has seen enough
        return 1
    finally:
        leave_stuck_streams()


def _run(argv: Sequence[str] | None) -> int:
    debug = False
    try:
        arguments = make_parser().parse_args(argv)
        debug = arguments.debug
        code = int(arguments.run(arguments))
        flush_output()  # here, where what is wrong with it can still be told
        return code
    except BrokenPipeError:
        raise
    except (SiteError, OSError) as error:
        told = explained(error) if isinstance(error, OSError) else error
        complain(str(told))
        if debug:
            traceback.print_exc()
        return told.exit_code


class _Parser(argparse.ArgumentParser):
    """Names the nearest command or option where one is unknown."""

    def error(self, message: str) -> NoReturn:
        choice = re.search(r"argument command: invalid choice: '([^']*)'", message)
        option = re.search(r"unrecognized arguments: (--[^\s=]+)", message)
        near = ""
        if choice or option:
            from sitegen.config.check import did_you_mean

            word, known = (
                (choice[1], list(self._commands()))
                if choice
                else (option[1] if option else "", self._options())
            )
            near = did_you_mean(word, [one for one in known if one != word])
        # The list of all choices is in the help; one word that is meant is what helps.
        super().error(f"{message.split(' (choose from')[0]}.{near}" if near else message)

    def _print_message(self, message: str, file: Any = None) -> None:
        """A help that cannot be printed is an error; argparse would pass over it."""
        if file is sys.stdout:
            put(message, end="", flush=True)
        else:
            super()._print_message(message, file)

    def _commands(self) -> dict[str, argparse.ArgumentParser]:
        actions = (one for one in self._actions if isinstance(one, argparse._SubParsersAction))
        return {name: parser for action in actions for name, parser in action.choices.items()}

    def _options(self) -> list[str]:
        parsers = [self, *self._commands().values()]
        return sorted({word for one in parsers for action in one._actions for word in action.option_strings})


def make_parser() -> argparse.ArgumentParser:
    """Every command and option."""
    parser = _Parser(
        prog="sitegen", description="Compiles run logs into a static website.", epilog=EXIT_CODES
    )
    parser.add_argument("--version", action="version", version=f"sitegen {__version__}")
    commands = parser.add_subparsers(metavar="command", required=True)
    _add_build(commands.add_parser("build", help="build the site", epilog=EXIT_CODES))
    _add_watch(commands.add_parser("watch", help="build again whenever something changes"))
    _add_serve(commands.add_parser("serve", help="the same, and show the site to this machine's browser"))
    _add_check(commands.add_parser("check", help="look for broken links and promises in a built site"))
    _add_verify(commands.add_parser("verify", help="compare a built site with its manifest"))
    _add_export(commands.add_parser("export", help="write the logs as Parquet or CSV tables"))
    _add_new(commands.add_parser("new", help="write a commented mkdocs-style.yml to start from"))
    return parser


def _add_build(parser: argparse.ArgumentParser) -> None:
    from sitegen.cli.build import run_build

    parser.description = "Builds the site from ./runlogs, or from what mkdocs-style.yml says."
    _add_places(parser)
    parser.add_argument("--open", action="store_true", help="open the site in a browser when it is built")
    parser.add_argument("--strict", action="store_true", help="treat warnings, and no runs, as errors")
    _add_jobs(parser)
    parser.add_argument("--explain", action="store_true", help="say of each written file why it was written")
    parser.add_argument("--profile", action="store_true", help="say what each stage of the build took")
    parser.add_argument("--json", action="store_true", help="say what was built as one JSON object")
    parser.add_argument("-q", "--quiet", action="store_true", help="print nothing but warnings and errors")
    _add_debug(parser)
    parser.set_defaults(run=run_build)


def _add_watch(parser: argparse.ArgumentParser) -> None:
    from sitegen.cli.watch import run_watch

    parser.description = "Builds the site, and again whenever logs or settings change. Ctrl-C ends it."
    _add_places(parser)
    _add_watching(parser)
    parser.set_defaults(run=run_watch)


def _add_serve(parser: argparse.ArgumentParser) -> None:
    from sitegen.cli.watch import run_serve

    parser.description = (
        "Builds the site, again whenever something changes, and shows it at an address that only this "
        "machine reaches. Pages that are open follow. Ctrl-C ends it."
    )
    _add_places(parser)
    parser.add_argument("-p", "--port", type=_port, metavar="PORT", help="of 127.0.0.1; 0 is any free one")
    _add_watching(parser)
    parser.set_defaults(run=run_serve)


def _add_watching(parser: argparse.ArgumentParser) -> None:
    _add_jobs(parser)
    parser.add_argument("--poll", action="store_true", help="look for changes instead of being told of them")
    parser.add_argument("--open", action="store_true", help="open the site in a browser when it is built")
    parser.add_argument("--json", action="store_true", help="say of each build one JSON object, on a line")
    parser.add_argument("-q", "--quiet", action="store_true", help="print nothing but warnings and errors")
    _add_debug(parser)


def _add_places(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("runs_dir", nargs="*", type=Path, metavar="RUNS_DIR", help="folders of run logs")
    parser.add_argument("-f", "--config-file", type=Path, metavar="FILE", help="instead of mkdocs-style.yml")
    parser.add_argument("-d", "--site-dir", type=Path, metavar="DIR", help="where the site goes")


def _add_jobs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-j",
        "--jobs",
        type=_processes,
        default=0,
        metavar="N",
        help="processes to build with; else one per core",
    )


def _processes(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f'must be a number from 1 on, not "{text}"')
    return int(text)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f'must be a number from 0 to 65535, not "{text}"')
    return int(text)


def _size(text: str) -> float:
    try:
        size = float(text)
    except ValueError:
        size = math.nan
    if not 0 <= size < math.inf:
        raise argparse.ArgumentTypeError(f'must be a number from 0 on, not "{text}"')
    return size


def _add_check(parser: argparse.ArgumentParser) -> None:
    from sitegen.cli.check import run_check

    parser.description = (
        "Reads every file of a built site: links and places, chunks of charts, anything from outside, pages "
        "without the strict policy, files that nothing refers to, sizes. Status 1 with any problem."
    )
    _add_built(parser)
    parser.add_argument("--max-mb", type=_size, metavar="MB", help="a larger site is a problem")
    parser.add_argument(
        "--max-page-kb", type=_size, metavar="KB", help="so is a page that loads more at first"
    )
    parser.set_defaults(run=run_check)


def _add_verify(parser: argparse.ArgumentParser) -> None:
    from sitegen.cli.check import run_verify

    parser.description = "Compares each file of a built site with size and hash in its manifest."
    _add_built(parser)
    parser.set_defaults(run=run_verify)


def _add_built(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "site_dir", nargs="?", type=Path, default=Path("site"), metavar="SITE_DIR", help="else ./site"
    )
    parser.add_argument("-q", "--quiet", action="store_true", help="print problems only")
    _add_debug(parser)


def _add_export(parser: argparse.ArgumentParser) -> None:
    from sitegen.cli.export import run_export

    parser.description = (
        "Writes everything in the logs as tables: runs, history, system, media, artifacts, trials."
    )
    parser.add_argument("runs_dir", nargs="*", type=Path, metavar="RUNS_DIR", help="folders, else ./runlogs")
    parser.add_argument(
        "-o", "--output", type=Path, default=Path("export"), metavar="DIR", help="else ./export"
    )
    parser.add_argument("--format", choices=["parquet", "csv"], default="parquet", help="else parquet")
    parser.add_argument("--project", metavar="PATTERN", help="only of these projects")
    parser.add_argument("--run", dest="run_id", metavar="PATTERN", help="only of these runs, by id")
    parser.add_argument("--what", metavar="NAMES", help="only these tables, with commas between")
    parser.add_argument("-q", "--quiet", action="store_true", help="print nothing but errors")
    _add_debug(parser)
    parser.set_defaults(run=run_export)


def _add_new(parser: argparse.ArgumentParser) -> None:
    from sitegen.cli.new import run_new

    parser.description = "Writes a commented mkdocs-style.yml, and says what git should ignore."
    parser.add_argument(
        "folder", nargs="?", type=Path, default=Path(), metavar="DIR", help="where, else here"
    )
    _add_debug(parser)
    parser.set_defaults(run=run_new)


def _add_debug(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--debug", action="store_true", help="show where in sitegen an error came from")
