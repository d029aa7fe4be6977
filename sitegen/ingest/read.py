"""Tables of runs, from the cache where nothing changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from sitegen.discover import SUFFIXES, Source
from sitegen.ingest.cache import TableCache
from sitegen.ingest.run import media_files, media_sizes, read_run
from sitegen.ingest.tables import RunTables

KEPT_BYTES = 1 << 20
"""Logs of fewer bytes are read again as quickly as what would be kept of them."""

__all__ = ["ingest", "media_files", "media_sizes", "tables_of"]


def ingest(sources: Iterable[Source], cache_dir: Path) -> Iterator[RunTables]:
    """One run after the other."""
    return (tables_of(source, cache_dir) for source in sources)


def tables_of(source: Source, cache_dir: Path) -> RunTables:
    """The tables of a run."""
    is_kept = sum(file.size_bytes for file in source.files if file.name.endswith(SUFFIXES)) >= KEPT_BYTES
    cache = TableCache(cache_dir)
    tables = cache.load(source) if is_kept else None
    if tables is None:
        tables = read_run(source)
        if is_kept:
            cache.store(source, tables)
    return replace(tables, media=media_files(source))
