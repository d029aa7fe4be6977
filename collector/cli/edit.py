"""`collect edit RUN`: correct names, settings and metrics of a run beside its logs, and take it back."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from collector.cli.parser import Parser, add_common, command_parser, parse
from collector.runlog.errors import MisuseError

if TYPE_CHECKING:
    from collector.catalog.glance import Look


def make_parser() -> Parser:
    """The options of `collect edit`."""
    parser = command_parser(
        "edit", "Correct a run beside its logs, which are never changed.", "RUN [options]"
    )
    add = parser.add_argument
    add("run", metavar="RUN", help="id, the beginning of one, name, or folder of the run")
    add("--name", metavar="TEXT", help="a new name; an empty text removes it, here and below")
    add("--group", metavar="TEXT", help="a new group")
    add("--job-type", metavar="TEXT", help="a new kind of work")
    add("--notes", metavar="TEXT", help="new notes")
    add("--tag", metavar="A,B", action="append", help="add tags; may be repeated, as those below")
    add("--untag", metavar="A,B", action="append", help="remove tags")
    add("--set", metavar="KEY=VALUE", action="append", help="correct a setting, by its dotted name")
    add("--unset", metavar="KEY", action="append", help="take a setting out, with all below it")
    add("--metric", metavar="OLD=NEW", action="append", help="rename a metric, or merge it into NEW")
    add("--join", metavar="RUN", action="append", help="take the runs that went on with this one")
    add("--hide", action="store_true", help="leave the run out of lists and sites")
    add("--unhide", action="store_true", help="show it again")
    add("--undo", metavar="EDIT", nargs="?", const="last", help="take the last correction back, or EDIT")
    return add_common(parser)


def main(arguments: Sequence[str]) -> int:
    """Write a correction, or list those there are."""
    from collector.catalog.glance import look_at
    from collector.catalog.places import find_run
    from collector.housekeeping.edit import write_edit

    options = parse(make_parser(), arguments)
    look = look_at(find_run(options.dir, options.run))
    record = _undo(look, options) if options.undo is not None else _edit(look, options)
    if record is not None:
        write_edit(look, record, _host())
    _list(look.folder, options)
    return 0


def _edit(look: Look, options: Namespace) -> dict[str, Any] | None:
    """The record for the options, None where they change nothing."""
    if options.hide and options.unhide:
        raise MisuseError("--hide and --unhide can not both be meant.", "Leave one of them out.")
    members = {
        "run": _names(options),
        "add": _words(options.tag),
        "remove": _words(options.untag),
        **_settings(look, options),
        **_metrics(look, options),
        "joins": _joins(look, options),
    }
    record: dict[str, Any] = {"k": "edit", **{name: value for name, value in members.items() if value}}
    if options.hide or options.unhide:
        record["hidden"] = bool(options.hide)
    return record if len(record) > 1 else None


def _undo(look: Look, options: Namespace) -> dict[str, Any]:
    from collector.housekeeping.edit import find_edit

    if _edit(look, options) is not None:
        raise MisuseError("--undo and a correction can not be one step.", "Call collect edit twice.")
    return {"k": "undo", "edit": find_edit(look.folder, options.undo).name}


def _names(options: Namespace) -> dict[str, str | None]:
    given = {name: getattr(options, name) for name in ("name", "group", "job_type", "notes")}
    return {name: value or None for name, value in given.items() if value is not None}


def _settings(look: Look, options: Namespace) -> dict[str, Any]:
    from collector.catalog.detail import detail_of
    from collector.housekeeping.edit import check_settings, config_members

    unset = list(options.unset or ())
    if unset:
        check_settings(detail_of(look.folder), unset)
    values = {name: _value(text) for name, text in _pairs(options.set, "KEY=VALUE").items()}
    return (config_members(values) if values else {}) | {"unset": unset}


def _metrics(look: Look, options: Namespace) -> dict[str, Any]:
    from collector.catalog.detail import detail_of
    from collector.housekeeping.edit import check_metrics

    renamed = _pairs(options.metric, "OLD=NEW")
    if renamed:
        check_metrics(detail_of(look.folder), renamed)
    return {"metrics": renamed}


def _joins(look: Look, options: Namespace) -> list[str]:
    from collector.catalog.glance import look_at
    from collector.catalog.places import find_all
    from collector.housekeeping.edit import check_join

    others = [look_at(folder) for folder in find_all(options.dir, options.join or ())]
    for other in others:
        check_join(look, other)
    return [other.id for other in others]


def _pairs(given: Sequence[str] | None, form: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in given or ():
        name, equals, value = text.partition("=")
        if not name or not equals:
            raise MisuseError(
                f"{text!r} is no {form}.", f"Write it as {form}, in quotes where it has spaces."
            )
        found[name] = value
    return found


def _value(text: str) -> Any:
    """The value as JSON has it, else the text: 0.1, true, null, [1, 2], adam."""
    import json

    try:
        return json.loads(text)
    except ValueError:
        return text


def _list(folder: str, options: Namespace) -> None:
    """All corrections of the run as they now are."""
    from collector.cli.screen import Screen, print_json
    from collector.cli.text import moment, visible
    from collector.runlog.edits import read_edits, words_of

    edits = read_edits(folder)
    if options.json:
        print_json(
            [
                {"edit": edit.name, "at": edit.at, "counts": edit.counts, "what": words_of(edit)}
                for edit in edits
            ]
        )
        return
    screen = Screen()
    for edit in edits:
        text = f"{edit.name}  {moment(edit.at)}  {visible('; '.join(words_of(edit)))}"
        screen.line(text if edit.counts else screen.paint(f"{text} (taken back)", "dim"))
    if not edits:
        screen.line("nothing was corrected; collect edit --help shows what can be")


def _host() -> str | None:
    from collector.environment import read_settings
    from collector.ranks import host_name

    return None if "host" in read_settings().hidden else host_name()


def _words(given: Sequence[str] | None) -> list[str]:
    words = [word.strip() for text in given or () for word in text.split(",")]
    return list(dict.fromkeys(word for word in words if word))
