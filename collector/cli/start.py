"""`eval "$(collect start)"`: begin a run in a shell."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from collector.cli.parser import Parser, command_parser
from collector.runlog.errors import MisuseError

if TYPE_CHECKING:
    from collector.shell.owner import Owner


def make_parser() -> Parser:
    """The options of `collect start`."""
    parser = command_parser(
        "start",
        'Begin a run in a shell, with: eval "$(collect start)"\n'
        "Then: collect config lr=0.1; collect log loss=0.5; collect finish",
        "[options]",
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
    add("--env", metavar="A,B", action="append", help="more environment variables to record")
    add("--no-system", action="store_true", help="record no system metrics")
    add("--no-code", action="store_true", help="do not save uncommitted changes as a patch")
    add("--pid", metavar="PID", type=int, help="process the run belongs to (default: this shell)")
    add("--shell", metavar="NAME", help="sh (bash, zsh, ...) or fish: collect start --shell fish | source")
    add("-h", "--help", action="help", help="show this")
    return parser


def main(arguments: Sequence[str]) -> int:
    """Print what the shell is to evaluate."""
    from collector.environment import working_folder
    from collector.shell.begin import FISH, SH, assignments, begin, nothing_recorded
    from collector.shell.owner import Owner, find_shell

    options = vars(make_parser().parse_args(arguments))
    if sys.platform == "win32":
        raise MisuseError("collect start needs a POSIX shell.", "On Windows call collector.init().")
    dialect = _dialect(options["shell"] or SH)
    if sys.stdout.isatty():
        write = 'eval "$(collect start)"' if dialect != FISH else "collect start --shell fish | source"
        raise MisuseError("the shell has to evaluate what this prints.", f"Write: {write}")
    env = dict(os.environ)
    owner = Owner.of(find_shell(os.getppid()) if options["pid"] is None else options["pid"])
    if not owner.is_alive():
        raise MisuseError(
            f"--pid {owner.pid}: there is no such process.", "In scripts it is $$, the shell's own."
        )
    _refuse_second(owner, env)
    try:
        begun = begin(options, owner, env, working_folder())
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        reason = error.strerror or str(error)
        sys.stderr.write(f"collect: cannot begin a run: {where}{reason}. The shell goes on unrecorded.\n")
        sys.stdout.write(nothing_recorded(dialect))
        return 1
    sys.stdout.write(assignments(begun, env, dialect))
    return 0


def _dialect(name: str) -> str:
    from collector.shell.begin import DIALECTS

    if name not in DIALECTS:
        raise MisuseError(
            f"--shell {name}: that language is not known.",
            f"There are {' and '.join(DIALECTS)}; bash, zsh, dash and ksh read sh.",
        )
    return name


def _refuse_second(owner: Owner, env: dict[str, str]) -> None:
    """One shell has one run at a time."""
    from collector.shell.begin import owner_of
    from collector.shell.talk import SOCKET_VARIABLE

    known = owner_of(env.get(SOCKET_VARIABLE, ""))
    if known is not None and known.is_same(owner):
        run = env.get("COLLECT_RUN_ID", "")
        raise MisuseError(f"this shell has the run {run} already.", "End it first: collect finish")
