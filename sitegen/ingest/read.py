"""Tables of runs, of which long logs are decoded once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from sitegen.discover import Source
from sitegen.ingest.run import media_files, media_sizes, read_run
from sitegen.ingest.tables import RunTables

__all__ = ["ingest", "media_files", "media_sizes", "tables_of"]


def ingest(sources: Iterable[Source], cache_dir: Path) -> Iterator[RunTables]:
    """One run after the other."""
    return (tables_of(source, cache_dir) for source in sources)


def tables_of(source: Source, cache_dir: Path) -> RunTables:
    """The tables of a run; of a long log only what is new is decoded."""
    return replace(read_run(source, cache_dir), media=media_files(source))
