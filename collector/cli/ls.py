"""`collect ls [PROJECT]`: the runs below a folder of run logs, newest first."""

from __future__ import annotations

import gc
import math
import sys
import time
from argparse import Namespace
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn

from collector.cli.parser import Parser, add_common, command_parser, parse
from collector.runlog.errors import MisuseError

if TYPE_CHECKING:
    from collector.catalog.asked import AskedRun

SHOWN_METRICS = 4
"""Columns of metrics where none were chosen."""

SORTS = ("started", "heard", "seconds", "name", "state", "id", "project")


def make_parser() -> Parser:
    """The options of `collect ls`."""
    parser = command_parser("ls", "List runs: state, age, latest metrics.", "[PROJECT] [options]")
    add = parser.add_argument
    add("project", metavar="PROJECT", nargs="?", help="only this project")
    add("--state", metavar="A,B", help="only runs in these states: running, stalled, lost, ...")
    add("--tag", metavar="TAG", action="append", help="only runs with this tag; may be repeated")
    add("--group", metavar="NAME", help="only runs of this group")
    add("--filter", metavar="EXPR", help="""only runs of which it is true: 'val/acc > 0.9 and tag("a")'""")
    add("--metrics", metavar="A,B", help="columns of these metrics")
    add("--sort", metavar="KEY", help=f"{', '.join(SORTS[:5])} or a metric; -KEY turns it round")
    add("--limit", metavar="N", type=int, help="at most so many runs")
    add("--all", action="store_true", help="hidden runs too")
    return add_common(parser)


def main(arguments: Sequence[str]) -> int:
    """Print the runs."""
    from collector.catalog.asked import KINDS, AskedRun
    from collector.catalog.glance import look_at
    from collector.catalog.joined import joined_looks
    from collector.catalog.places import run_folders
    from collector.cli.fields import run_fields
    from collector.cli.screen import Screen, print_json
    from collector.cli.text import visible

    options = parse(make_parser(), arguments)
    now = time.time()
    if options.limit is not None and options.limit < 1:
        raise MisuseError(f"--limit {options.limit} leaves nothing.", "Give a number from 1 on.")
    unread: dict[str, str] = {}
    folders = list(run_folders(options.dir, options.project, unread))
    for place, reason in unread.items():
        print(f"collect ls: {visible(place)} cannot be read: {reason}", file=sys.stderr)
    if options.project and not folders:
        refuse_project(options.project, options.dir)
    if options.limit is not None and not _needs_all(options):
        from collector.catalog.newest import newest_folders

        folders = list(newest_folders(folders, options.limit))
    kinds = KINDS if options.filter else ()
    with _no_search_for_cycles():
        asked = [AskedRun(look, now) for look in joined_looks(look_at(folder, kinds) for folder in folders)]
    runs = [_filled(run_fields(run.look, now), run, options) for run in _filtered(asked, options.filter)]
    shown = chosen(runs, options)
    if options.json:
        print_json(shown)
        return 0
    screen = Screen()
    if not shown:
        screen.line(f"no runs in {options.dir}" if not asked else f"none of {len(asked)} runs fits")
    else:
        screen.table(table_of(shown, _words(options.metrics), now, is_one=bool(options.project)))
    return 0


@contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """Looks at ten thousand runs hold none, and the search took a sixth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _needs_all(options: Namespace) -> bool:
    """Whether the newest runs are not what is asked for."""
    is_filtered = options.filter or options.state or options.tag or options.group is not None
    return bool(is_filtered) or options.sort not in (None, "-started")


def _filtered(runs: Sequence[AskedRun], text: str | None) -> Sequence[AskedRun]:
    """The runs of which an expression is true."""
    if not text or not runs:
        return runs
    from collector.catalog.asked import parse_for
    from collector.expressions import ExpressionError, is_true

    try:
        node = parse_for(text, runs)
    except ExpressionError as error:
        problem = MisuseError(
            f"--filter: {error.message}", error.hint or "docs/reference/expressions.md has the language."
        )
        problem.picture = tuple(error.pointed(text).split("\n")[1:3])
        raise problem from error
    return [run for run in runs if is_true(node, run)]


def _filled(fields: dict[str, Any], run: AskedRun, options: Namespace) -> dict[str, Any]:
    """With the values of metrics that were asked for and did not stand near the end of the log."""
    for name in {*_words(options.metrics), (options.sort or "").removeprefix("-")} - {"", *SORTS}:
        value = run.latest(name)
        if value is not None:
            fields["metrics"] = {**fields["metrics"], name: value}
    return fields


def chosen(runs: Sequence[dict[str, Any]], options: Namespace) -> list[dict[str, Any]]:
    """The runs that the options let through, in the order that they ask for."""
    states = _states(options.state)
    kept = [
        run
        for run in runs
        if (options.all or not run["hidden"])
        and (not states or run["state"] in states)
        and set(options.tag or ()) <= set(run["tags"])
        and (options.group is None or run["group"] == options.group)
    ]
    key = options.sort or "-started"
    is_turned, name = key.startswith("-"), key.removeprefix("-")
    if name not in SORTS and not any(name in run["metrics"] for run in runs):
        _refuse_sort(name, runs)
    return in_order(kept, name, is_turned=is_turned)[: options.limit]


def in_order(runs: Sequence[dict[str, Any]], name: str, *, is_turned: bool) -> list[dict[str, Any]]:
    """The runs by a member or metric, those without it last; equal ones by id."""
    value: Callable[[dict[str, Any]], Any] = (
        (lambda run: run[name]) if name in SORTS else (lambda run: run["metrics"].get(name))
    )
    runs = sorted(runs, key=lambda run: (run["project"], run["id"]))
    having = [run for run in runs if _is_sortable(value(run))]
    lacking = [run for run in runs if not _is_sortable(value(run))]
    # Numbers before texts: a metric may be both.
    having.sort(key=lambda run: (isinstance(value(run), str), value(run)), reverse=is_turned)
    return having + lacking


def table_of(
    runs: Sequence[dict[str, Any]], metrics: Sequence[str], now: float, *, is_one: bool
) -> list[list[str]]:
    """Rows of texts, headings first."""
    from collector.cli.text import MISSING, age, clip, number, seconds, visible

    columns = metrics or common_metrics(runs)
    heading = ["STATE", "HEARD", "RUN", "TOOK", *(clip(visible(name), 24) for name in columns), "TAGS"]
    rows = [heading]
    for run in runs:
        rows.append(
            [
                run["state"],
                age(max(0.0, now - run["heard"])) if run["heard"] else MISSING,
                _label(run, is_one),
                seconds(run["seconds"]) if run["started"] else MISSING,
                *(clip(number(run["metrics"].get(name)), 24) for name in columns),
                clip(visible(",".join(run["tags"])), 60),
            ]
        )
    has_tags = any(row[-1] for row in rows[1:])
    return rows if has_tags else [row[:-1] for row in rows]


def common_metrics(runs: Sequence[dict[str, Any]]) -> list[str]:
    """The metrics that most of the runs have, of equals those that were named first."""
    counts = Counter(name for run in runs for name in run["metrics"])
    return [name for name, _ in counts.most_common(SHOWN_METRICS)]


def _label(run: dict[str, Any], is_one: bool) -> str:
    """Id, with its project where there may be several, and its name where the id does not tell it."""
    from collector.cli.text import clip, visible

    label = run["id"] if is_one else f"{run['project']}/{run['id']}"
    name = "" if run["name"] == run["id"] or run["id"].startswith(f"{run['name']}-") else f" ({run['name']})"
    return clip(visible(label), 60) + clip(visible(name), 40)


def _is_sortable(value: Any) -> bool:
    return value is not None and not (isinstance(value, float) and math.isnan(value))


def _words(text: str | None) -> list[str]:
    return [word.strip() for word in (text or "").split(",") if word.strip()]


def _states(text: str | None) -> list[str]:
    from difflib import get_close_matches

    from collector.runlog.records import STATES
    from collector.runlog.state import OPEN_STATES

    words = _words(text)
    for word in words:
        if word not in (*OPEN_STATES, *STATES):
            near = get_close_matches(word, (*OPEN_STATES, *STATES), 1)
            hint = f"Did you mean {near[0]}?" if near else f"There are {', '.join((*OPEN_STATES, *STATES))}."
            raise MisuseError(f"--state {word}: there is no such state.", hint)
    return words


def _refuse_sort(name: str, runs: Sequence[dict[str, Any]]) -> None:
    from difflib import get_close_matches

    metrics = sorted({metric for run in runs for metric in run["metrics"]})
    near = get_close_matches(name, [*SORTS, *metrics], 1)
    hint = f"Did you mean {near[0]!r}?" if near else f"Sort by {', '.join(SORTS)} or a metric."
    if runs:
        raise MisuseError(f"no run has {name!r} to sort by.", hint)


def refuse_project(project: str, root: str) -> NoReturn:
    """Say that there is no such project, and which there are."""
    raise MisuseError(f"there is no project {project!r} in {root}.", _projects(root))


def _projects(root: str) -> str:
    import os

    from collector.catalog.places import project_folders

    names = [os.path.basename(folder) for folder in project_folders(root)]
    return f"There are: {', '.join(names[:20])}." if names else "It holds no projects yet."
