"""Reads all logs of a folder into tables, with all cores, and keeps nothing: what ingest alone costs."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

from sitegen.config.load import Overrides, load_settings
from sitegen.discover import Source, discover
from sitegen.ingest.read import tables_of
from sitegen.work.crew import Processes, cores


def read(cache: Path, source: Source) -> tuple[int, int]:
    """Values in a run's tables, and how many of its lines could not be used."""
    tables = tables_of(source, cache)
    rows = tables.history.rows
    found = sum(rows[name].count() for name in rows.columns if name.startswith("m"))
    return found, sum(problem.count for problem in tables.records.problems)


def main() -> None:
    """Prints values and unusable lines of all runs."""
    config = load_settings(None, Overrides()).config
    with Processes(cores()) as crew:
        crew.start()
        sources = discover(config)
        found = list(crew.map(partial(read, config.cache_dir), sources, float(len(sources))))
    print(len(found), sum(values for values, _ in found), sum(lost for _, lost in found))


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    # By its name, not as __main__: another process imports what it is to do.
    from ingest import main as run

    run()
