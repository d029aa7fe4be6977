"""`sitegen export`: the logs as tables for other tools."""

from __future__ import annotations

import argparse

from sitegen.cli.bars import Bars, is_watched
from sitegen.cli.build import remarks
from sitegen.cli.streams import complain, put
from sitegen.errors import MisuseError

PATTERNS = "`collect ls` lists them. In a pattern * is any text, ? any letter, and [ab] one of these letters."


def run_export(arguments: argparse.Namespace) -> int:
    """Writes the frames and says which files there are now."""
    # Polars costs 0.1 s, which no other command should pay for being next to this one.
    from sitegen.frames.export import NAMES, export
    from sitegen.frames.load import watched_frames

    names = arguments.what.split(",") if arguments.what else list(NAMES)
    for name in names:
        if name not in NAMES:
            from sitegen.config.check import did_you_mean

            raise MisuseError(f'--what: there is no frame "{name}".{did_you_mean(name, NAMES)}')
    with Bars() as bars:
        is_shown = is_watched() and not arguments.quiet
        places, progress = arguments.runs_dir, bars if is_shown else None
        frames = watched_frames(places, arguments.project, arguments.run_id, progress=progress)
        if not len(frames.runs):
            raise MisuseError(_none(arguments), hint=PATTERNS)
        written = export(frames, arguments.output, arguments.format, names)
    for line in remarks(frames.warnings):
        complain(line)
    for place, rows in written:
        if not arguments.quiet:
            put(f"{place}  {rows:,} row{'' if rows == 1 else 's'}")
    return 0


def _none(arguments: argparse.Namespace) -> str:
    """Why there is nothing to write."""
    patterns = (("--project", arguments.project), ("--run", arguments.run_id))
    asked = " and ".join(f'{option} "{pattern}"' for option, pattern in patterns if pattern is not None)
    places = ", ".join(f'"{place}"' for place in arguments.runs_dir) or '"runlogs"'
    return f"no run in {places} fits {asked}." if asked else f"no run is in {places}."
