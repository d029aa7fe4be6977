"""Names of folders and files."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collector.runlog.paths import (
    NAME_LIMIT,
    RunPaths,
    find_run,
    is_portable,
    new_segment_name,
    safe_name,
)

HOSTILE = [
    "", ".", "..", "../x", "/etc", "C:\\x", "a/../b", "a\\b", "con", "CON", "nul.txt", "com1", "lpt9.log",
    "trailing.", "trailing ", " leading", "-rf", ".hidden", "x" * 300, "a\0b", "a\nb", "\u202egpj.exe",
    "é", "e\u0301", "日本", "🦊", "\ud800", "sweeps", "artifacts", "A", "a:b", "a?b", "a*b", "%2e%2e", "a;b",
]  # fmt: skip


@pytest.mark.parametrize("text", ["digits", "run-1", "a.b_c", "calm-fox-3f2a7b", "0"])
def test_portable_text_stays(text: str) -> None:
    """A name that works everywhere is its own folder name."""
    assert safe_name(text) == text


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_becomes_portable(text: str) -> None:
    """Whatever a project is called, its folder name works on every file system."""
    assert is_portable(safe_name(text))
    assert text != safe_name(text)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(), unique=True, max_size=12))
def test_different_texts_get_different_folders(names: list[str]) -> None:
    """No two names share a folder, upper and lower case taken as equal, and none leaves its place."""
    folders = {safe_name(name).casefold() for name in names}
    assert len(folders) == len(names)
    assert all("/" not in folder and "\\" not in folder and ".." not in folder for folder in folders)


def test_longest_path_stays_under_180_characters() -> None:
    """With the longest names, everything that lies in a run's folder can be unpacked on Windows."""
    paths = RunPaths("/", "p" * 300, "r" * 300)
    segment = new_segment_name(99999, "wrapper", 2e9)
    longest = max(paths.metrics(segment), paths.console(f"{segment}.tail-99.log"), key=len)
    assert len(paths.project) <= NAME_LIMIT
    assert len(longest) - len("/") < 180


def test_segment_name_tells_role_rank_and_start() -> None:
    """A listing of the folder says which process started when."""
    assert new_segment_name(3, "rank", 0, b"12345") == "r3-19700101T000000Z-gezdgn"
    assert new_segment_name(0, "wrapper", 0, b"12345").startswith("w0-")
    assert new_segment_name(0, "rank", 0) != new_segment_name(0, "rank", 0)


def test_segments_of_a_run(tmp_path: Path) -> None:
    """Both files of a process start are one segment; other files are none."""
    paths = RunPaths(str(tmp_path), "p", "r")
    assert paths.segments() == []
    Path(paths.folder).mkdir(parents=True)
    for name in ("r0-a.metrics.jsonl", "r0-a.records.jsonl", "w0-b.records.jsonl", "other.txt"):
        Path(paths.inside(name)).touch()
    assert paths.segments() == ["r0-a", "w0-b"]
    assert find_run(str(tmp_path), "r") == paths.folder
    assert find_run(str(tmp_path), "absent") is None
