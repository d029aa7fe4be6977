"""What a training script can do with a run."""

from __future__ import annotations

import argparse
import dataclasses
import math
import os
import pickle
import re
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import collector
from collector import current
from collector.runlog.errors import CollectorError
from collector.runlog.history import merged_rows
from collector.runlog.lines import LINE_LIMIT
from collector.training_run import Run
from tests.collector.runs import of_kind, read_run

Start = Callable[..., Run]


def rows(run: Run) -> dict[float, dict[str, Any]]:
    """The merged history: values by step."""
    return {row.step: row.values for row in merged_rows(run.dir)}


def test_steps_count_up(start: Start) -> None:
    """Without a step every call is the next row."""
    run = start()
    for i in range(3):
        collector.log({"a": i})
    assert rows(run) == {0: {"a": 0}, 1: {"a": 1}, 2: {"a": 2}}
    assert run.step == 3


def test_uncommitted_row_goes_on_with_the_next_call(start: Start) -> None:
    """`commit=False` stays at the step, yet is in the file at once."""
    run = start()
    run.log({"a": 1}, commit=False)
    assert rows(run) == {0: {"a": 1}}
    run.log({"b": 2})
    run.log({"a": 3})
    assert rows(run) == {0: {"a": 1, "b": 2}, 1: {"a": 3}}


def test_given_step_stays_open(start: Start) -> None:
    """A step that was given takes the next call without one; `commit=True` closes it."""
    run = start()
    run.log({"x": 1}, step=1000)
    run.log({"y": 2}, step=1000)
    run.log({"z": 3}, commit=False)
    run.log({"w": 4})
    run.log({"x": 5}, step=2000, commit=True)
    run.log({"x": 6})
    assert rows(run) == {1000: {"x": 1, "y": 2, "z": 3, "w": 4}, 2000: {"x": 5}, 2001: {"x": 6}}


def test_step_may_go_back_and_repeat(start: Start) -> None:
    """Nothing is dropped: every call is a line, and the later value of a key wins when rows are merged."""
    run = start()
    for step, value in [(5, 1.0), (3, 2.0), (5, 3.0)]:
        run.log({"a": value}, step=step)
    run.log({"b": 0.5}, step=0.25)
    assert rows(run) == {5: {"a": 3.0}, 3: {"a": 2.0}, 0.25: {"b": 0.5}}
    assert len(of_kind(Path(run.dir), "log")) == 4
    assert run.step == 5


@pytest.mark.parametrize("step", [math.nan, "x", None, 2**60, object()])
def test_step_that_is_none(start: Start, step: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """A row with an unusable step is kept at the current one."""
    run = start()
    run.log({"a": 1}, step=step)
    assert rows(run)[0] == {"a": 1}


def test_configuration(start: Start) -> None:
    """Dicts, Namespaces, dataclasses and attributes set it; every change is recorded, secrets are not."""

    @dataclasses.dataclass
    class Options:
        depth: int = 3

    run = start(config={"lr": 0.1, "model": {"dim": 8}})
    run.config.update(argparse.Namespace(seed=1))
    run.config.update(Options(), batch=32)
    run.config.lr = math.inf
    run.config["api_key"] = "hunter2"
    collector.config.update({"lr": 0.2}, allow_val_change=True)
    assert (run.config.lr, run.config["model"]["dim"], run.config.get("none", 5)) == (0.2, 8, 5)
    assert "seed" in run.config
    assert run.config.api_key == "hunter2"
    config: dict[str, Any] = {}
    for record in of_kind(Path(run.dir), "config"):
        config |= record["v"]
    expected = {"lr": 0.2, "model": {"dim": 8}, "seed": 1, "depth": 3, "batch": 32}
    assert re.fullmatch(r"\[redacted:key-name:[0-9a-f]{4}\]", config.pop("api_key"))
    assert config == expected
    with pytest.raises(AttributeError):
        _ = run.config.absent


def test_configuration_that_is_none_costs_one_line(start: Start, capsys: pytest.CaptureFixture[str]) -> None:
    """After init a wrong argument is told, once, and training goes on."""
    run = start()
    run.config.update(5)
    run.config.update(6)
    assert capsys.readouterr().err.count("\n") == 1
    assert len(of_kind(Path(run.dir), "note")) == 2


def test_giant_configuration_is_split(start: Start) -> None:
    """A configuration longer than a line takes several records and is whole when merged."""
    big = {f"key{i}": "x" * 50_000 for i in range(60)}
    run = start(config=big)
    merged: dict[str, Any] = {}
    for record in of_kind(Path(run.dir), "config"):
        merged |= record["v"]
    assert merged == big
    lines = b"".join(path.read_bytes() for path in Path(run.dir).glob("*.jsonl")).split(b"\n")
    assert max(map(len, lines)) < LINE_LIMIT


def test_summary_is_computed_from_the_log(start: Start) -> None:
    """First, last, min, max and mean with their steps, for every metric, NaN and infinities left out."""
    run = start()
    for value in (4.0, math.nan, 1.0, math.inf, 3.0):
        run.log({"loss": value})
    run.log({"text": "hello", "flag": True})
    loss = run.summary.of("loss")
    assert (loss.first, loss.last, loss.min, loss.max, loss.mean) == (4.0, 3.0, 1.0, 4.0, 8 / 3)
    assert (loss.first_step, loss.last_step, loss.min_step, loss.max_step) == (0, 4, 2, 0)
    assert (loss.finite, loss.nan_count, loss.inf_count) == (3, 1, 1)
    assert dict(run.summary) == {"loss": 3.0, "flag": 1.0, "text": "hello"}
    run.log({"loss": 0.5})
    assert run.summary["loss"] == 0.5
    assert run.summary.of("never").min is None


def test_summary_follows_merging(start: Start) -> None:
    """A value that was replaced at its step does not count, also when steps went back."""
    run = start()
    for step, value in [(0, 9.0), (0, 1.0), (1, 2.0), (2, 50.0), (1, 3.0), (2, 4.0)]:
        run.log({"a": value}, step=step)
    found = run.summary.of("a")
    assert (found.finite, found.min, found.max, found.mean, found.last) == (3, 1.0, 4.0, 8 / 3, 4.0)


def test_summary_set_by_hand_outranks(start: Start) -> None:
    """What the script sets is a record, and is what the summary says."""
    run = start()
    run.log({"acc": 0.5})
    run.summary["acc"] = 0.9
    collector.summary.update({"best": math.inf})
    assert (run.summary["acc"], run.summary["best"]) == (0.9, math.inf)
    records = of_kind(Path(run.dir), "summary")
    assert [(record["v"], record.get("x")) for record in records] == [
        ({"acc": 0.9}, None),
        ({"best": None}, {"best": "Infinity"}),
    ]


def test_names(start: Start) -> None:
    """A run has a readable name unless one is given, and can be renamed."""
    run = start(name="Grüße an alle", group="g", job_type="train", tags=["a", "b"], notes="n")
    assert run.id.startswith("grusse-an-alle-") or run.id.startswith("gru-e-an-alle-")
    assert (run.name, run.group, run.job_type, run.tags, run.notes) == (
        "Grüße an alle", "g", "train", ("a", "b"), "n",
    )  # fmt: skip
    run.name = "other"
    run.tags = [*run.tags, "c"]
    merged: dict[str, Any] = {}
    for record in of_kind(Path(run.dir), "run"):
        merged |= record
    assert (merged["project"], merged["name"], merged["tags"]) == ("demo", "other", ["a", "b", "c"])
    run.finish()
    assert len(start().name.split("-")) == 2


def test_define_metric(start: Start) -> None:
    """Declarations are recorded for the site."""
    run = start()
    step = run.define_metric("epoch")
    assert (step.name, step.step_metric) == ("epoch", None)
    collector.define_metric("val/*", step_metric="epoch", summary="min,last", goal="min")
    run.define_metric("debug", hidden=True)
    assert [
        {key: value for key, value in record.items() if key not in ("k", "t")}
        for record in of_kind(Path(run.dir), "define")
    ] == [
        {"metric": "epoch"},
        {
            "metric": "val/*",
            "step_metric": "epoch",
            "step_sync": True,
            "summary": ["min", "last"],
            "goal": "minimize",
        },
        {"metric": "debug", "hidden": True},
    ]


def test_second_init_goes_on_with_the_run(start: Start, capsys: pytest.CaptureFixture[str]) -> None:
    """As in wandb's scripts the run under way is given back, with one line; `reinit` chooses otherwise."""
    first = start()
    assert start(config={"more": 1}) is first
    assert first.config.more == 1
    assert "init() was called again" in capsys.readouterr().err
    assert start(reinit="return_previous") is first
    second = start(reinit="create_new")
    assert second is not first
    assert collector.run is second
    third = start(reinit=True)
    assert collector.run is third
    assert of_kind(Path(second.dir), "end")[0]["state"] == "finished"
    assert of_kind(Path(first.dir), "end") == []


def test_before_init_there_is_a_hint() -> None:
    """Without a run, calls say what to do; `finish` and `run` are harmless."""
    assert current.run is None
    assert collector.run is None
    collector.finish()
    for call in (
        lambda: collector.log({"a": 1}),
        lambda: collector.config.lr,
        lambda: collector.summary["a"],
    ):
        with pytest.raises(CollectorError, match=r"collector.init\(\)"):
            call()


def test_after_finish_nothing_is_recorded_and_nothing_raises(
    start: Start, capsys: pytest.CaptureFixture[str]
) -> None:
    """A late call costs one line on stderr."""
    run = start()
    run.log({"a": 1})
    run.finish()
    size = sum(path.stat().st_size for path in Path(run.dir).glob("*.jsonl"))
    for _ in range(3):
        run.log({"a": 2})
        run.config.x = 1
    run.finish()
    assert size == sum(path.stat().st_size for path in Path(run.dir).glob("*.jsonl"))
    assert capsys.readouterr().err.count("\n") == 1
    assert collector.run is None


def test_losses_are_told(start: Start, capsys: pytest.CaptureFixture[str]) -> None:
    """A row that could not be used is counted in the log with the reason, and said on stderr."""
    run = start()
    run.log(5)  # type: ignore[arg-type]
    run.finish()
    [drop] = of_kind(Path(run.dir), "drop")
    assert drop["count"] == 1
    assert "log() takes a dict of values, not a int" in drop["why"]
    first, last = capsys.readouterr().err.splitlines()
    assert first.endswith("log() takes a dict of values, not a int; training goes on")
    assert "1 record is missing in" in last
    assert run.dropped == 1


def test_disk_that_stays_full_is_told_once(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """One note per kind of trouble, however often writing is tried again."""
    run = start()
    for why in ("ENOSPC: no space", "ENOSPC: no space", "EIO: input/output error", "EIO: input/output error"):
        run._files._trouble(why)
    assert [note["text"].split(":")[1].strip() for note in of_kind(Path(run.dir), "note")] == [
        "ENOSPC",
        "EIO",
    ]


def test_deletion_is_noticed_at_the_end(start: Start, capsys: pytest.CaptureFixture[str]) -> None:
    """A run too short for the next look at its files says at least that they are gone, and how it ended."""
    run = start()
    run.log({"a": 1})
    shutil.rmtree(run.dir)
    run.finish()
    assert "deleted" in capsys.readouterr().err
    assert of_kind(Path(run.dir), "end")[0]["state"] == "finished"


def test_notes_hold_no_secrets(start: Start) -> None:
    """What looks like a key is taken out of notes, as it is out of the configuration."""
    key = "ghp_" + "a1B2" * 9
    run = start(notes=f"made with {key}")
    run.notes = f"and again with {key}"
    assert run.notes.endswith(key)
    first, second = of_kind(Path(run.dir), "run")
    assert key not in first["notes"] + second["notes"]
    assert second["notes"].startswith("and again with ")


def test_names_that_are_no_utf8(start: Start, root: Path) -> None:
    """Names from the environment or a folder may hold any bytes; they are written readably."""
    run = start(project="d\udcff", group="g\udcfe", id="i\udcff")
    run.log({"a": 1})
    run.finish()
    [named] = of_kind(Path(run.dir), "run")
    assert (named["project"], named["group"]) == ("d\\udcff", "g\\udcfe")


def test_disabled_run_leaves_no_trace(start: Start, root: Path) -> None:
    """With mode="disabled" everything works and nothing is written."""
    run = start(mode="disabled", strict=True)
    run.log({"a": 1})
    run.config.x = 2
    run.finish()
    assert not root.exists()
    assert run.disabled


def test_unwritable_folder_costs_one_line(
    start: Start, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder that can not be made is named on stderr with the reason, and training goes on."""
    root.write_text("a file where the folder should be")
    run = start()
    for i in range(100):
        run.log({"a": i})
    run.config.lr = 1
    run.summary["a"] = 1
    run.finish()
    err = capsys.readouterr().err
    assert err.splitlines()[0].startswith(f"collector: run {run.id}: can not write to {root}")
    assert "Not a directory" in err or "File exists" in err
    assert len(err.splitlines()) <= 2
    assert run.dropped >= 100


def test_strict_run_raises(start: Start, root: Path) -> None:
    """Who asks for it gets exceptions: for the folder, for a row."""
    root.write_text("a file where the folder should be")
    with pytest.raises(OSError, match=str(root)):
        start(strict=True)
    root.unlink()
    current.set_run(None)
    run = start(strict=True)
    run.log({"a": 1})
    with pytest.raises(CollectorError):
        run.log(5)  # type: ignore[arg-type]


def test_deleted_folder_is_made_again(start: Start, capsys: pytest.CaptureFixture[str]) -> None:
    """When somebody deletes the folder of a running training, its later records are in a new one."""
    run = start(config={"lr": 1})
    run.log({"a": 1, "b": 2})
    for path in Path(run.dir).glob("*.jsonl"):
        path.unlink()
    Path(run.dir).rmdir()
    run._files.check_displaced()
    run.log({"a": 3})
    records, bad = read_run(Path(run.dir))
    kinds = [record["k"] for record in records]
    assert bad == []
    assert kinds.count("head") == 2
    assert {"keys", "log", "run", "config"} <= set(kinds)
    assert merged_rows(run.dir)[0].values == {"a": 3}
    assert "deleted" in capsys.readouterr().err


def test_threads_get_steps_of_their_own(start: Start) -> None:
    """Sixteen threads that log without steps never share one, so that no value replaces another."""
    run = start()

    def work() -> None:
        for _ in range(500):
            run.log({"a": 1.0})

    threads = [threading.Thread(target=work) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(rows(run)) == list(range(8000))


@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
def test_forked_children_write_files_of_their_own(start: Start, root: Path) -> None:
    """A child that logs has its own segment, one that does not leaves no trace, and none ends the run."""
    run = start()
    run.log({"a": 0.0})
    for child in range(6):
        pid = os.fork()
        if pid == 0:
            try:
                if child % 2:
                    run.log({f"child{child}": 1.0}, step=child)
                run.finish()
            finally:
                os._exit(0)
        assert os.waitpid(pid, 0)[1] == 0
    run.log({"a": 1.0})
    records, bad = read_run(Path(run.dir))
    assert bad == []
    heads = [record for record in records if record["k"] == "head"]
    assert len(heads) == 2 + 3 * 2
    assert sum(record.get("forked") == os.getpid() for record in heads) == 6
    assert of_kind(Path(run.dir), "end") == []
    assert rows(run)[1] == {"child1": 1.0, "a": 1.0}


def test_pickled_run_is_the_run(start: Start) -> None:
    """In the same process a pickled run comes back as itself."""
    run = start()
    assert pickle.loads(pickle.dumps(run)) is run


def test_resumed_run_goes_on_after_its_last_step(start: Start) -> None:
    """A known id begins the next attempt; with `resume` the steps go on, without they begin anew."""
    first = start(id="long-run")
    for i in range(5):
        first.log({"a": i})
    first.finish()
    second = start(id="long-run", resume="must")
    assert (second.attempt, second.resumed, second.step) == (2, True, 5)
    second.log({"a": 50})
    second.finish()
    third = start(id="long-run")
    assert (third.attempt, third.resumed, third.step) == (3, False, 0)
    third.log({"a": 7}, step=3)
    assert rows(third) == {0: {"a": 0}, 1: {"a": 1}, 2: {"a": 2}, 3: {"a": 7}}
    third.finish()
    with pytest.raises(CollectorError, match="exists already"):
        start(id="long-run", resume="never")
    with pytest.raises(CollectorError, match="no run"):
        start(id="unknown", resume="must")


def test_unknown_arguments_are_noted(start: Start) -> None:
    """A script written for another tracker keeps working; what was ignored is on the run's page."""
    run = start(force=True, telemetry="no", sub_group=3)
    assert "sub_group, telemetry; ignored" in of_kind(Path(run.dir), "note")[0]["text"]
    with pytest.raises(CollectorError, match="mode='onlin'"):
        start(mode="onlin", reinit="create_new")
