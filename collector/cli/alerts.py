"""`collect alerts RUN`: the alerts of a run, or those that rules would have given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from collector.cli.parser import Parser, add_common, command_parser, parse
from collector.runlog.errors import MisuseError

if TYPE_CHECKING:
    from argparse import Namespace

    from collector.cli.screen import Screen
    from collector.rules.rule import Rule


class Line(NamedTuple):
    """One alert as it is shown."""

    seconds: float
    """Since the start of its attempt's log."""
    step: float | int
    level: str
    title: str
    text: str
    rule: str = ""
    rank: int | None = None
    attempt: int | None = None
    value: float | int | str | None = None


def make_parser() -> Parser:
    """The options of `collect alerts`."""
    parser = command_parser(
        "alerts",
        "List the alerts of a run, or with rules what they would have given. Nothing is written.",
        "RUN [options]",
    )
    add = parser.add_argument
    add("run", metavar="RUN", help="id, the beginning of one, name, or folder of the run")
    add("--rule", metavar="RULE", action="append", help="judge this rule: 'isnan(loss)', 'name: expression'")
    add("--alerts", metavar="FILE", help="judge the rules of this file")
    return add_common(parser)


def main(arguments: Sequence[str]) -> int:
    """Print the alerts."""
    from collector.catalog.places import find_run
    from collector.cli.screen import Screen, print_json

    options = parse(make_parser(), arguments)
    rules = _rules(options)
    folder = find_run(options.dir, options.run)
    lines, remarks = _replayed(folder, rules) if rules else (_recorded(folder), [])
    if options.json:
        print_json({"alerts": [line._asdict() for line in lines], "remarks": remarks})
        return 0
    _show(Screen(), lines, remarks, bool(rules))
    return 0


def _rules(options: Namespace) -> list[Rule]:
    from collector.rules.rule import parse_rule
    from collector.rules.rulefile import read_rule_file

    rules = [parse_rule(text) for text in options.rule or ()]
    if options.alerts:
        rules += read_rule_file(options.alerts).rules
        if not rules:
            raise MisuseError(f"{options.alerts} has no rules.", "Write them below `alerts:`.")
    return rules


def _recorded(folder: str) -> list[Line]:
    from collector.runlog.replay import read_run_records

    return [
        Line(
            record["t"],
            record.get("step", 0),
            str(record.get("level", "INFO")),
            str(record.get("title", "")),
            str(record.get("text", "")),
            str(record.get("rule", "")),
            record.get("rank"),
        )
        for record in read_run_records(folder, ("alert",))
    ]


def _replayed(folder: str, rules: Sequence[Rule]) -> tuple[list[Line], list[str]]:
    from collector.rules.alarms import alert_text, plain_number, unjudged_text
    from collector.rules.replay import replay

    found = replay(folder, rules)
    has_ranks = len({firing.rank for _, _, firing in found.firings} - {None}) > 1
    lines = [
        Line(
            round(seconds, 3),
            plain_number(firing.step),
            firing.rule.level,
            firing.rule.name,
            alert_text(firing, has_ranks=has_ranks),
            firing.rule.text,
            firing.rank,
            attempt,
            firing.value,
        )
        for attempt, seconds, firing in found.firings
    ]
    return lines, [unjudged_text(rule, missing, found.metrics) for rule, missing in found.unjudged]


def _show(screen: Screen, lines: Sequence[Line], remarks: Sequence[str], is_replay: bool) -> None:
    from collector.cli.text import seconds, visible

    for line in lines:
        where = f"step {line.step}" + (f", rank {line.rank}" if line.rank else "")
        attempt = f"attempt {line.attempt}, " if line.attempt not in (None, 1) else ""
        what = visible(line.title) + (f": {visible(line.text)}" if line.text else "")
        screen.line(f"{line.level:5}  {attempt}{where}, after {seconds(line.seconds)}  {what}")
    if not lines:
        screen.line("no rule would have given alarm" if is_replay else "this run has no alerts")
    for remark in remarks:
        screen.line(visible(remark))
