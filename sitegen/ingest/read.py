"""Tables of runs, from the cache where nothing changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from sitegen.discover import Source
from sitegen.ingest.cache import TableCache
from sitegen.ingest.run import media_files, read_run
from sitegen.ingest.tables import RunTables

__all__ = ["ingest", "media_files", "tables_of"]


def ingest(sources: Iterable[Source], cache_dir: Path) -> Iterator[RunTables]:
    """One run after the other."""
    return (tables_of(source, cache_dir) for source in sources)


def tables_of(source: Source, cache_dir: Path) -> RunTables:
    """The tables of a run."""
    cache = TableCache(cache_dir)
    tables = cache.load(source)
    if tables is None:
        tables = read_run(source)
        cache.store(source, tables)
    return replace(tables, media=media_files(source))
