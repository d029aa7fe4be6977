"""`collect parse FILE|RUN`: what --parse would log of an output; nothing is written."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from math import isfinite
from typing import BinaryIO, NamedTuple

from collector.cli.parser import Parser, add_common, command_parser, parse
from collector.parsing.rows import Row, Rows
from collector.parsing.stream import Lines
from collector.runlog.errors import CollectorError, MisuseError

READ_BYTES = 1 << 20
SHOWN_ROWS = 50


class Hit(NamedTuple):
    """A row, and where it was found."""

    number: int
    row: Row


def make_parser() -> Parser:
    """The options of `collect parse`."""
    parser = command_parser(
        "parse",
        "Show which metrics --parse would log of an output. Nothing is written.",
        "FILE|RUN [options]",
    )
    add = parser.add_argument
    add("source", metavar="FILE|RUN", help="a file, - for standard input, or a run")
    add("--pattern", metavar="REGEX", action="append", help="a pattern: its named groups are metrics")
    add("--limit", metavar="N", type=int, default=SHOWN_ROWS, help="rows to show, 0 for all (default: 50)")
    return add_common(parser)


def main(arguments: Sequence[str]) -> int:
    """Show the rows; 1 when there are none."""
    from collector.parsing.patterns import compile_patterns

    options = parse(make_parser(), arguments)
    hits = _find(_pieces(options.source, options.dir), Rows(compile_patterns(options.pattern or ())))
    return _print_json(hits) if options.json else _print_table(hits, options.limit)


def _find(pieces: Iterator[bytes], rows: Rows) -> Iterator[Hit]:
    lines = Lines()
    for piece in pieces:
        yield from _hits(lines.feed(piece), rows)
    yield from _hits(lines.finish(), rows)


def _hits(lines: Iterator[tuple[int, str]], rows: Rows) -> Iterator[Hit]:
    for number, line in lines:
        row = rows.read(line)
        if row is not None:
            yield Hit(number, row)


def _pieces(source: str, root: str) -> Iterator[bytes]:
    """The bytes of the output, of one file after the other."""
    if source == "-":
        yield from _read(sys.stdin.buffer)
        return
    # Not only files: a pipe of the shell's, `<(zcat train.log.gz)`, has a path too.
    is_run = os.path.isdir(source) or not os.path.exists(source)
    for path in _console_files(source, root) if is_run else [source]:
        try:
            with open(path, "rb") as file:
                yield from _read(file)
        except OSError as error:
            raise CollectorError(
                f"cannot read {path}: {error.strerror}.", "Check its permissions."
            ) from error


def _read(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(READ_BYTES):
        yield piece


def _console_files(source: str, root: str) -> list[str]:
    from collector.catalog.places import find_run

    try:
        folder = find_run(root, source)
    except MisuseError as error:
        raise MisuseError(f"{source} is no file. As a run: {error.message}", error.hint) from error
    console = os.path.join(folder, "console")
    names = os.listdir(console) if os.path.isdir(console) else []
    found = sorted(
        (name.partition(".")[0], _piece_number(name), name) for name in names if name.endswith(".log")
    )
    if not found:
        raise CollectorError(
            f"{folder} has no recorded output.", "It was not run under collect, or with --console=off."
        )
    return [os.path.join(console, name) for _, _, name in found]


def _piece_number(name: str) -> int:
    """0 for the head of an output, then the number of the tail."""
    digits = name.removesuffix(".log").rpartition("tail-")[2]
    return int(digits) if digits.isdigit() else 0


def _print_json(hits: Iterator[Hit]) -> int:
    import json

    is_empty = True
    for number, row in hits:
        is_empty = False
        values = {name: value if isfinite(value) else str(value) for name, value in row.values.items()}
        sys.stdout.write(json.dumps({"line": number, **row._asdict(), "values": values}) + "\n")
    return 1 if is_empty else 0


def _print_table(hits: Iterator[Hit], limit: int) -> int:
    forms: Counter[str] = Counter()
    metrics: Counter[str] = Counter()
    for number, row in hits:
        forms[row.form] += 1
        metrics.update(row.values.keys())
        if not limit or forms.total() <= limit:
            values = "  ".join(f"{name}={value}" for name, value in row.values.items())
            sys.stdout.write(f"line {number:<6} step {row.step!s:<8} {values}\n")
    total = forms.total()
    if not total:
        sys.stdout.write(
            "no line has metrics; --pattern 'at (?P<step>\\d+): cost (?P<cost>\\S+)' says where they are\n"
        )
        return 1
    if limit and total > limit:
        sys.stdout.write(f"... and {total - limit} more rows; --limit 0 shows all\n")
    by_form = ", ".join(f"{count} {form}" for form, count in forms.most_common())
    by_name = ", ".join(f"{name} ({count})" for name, count in sorted(metrics.items()))
    counts = f"{_count(total, 'row')} ({by_form}) of {_count(len(metrics), 'metric')}"
    sys.stdout.write(f"\n{counts}: {by_name}\nNothing was written.\n")
    return 0


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
