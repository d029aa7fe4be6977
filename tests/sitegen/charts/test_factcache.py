"""What is kept of a run's facts gives them back to the bit, or nothing."""

from __future__ import annotations

import math
import os
import random
import shutil
from dataclasses import fields, replace
from pathlib import Path

import pytest

from sitegen.charts.factcache import APART, FactCache, Kept, brief_facts, packed, whole_run
from sitegen.derive.facts import RunFacts, WholeRun
from sitegen.derive.runs import derive_run
from sitegen.discover import Source, discover
from sitegen.ingest.kept import content_hash
from sitegen.ingest.run import read_run
from tests.sitegen.logs import EPOCH, ProcessLog, config_of


def record(root: Path, name: str, rows: int = 40) -> Source:
    """A run with numbers, records and samples."""
    log = ProcessLog(root, name)
    for step in range(rows):
        log.log(step, {"loss": math.nan if step == 7 else 1 / (step + 1), "acc": 0.5})
    log.record("config", v={"lr": 0.1, "text": "größer"})
    log.record("sys", m={"cpu/percent": 3.5})
    log.end("failed", exit=3)
    for path in root.rglob("*"):
        os.utime(path, (EPOCH, EPOCH))
    return next(source for source in discover(config_of(root)) if source.run == name)


def facts_of(source: Source) -> WholeRun:
    return derive_run(read_run(source))


def same(one: WholeRun, other: WholeRun) -> bool:
    """Whether all facts are equal, NaN being equal to NaN, and all points are."""
    plain = all(
        repr(getattr(one, field.name)) == repr(getattr(other, field.name))
        for field in fields(WholeRun)
        if field.name not in APART
    )
    return plain and all(
        (a.metric, a.rank, a.points, a.width) == (b.metric, b.rank, b.points, b.width)
        and list(map(repr, a.columns[name])) == list(map(repr, b.columns[name]))
        for kind in ("series", "system")
        for a, b in zip(getattr(one, kind), getattr(other, kind), strict=True)
        for name in a.columns
    )


def test_facts_come_back(tmp_path: Path) -> None:
    """Whole or in brief, a NaN and a huge integer included."""
    source = record(tmp_path / "logs", "run-a")
    run, cache = facts_of(source), FactCache(tmp_path / "cache")
    run = replace(run, config={**run.config, "huge": 2**80, "low": -(2**70), "nan": math.nan})
    cache.store(source, packed(run))
    kept, brief = cache.load(source), cache.load_brief(source)
    assert kept is not None
    assert brief == (kept.brief, kept.identity)
    assert same(whole_run(kept), run)
    light = brief_facts(kept.brief, lambda: kept.columns)
    assert type(light) is RunFacts
    assert repr(light.config) == repr(run.config)
    assert list(light.series[0].columns["step"]) == list(run.series[0].columns["step"])


def test_equal_facts_have_equal_hashes(tmp_path: Path) -> None:
    """However often they are made; and one more row, another hash."""
    source = record(tmp_path / "logs", "run-a")
    one, other = packed(facts_of(source)), packed(facts_of(source))
    assert one == other
    assert one.identity != packed(replace(facts_of(source), name="other")).identity


def damaged(content: bytes, chance: random.Random) -> bytes:
    """The same with a bit flipped, cut short, with a hole of zeros, or with more behind it."""
    at = chance.randrange(len(content))
    match chance.randrange(4):
        case 0:
            return content[:at] + bytes([content[at] ^ (1 << chance.randrange(8))]) + content[at + 1 :]
        case 1:
            return content[:at]
        case 2:
            return content[:at] + bytes(min(64, len(content) - at)) + content[at + 64 :]
        case _:
            return content + chance.randbytes(9)


def test_five_hundred_damages_are_misses_or_nothing(tmp_path: Path) -> None:
    """No damaged file ever gives other facts than those that were kept."""
    source = record(tmp_path / "logs", "run-a")
    cache, chance = FactCache(tmp_path / "cache"), random.Random(5)
    kept = packed(facts_of(source))
    cache.store(source, kept)
    (place,) = (tmp_path / "cache").rglob("*.facts")
    whole = place.read_bytes()
    misses = 0
    for _ in range(500):
        place.write_bytes(damaged(whole, chance))
        found: Kept | None = cache.load(source)
        assert found is None or found == kept
        misses += found is None
        brief = cache.load_brief(source)
        assert brief is None or brief == (kept.brief, kept.identity)
    assert misses > 300


def test_the_file_of_another_run_is_a_miss(tmp_path: Path) -> None:
    """A cache that was copied together, or a run that was renamed."""
    one, other = (record(tmp_path / "logs", name) for name in ("run-a", "run-b"))
    one = next(source for source in discover(config_of(tmp_path / "logs")) if source.run == "run-a")
    cache = FactCache(tmp_path / "cache")
    cache.store(one, packed(facts_of(one)))
    (place,) = (tmp_path / "cache").rglob("*.facts")
    cache.store(other, packed(facts_of(other)))
    (target,) = (path for path in (tmp_path / "cache").rglob("*.facts") if path != place)
    shutil.copy(place, target)
    assert cache.load(other) is None
    assert cache.load(one) is not None


def test_runs_that_go_on_otherwise_are_a_miss(tmp_path: Path) -> None:
    """The same files in another order of attempts are another run."""
    source = record(tmp_path / "logs", "run-a")
    cache = FactCache(tmp_path / "cache")
    cache.store(source, packed(facts_of(source)))
    assert cache.load(replace(source, parts=(("r0-x.metrics.jsonl",),))) is None


def test_other_code_is_a_miss(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Facts made by another version are made anew."""
    source = record(tmp_path / "logs", "run-a")
    cache = FactCache(tmp_path / "cache")
    cache.store(source, packed(facts_of(source)))
    monkeypatch.setattr("sitegen.charts.factcache.code_version", lambda: "another")
    assert cache.load(source) is None


def test_a_run_that_was_deleted_meanwhile_is_not_kept(tmp_path: Path) -> None:
    """`collect rm` beside a build: what was read of it counts for this build, and nothing fails."""
    source = record(tmp_path / "logs", "run-a")
    made, cache = packed(facts_of(source)), FactCache(tmp_path / "cache")
    content_hash.cache_clear()
    shutil.rmtree(tmp_path / "logs" / "demo")
    cache.store(source, made)
    assert list((tmp_path / "cache").rglob("*.facts")) == []
    assert cache.load(source) is None
