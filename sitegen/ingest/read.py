"""Tables of every run, from the cache where nothing changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from sitegen.discover import Source
from sitegen.ingest.cache import TableCache
from sitegen.ingest.run import media_files, read_run
from sitegen.ingest.tables import RunTables


def ingest(sources: Iterable[Source], cache_dir: Path) -> Iterator[RunTables]:
    """One run after the other, so that a caller can show how far it is."""
    cache = TableCache(cache_dir)
    # Compressing and hashing leave the interpreter free to decode the next run meanwhile.
    with ThreadPoolExecutor(1, thread_name_prefix="table-cache") as keeper:
        for source in sources:
            tables = cache.load(source)
            if tables is None:
                tables = read_run(source)
                keeper.submit(cache.store, source, tables)
            yield replace(tables, media=media_files(source))
