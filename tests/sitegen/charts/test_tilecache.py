"""Kept tiles are used only as they were made, and a build without a cache ships the same."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from sitegen.charts.tilecache import TileCache
from sitegen.charts.tiles import tile_files
from sitegen.derive.facts import RunFacts
from sitegen.derive.levels import Levels
from tests.sitegen.charts.made import bucketed, run_of, whole
from tests.sitegen.charts.test_tiles import levels, noise
from tests.sitegen.derive.test_buckets import curve_of

VALUES = noise(1, 20_000)
RUN = run_of("run-a", [bucketed(VALUES, 64)])
LEVELS = levels([curve_of(VALUES)])
FILES = dict(tile_files(RUN, LEVELS))


class Log:
    """A log that counts how often it is read."""

    def __init__(self, stamp: str = "as it was") -> None:
        self._stamp = stamp
        self.reads = 0

    def stamp(self, _run: RunFacts) -> str:
        return self._stamp

    def levels(self, _run: RunFacts) -> Levels:
        self.reads += 1
        return LEVELS


def shipped(cache_dir: Path, log: Log) -> dict[str, bytes]:
    tiles = TileCache(cache_dir, log).tiles(RUN)
    assert tiles is not None
    assert f"{tiles.index}.js" == list(FILES)[-1]
    assert tiles.size_bytes == sum(map(len, FILES.values()))
    return dict(tiles.files())


def test_tiles_are_made_once(tmp_path: Path) -> None:
    """The log is read for the first build only, while it stays as it is."""
    log = Log()
    assert shipped(tmp_path, log) == shipped(tmp_path, log) == FILES
    assert log.reads == 1
    other = Log("longer")
    shipped(tmp_path, other)
    assert other.reads == 1


def test_a_log_that_may_be_changing_is_read_each_time(tmp_path: Path) -> None:
    """Nothing is concluded from files that cannot tell."""
    log = Log("")
    assert shipped(tmp_path, log) == shipped(tmp_path, log) == FILES
    assert log.reads == 2


@pytest.mark.parametrize("at", [0, 1000, -2000, -40, -22, -1])
def test_a_damaged_entry_is_a_miss(tmp_path: Path, at: int) -> None:
    """Wherever a bit flips, the site gets whole files."""
    shipped(tmp_path, Log())
    [place] = tmp_path.rglob("*.tiles")
    content = bytearray(place.read_bytes())
    content[at] ^= 1
    place.write_bytes(content)
    assert shipped(tmp_path, Log()) == FILES


@pytest.mark.parametrize("length", [0, 10, 5000])
def test_a_torn_entry_is_a_miss(tmp_path: Path, length: int) -> None:
    """As a build that was killed could leave it."""
    shipped(tmp_path, Log())
    [place] = tmp_path.rglob("*.tiles")
    place.write_bytes(place.read_bytes()[:length])
    assert shipped(tmp_path, Log()) == FILES


def test_a_cache_that_cannot_be_written_costs_only_time(tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "tiles").write_text("in the way")
    assert shipped(tmp_path, Log()) == FILES


def test_an_entry_that_vanishes_while_it_is_needed_is_made_anew(tmp_path: Path) -> None:
    """Somebody may clean the cache during a build."""
    tiles = TileCache(tmp_path, Log()).tiles(RUN)
    assert tiles is not None
    [place] = tmp_path.rglob("*.tiles")
    place.unlink()
    assert dict(tiles.files()) == FILES


def test_runs_with_short_curves_are_not_looked_at(tmp_path: Path) -> None:
    """Most runs have no tiles, and cost nothing."""
    log = Log()
    assert TileCache(tmp_path, log).tiles(run_of("run-b", [whole([1.0, math.nan])])) is None
    assert log.reads == 0
    assert not any(tmp_path.iterdir())
