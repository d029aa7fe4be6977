"""`sitegen verify` and `sitegen check`: whether a site that was built is whole and keeps its promises."""

from __future__ import annotations

import argparse

from sitegen.cli.bars import Bars, is_watched
from sitegen.cli.streams import put

MOST_LINES = 50


def run_verify(arguments: argparse.Namespace) -> int:
    """Compares a site with its manifest."""
    from sitegen.output.verify import unseen, verify

    with Bars() as bars:
        verdict = verify(arguments.site_dir, bars if _is_shown(arguments) else unseen)
    lines = [f"missing: {path}" for path in verdict.missing] + [
        f"changed: {path}" for path in verdict.changed
    ]
    _tell(lines)
    if not arguments.quiet:
        state = "all as they were built" if verdict.is_whole else f"{len(lines):,} not as they were built"
        foreign = f"; {len(verdict.foreign):,} others that are not the site's" if verdict.foreign else ""
        put(f"{verdict.files:,} files, {verdict.size_bytes / 1e6:.1f} MB, {state}{foreign}")
    return 0 if verdict.is_whole else 1


def run_check(arguments: argparse.Namespace) -> int:
    """Reads a site as a careful visitor would."""
    from sitegen.output.inspect import Limits, inspect
    from sitegen.output.verify import unseen

    limits = Limits(_bytes(arguments.max_mb, 1e6), _bytes(arguments.max_page_kb, 1e3))
    with Bars() as bars:
        found = inspect(arguments.site_dir, limits, bars if _is_shown(arguments) else unseen)
    _tell(found.problems)
    if not arguments.quiet:
        weights = ", ".join(f"{kind} {size / 1e6:.1f} MB" for kind, size in sorted(found.weights.items()))
        size, page = found.heaviest
        put(f"{found.pages:,} pages with {found.links:,} links; {weights}")
        put(f"The heaviest page, {page}, loads {size / 1e3:.0f} kB before any chart.")
        count = len(found.problems)
        put("No problem." if not count else f"{count:,} problem{'' if count == 1 else 's'}.")
    return 1 if found.problems else 0


def _is_shown(arguments: argparse.Namespace) -> bool:
    return is_watched() and not arguments.quiet


def _tell(lines: list[str]) -> None:
    for line in lines[:MOST_LINES]:
        put(line)
    if len(lines) > MOST_LINES:
        put(f"… and {len(lines) - MOST_LINES:,} more")


def _bytes(number: float | None, unit: float) -> int | None:
    return None if number is None else int(number * unit)
