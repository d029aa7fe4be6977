"""Media by name: what a later call, record or attempt replaces, and what damaged records cost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sitegen.derive.facts import MediaFacts
from tests.sitegen.logs import ProcessLog, only_run

DIGEST = "ab" * 32


def item(caption: str = "", **more: Any) -> dict[str, Any]:
    return {"sha256": DIGEST, "ext": "png", "bytes": 3, "caption": caption, **more}


def media(log: ProcessLog, step: float, *items: Any, first: int = 0, kind: str = "image") -> None:
    log.passed += 1.0
    fields = {"step": step, "name": "x", "kind": kind, "first": first, "items": list(items)}
    assert log.records.write({"k": "media", **fields})


def captions(facts: MediaFacts) -> dict[float, list[str]]:
    return {entry.step: [one["caption"] for one in entry.items] for entry in facts.entries}


def only_media(root: Path) -> MediaFacts:
    (found,) = only_run(root).media
    return found


def test_entries_come_by_step(tmp_path: Path) -> None:
    """In order of step, each with the time of its call."""
    log = ProcessLog(tmp_path)
    media(log, 5, item("b"))
    media(log, 2, item("a"))
    facts = only_media(tmp_path)
    assert captions(facts) == {2: ["a"], 5: ["b"]}
    assert [entry.t for entry in facts.entries] == [2.0, 1.0]


def test_later_call_at_a_step_replaces(tmp_path: Path) -> None:
    """As later values of a metric do."""
    log = ProcessLog(tmp_path)
    media(log, 1, item("old"), item("old too"))
    media(log, 1, item("new"))
    assert captions(only_media(tmp_path)) == {1: ["new"]}


def test_call_of_several_records_is_put_together(tmp_path: Path) -> None:
    """`first` says that a record goes on where the one before ended."""
    log = ProcessLog(tmp_path)
    media(log, 1, item("a"), item("b"))
    media(log, 1, item("c"), first=2)
    assert captions(only_media(tmp_path)) == {1: ["a", "b", "c"]}


def test_later_attempt_replaces_the_overlap(tmp_path: Path) -> None:
    """From the first step of its rows on, whether or not it logged media there."""
    first, second = ProcessLog(tmp_path), ProcessLog(tmp_path, attempt=2, start=1_767_300_000.0)
    for step in range(4):
        first.log(step, {"loss": 1.0})
        media(first, step, item(f"first {step}"))
    second.log(2, {"loss": 1.0})
    media(second, 3, item("second 3"))
    assert captions(only_media(tmp_path)) == {0: ["first 0"], 1: ["first 1"], 3: ["second 3"]}


def test_ranks_and_kinds_are_kept_apart(tmp_path: Path) -> None:
    """One entry each, by name, kind and rank."""
    for rank in (1, 0):
        media(ProcessLog(tmp_path, rank=rank, world=2), 1, item(f"rank {rank}"))
    log = ProcessLog(tmp_path, rank=0, world=2, start=1_767_300_000.0)
    media(log, 1, item(ext="wav"), kind="audio")
    found = only_run(tmp_path).media
    assert [(one.name, one.kind, one.rank) for one in found] == [
        ("x", "audio", 0),
        ("x", "image", 0),
        ("x", "image", 1),
    ]


def test_histograms_come_last(tmp_path: Path) -> None:
    """Those of a watched model would otherwise stand before the pictures."""
    log = ProcessLog(tmp_path)
    log.record("hist", step=0, name="a", bins=[0, 1], counts=[2], nan=0, inf=0)
    media(log, 0, item())
    assert [(facts.name, facts.kind) for facts in only_run(tmp_path).media] == [
        ("x", "image"),
        ("a", "histogram"),
    ]


def test_histograms_are_media_too(tmp_path: Path) -> None:
    """With their numbers as the item."""
    log = ProcessLog(tmp_path)
    log.record("hist", step=1, name="w", bins=[0, 1, 2], counts=[3, 4], nan=0, inf=1)
    facts = only_media(tmp_path)
    assert (facts.kind, facts.entries[0].items[0]["counts"]) == ("histogram", [3, 4])


@pytest.mark.parametrize(
    "wrong",
    [
        {"sha256": "../../etc/passwd"},
        {"sha256": DIGEST.upper()},
        {"ext": "../x"},
        {"ext": ""},
        {"sha256": 7},
        {"masks": {"m": {"sha256": "..", "ext": "png"}}},
        {"vector": {"sha256": DIGEST, "ext": "s/vg"}},
    ],
)
def test_items_that_name_no_safe_file_are_left_out(tmp_path: Path, wrong: dict[str, Any]) -> None:
    """A record can not make the site read or write a path of its choice."""
    log = ProcessLog(tmp_path)
    media(log, 1, item() | wrong, item("good"))
    assert captions(only_media(tmp_path)) == {1: ["good"]}


@pytest.mark.parametrize(
    "fields",
    [
        {"bins": [0, 1], "counts": [1, 2]},
        {"bins": "x", "counts": [1]},
        {"bins": [0, True], "counts": [1]},
        {"bins": [], "counts": []},
    ],
)
def test_histograms_that_make_no_sense_are_left_out(tmp_path: Path, fields: dict[str, Any]) -> None:
    """The run is shown without them."""
    ProcessLog(tmp_path).record("hist", step=1, name="w", nan=0, inf=0, **fields)
    assert only_run(tmp_path).media == ()


def test_files_are_found_where_they_lie_today(tmp_path: Path) -> None:
    """A folder that moved is read from its new place, although its tables come from the cache."""
    root = tmp_path / "logs"
    log = ProcessLog(root)
    media(log, 1, item())
    folder = log.folder / "media"
    folder.mkdir()
    (folder / f"{DIGEST}.png").write_bytes(b"abc")
    assert only_run(root).media_files[f"{DIGEST}.png"] == folder / f"{DIGEST}.png"
    moved = root.rename(tmp_path / "moved")
    assert only_run(moved).media_files[f"{DIGEST}.png"].is_relative_to(moved)
