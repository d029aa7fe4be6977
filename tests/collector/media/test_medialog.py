"""The thread that encodes: order, limits, the end of a run, forks, and what is told."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import collector
from collector.media import medialog
from collector.media.media import Item, Media, Sink
from collector.media.medialog import Job, MediaLog, Outlet, records_of
from collector.media.store import MediaFolder
from collector.media.text import Text
from collector.training_run import Run
from tests.collector.runs import of_kind, run_folders, run_script


class Slow(Media):
    """Encoded when a test lets it."""

    kind = "text"

    def __init__(self, gate: threading.Event, size_bytes: int = 10) -> None:
        self.gate, self.size_bytes = gate, size_bytes

    def encode(self, sink: Sink) -> Item:
        assert self.gate.wait(20)
        return sink.put(b"slow", "txt")


class Log:
    """A media log with its records and words in lists."""

    def __init__(self, folder: Path, **limits: int) -> None:
        self.records: list[dict[str, Any]] = []
        self.said: list[str] = []
        outlet = Outlet(
            lambda record: self.records.append(record) or True,
            lambda: 0.0,
            lambda: str(folder),
            self.said.append,
        )  # type: ignore[func-returns-value]
        self.media = MediaLog(outlet, **limits)


def test_call_does_not_wait_for_the_encoder(tmp_path: Path) -> None:
    """It returns while the encoder is held, and the end waits for it."""
    log, gate = Log(tmp_path), threading.Event()
    assert log.media.claim(1, "slow", Slow(gate))
    assert log.records == []
    gate.set()
    assert log.media.close() == 0
    assert [record["name"] for record in log.records] == ["slow"]


def test_what_does_not_fit_is_counted_and_told(tmp_path: Path) -> None:
    """Beyond the limit media are given up, one word is said, and a drop record has the number."""
    log, gate = Log(tmp_path, entries=2), threading.Event()
    for step in range(10):
        log.media.claim(step, "x", Slow(gate))
    gate.set()
    dropped = log.media.close()
    kept = [record["step"] for record in log.records if record["k"] == "media"]
    drops = sum(record["count"] for record in log.records if record["k"] == "drop")
    assert len(kept) + dropped == 10
    assert drops == dropped == 10 - len(kept) > 0
    assert kept == sorted(kept)
    assert len(log.said) == 1
    assert "wait to be encoded" in log.said[0]


def test_bytes_that_wait_are_bounded_too(tmp_path: Path) -> None:
    """One large value is taken while nothing waits, the next ones are not."""
    log, gate = Log(tmp_path, size_limit=100), threading.Event()
    for step in range(4):
        log.media.claim(step, "x", Slow(gate, size_bytes=1000))
    gate.set()
    assert log.media.close() in (2, 3)  # the first is in work or still waits


def test_end_does_not_wait_for_ever(tmp_path: Path) -> None:
    """What is not encoded in time is counted and told."""
    log, gate = Log(tmp_path), threading.Event()
    for step in range(3):
        log.media.claim(step, "x", Slow(gate))
    assert log.media.close(0.05) == 3
    gate.set()
    assert "3 media were not encoded" in log.said[0]
    assert {"k": "drop", "count": 3, "why": "media were not encoded in time"} in log.records


def test_encoder_that_fails_costs_only_its_value(tmp_path: Path) -> None:
    """The others of the same call are recorded."""

    class Broken(Text):
        def encode(self, sink: Sink) -> Item:
            raise RuntimeError("no")

    log = Log(tmp_path)
    log.media.claim(1, "x", [Text("a"), Broken("b"), Text("c")])
    log.media.close()
    assert len(log.records[0]["items"]) == 2
    assert log.said == ['"x" could not be recorded (RuntimeError: no)']


def test_thread_ends_with_the_run(start: Callable[..., Run]) -> None:
    """No thread is left behind."""
    run = start()
    run.log({"x": Text("a")})
    run.finish()
    assert not [thread for thread in threading.enumerate() if thread.name == "collector-media"]


def test_thread_ends_when_idle_and_another_begins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that logs a picture a day keeps no thread for it."""
    monkeypatch.setattr(medialog, "IDLE_SECONDS", 0.02)
    log = Log(tmp_path)
    for step in range(3):
        log.media.claim(step, "x", Text(f"t{step}"))
        (thread,) = [one for one in threading.enumerate() if one.name == "collector-media"]
        thread.join(5)
        assert not thread.is_alive()
    log.media.close()
    assert [record["step"] for record in log.records] == [0, 1, 2]


def test_many_items_take_several_records() -> None:
    """No line bursts: the records say which item is their first."""
    job = Job("x", 1, 0.0, [Text("a")], 0)
    items: list[Item] = [{"sha256": "0" * 64, "caption": "c" * 1000} for _ in range(2000)]
    records = records_of(job, items)
    assert [record["first"] for record in records] == [
        0,
        len(records[0]["items"]),
        *[r["first"] for r in records[2:]],
    ]
    assert [item for record in records for item in record["items"]] == items
    assert len(records) == 4


def test_kinds_in_one_list_are_records_of_their_own(tmp_path: Path) -> None:
    """A text and a chart under one name are both kept."""
    log = Log(tmp_path)
    log.media.claim(1, "x", [Text("a"), collector.Altair({"mark": "bar"})])
    log.media.close()
    assert [record["kind"] for record in log.records] == ["text", "vega"]


@pytest.mark.parametrize("value", [1.5, "text", None, [1, 2], ["a"], (), {}, b"x", object()])
def test_plain_values_are_not_claimed(tmp_path: Path, value: Any) -> None:
    """They go the way they always went."""
    assert not Log(tmp_path).media.claim(1, "x", value)


def test_folder_has_whole_files_only(tmp_path: Path) -> None:
    """A file that is half there, from a crash, is written anew; nothing temporary stays."""
    store = MediaFolder(lambda: str(tmp_path))
    item = store.put(b"whole", "txt")
    path = tmp_path / f"{item['sha256']}.txt"
    path.write_bytes(b"wh")
    store.put(b"whole", "txt")
    assert path.read_bytes() == b"whole"
    assert list(tmp_path.iterdir()) == [path]


def test_full_disk_is_told(tmp_path: Path) -> None:
    """A folder that can not be made costs the media, with the reason, and training goes on."""
    blocked = tmp_path / "file"
    blocked.write_text("")
    log = Log(blocked)
    log.media.claim(1, "x", Text("a"))
    log.media.close()
    assert log.records == []
    assert "NotADirectory" in log.said[0] or "FileExists" in log.said[0]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_forked_child_encodes_in_a_thread_of_its_own(root: Path) -> None:
    """Parent and child both log, whatever the parent's thread was doing."""
    done = run_script(
        root,
        """
        run = collector.init(project="demo")
        run.log({"x": collector.Text("parent")})
        if os.fork() == 0:
            run.log({"x": collector.Text("child")})
            run._media.close()
            os._exit(0)
        os.wait()
        """,
    )
    assert done.returncode == 0, done.stderr
    (folder,) = run_folders(root)
    assert sorted(path.read_text() for path in (folder / "media").iterdir()) == ["child", "parent"]
    assert len(of_kind(folder, "media")) == 2


def test_process_that_forgets_to_finish_loses_nothing(root: Path) -> None:
    """The end of the process waits for what is still to be encoded."""
    done = run_script(
        root,
        """
        run = collector.init(project="demo")
        for step in range(50):
            run.log({"x": collector.Text(f"text {step}")})
        """,
    )
    assert done.returncode == 0, done.stderr
    (folder,) = run_folders(root)
    assert len(of_kind(folder, "media")) == 50


def test_scalars_alone_load_nothing_of_media(root: Path) -> None:
    """Whoever logs numbers does not pay for pictures."""
    done = run_script(
        root,
        """
        run = collector.init(project="demo")
        run.log({"loss": 0.5})
        run.log({"loss": True, "text": "x"})
        run.finish()
        print(sorted(name for name in sys.modules if name.startswith("collector.media")))
        """,
    )
    assert done.stdout == "[]\n", done.stderr
