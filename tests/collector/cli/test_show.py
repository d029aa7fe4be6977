"""`collect show`: one run in full, however it is named."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from tests.collector.cli.commands import Commands, record
from tests.recorded import RecordedRun


@pytest.mark.parametrize("word", ["calm-fox-aaaaaa", "calm", "demo/calm", "a good/one", "FOLDER"])
def test_a_run_is_found_by_id_beginning_name_and_folder(commands: Commands, word: str) -> None:
    """Every way to name a run leads to it."""
    folder = record(commands.root, "calm-fox-aaaaaa", name="a good/one")
    record(commands.root, "sad-elk-bbbbbb")
    found = commands.json("show", str(folder) if word == "FOLDER" else word)
    assert found["id"] == "calm-fox-aaaaaa"


def test_several_or_no_run_are_refused(commands: Commands) -> None:
    """What may be several runs is told with their names; what is none with near ones."""
    record(commands.root, "calm-fox-aaaaaa")
    record(commands.root, "calm-fox-bbbbbb", project="other")
    assert "demo/calm-fox-aaaaaa, other/calm-fox-bbbbbb" in commands.refused("show", "calm")
    assert "Did you mean" in commands.refused("show", "clam-fox-aaaaaa")
    assert "there is no run ''" in commands.refused("show", "")


def test_everything_about_a_run(commands: Commands) -> None:
    """Settings by dotted name, metrics with their extremes, what is not finite counted, the cause."""
    with RecordedRun(commands.root, "demo", "calm-fox-aaaaaa") as run:
        run.record("run", project="demo", name="calm", tags=["x"], notes="a\nb")
        run.record("config", v={"optimizer": {"lr": 0.1}})
        run.record("provenance", section="command", fields={"argv": ["python", "a b.py"], "host": "h"})
        run.record("summary", v={"best": 0.5})
        for step, value in enumerate((3.0, 1.0, math.nan, 2.0)):
            run.log(step, {"loss": value})
        run.end("failed", 3, "out of memory")
    found = commands.json("show", "calm")
    assert found["config"] == {"optimizer.lr": 0.1}
    assert (found["metrics"]["loss"]["min"], found["metrics"]["loss"]["min_step"]) == (1.0, 1)
    assert found["metrics"]["loss"]["nan_count"] == 1
    assert found["summary"] == {"best": 0.5}
    text = commands.text("show", "calm")
    told = ("failed: out of memory, heard of", "optimizer.lr  0.1", "python 'a b.py'", "1 NaN", "a\\nb")
    for words in told:
        assert words in text


def test_damage_is_shown_with_its_file(commands: Commands) -> None:
    """A flipped bit is a problem of the run, and the rest of it is shown."""
    folder = record(commands.root, "calm-fox-aaaaaa")
    (metrics,) = folder.glob("*.metrics.jsonl")
    content = bytearray(metrics.read_bytes())
    content[-30] ^= 1
    metrics.write_bytes(content)
    found = commands.json("show", "calm")
    assert [(one["kind"], one["line"], one["is_loss"]) for one in found["problems"]] == [("corrupt", 7, True)]
    assert "the checksum does not match" in commands.text("show", "calm")


def test_a_name_in_the_middle_of_a_long_log_is_seen(commands: Commands) -> None:
    """`show` reads everything, also what lies far from both ends."""
    with RecordedRun(commands.root, "demo", "calm-fox-aaaaaa") as run:
        run.record("run", project="demo", name="early")
        for number in range(4000):
            run.record("sys", m={"cpu/percent": float(number)})
            if number == 2000:
                run.record("run", name="in the middle")
    assert commands.json("show", "calm-fox-aaaaaa")["name"] == "in the middle"


def test_an_unreadable_place_is_no_traceback(commands: Commands, tmp_path: Path) -> None:
    """A folder without logs is not a run."""
    (tmp_path / "plain").mkdir()
    assert "there is no run" in commands.refused("show", str(tmp_path / "plain"))


def test_what_is_no_number_is_told_in_words(commands: Commands) -> None:
    """A bare nan in a setting could as well be a text."""
    with RecordedRun(commands.root, "demo", "odd") as run:
        run.record("run", project="demo")
        exact = {"lr": "NaN", "cap": "-Infinity"}
        run.record("config", v={"lr": None, "cap": None, "decay": 0.1}, x=exact)
    lines = {
        line.split()[0]: line.split(maxsplit=1)[1]
        for line in commands.text("show", "odd").splitlines()
        if line[:2] == "  "
    }
    assert lines == {"lr": "NaN (not a number)", "cap": "-∞ (infinite)", "decay": "0.1"}
