"""`collect doctor`: whether runs can be recorded here, and what to do where something is in the way."""

from __future__ import annotations

from collections.abc import Sequence

from collector.cli.parser import Parser, add_common, command_parser, parse

MARKS = {
    "ok": ("ok", "green"),
    "note": ("note", "blue"),
    "warning": ("warn", "yellow"),
    "error": ("FAIL", "red"),
}


def make_parser() -> Parser:
    """The options of `collect doctor`."""
    return add_common(command_parser("doctor", "Check whether runs can be recorded here.", "[options]"))


def main(arguments: Sequence[str]) -> int:
    """Print what was found, and what to do."""
    from collector.cli.screen import Screen, print_json
    from collector.cli.text import plural, visible
    from collector.housekeeping.checkup import checkup

    options = parse(make_parser(), arguments)
    checks = list(checkup(options.dir))
    errors = sum(check.status == "error" for check in checks)
    if options.json:
        print_json([check._asdict() for check in checks])
        return 1 if errors else 0
    screen = Screen()
    for check in checks:
        word, style = MARKS[check.status]
        screen.line(f"{screen.paint(word.ljust(4), style)}  {check.name}: {visible(check.found)}")
        if check.advice:
            screen.line(f"      {visible(check.advice)}")
    screen.line()
    screen.line(f"{plural(errors, 'thing')} in the way" if errors else "runs can be recorded here")
    return 1 if errors else 0
