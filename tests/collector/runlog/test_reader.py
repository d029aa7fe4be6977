"""Reading files that grow, end in the middle of a line, or were damaged."""

from __future__ import annotations

import random
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collector.runlog.lines import LINE_LIMIT, seal
from collector.runlog.reader import iterate_chunks, read_header, read_lines, read_records
from tests.collector.runlog.written import new_writer, note, texts


def numbered(count: int) -> list[bytes]:
    return [seal(b'{"k":"note","t":%d,"level":"info","text":"line %d"}' % (i, i)) for i in range(count)]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "x.records.jsonl"


def test_whole_file(log: Path) -> None:
    """Every line comes back with its number, and the end of the file as the next offset."""
    log.write_bytes(b"".join(numbered(10)))
    chunk = read_lines(str(log))
    assert [line + b"\n" for line in chunk.lines] == numbered(10)
    assert list(chunk.numbers) == list(range(1, 11))
    assert (chunk.next_offset, chunk.next_number) == (log.stat().st_size, 11)
    assert (chunk.bad, chunk.torn, chunk.at_end, chunk.shrunk) == ([], False, True, False)


def test_torn_last_line_is_kept_for_the_next_read(log: Path) -> None:
    """Half a line at the end is neither used nor an error; when it is whole, it is read."""
    lines = numbered(3)
    log.write_bytes(b"".join(lines)[:-10])
    first = read_lines(str(log))
    assert (len(first.lines), first.torn, first.bad) == (2, True, [])
    log.write_bytes(b"".join(lines))
    second = read_lines(str(log), first.next_offset, number=first.next_number)
    assert (second.lines, list(second.numbers), second.torn) == ([lines[2][:-1]], [3], False)


@pytest.mark.parametrize("limit", [1, LINE_LIMIT + 1])
def test_file_read_in_steps_equals_file_read_at_once(log: Path, limit: int) -> None:
    """However a growing file is read in pieces, the lines are those of one reading."""
    whole, chance = b"".join(numbered(400)), random.Random(2)
    got: list[bytes] = []
    offset, number, size = 0, 1, 0
    while size < len(whole):
        size = min(len(whole), size + chance.randint(1, 900))
        log.write_bytes(whole[:size])
        for chunk in iterate_chunks(str(log), offset, limit, number):
            got += chunk.lines
            offset, number = chunk.next_offset, chunk.next_number
    assert [line + b"\n" for line in got] == numbered(400)
    assert number == 401


def test_every_truncation_keeps_every_line_before_it(log: Path) -> None:
    """A file cut at any byte gives exactly its whole lines, and tells of a torn one."""
    whole = b"".join(numbered(6))
    for size in range(len(whole) + 1):
        log.write_bytes(whole[:size])
        records, bad = read_records(str(log))
        complete = whole[:size].count(b"\n")
        assert len(records) == complete
        is_torn = not whole[:size].endswith(b"\n") and size > 0
        assert [line.kind for line in bad] == (["torn"] if is_torn else [])


def test_every_bit_flip_costs_at_most_the_lines_it_touches(log: Path) -> None:
    """No flipped bit changes a value unseen; lines that were not hit are all kept."""
    lines = numbered(3)
    whole, originals = b"".join(lines), {line[:-1] for line in lines}
    for i in range(len(whole) * 8):
        flipped = bytearray(whole)
        flipped[i // 8] ^= 1 << i % 8
        log.write_bytes(flipped)
        chunk = read_lines(str(log))
        assert originals.issuperset(chunk.lines), i
        assert len(chunk.lines) >= 1, i
        assert chunk.bad or chunk.torn, i


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.one_of(
            st.integers(0, 9).map(lambda i: numbered(10)[i]),
            st.binary(max_size=60),
            st.just(b"\0" * 30),
            st.just(b"\n"),
            st.just(b"[" * 5000),
            st.just(b'{"k":"log","k":1e400}\n'),
            st.just(b"\xef\xbb\xbf"),
        ),
        max_size=12,
    )
)
def test_any_bytes_are_read_without_an_error(log: Path, pieces: list[bytes]) -> None:
    """Whatever a file holds, reading ends, every usable line is whole, and the numbers add up."""
    content = b"".join(pieces)
    log.write_bytes(content)
    originals = {line[:-1] for line in numbered(10)}
    chunk = read_lines(str(log))
    assert originals.issuperset(chunk.lines)
    assert chunk.next_number == content.count(b"\n") + 1
    standing = {i + 1 for i, line in enumerate(content.split(b"\n")[:-1]) if line.rstrip(b"\r") in originals}
    assert set(chunk.numbers) == standing
    read_records(str(log))
    read_header(str(log))


def test_bad_line_has_number_offset_and_kind(log: Path) -> None:
    """A report can say where the damage is; empty lines are no damage."""
    lines = numbered(3)
    log.write_bytes(lines[0] + b"print of a library\n" + b"\n" + lines[1] + lines[2][:20] + b"\n")
    chunk = read_lines(str(log))
    found = [(line.number, line.offset, line.kind) for line in chunk.bad]
    end = 2 * len(lines[0]) + len("print of a library\n\n")
    assert found == [(2, len(lines[0]), "foreign"), (5, end, "torn")]
    assert list(chunk.numbers) == [1, 4]


def test_endless_line_is_passed_in_bounded_memory(log: Path) -> None:
    """A 40 MB line costs one entry in the report, not its size in memory."""
    good = numbered(2)
    with log.open("wb") as file:
        file.write(good[0])
        for _ in range(40):
            file.write(b"x" * (1 << 20))
        file.write(b"\n" + good[1])
    tracemalloc.start()
    chunks = list(iterate_chunks(str(log), limit=1 << 20))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [line for chunk in chunks for line in chunk.lines] == [line[:-1] for line in good]
    assert [(bad.kind, bad.number) for chunk in chunks for bad in chunk.bad] == [("too long", 2)]
    assert peak < 8 << 20


def test_replaced_file_is_noticed(log: Path) -> None:
    """A file shorter than the place where reading stopped says that it has to be read anew."""
    log.write_bytes(numbered(1)[0])
    assert read_lines(str(log), offset=10_000).shrunk


def test_sealed_nonsense_is_reported(log: Path) -> None:
    """A line with a right checksum that is no object is foreign, not an exception."""
    log.write_bytes(seal(b"[1,2}") + seal(b'{"k":' + b"[" * 5000 + b"}") + numbered(1)[0])
    records, bad = read_records(str(log))
    assert len(records) == 1
    assert [line.kind for line in bad] == ["foreign", "foreign"]


def test_header_is_there_or_not_yet(log: Path) -> None:
    """A file without a whole first line has no header yet; neither has a file that is absent or foreign."""
    assert read_header(str(log)) is None
    log.write_bytes(b'{"k":"head"')
    assert read_header(str(log)) is None
    log.write_bytes(b"hello\n")
    assert read_header(str(log)) is None
    log.unlink()
    new_writer(log).write(note("x"))
    header = read_header(str(log))
    assert header is not None
    assert (header["format"], header["run"]) == (1, "calm-fox-aaaaaa")
    assert texts(log) == ["x"]
