"""Entry point of `collect`: chooses the command, and turns errors into a line and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import ArgumentParser

MISUSE = 125
"""Exit code of our own errors: the codes below belong to the command, 126 and above to shells."""

COMMANDS = {"run": "collector.cli.run"}
"""Module of each command, imported only when it is asked for. Without one of these words it is `run`."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `collect` with the given arguments."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    name = given.pop(0) if given and given[0] in COMMANDS else "run"
    from importlib import import_module

    from collector.runlog.errors import CollectorError

    try:
        code = import_module(COMMANDS[name]).main(given)
    except CollectorError as error:
        tell(error.message, error.hint)
        return MISUSE
    except BrokenPipeError:
        # Whoever read our output has seen enough; a second error at exit would only confuse.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return MISUSE
    return int(code)


def make_parser() -> ArgumentParser:
    """All options and commands, as the documentation test wants to see them."""
    from collector.cli.run import make_parser as make_run_parser

    return make_run_parser()


def tell(message: str, hint: str = "") -> None:
    """One error for the user, on standard error."""
    sys.stderr.write(f"collect: {message}\n" + (f"         {hint}\n" if hint else ""))


if __name__ == "__main__":
    sys.exit(main())
