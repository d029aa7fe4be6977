"""`collect show RUN`: what a run is, how it is or ended, what it was set to, what came out."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from collector.cli.parser import Parser, add_common, command_parser, parse

if TYPE_CHECKING:
    from collector.catalog.damage import Finding
    from collector.catalog.detail import Detail
    from collector.cli.screen import Screen

SHOWN_PROBLEMS = 10
TRACEBACK_LINES = 12


def make_parser() -> Parser:
    """The options of `collect show`."""
    parser = command_parser("show", "Show a run: its state, settings, results, problems.", "RUN [options]")
    parser.add_argument("run", metavar="RUN", help="id, the beginning of one, name, or folder of the run")
    return add_common(parser)


def main(arguments: Sequence[str]) -> int:
    """Print one run."""
    from collector.catalog.damage import findings_of
    from collector.catalog.detail import detail_of
    from collector.catalog.places import find_run
    from collector.cli.screen import Screen, print_json

    options = parse(make_parser(), arguments)
    folder = find_run(options.dir, options.run)
    detail, now = detail_of(folder), time.time()
    findings, _ = findings_of(folder)
    if options.json:
        print_json(fields_of(detail, findings, now))
        return 0
    screen = Screen()
    _show_head(screen, detail, now)
    _show_pairs(screen, "config", detail.config)
    _show_metrics(screen, detail)
    _show_pairs(screen, "summary", detail.summary)
    _show_problems(screen, detail, findings)
    return 0


def fields_of(detail: Detail, findings: Sequence[Finding], now: float) -> dict[str, Any]:
    """The run as JSON has it."""
    from collector.cli.fields import run_fields
    from collector.runlog.edits import words_of

    return run_fields(detail.look, now) | {
        "config": detail.config,
        "metrics": {name: found._asdict() for name, found in detail.metrics.items()},
        "texts": detail.texts,
        "summary": detail.summary,
        "provenance": detail.provenance,
        "notes_of_recorder": detail.notes,
        "alerts": detail.alerts,
        "artifacts": detail.artifacts,
        "traceback": detail.look.ending.traceback,
        "edits": [
            {"edit": edit.name, "at": edit.at, "counts": edit.counts, "what": words_of(edit)}
            for edit in detail.look.overlay.edits
        ],
        "problems": [finding._asdict() for finding in findings],
    }


def _show_head(screen: Screen, detail: Detail, now: float) -> None:
    from collector.cli.text import clip, visible

    look = detail.look
    title = f"{visible(look.project)}/{visible(look.id)}"
    screen.line(screen.paint(title, "bold") + ("" if look.name == look.id else f"  {visible(look.name)}"))
    for label, text in _head(detail, now):
        room = screen.columns - 11
        if label == "state":
            word = look.state(now)
            text = screen.state(word) + clip(text.removeprefix(word), room - len(word))
        else:
            text = clip(visible(text), room)
        screen.line(f"{screen.paint(label.ljust(10), 'dim')} {text}")


def _head(detail: Detail, now: float) -> Iterator[tuple[str, str]]:
    from collector.cli.text import age, moment, plural, seconds, visible

    look = detail.look
    cause = f": {visible(look.ending.cause)}" if look.ending.cause else ""
    heard = f"heard of {age(max(0.0, now - look.heard))} ago" if look.heard else "never heard of"
    yield "state", f"{look.state(now)}{cause}, {heard}".replace("now ago", "just now")
    yield "started", f"{moment(look.started)}, went for {seconds(look.seconds)}"
    ranks = {one.rank for one in look.processes if one.role != "wrapper"}
    attempts = {one.attempt for one in look.processes}
    if len(ranks) > 1 or len(attempts) > 1:
        yield "processes", f"{plural(len(ranks), 'rank')}, {plural(len(attempts), 'attempt')}"
    for label, value in (("group", look.names.get("group")), ("type", look.names.get("job_type"))):
        if value:
            yield label, str(value)
    if look.tags:
        yield "tags", ", ".join(look.tags)
    if look.names.get("notes"):
        yield "notes", str(look.names["notes"])
    yield from _provenance(detail)
    for record in detail.artifacts:
        verb = "logged" if record["k"] == "artifact" else "used"
        yield verb, f"{record.get('name')}:{record.get('version')} ({record.get('type')})"
    yield "folder", look.folder


def _provenance(detail: Detail) -> Iterator[tuple[str, str]]:
    from shlex import join

    command, git = detail.provenance.get("command", {}), detail.provenance.get("git", {})
    argv = command.get("argv")
    if isinstance(argv, list):
        yield "command", join(str(word) for word in argv)
    if git.get("commit"):
        changed = ", with uncommitted changes" if git.get("dirty") else ""
        yield "git", f"{str(git['commit'])[:12]} {git.get('branch') or ''}{changed}"
    machine = [
        str(command.get("host") or ""),
        str(detail.provenance.get("cpu", {}).get("model") or ""),
        _gpus(detail.provenance.get("gpu", {})),
    ]
    if any(machine):
        yield "machine", ", ".join(part for part in machine if part)


def _gpus(section: dict[str, Any]) -> str:
    devices = section.get("devices")
    names = (
        [str(one.get("name")) for one in devices if isinstance(one, dict)]
        if isinstance(devices, list)
        else []
    )
    return f"{len(names)} × {names[0]}" if names else ""


def _show_pairs(screen: Screen, title: str, values: dict[str, Any]) -> None:
    from collector.cli.screen import json_line
    from collector.cli.text import clip, number, pad, visible, width_of

    if not values:
        return
    screen.line("\n" + screen.paint(title, "bold"))
    names = [clip(visible(name), 48) for name in values]
    width = max(map(width_of, names))
    for name, value in zip(names, values.values(), strict=True):
        plain = isinstance(value, (list, dict, int))
        text = json_line(value) if plain else _exact(value) if isinstance(value, float) else number(value)
        screen.line(clip(f"  {pad(name, width)}  {visible(text)}", screen.columns))


def _exact(value: float) -> str:
    """All digits of a number; in words what is none, as a bare nan could as well be a text."""
    if math.isfinite(value):
        return repr(value)
    return "NaN (not a number)" if value != value else f"{'-' if value < 0 else ''}∞ (infinite)"


def _show_metrics(screen: Screen, detail: Detail) -> None:
    from collector.cli.text import clip, number, visible

    if not detail.metrics and not detail.texts:
        return
    screen.line("\n" + screen.paint("metrics", "bold"))
    rows = [["  NAME", "LAST", "AT STEP", "MIN", "AT STEP", "MAX", "AT STEP", "POINTS", ""]]
    for name, found in detail.metrics.items():
        bad = [f"{found.nan_count} NaN"] * bool(found.nan_count) + [f"{found.inf_count} ∞"] * bool(
            found.inf_count
        )
        last = math.nan if found.last is None and found.nan_count else found.last
        numbers = [last, found.last_step, found.min, found.min_step, found.max, found.max_step]
        rows.append(
            [f"  {clip(visible(name), 40)}", *map(number, numbers), f"{found.finite:,}", ", ".join(bad)]
        )
    if len(rows) > 1:
        screen.table(rows, right=range(1, 8))
    for name, text in detail.texts.items():
        screen.line(clip(f"  {visible(name)}  {visible(text)}", screen.columns))


def _show_problems(screen: Screen, detail: Detail, findings: Sequence[Finding]) -> None:
    from collector.cli.text import moment, visible
    from collector.runlog.edits import words_of

    lines = [f"{finding.file}: {finding.message}" for finding in findings[:SHOWN_PROBLEMS]]
    if len(findings) > SHOWN_PROBLEMS:
        lines.append(f"{len(findings) - SHOWN_PROBLEMS} more: collect verify {detail.look.id}")
    lines += [*detail.look.unreadable, *detail.notes]
    parts = [("problems", lines)]
    parts.append(
        ("alerts", [f"{one.get('level')} {one.get('title')}: {one.get('text')}" for one in detail.alerts])
    )
    edits = [edit for edit in detail.look.overlay.edits if edit.counts and edit.record["k"] == "edit"]
    parts.append(("edited", [f"{moment(edit.at)}  {'; '.join(words_of(edit))}" for edit in edits]))
    for title, texts in parts:
        if texts:
            screen.line("\n" + screen.paint(title, "bold"))
            for text in texts:
                screen.line(f"  {visible(text)}")
    traceback = detail.look.ending.traceback
    if traceback:
        screen.line("\n" + screen.paint("traceback", "bold"))
        for text in traceback.rstrip().split("\n")[-TRACEBACK_LINES:]:
            screen.line(f"  {visible(text)}")
