"""Console output comes back as it was relayed, however large, however damaged its index."""

from __future__ import annotations

from pathlib import Path

import pytest

from sitegen.ingest.console import HEAD_BYTES, TAIL_BYTES
from tests.sitegen.logs import ProcessLog, only_run


@pytest.fixture
def wrapper(tmp_path: Path) -> ProcessLog:
    """A wrapper's log."""
    return ProcessLog(tmp_path / "logs", role="wrapper")


def relay(log: ProcessLog, pieces: list[tuple[float, int, bytes]], name: str | None = None) -> None:
    """Writes output and index as the wrapper does: (seconds to wait, stream, bytes)."""
    index = log.console()
    content = b""
    for seconds, stream, piece in pieces:
        log.passed += seconds
        entry = {"k": "out", "s": stream, "o": len(content), "n": len(piece)}
        index.write({**entry, "f": name} if name else entry)
        content += piece
    suffix = f".{name}.log" if name else ".log"
    Path(log.paths.console(log.segment + suffix)).write_bytes(content)


def test_streams_and_times_are_kept(tmp_path: Path, wrapper: ProcessLog) -> None:
    """Each piece has its stream and the seconds since the run began; close writes are joined."""
    relay(wrapper, [(1, 1, b"one "), (0.01, 1, b"two\n"), (2, 2, b"oops\n"), (0.01, 1, b"three\n")])
    run = only_run(tmp_path / "logs")
    assert [(round(c.t, 2), c.stream, c.text) for c in run.console] == [
        (1.0, 1, "one two\n"),
        (3.01, 2, "oops\n"),
        (3.02, 1, "three\n"),
    ]
    assert run.console_skipped == 0


def test_a_character_cut_by_a_write_is_whole(tmp_path: Path, wrapper: ProcessLog) -> None:
    """Bytes of one character in two writes give that character; bytes of none give a replacement."""
    relay(wrapper, [(1, 1, b"gr\xc3"), (1, 2, b"other"), (1, 1, b"\xbc\xc3\x9f"), (1, 1, b"\xff!")])
    run = only_run(tmp_path / "logs")
    assert "".join(c.text for c in run.console if c.stream == 1) == "grüß\ufffd!"


def test_long_output_shows_head_and_tail(tmp_path: Path, wrapper: ProcessLog) -> None:
    """Of more than a page can hold the start and the end are shown, and the gap is counted and marked."""
    lines = [(0.1, 1, b"%07d\n" % number * 100) for number in range(1000)]
    relay(wrapper, lines)
    run = only_run(tmp_path / "logs")
    total = sum(len(piece) for _, _, piece in lines)
    shown = "".join(c.text for c in run.console if c.stream)
    assert run.console_skipped == total - HEAD_BYTES - TAIL_BYTES
    assert len(shown) == HEAD_BYTES + TAIL_BYTES
    assert shown.startswith("0000000\n")
    assert shown.endswith("0000999\n")
    (gap,) = [c.text for c in run.console if c.stream == 0]
    assert f"{run.console_skipped:,}" in gap


def test_output_without_index_is_shown(tmp_path: Path, wrapper: ProcessLog) -> None:
    """Bytes that no index line covers are shown as standard output."""
    relay(wrapper, [(1, 2, b"warned\n")])
    with open(wrapper.paths.console(f"{wrapper.segment}.log"), "ab") as file:
        file.write(b"and more\n")
    run = only_run(tmp_path / "logs")
    assert [(c.stream, c.text) for c in run.console] == [(2, "warned\n"), (1, "and more\n")]
    Path(wrapper.paths.console(f"{wrapper.segment}.index.jsonl")).unlink()
    assert "".join(c.text for c in only_run(tmp_path / "logs").console) == "warned\nand more\n"


def test_rotated_output(tmp_path: Path, wrapper: ProcessLog) -> None:
    """Lines of a tail file that is gone are counted as not kept; those of one that is there are shown."""
    index = wrapper.console()
    folder = Path(wrapper.paths.console())
    (folder / f"{wrapper.segment}.log").write_bytes(b"head\n")
    (folder / f"{wrapper.segment}.tail-2.log").write_bytes(b"tail\n")
    index.write({"k": "out", "s": 1, "o": 0, "n": 5})
    index.write({"k": "out", "s": 1, "o": 0, "n": 100, "f": "tail-1"})
    index.write({"k": "skip", "n": 11})
    index.write({"k": "out", "s": 1, "o": 0, "n": 5, "f": "tail-2"})
    run = only_run(tmp_path / "logs")
    assert "".join(c.text for c in run.console) == "head\ntail\n"
    assert run.console_skipped == 111


@pytest.mark.parametrize("o", [-5, 10**15, 3])
@pytest.mark.parametrize("n", [-1, 0, 10**15])
def test_an_index_that_lies_is_survived(tmp_path: Path, wrapper: ProcessLog, o: int, n: int) -> None:
    """Offsets and sizes outside the file show nothing that is not there."""
    relay(wrapper, [(1, 1, b"hello\n")])
    index_path = Path(wrapper.paths.console(f"{wrapper.segment}.index.jsonl"))
    index_path.unlink()
    wrapper.console().write({"k": "out", "s": 9, "o": o, "n": n, "f": None})
    shown = "".join(c.text for c in only_run(tmp_path / "logs").console)
    assert shown in ("hello\n", "lo\n")
