"""`sitegen build`."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sitegen.build import BuildReport, build
from sitegen.cli.bars import Bars, is_watched
from sitegen.cli.streams import complain, put
from sitegen.config.load import Overrides, load_settings


def run_build(arguments: argparse.Namespace) -> int:
    """Builds, says what was built, and opens it if asked to."""
    overrides = Overrides(tuple(arguments.runs_dir), arguments.site_dir, arguments.strict)
    settings = load_settings(arguments.config_file, overrides)
    for warning in settings.warnings:
        complain(warning)
    with Bars() as bars:
        is_shown = is_watched() and not arguments.quiet
        report = build(settings.config, bars if is_shown else None, arguments.jobs)
    for line in remarks(report.warnings, report.notes):
        complain(line)
    # A settings file elsewhere may say ../../site: nobody wants to read the way there and back.
    start = Path(os.path.normpath(report.site_dir / "index.html"))
    if arguments.json:
        put(json.dumps({**summary(report, start), **_asked_for(report, arguments)}))
        return _shown(start, arguments)
    asked = ((arguments.explain, explained), (arguments.profile, profiled))
    for line in (line for is_asked, tell in asked if is_asked for line in tell(report)):
        put(line)
    if not arguments.quiet:
        if is_changed(report):
            put(weighed(report))
        put(told(report, str(start)))
    return _shown(start, arguments)


def _shown(start: Path, arguments: argparse.Namespace) -> int:
    if arguments.open:
        open_in_browser(start)
    return 0


def _asked_for(report: BuildReport, arguments: argparse.Namespace) -> dict[str, Any]:
    """What --explain and --profile say, for programs."""
    stages = {name: vars(stage) for name, stage in report.profile.stages.items()}
    told = {"reasons": dict(report.reasons)} if arguments.explain else {}
    return {**told, "profile": stages} if arguments.profile else told


def told(report: BuildReport, start: str) -> str:
    """What was built, how long it took, what to open."""
    runs = "1 run" if report.runs == 1 else f"{report.runs:,} runs"
    size = f"{report.published.size_bytes / 1e6:.1f} MB"
    if is_changed(report):
        change = f"{len(report.published.written):,} of {report.published.files:,} files written"
    else:
        change = "nothing changed"
    return f"{runs} in {report.seconds:.1f} s, {change}, {size}. Open {start}"


def remarks(warnings: Sequence[str], notes: Sequence[str] = ()) -> list[str]:
    """A line for each warning and note; names may hold what a terminal would obey."""
    lines = [f"warning: {text}" for text in warnings] + [f"note: {text}" for text in notes]
    if not lines:
        return []
    from sitegen.pages.formatting import visible  # 5 ms, and mostly there is nothing to say

    return [visible(line).replace("\n", "␊") for line in lines]


def summary(report: BuildReport, start: Path | str) -> dict[str, Any]:
    """The same for programs."""
    return {
        "runs": report.runs,
        "files": report.published.files,
        "size_bytes": report.published.size_bytes,
        "written": list(report.published.written),
        "deleted": list(report.published.deleted),
        "seconds": round(report.seconds, 3),
        "warnings": list(report.warnings),
        "notes": list(report.notes),
        "site_dir": str(report.site_dir),
        "start": str(start),
    }


def is_changed(report: BuildReport) -> bool:
    """Whether the site is another one than before."""
    return bool(report.published.written or report.published.deleted)


def explained(report: BuildReport) -> Iterator[str]:
    """A line for each file that was written or deleted, with the cause."""
    for path in report.published.written:
        yield f"{path}: {report.reasons.get(path, 'shared by all pages; the theme or runpress changed')}"
    for path in report.published.deleted:
        yield f"{path}: deleted; nothing needs it any more"


def profiled(report: BuildReport) -> Iterator[str]:
    """A line for each stage of the build."""
    for name, stage in report.profile.stages.items():
        sizes = ((stage.read_bytes, "read"), (stage.made_bytes, "made"), (stage.removed_bytes, "removed"))
        told = "".join(f"{size / 1e3:12,.1f} kB {what}" for size, what in sizes if size or what != "removed")
        yield f"{name:24} {stage.seconds:8.2f} s{told}"


def weighed(report: BuildReport) -> str:
    """What pages weigh before any chart is drawn."""
    from sitegen.work.weights import weigh

    weights = weigh(report.site_dir, report.published.paths)
    told = ", ".join(f"{one.kind} {one.size_bytes / 1e3:.0f} kB" for one in weights)
    return f"A first visit loads, before charts and compressed: {told}"


def open_in_browser(start: Path) -> None:
    """Shows a page of the site to the person at this machine."""
    import webbrowser  # loads half of the standard library

    if not webbrowser.open(start.resolve().as_uri()):
        complain(f"no browser was found; open {start} yourself")
