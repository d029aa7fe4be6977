"""`collect ls`: which runs, in which order, and what a hostile folder does to the list."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from collector.catalog import glance
from collector.catalog.glance import look_at
from collector.cli.ls import table_of
from collector.runlog.history import merged_rows
from tests.collector.cli.commands import Commands, record
from tests.recorded import EPOCH, RecordedRun


def ids(commands: Commands, *words: str) -> list[str]:
    return [run["id"] for run in commands.json("ls", *words)]


def test_runs_come_newest_first_with_state_and_latest_values(commands: Commands) -> None:
    """Each run is a row: state, age, id, duration, metrics, tags."""
    record(commands.root, "calm-fox-aaaaaa", tags=["paper"])
    record(commands.root, "sad-elk-bbbbbb", start=EPOCH + 60, state="failed")
    heading, first, second = commands.text("ls", "demo").splitlines()
    assert heading.split() == ["STATE", "HEARD", "RUN", "TOOK", "train/loss", "val/acc", "TAGS"]
    assert first.split()[0] == "failed"
    assert "sad-elk-bbbbbb" in first
    assert second.split()[-3:] == ["0.2", "0.8", "paper"]


def test_json_has_what_the_table_has_not_room_for(commands: Commands) -> None:
    """Names, cause, step and every latest value, times as seconds since 1970."""
    record(commands.root, "sad-elk-bbbbbb", state="failed", name="sad", group="g")
    (run,) = commands.json("ls")
    assert run["cause"] == "exit code 1"
    assert (run["name"], run["group"], run["step"], run["started"]) == ("sad", "g", 4, EPOCH)
    assert run["metrics"] == {"train/loss": 0.2, "val/acc": 0.8}


def test_filters_and_order(commands: Commands) -> None:
    """State, tag and group let runs through; any member or metric orders them, those without it last."""
    record(commands.root, "a-aaaaaa", tags=["x", "y"], group="g")
    record(commands.root, "b-bbbbbb", tags=["x"], state="failed", start=EPOCH + 9)
    with RecordedRun(commands.root, "demo", "c-cccccc", start=EPOCH + 5) as run:
        run.log(0, {"train/loss": -1.0})
    assert ids(commands, "--tag", "x", "--tag", "y") == ["a-aaaaaa"]
    assert ids(commands, "--state", "failed,finished") == ["b-bbbbbb", "a-aaaaaa"]
    assert ids(commands, "--group", "g") == ["a-aaaaaa"]
    assert ids(commands, "--sort", "train/loss") == ["c-cccccc", "a-aaaaaa", "b-bbbbbb"]
    assert ids(commands, "--sort", "-val/acc")[-1] == "c-cccccc"
    assert ids(commands, "--limit", "1") == ["b-bbbbbb"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("nobody",), "There are: demo."),
        (("--sort", "trian/loss"), "Did you mean 'train/loss'?"),
        (("--limit", "0"), "from 1 on"),
        (("--state", "runing"), "Did you mean running?"),
        (("--state", "failed,x"), "stopped"),
        (("--bogus",), "collect ls --help"),
    ],
)
def test_misuse_says_what_to_do(commands: Commands, words: tuple[str, ...], told: str) -> None:
    """An unknown project, key or option exits 2 and names what is near."""
    record(commands.root, "a-aaaaaa")
    assert told in commands.refused("ls", *words)


def test_no_folder_and_no_runs(commands: Commands) -> None:
    """An empty folder has no runs, which is no error; a missing one is told."""
    assert commands.text("ls") == f"no runs in {commands.root}\n"
    assert commands.json("ls") == []
    commands.root = commands.root / "nowhere"
    assert "--dir DIR" in commands.refused("ls")


def test_a_running_run_is_running(commands: Commands) -> None:
    """Without an end the age decides, by the rule of the format."""
    now = time.time()
    for run_id, silent in (("a-aaaaaa", 5), ("b-bbbbbb", 100), ("c-cccccc", 1000)):
        record(commands.root, run_id, start=now - silent - 5, state="")
    states = {run["id"][0]: run["state"] for run in commands.json("ls")}
    assert states == {"a": "running", "b": "stalled", "c": "lost"}


def test_names_can_not_act_on_the_terminal(commands: Commands) -> None:
    """Control characters and marks of direction in names, tags and metrics are written out."""
    name = "\x1b]0;owned\x07\u202eevil\r\n\x9b31m"
    with RecordedRun(commands.root, "demo", "a-aaaaaa") as run:
        run.record("run", project="demo", name=name, tags=[name])
        run.log(0, {name: 1.0})
    printed = commands.text("ls")
    assert not set(printed) & set("\x1b\x07\r\u202e\x9b")
    assert len(printed.splitlines()) == 2
    assert "\\x1b]0;owned\\x07\\u202eevil\\r\\n\\x9b31m" in printed


def test_foreign_and_broken_things_hide_no_run(commands: Commands, tmp_path: Path) -> None:
    """Torn and empty logs, folders of others, dead links and pipes leave the rest listed."""
    record(commands.root, "good-aaaaaa")
    torn = record(commands.root, "torn-bbbbbb")
    for file in torn.iterdir():
        file.write_bytes(file.read_bytes()[:-7])
    (commands.root / "demo" / "empty-cccccc").mkdir()
    (commands.root / "demo" / "empty-cccccc" / "r0-20260101T120000Z-aaaaaa.metrics.jsonl").touch()
    binary = commands.root / "demo" / "noise-dddddd"
    binary.mkdir()
    (binary / "r0-x.records.jsonl").write_bytes(os.urandom(300_000))
    (binary / "dead.metrics.jsonl").symlink_to(tmp_path / "nothing")
    os.mkfifo(binary / "pipe.records.jsonl")
    (commands.root / "demo" / "notes.txt").write_text("mine")
    (commands.root / "__pycache__").mkdir()
    (commands.root / "loop").symlink_to(commands.root)
    states = {run["id"]: run["state"] for run in commands.json("ls")}
    assert states == {
        "good-aaaaaa": "finished",
        "torn-bbbbbb": "lost",
        "empty-cccccc": "lost",
        "noise-dddddd": "lost",
    }


def test_a_long_log_is_read_at_its_ends(commands: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a log of many megabytes only a few kilobytes are read, and they tell name, state and last values."""
    with RecordedRun(commands.root, "demo", "long-aaaaaa") as run:
        run.record("run", project="demo", name="a long one")
        for step in range(20_000):
            run.log(step, {"train/loss": float(step)})
        run.end()
    read = []
    real = os.read
    monkeypatch.setattr(os, "read", lambda fd, count: read.append(count) or real(fd, count))
    (found,) = commands.json("ls")
    assert (found["name"], found["state"], found["step"]) == ("a long one", "finished", 19_999)
    assert found["metrics"] == {"train/loss": 19_999.0}
    assert sum(read) < 300_000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("train/loss < 0", "c"),
        ("cfg.lr == 0.1", "a b"),
        ("cfg.optimizer.name ~ 'ada'", "a b"),
        ('tag("x") and group == "g"', "a"),
        ('state in ["failed"]', "b"),
        ("max(train/loss) >= 1", "a b"),
        ("argmin(train/loss) == 4", "a b"),
        ("rare == 5", "c"),
        ("step > 300", "c"),
        ("not tag('x') and name == 'c-cccccc'", "c"),
        ("user == 'nobody'", ""),
    ],
)
def test_expressions_filter(commands: Commands, text: str, expected: str) -> None:
    """Values, settings, properties, functions of the history; also of a metric that was logged long ago."""
    record(commands.root, "a-aaaaaa", tags=["x", "y"], group="g")
    record(commands.root, "b-bbbbbb", tags=["x"], state="failed", start=EPOCH + 9)
    with RecordedRun(commands.root, "demo", "c-cccccc", start=EPOCH + 5) as run:
        run.log(0, {"train/loss": -1.0, "rare": 5.0})
        for step in range(1, 2000):
            run.log(step, {"train/loss": -1.0})
    assert sorted(run_id[0] for run_id in ids(commands, "--filter", text)) == expected.split()


def test_a_rare_metric_is_found_for_columns_and_order(commands: Commands) -> None:
    """The end of a log does not have it, so all of it is read."""
    with RecordedRun(commands.root, "demo", "c-cccccc") as run:
        run.log(0, {"loss": 1.0, "rare": 5.0})
        for step in range(1, 2000):
            run.log(step, {"loss": -1.0})
    record(commands.root, "a-aaaaaa", start=EPOCH + 5)
    assert "rare" not in commands.text("ls")
    assert "5" in commands.text("ls", "--metrics", "rare").splitlines()[2].split()
    assert ids(commands, "--sort", "rare") == ["c-cccccc", "a-aaaaaa"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("train/los > 1", "train/loss"),
        ("train/loss >", "             ^"),
        ("cfg.learning < 1", "^^^^^^^^^^^^"),
        ("(((", "--filter"),
    ],
)
def test_a_wrong_expression_is_told_with_its_place(commands: Commands, text: str, told: str) -> None:
    """Exit 2, where it is wrong, and what is near."""
    record(commands.root, "a-aaaaaa")
    code, out, error = commands.run("ls", "--filter", text)
    assert (code, out) == (2, "")
    assert told in error
    assert text in error


def test_joined_runs_are_shown_as_one(commands: Commands) -> None:
    """`show` takes the extremes of both; superseded rows of the first do not count."""
    with RecordedRun(commands.root, "demo", "a-aaaaaa") as first:
        for step, value in enumerate((9.0, 8.0, 1.0, 7.0)):
            first.log(step, {"loss": value})
    with RecordedRun(commands.root, "demo", "b-bbbbbb", start=EPOCH + 100) as second:
        for step in range(2, 6):
            second.log(step, {"loss": 6.0 - step})
    commands.text("edit", "a-aaaaaa", "--join", "b-bbbbbb")
    loss = commands.json("show", "a-aaaaaa")["metrics"]["loss"]
    assert (loss["finite"], loss["min"], loss["min_step"], loss["last"]) == (6, 1.0, 5, 1.0)
    assert ids(commands, "--filter", "min(loss) == 1 and count(loss) == 6") == ["a-aaaaaa"]


def test_the_work_for_the_table_grows_with_the_runs_and_no_faster() -> None:
    """Twice the runs, none of them with tags, are about twice the calls."""
    run = {"state": "finished", "heard": 0.0, "id": "a", "project": "p", "name": "a", "seconds": 1.0}
    run |= {"started": 1.0, "metrics": {}, "tags": []}

    def calls_for(count: int) -> int:
        calls = 0

        def note(frame: object, event: str, argument: object) -> None:
            nonlocal calls
            calls += event == "call"

        sys.setprofile(note)
        try:
            table_of([run] * count, ["loss"], 0.0, is_one=True)
        finally:
            sys.setprofile(None)
        return calls

    calls_for(1)
    assert calls_for(400) < 2.2 * calls_for(200)


def test_limit_looks_at_few_runs(commands: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """A short list of the newest runs is that of the whole list, and old runs are not looked at for it."""
    for number in range(30):
        record(commands.root, f"run-{number:02d}", start=EPOCH + number % 7 * 86_400 + number)
    newest = ids(commands)
    commands.text("edit", newest[0], "--hide")
    commands.text("edit", newest[9], "--tag", "kept")
    odd = commands.root / "demo" / newest[29]
    for file in odd.glob("r*.jsonl"):  # a name that does not tell when it began
        file.rename(odd / f"r0-x.{file.name.partition('.')[2]}")
    looked: list[str] = []
    monkeypatch.setattr(glance, "look_at", lambda *given: looked.append(given[0]) or look_at(*given))
    for count in (1, 3, 8, 29, 100):
        looked.clear()
        assert ids(commands, "--limit", str(count)) == newest[1 : count + 1]
        assert count > 8 or len(looked) < 20
    assert ids(commands, "--limit", "2", "--tag", "kept") == [newest[9]]
    assert ids(commands, "--limit", "2", "--sort", "started") == newest[:-3:-1]


def test_limit_with_joined_runs(commands: Commands) -> None:
    """A run that goes on with an older one is no row of its own, however short the list is."""
    for number in range(12):
        record(commands.root, f"run-{number:02d}", start=EPOCH + number * 86_400)
    commands.text("edit", "run-00", "--join", "run-11")
    assert ids(commands, "--limit", "2") == ids(commands)[:2] == ["run-10", "run-09"]


def test_pace_of_few_rows(commands: Commands) -> None:
    """How far rows are apart is known from two rows on, without reading all of them."""
    folder = record(commands.root, "calm-fox-aaaaaa")
    rows = merged_rows(str(folder))
    seconds = (rows[-1].wall - rows[0].wall) / (len(rows) - 1)
    assert look_at(str(folder)).latest.row_seconds == pytest.approx(seconds)
