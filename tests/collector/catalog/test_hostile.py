"""Whatever stands in a log, looking at it, reading it and judging it ends; what is good in it is found."""

from __future__ import annotations

import json
import time
from pathlib import Path

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collector.catalog.asked import KINDS as ASKED
from collector.catalog.asked import AskedRun, known_of, parse_for
from collector.catalog.damage import findings_of
from collector.catalog.detail import detail_of
from collector.catalog.ends import read_ends
from collector.catalog.follow import Follower
from collector.catalog.glance import look_at
from collector.catalog.liveness import liveness_of
from collector.expressions import is_true
from collector.runlog.edits import Overlay, words_of
from collector.runlog.lines import seal
from collector.runlog.records import KINDS
from tests.recorded import RecordedRun

SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**63), 2**63), st.floats(allow_nan=False), st.text(max_size=8)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
MEMBERS = sorted({field.name for kind in KINDS for field in kind.fields} | {"k", "t"})


@st.composite
def foreign_lines(draw: st.DrawFn) -> bytes:
    """A sealed line of a known kind whose members hold anything."""
    kind = draw(st.sampled_from([kind.name for kind in KINDS]))
    members = draw(st.dictionaries(st.sampled_from(MEMBERS), VALUES, max_size=6))
    body = {"k": kind, "t": draw(SCALARS)} | {name: value for name, value in members.items() if name != "k"}
    try:
        return seal(orjson.dumps(body))
    except (TypeError, ValueError):
        return seal(json.dumps(body).encode())


def look_everywhere(folder: Path) -> None:
    """Everything that reads a run."""
    look = look_at(str(folder), ASKED)
    detail_of(str(folder))
    findings_of(str(folder))
    Follower(str(folder)).refresh()
    liveness_of(look, time.time(), "test-host", lambda pid: None)
    run = AskedRun(look, time.time())
    known_of([run], whole=True)
    is_true(parse_for("age > 0 and (min(loss) < 1 or state == 'x')", [run]), run)
    for edit in look.overlay.edits:
        words_of(edit)


@given(
    lines=st.lists(foreign_lines(), min_size=1, max_size=6),
    place=st.sampled_from(["metrics", "records", "edits"]),
)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_sealed_nonsense_is_survived(tmp_path: Path, lines: list[bytes], place: str) -> None:
    """A checksum promises whole bytes and no sense."""
    folder = tmp_path / "runlogs" / "demo" / "a-aaaaaa"
    if not folder.exists():
        with RecordedRun(tmp_path / "runlogs", "demo", "a-aaaaaa") as run:
            run.record("run", project="demo", name="good")
            run.log_all("loss", (1.0, 2.0, 0.5))
            run.end()
    nonsense = folder / f"r0-20260101T130000Z-bbbbbb.{place}.jsonl"
    nonsense.write_bytes(b"".join(lines))
    try:
        look_everywhere(folder)
    finally:
        nonsense.unlink()


@pytest.mark.parametrize("suffix", ["metrics", "records"])
def test_every_cut_is_survived(tmp_path: Path, suffix: str) -> None:
    """A file may end at any byte; the lines before that are found."""
    with RecordedRun(tmp_path, "demo", "a-aaaaaa") as run:
        run.record("run", project="demo", name="good", tags=["x"])
        run.log_all("loss", (1.0, 2.0))
        run.end()
    file = next(run.folder.glob(f"*.{suffix}.jsonl"))
    whole = file.read_bytes()
    for size in range(len(whole)):
        file.write_bytes(whole[:size])
        look = look_at(str(run.folder))
        rows = whole[:size].count(b'\n{"k":"log"') - (
            not whole[:size].endswith(b"\n") and b'"log"' in whole[:size].split(b"\n")[-1]
        )
        if suffix == "metrics":
            assert (look.latest.step is not None) == (rows > 0)
            assert look.ending.state == "finished"
        findings_of(str(run.folder))


def test_a_header_counts_as_far_as_it_makes_sense(tmp_path: Path) -> None:
    """A writer of somebody else's may leave members out, or have them wrong."""
    folder = tmp_path / "demo" / "a-aaaaaa"
    folder.mkdir(parents=True)
    head = {"k": "head", "t": 0, "started": 1000.0, "rank": "x", "attempt": 3, "project": "p"}
    (folder / "r0-x.records.jsonl").write_bytes(seal(orjson.dumps(head)))
    (process,) = look_at(str(folder)).processes
    assert (process.started, process.rank, process.attempt, process.project) == (1000.0, 0, 3, "p")


def test_a_name_that_is_a_number_is_no_name(tmp_path: Path) -> None:
    """Members of the wrong type count as absent, and the run is listed under its id."""
    with RecordedRun(tmp_path, "demo", "a-aaaaaa") as run:
        run.record("run", project=3, name=["x"], tags={"a": 1}, group=7, notes={})
    look = look_at(str(run.folder))
    assert (look.name, look.project, look.tags) == ("a-aaaaaa", "demo", [])


def test_the_middle_of_a_file_is_left_out(tmp_path: Path) -> None:
    """Both ends are whole lines, and nothing is read twice."""
    path = tmp_path / "x"
    lines = [b"%06d" % number for number in range(1000)]
    path.write_bytes(b"\n".join(lines) + b"\ntorn")
    ends = read_ends(str(path), 100, 100)
    assert ends.head == lines[:14]
    assert ends.tail == lines[-13:]
    assert not ends.is_whole
    assert read_ends(str(path)).lines == lines


def test_an_empty_overlay_is_none(tmp_path: Path) -> None:
    """A run without corrections costs nothing."""
    assert not Overlay([])
    assert Overlay([]).config({"a": 1}) == {"a": 1}
