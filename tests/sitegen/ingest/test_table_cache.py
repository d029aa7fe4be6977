"""The cache of tables gives what reading gives, or nothing."""

from __future__ import annotations

import math
import os
import random
import shutil
from pathlib import Path

import pytest

from sitegen.discover import Source, discover
from sitegen.ingest.cache import TableCache
from sitegen.ingest.run import read_run
from sitegen.ingest.tables import RunTables
from tests.sitegen.logs import ProcessLog, config_of

HOUR = 3600


@pytest.fixture
def source(tmp_path: Path) -> Source:
    """A run with numbers, records, console and samples."""
    log = ProcessLog(tmp_path / "logs")
    for step in range(50):
        log.log(step, {"loss": step / 7 if step % 9 else math.nan, "acc": 0.5, f"rare/{step}": 1.0})
    log.record("config", v={"lr": 0.1, "nested": {"n": None}}, x={"nested.n": "NaN"})
    log.record("sys", m={"cpu/percent": 3.5})
    log.end("failed", exit=3)
    index = log.console()
    Path(log.paths.console(f"{log.segment}.log")).write_bytes("größer\n".encode())
    index.write({"k": "out", "s": 1, "o": 0, "n": 9})
    return settled_source(tmp_path)


def settled_source(tmp_path: Path) -> Source:
    """The one run, its files looking as old as files of a finished run do."""
    for path in (tmp_path / "logs").rglob("*"):
        if path.is_file():
            os.utime(path, (1_767_268_800, 1_767_268_800))
    (found,) = discover(config_of(tmp_path / "logs"))
    return found


def same(one: RunTables, other: RunTables) -> bool:
    """Whether tables are equal, NaN being equal to NaN."""
    frames = all(
        a.rows.equals(b.rows) and (a.names, a.parts) == (b.names, b.parts)
        for a, b in ((one.history, other.history), (one.system, other.system))
    )
    return frames and one.records == other.records


def test_cached_tables_are_those_that_were_read(tmp_path: Path, source: Source) -> None:
    """Storing and loading changes nothing."""
    cache, tables = TableCache(tmp_path / "cache"), read_run(source)
    assert cache.load(source) is None
    cache.store(source, tables)
    loaded = cache.load(source)
    assert loaded is not None
    assert same(loaded, tables)


def test_long_form_is_cached_too(tmp_path: Path) -> None:
    """Runs of very many metrics come back with their cells."""
    log = ProcessLog(tmp_path / "logs")
    log.log(0, {f"m{number}": float(number) for number in range(400)})
    source, cache = settled_source(tmp_path), TableCache(tmp_path / "cache")
    tables = read_run(source)
    cache.store(source, tables)
    loaded = cache.load(source)
    assert loaded is not None
    assert tables.history.cells is not None
    assert loaded.history.cells is not None
    assert loaded.history.cells.equals(tables.history.cells)


def test_any_damage_is_a_miss(tmp_path: Path, source: Source) -> None:
    """Flipped, cut or foreign bytes in a cache file never reach a page and never fail a build."""
    cache, tables, chance = TableCache(tmp_path / "cache"), read_run(source), random.Random(3)
    cache.store(source, tables)
    (place,) = (tmp_path / "cache").rglob("*.tables")
    whole = place.read_bytes()
    misses = 0
    for _ in range(200):
        position, bit = chance.randrange(len(whole)), 1 << chance.randrange(8)
        flipped = bytes([whole[position] ^ bit])
        damaged = whole[:position] + flipped + whole[position + 1 :]
        place.write_bytes(damaged if chance.random() < 0.7 else whole[:position])
        loaded = cache.load(source)
        misses += loaded is None
        assert loaded is None or same(loaded, tables)
    assert misses > 150
    place.write_bytes(b"something else")
    assert cache.load(source) is None


def test_a_grown_or_edited_log_is_a_miss(tmp_path: Path, source: Source) -> None:
    """A file of another length, or of the same length and other bytes, is read anew."""
    cache = TableCache(tmp_path / "cache")
    cache.store(source, read_run(source))
    path = next(file.path for file in source.files if file.name.endswith("metrics.jsonl"))
    content = path.read_bytes()
    path.write_bytes(content + b"\n")
    assert cache.load(settled_source(tmp_path)) is None
    path.write_bytes(content.replace(b"acc", b"abc"))
    os.utime(path, (1_767_268_900, 1_767_268_900))
    assert cache.load(discover(config_of(tmp_path / "logs"))[0]) is None


def test_copied_logs_are_a_hit(tmp_path: Path, source: Source) -> None:
    """A fresh checkout has other times and the same bytes: what counts is the bytes."""
    cache, tables = TableCache(tmp_path / "cache"), read_run(source)
    cache.store(source, tables)
    shutil.copytree(tmp_path / "logs", tmp_path / "copy")
    shutil.rmtree(tmp_path / "logs")
    shutil.copytree(tmp_path / "copy", tmp_path / "logs", copy_function=shutil.copy)
    (found,) = discover(config_of(tmp_path / "logs"))
    loaded = cache.load(found)
    assert loaded is not None
    assert same(loaded, tables)


def test_other_code_is_a_miss(tmp_path: Path, source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables of an older version of the reader are not used."""
    cache = TableCache(tmp_path / "cache")
    cache.store(source, read_run(source))
    monkeypatch.setattr("sitegen.ingest.cache.code_version", lambda: "older")
    assert cache.load(source) is None


def test_a_folder_that_cannot_be_written_costs_only_time(tmp_path: Path, source: Source) -> None:
    """A cache folder that is a file is no reason to stop."""
    (tmp_path / "cache").write_text("in the way")
    cache = TableCache(tmp_path / "cache")
    cache.store(source, read_run(source))
    assert cache.load(source) is None
