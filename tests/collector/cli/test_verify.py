"""`collect verify`: damage is found, told apart and placed; what is whole is called whole."""

from __future__ import annotations

import hashlib
import os
import random
from pathlib import Path

import pytest

from collector.artifacts.manifest import Entry, Manifest
from collector.artifacts.store import Store
from collector.runlog.records import segment_header
from collector.runlog.writer import SegmentWriter
from tests.collector.cli.commands import Commands, record
from tests.recorded import RecordedRun

DAMAGED = Path(__file__).resolve().parents[2] / "logs" / "v1" / "damaged"


def findings(commands: Commands, *words: str) -> list[tuple[str, int | None, bool]]:
    """(kind, line, is it a loss) of every finding; the exit code fits them."""
    import json

    code, out, _ = commands.run("verify", "--json", *words)
    found = [one for verdict in json.loads(out) for one in verdict["findings"]]
    assert code == int(any(one["is_loss"] for one in found))
    return [(one["kind"], one["line"], one["is_loss"]) for one in found]


def metrics_of(folder: Path) -> Path:
    return next(folder.glob("*.metrics.jsonl"))


def test_what_cannot_be_looked_into_is_not_whole(commands: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without permission, and a link that leads to itself, which also hides no run beside it."""
    record(commands.root, "a-aaaaaa")
    locked = record(commands.root, "b-bbbbbb")
    (commands.root / "loop").symlink_to("loop")
    scandir = os.scandir

    def refused(place: str) -> object:
        if place == str(locked):
            raise PermissionError(13, "Permission denied", place)
        return scandir(place)

    monkeypatch.setattr(os, "scandir", refused)
    code, out, _ = commands.run("verify")
    assert code == 1
    assert f"{locked}: unreadable: Permission denied\n" in out
    assert f"{commands.root / 'loop'}: unreadable: " in out
    assert "2 things wrong" in out
    code, out, err = commands.run("ls")
    assert code == 0
    assert "a-aaaaaa" in out
    assert f"{locked} cannot be read: Permission denied" in err


def test_whole_logs_are_whole(commands: Commands) -> None:
    """Nothing wrong: exit 0 and a count of what was read."""
    record(commands.root, "a-aaaaaa")
    assert commands.text("verify") == "1 place, 11 lines read; --data compares contents too: all whole\n"


def test_a_wrapper_without_metrics_is_whole(commands: Commands) -> None:
    """A file of records stands alone where nothing was measured."""
    folder = record(commands.root, "a-aaaaaa")
    header = segment_header("demo", "a-aaaaaa", "wrapper")
    SegmentWriter(str(folder / "w0-20260101T000000Z-aaaaaa.records.jsonl"), header).close()
    assert findings(commands) == []


def test_a_torn_tail_is_no_loss(commands: Commands) -> None:
    """As after a kill: told, and the exit code is 0."""
    metrics = metrics_of(record(commands.root, "a-aaaaaa"))
    metrics.write_bytes(metrics.read_bytes()[:-9])
    assert findings(commands) == [("torn", 7, False)]
    assert f"{metrics}:7: note: torn: the file ends" in commands.text("verify")


def test_every_flipped_bit_is_found(commands: Commands) -> None:
    """Of 300 single-bit flips at random places none passes, whatever line it is in."""
    metrics = metrics_of(record(commands.root, "a-aaaaaa"))
    whole, chance = metrics.read_bytes(), random.Random(1)
    for _ in range(300):
        place = chance.randrange(len(whole) - 1)
        content = bytearray(whole)
        content[place] ^= 1 << chance.randrange(8)
        metrics.write_bytes(content)
        assert findings(commands), f"a flip at byte {place}"


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("bit-flip", ("corrupt", True)),
        ("foreign-line", ("foreign", True)),
        ("lost-keys-line", ("missing keys", True)),
        ("no-header", ("missing header", True)),
        ("nul-run", ("corrupt", True)),
        ("short-write", ("torn", False)),
        ("torn-tail", ("torn", False)),
    ],
)
def test_kinds_of_damage_are_told_apart(commands: Commands, file: str, expected: tuple[str, bool]) -> None:
    """The kept examples of damage are each called what they are."""
    folder = commands.root / "demo" / "calm-fox-aaaaaa"
    folder.mkdir(parents=True)
    name = "r0-20260101T120000Z-aaaaaa.metrics.jsonl"
    (folder / name).write_bytes((DAMAGED / f"{file}.metrics.jsonl").read_bytes())
    found = findings(commands)
    assert expected in [(kind, is_loss) for kind, _, is_loss in found]


def test_a_file_that_lost_its_end_at_a_line_is_found(commands: Commands) -> None:
    """The heartbeat knows how long the metrics were: a cut between two lines is no whole file."""
    with RecordedRun(commands.root, "demo", "a-aaaaaa") as run:
        run.log_all("loss", (1.0, 2.0, 3.0))
        run.record("beat", step=3, bytes=metrics_of(run.folder).stat().st_size)
    metrics = metrics_of(run.folder)
    metrics.write_bytes(b"".join(metrics.read_bytes().splitlines(keepends=True)[:-1]))
    assert findings(commands) == [("short", None, True)]


def test_a_wrapper_has_no_metrics_to_lose(commands: Commands) -> None:
    """Its heartbeats tell of 0 bytes."""
    with RecordedRun(commands.root, "demo", "a-aaaaaa") as run:
        run.record("beat", step=0, bytes=0)
    metrics_of(run.folder).unlink()
    assert findings(commands) == []


def test_what_was_given_up_is_a_loss(commands: Commands) -> None:
    """Records that the disk refused are counted, and verify says that they are missing."""
    with RecordedRun(commands.root, "demo", "a-aaaaaa") as run:
        run.record("drop", count=3, why="ENOSPC")
        run.record("beat", step=0, dropped=5)
    assert findings(commands) == [("dropped", None, True)]


def test_a_part_that_was_copied_twice_is_found(commands: Commands) -> None:
    """Lines that are intact and in the wrong place: times go back by more than threads can make them."""
    with RecordedRun(commands.root, "demo", "a-aaaaaa") as run:
        for step in range(100):
            run.log(step, {"loss": 1.0})
    metrics = metrics_of(run.folder)
    metrics.write_bytes(metrics.read_bytes() + b"".join(metrics.read_bytes().splitlines(keepends=True)[2:4]))
    assert findings(commands) == [("out of order", 103, True), ("out of order", 104, True)]


def test_media_and_files_are_compared_with_their_digests(commands: Commands) -> None:
    """A missing file always shows, a changed one of the same size with --data."""
    content = b"picture"
    digest = hashlib.sha256(content).hexdigest()
    with RecordedRun(commands.root, "demo", "a-aaaaaa") as run:
        item = {"sha256": digest, "ext": "png", "bytes": len(content)}
        run.record("media", step=0, name="x", kind="image", first=0, items=[item])
        run.record("file", name="notes.txt", bytes=len(content), sha256=digest)
    for place in ("media", "files"):
        (run.folder / place).mkdir()
    (run.folder / "media" / f"{digest}.png").write_bytes(content)
    assert findings(commands) == [("damaged file", None, True)]
    (run.folder / "files" / "notes.txt").write_bytes(b"pictures"[1:])
    assert findings(commands) == []
    assert findings(commands, "--data") == [("damaged file", None, True)]
    (run.folder / "files" / "notes.txt").write_bytes(content)
    assert findings(commands, "--data") == []


def test_artifacts_are_compared_with_their_digests(commands: Commands, tmp_path: Path) -> None:
    """Every flipped bit of an object and a changed manifest are found."""
    record(commands.root, "a-aaaaaa")
    store = Store(str(commands.root / "demo" / "artifacts"))
    (tmp_path / "model.bin").write_bytes(os.urandom(50))
    entry: Entry = store.put(str(tmp_path / "model.bin"))
    store.commit(Manifest("model", "model", {"model.bin": entry}), ["best"])
    assert findings(commands, "--data") == []
    path = Path(store.object_path(entry))
    content = bytearray(path.read_bytes())
    content[20] ^= 4
    path.chmod(0o644)
    path.write_bytes(content)
    assert findings(commands) == []
    assert findings(commands, "--data") == [("damaged object", None, True)]
    path.unlink()
    assert findings(commands) == [("damaged object", None, True)]
    manifest = next((commands.root / "demo" / "artifacts" / "names").rglob("v0.json"))
    manifest.write_text(manifest.read_text().replace('"bytes": 50', '"bytes": 51'))
    assert findings(commands) == [("damaged manifest", None, True)]


def test_names_in_records_lead_nowhere(commands: Commands, tmp_path: Path) -> None:
    """A record that names a file outside of the run's folder is not followed."""
    (tmp_path / "secret").write_text("x")
    with RecordedRun(commands.root, "demo", "a-aaaaaa") as run:
        run.record("file", name="../../../../secret", bytes=1, sha256="0" * 64)
    assert findings(commands, "--data") == []


def test_only_the_runs_that_were_named_are_read(commands: Commands) -> None:
    """Other damage does not matter then."""
    record(commands.root, "a-aaaaaa")
    damaged = metrics_of(record(commands.root, "b-bbbbbb"))
    damaged.write_bytes(damaged.read_bytes().replace(b'"step":1', b'"step":7'))
    assert findings(commands, "a-aaaaaa") == []
    assert findings(commands, "b-bbbbbb") == [("corrupt", 4, True)]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_among_the_logs_stops_nothing(commands: Commands) -> None:
    """It is told, and not waited for."""
    folder = record(commands.root, "a-aaaaaa")
    os.mkfifo(folder / "w9-pipe.records.jsonl")
    code, out, _ = commands.run("verify")
    assert code == 1
    assert "it is no regular file" in out
