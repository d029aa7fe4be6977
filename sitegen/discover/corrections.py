"""What corrections of runs do to the list of runs: some are hidden, some go on with another one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from collector.runlog.edits import Overlay, edits_in, settled
from collector.runlog.joins import continuations
from collector.runlog.paths import EDITS_SUFFIX
from sitegen.discover.sources import Source


def corrected(sources: Sequence[Source]) -> list[Source]:
    """Without hidden runs, and with the files of runs that go on with another one in its source."""
    overlays = {source: overlay for source in sources if (overlay := _overlay(source))}
    if not overlays:
        return list(sources)
    parts: dict[Source, tuple[Source, ...]] = {}
    for project in {source.project for source in overlays}:
        mine = {source.run: source for source in sources if source.project == project}
        said = {run: overlays.get(source, Overlay([])) for run, source in mine.items()}
        for run, chain in continuations(said).items():
            parts[mine[run]] = tuple(mine[part] for part in chain)
    gone = {part for chain in parts.values() for part in chain}
    gone |= {source for source, overlay in overlays.items() if overlay.is_hidden}
    return [_with_parts(source, parts.get(source, ())) for source in sources if source not in gone]


def _overlay(source: Source) -> Overlay | None:
    paths = [file.place for file in source.files if file.name.endswith(EDITS_SUFFIX)]
    return Overlay(settled(edit for path in paths for edit in edits_in(path))) if paths else None


def _with_parts(source: Source, parts: Sequence[Source]) -> Source:
    """The source with the files of its parts; their corrections do not count, its own file of a name does."""
    if not parts:
        return source
    files = {file.name: file for file in source.files}
    for part in parts:
        logs = {file.name: file for file in part.files if not file.name.endswith(EDITS_SUFFIX)}
        files = logs | files
    return replace(
        source,
        files=tuple(files[name] for name in sorted(files)),
        is_settled=source.is_settled and all(part.is_settled for part in parts),
        parts=tuple(tuple(file.name for file in part.files) for part in parts),
    )
