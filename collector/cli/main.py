"""Entry point of `collect`: chooses the command, and turns errors into a line and an exit code."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # known to type checkers; typing takes 8 ms to load

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Sequence

WRAPPER_MISUSE = 125
"""Exit code of our own errors around a command: codes below belong to it, 126 and above to shells."""

MISUSE, FAILURE = 2, 1
"""Exit codes of the commands over run logs."""

COMMANDS = {
    "run": "collector.cli.run",
    "ls": "collector.cli.ls",
    "show": "collector.cli.show",
    "status": "collector.cli.status",
    "start": "collector.cli.start",
    "log": "collector.cli.log",
    "config": "collector.cli.config",
    "finish": "collector.cli.finish",
    "tail": "collector.cli.tail",
    "verify": "collector.cli.verify",
    "doctor": "collector.cli.doctor",
    "rm": "collector.cli.rm",
    "restore": "collector.cli.restore",
    "prune": "collector.cli.prune",
    "edit": "collector.cli.edit",
    "sync": "collector.cli.sync",
    "redact": "collector.cli.redact",
    "parse": "collector.cli.parse",
    "alerts": "collector.cli.alerts",
    "carry": "collector.cli.carry",
}
"""Module of each command, imported only when it is asked for. Without one of these words it is `run`."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `collect` with the given arguments."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    name = given.pop(0) if given and given[0] in COMMANDS else "run"
    from importlib import import_module

    from collector.runlog.errors import CollectorError, MisuseError

    if name != "run":  # a command that is wrapped gets its descriptors as they are, closed ones too
        _open_closed_streams()
    try:
        code = int(import_module(COMMANDS[name]).main(given))
        sys.stdout.flush()  # here a full disk can still be told
        return code
    except CollectorError as error:
        tell(error.message, error.hint, error.picture)
        if name == "run":
            return WRAPPER_MISUSE
        return MISUSE if isinstance(error, MisuseError) else FAILURE
    except BrokenPipeError:
        # Whoever read our output has seen enough.
        _forget_output()
        return WRAPPER_MISUSE if name == "run" else FAILURE
    except KeyboardInterrupt:
        return _die_interrupted()
    except OSError as error:
        if name == "run":
            raise
        tell(f"{error.filename or 'the output'} can not be read or written: {error.strerror}.")
        _forget_output()
        return FAILURE


def _open_closed_streams() -> None:
    """Python has None for a standard stream that was closed: what is written there goes nowhere."""
    for stream in ("stdin", "stdout", "stderr"):
        if getattr(sys, stream) is None:
            setattr(sys, stream, open(os.devnull, "r" if stream == "stdin" else "w"))  # noqa: SIM115


def _die_interrupted() -> int:
    """End by the signal, as programs do that know nothing of it: then a shell's loop around us ends too."""
    import signal

    if sys.platform != "win32":
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)
    return 130


def _forget_output() -> None:
    """What still waits for standard output goes nowhere, and is no second error at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def make_parser() -> ArgumentParser:
    """All options and commands, as the documentation test wants to see them."""
    from importlib import import_module

    parser: ArgumentParser = import_module(COMMANDS["run"]).make_parser()
    commands = parser.add_subparsers(metavar="command")
    for name, module in COMMANDS.items():
        if name != "run":
            commands.choices[name] = import_module(module).make_parser()
    return parser


def tell(message: str, hint: str = "", picture: Sequence[str] = ()) -> None:
    """One error for the user, on standard error."""
    from collector.cli.text import visible

    more = [line for line in (*picture, hint) if line]
    sys.stderr.write(
        f"collect: {visible(message)}\n" + "".join(f"         {visible(line)}\n" for line in more)
    )


if __name__ == "__main__":
    sys.exit(main())
