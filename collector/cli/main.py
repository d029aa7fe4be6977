"""Entry point of `collect`: chooses the command, and turns errors into a line and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from types import ModuleType

OWN_MISUSE = 125
"""Exit code of our own errors before a command: the codes below belong to it, 126 and above to shells."""
MISUSE = 2
"""Exit code of misuse of all other commands."""

COMMANDS = {
    "run": "collector.cli.run",
    "parse": "collector.cli.parse",
}
"""Module of each command, imported only when it is asked for. Without one of these words it is `run`."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `collect` with the given arguments."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    name = given.pop(0) if given and given[0] in COMMANDS else "run"
    from collector.runlog.errors import CollectorError

    try:
        code = _module(name).main(given)
    except CollectorError as error:
        tell(error.message, error.hint)
        return OWN_MISUSE if name == "run" else MISUSE
    except BrokenPipeError:
        # Whoever read our output has seen enough; a second error at exit would only confuse.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return OWN_MISUSE
    return int(code)


def make_parsers() -> dict[str, ArgumentParser]:
    """The options of every command, as the documentation test wants to see them."""
    return {name: _module(name).make_parser() for name in COMMANDS}


def _module(name: str) -> ModuleType:
    from importlib import import_module

    return import_module(COMMANDS[name])


def tell(message: str, hint: str = "") -> None:
    """One error for the user, on standard error."""
    sys.stderr.write(f"collect: {message}\n" + (f"         {hint}\n" if hint else ""))


if __name__ == "__main__":
    sys.exit(main())
