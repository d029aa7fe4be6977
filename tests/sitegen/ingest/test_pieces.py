"""What is kept of a log gives what a first reading gives, whatever happened to the log or to what is kept."""

from __future__ import annotations

import math
import os
import random
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from collector.runlog.lines import seal
from sitegen.discover import Source, discover
from sitegen.ingest import pieces
from sitegen.ingest.run import read_run
from sitegen.ingest.tables import History, RunTables
from tests.sitegen.logs import ProcessLog, config_of

SMALL = 1100
"""Chunks of the logs of these tests: a few lines, where a real one is of a megabyte."""


MANY = 300
"""Metrics that are too many for columns."""


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces of a kilobyte, so that a small log has many."""
    shrink(monkeypatch, SMALL)


def shrink(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """Chunks of so many bytes, and no line longer than one."""
    monkeypatch.setattr("sitegen.ingest.pieces.CHUNK_BYTES", size)
    for place in ("reader", "lines"):
        monkeypatch.setattr(f"collector.runlog.{place}.LINE_LIMIT", size - 1)


@pytest.fixture
def read_bytes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many bytes of lines were decoded, chunk by chunk."""
    found: list[int] = []
    iterate = pieces.iterate_chunks

    def counted(*args: Any, **kwargs: Any) -> Iterator[Any]:
        for chunk in iterate(*args, **kwargs):
            found.append(sum(map(len, chunk.lines)))
            yield chunk

    monkeypatch.setattr("sitegen.ingest.pieces.iterate_chunks", counted)
    return found


def written(root: Path, rows: int = 60, width: int = 1) -> ProcessLog:
    """A run with numbers, late names, texts, side fields, records and samples."""
    log = ProcessLog(root)
    for step in range(rows):
        values: dict[str, Any] = {f"loss/{number}": step / 7 + number for number in range(width)}
        values["odd"] = (math.nan, -math.inf, True, 2**60 + 1, None)[step % 5]
        if step % 10 == 3:
            values |= {f"late/{step}": 1.0, 'quote"d': 2.0, "phase": f"at {step}"}
        log.log(step, values)
        log.record("sys", m={"cpu/percent": float(step)})
        log.record("config", v={"lr": 0.1, "step": step}, x={"nested.n": "NaN"})
    log.end("failed", exit=3)
    return log


def source_of(root: Path) -> Source:
    (found,) = discover(config_of(root))
    return found


def read_twice(root: Path, cache: Path) -> None:
    """Reading with what is kept gives what reading without it gives."""
    source = source_of(root)
    assert told(read_run(source, cache)) == told(read_run(source))


def told(tables: RunTables) -> Mapping[str, object]:
    """Everything in the tables of a run, to be compared: as text, in which NaN is NaN."""
    return {
        "records": repr(tables.records),
        "history": _history(tables.history),
        "system": _history(tables.system),
    }


def _history(history: History) -> object:
    frames = [history.rows] if history.cells is None else [history.rows, history.cells]
    assert all(frame.n_chunks() == 1 for frame in frames[:1])
    return history.names, history.parts, [(frame.schema, _bits(frame)) for frame in frames]


def _bits(frame: pl.DataFrame) -> object:
    # Bit by bit: -0.0 is not 0.0, and one NaN is as another.
    return [[repr(value) for value in column] for column in frame.iter_columns()]


@pytest.mark.parametrize("width", [1, 3, MANY])
@pytest.mark.parametrize("seed", range(34))
def test_growing_in_any_pieces_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, width: int
) -> None:
    """A log read again after each of its random appends gives each time what one reading gives.

    A hundred schedules; among the appends are torn tails, damaged and foreign lines, lines without end.
    """
    chance = random.Random(1000 * width + seed)
    shrink(monkeypatch, size := SMALL if width < MANY else 10_000)
    log = written(tmp_path / "whole", 60 if width < MANY else 30, width)
    root, cache = tmp_path / "logs", tmp_path / "cache"
    shutil.copytree(tmp_path / "whole", root)
    paths = [root / one.relative_to(tmp_path / "whole") for one in (log.metrics_path, log.records_path)]
    contents = {path: _damaged(path.read_bytes(), chance, size) for path in paths}
    ends = dict.fromkeys(paths, 0)
    for path in paths:
        path.write_bytes(b"")
    while any(ends[path] < len(contents[path]) for path in paths):
        path = chance.choice(paths)
        count = chance.choice((1, 40, size // 2, 3 * size, len(contents[path]) // 3))
        with open(path, "ab") as file:
            file.write(contents[path][ends[path] : ends[path] + count])
        ends[path] += count
        if chance.random() < 0.4:
            read_twice(root, cache)
    read_twice(root, cache)
    assert list(cache.rglob("*.pieces"))
    history = read_run(source_of(root), cache).history
    assert width < MANY or history.cells is not None


def _damaged(content: bytes, chance: random.Random, size: int) -> bytes:
    lines = content.splitlines(keepends=True)
    for _ in range(chance.randrange(4)):
        number = chance.randrange(len(lines))
        line = lines[number]
        lines[number] = chance.choice(
            (
                line[: len(line) // 2],  # glued to its follower
                line.replace(b":", b";", 1),
                b"",
                b"\n",
                b"x" * (3 * size) + b"\n",
                b"\0" * 50 + line,
                line[:-1] + b"\r\n",
                seal(b'{"k":"log","t":1.0,"step":"no","n":1,"m":{"loss/0":1}}'),
                seal(b'{"k":"sys","t":"never","m":7}'),
                b"some other text\n",
            )
        )
    return b"".join(lines)


@pytest.mark.usefixtures("small_chunks")
def test_only_what_is_new_is_decoded(tmp_path: Path, read_bytes: list[int]) -> None:
    """Of a log that grew by a line at most two chunks are decoded, its last ones."""
    log = written(tmp_path / "logs", 200)
    size = log.metrics_path.stat().st_size + log.records_path.stat().st_size
    read_run(source_of(tmp_path / "logs"), tmp_path / "cache")
    first = sum(read_bytes)
    assert first > size * 0.9
    read_bytes.clear()
    log.log(1000, {"loss/0": 1.0})
    tables = read_run(source_of(tmp_path / "logs"), tmp_path / "cache")
    assert tables.history.rows["step"][-1] == 1000
    assert sum(read_bytes) <= 3 * SMALL


@pytest.mark.usefixtures("small_chunks")
def test_replaced_cut_and_edited_logs_are_read_anew(tmp_path: Path) -> None:
    """Another file in a log's place, a shorter one and one with other bytes give what they hold."""
    root, cache, chance = tmp_path / "logs", tmp_path / "cache", random.Random(5)
    log = written(root)
    path, whole = log.metrics_path, log.metrics_path.read_bytes()
    longer = written(tmp_path / "other", 90, 2).metrics_path.read_bytes()
    for _ in range(40):
        position = chance.randrange(len(whole))
        flipped = bytes([whole[position] ^ 1])
        other = chance.choice(
            (
                whole,
                longer,
                b"",
                whole[:position],
                whole[:position] + flipped + whole[position + 1 :],
                whole.replace(b"loss", b"lass"),
                whole[position:],
                longer[: len(whole)],
            )
        )
        path.write_bytes(other)
        # Looking as it did is not enough.
        os.utime(path, (1_767_268_800, 1_767_268_800))
        read_twice(root, cache)
    path.unlink()
    read_twice(root, cache)


@pytest.mark.parametrize("width", [1, MANY])
def test_any_damage_to_what_is_kept_costs_only_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    """Flipped, cut, doubled and foreign bytes in a file of pieces never reach a table, and are mended."""
    root, cache, chance = tmp_path / "logs", tmp_path / "cache", random.Random(3)
    shrink(monkeypatch, SMALL if width == 1 else 10_000)
    written(root, 80, width)
    read_twice(root, cache)
    places = sorted(cache.rglob("*.pieces"))
    assert len(places) == 2
    kept = {place: place.read_bytes() for place in places}
    for _ in range(60 if width == 1 else 10):
        place = chance.choice(places)
        content = kept[place]
        position = chance.randrange(len(content))
        place.write_bytes(
            chance.choice(
                (
                    content[:position] + bytes([content[position] ^ 4]) + content[position + 1 :],
                    content[:position],
                    content + content[len(content) // 2 :],
                    kept[places[0]],
                    b"something else",
                    b"",
                )
            )
        )
        read_twice(root, cache)
        read_run(source_of(root), cache)
        assert place.read_bytes()[: len(content)] == content


@pytest.mark.usefixtures("small_chunks")
def test_pieces_written_by_two_builds_count_once(tmp_path: Path) -> None:
    """Two builds at the same time may both add what is new."""
    root, cache = tmp_path / "logs", tmp_path / "cache"
    written(root)
    read_run(source_of(root), cache)
    for place in cache.rglob("*.pieces"):
        content = place.read_bytes()
        begin = len(pieces.MAGIC) + 17
        place.write_bytes(content + content[begin:])
    read_twice(root, cache)


@pytest.mark.usefixtures("small_chunks")
def test_copied_logs_need_no_decoding(tmp_path: Path, read_bytes: list[int]) -> None:
    """A fresh checkout has other times and the same bytes: what counts is the bytes."""
    written(tmp_path / "logs", 200)
    read_run(source_of(tmp_path / "logs"), tmp_path / "cache")
    shutil.copytree(tmp_path / "logs", tmp_path / "copy", copy_function=shutil.copy)
    read_bytes.clear()
    read_run(source_of(tmp_path / "copy"), tmp_path / "cache")
    assert sum(read_bytes) <= 2 * SMALL


@pytest.mark.usefixtures("small_chunks")
def test_other_code_decodes_anew(
    tmp_path: Path, read_bytes: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pieces of an older version of the reader are not used."""
    written(tmp_path / "logs", 100)
    read_run(source_of(tmp_path / "logs"), tmp_path / "cache")
    first = sum(read_bytes)
    read_bytes.clear()
    monkeypatch.setattr("sitegen.ingest.run.code_version", lambda: "0123456789abcdef")
    read_run(source_of(tmp_path / "logs"), tmp_path / "cache")
    assert sum(read_bytes) == first


@pytest.mark.usefixtures("small_chunks")
def test_what_no_cache_can_hold_is_read_each_time(tmp_path: Path) -> None:
    """A record with an integer beyond 64 bits is kept nowhere, and is told all the same."""
    log = written(tmp_path / "logs", 30)
    log.records.write({"k": "note", "n": 2**80})
    for step in range(60):
        log.record("sys", m={"cpu/percent": float(step)})
    for _ in range(2):
        read_twice(tmp_path / "logs", tmp_path / "cache")


def test_a_folder_that_cannot_be_written_costs_only_time(tmp_path: Path) -> None:
    """A cache folder that is a file is no reason to stop."""
    written(tmp_path / "logs")
    (tmp_path / "cache").write_text("in the way")
    read_twice(tmp_path / "logs", tmp_path / "cache")


def test_a_small_log_leaves_nothing(tmp_path: Path) -> None:
    """Reading it again is as quick as reading what would be kept."""
    written(tmp_path / "logs")
    read_run(source_of(tmp_path / "logs"), tmp_path / "cache")
    assert not list(tmp_path.rglob("*.pieces"))
