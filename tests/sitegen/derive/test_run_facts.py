"""What a run's records say about it, and how its end is judged."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sitegen.config import Config, MetricOptions, ProjectOptions
from sitegen.derive.definitions import with_goals
from sitegen.derive.points import Curve
from sitegen.derive.site import derive
from sitegen.derive.summaries import summarise
from sitegen.discover import discover
from sitegen.ingest.read import ingest
from tests.sitegen.logs import EPOCH, ProcessLog, only_run


@given(st.lists(st.one_of(st.floats(), st.floats(-5, 5)), min_size=1, max_size=300))
@settings(deadline=None)
def test_summary_is_that_of_all_points(values: list[float]) -> None:
    """Every number of a summary is what a loop over the points finds."""
    steps = [float(3 * row) for row in range(len(values))]
    series = pl.Series("y", values, dtype=pl.Float64)
    summary = summarise(Curve("m", 4, pl.Series(steps), pl.Series(steps), series))
    finite = [(step, value) for step, value in zip(steps, values, strict=True) if math.isfinite(value)]
    bad = [(step, value) for step, value in zip(steps, values, strict=True) if not math.isfinite(value)]
    assert (summary.rank, summary.count) == (4, len(finite))
    assert summary.nan_count + summary.inf_count == len(bad)
    assert summary.nan_count == sum(math.isnan(value) for _, value in bad)
    assert summary.first_bad_step == (bad[0][0] if bad else None)
    assert summary.starts_infinite == (bool(bad) and math.isinf(bad[0][1]))
    assert summary.ends_bad == (not math.isfinite(values[-1]))
    if not finite:
        assert summary.first is summary.last is summary.min is summary.max is summary.mean is None
        return
    assert (summary.first_step, summary.first) == finite[0]
    assert (summary.last_step, summary.last) == finite[-1]
    assert (summary.min_step, summary.min) == min(finite, key=lambda point: (point[1], point[0]))
    assert (summary.max_step, summary.max) == max(finite, key=lambda point: (point[1], -point[0]))
    mean = float(sum(Fraction(value) for _, value in finite) / len(finite))
    assert summary.mean == pytest.approx(mean, rel=1e-9, abs=1e-300 + 1e-12 * abs(summary.max or 0))


def test_records_become_facts(tmp_path: Path) -> None:
    """Names, tags, configuration, summary and provenance are merged, the later word counting."""
    log = ProcessLog(tmp_path / "logs")
    log.record("run", name="first", group="g", tags=["a", "b", "a", 7], notes="n")
    log.record("run", name="second", group=None)
    log.record("config", v={"model": {"width": 64, "depth": 2}, "lr": 0.1, "opt": {}})
    log.record("config", v={"model": {"depth": 3}, "big": None}, x={"big": str(2**70)})
    log.record("summary", v={"best": 0.9})
    log.record("provenance", section="git", fields={"commit": "abc", "dirty": False})
    log.record("provenance", section="git", fields={"dirty": True})
    log.record("hologram", shape="a kind of tomorrow")
    files = Path(log.paths.files())
    files.mkdir()
    (files / "diff.patch").write_text("--- a\n+++ b\n")
    run = only_run(tmp_path / "logs")
    assert (run.name, run.group, run.tags, run.notes) == ("second", None, ("a", "b"), "n")
    assert run.config == {"big": 2**70, "lr": 0.1, "model.depth": 3, "model.width": 64, "opt": {}}
    assert run.user_summary == {"best": 0.9}
    assert run.provenance == {"git": {"commit": "abc", "dirty": True}}
    assert run.patch == "--- a\n+++ b\n"


def test_a_name_is_there_without_any_record(tmp_path: Path) -> None:
    """A run that said nothing is known by its folder."""
    ProcessLog(tmp_path / "logs", "calm-fox-aaaaaa")
    run = only_run(tmp_path / "logs")
    assert (run.name, run.id, run.state, run.duration) == ("calm-fox-aaaaaa", "calm-fox-aaaaaa", "open", 0.0)


def test_system_samples_have_their_own_series(tmp_path: Path) -> None:
    """System metrics run over seconds since the start, and are no metrics of the user."""
    log = ProcessLog(tmp_path / "logs", role="wrapper")
    log.record("sys", 1.0, m={"cpu/percent": 5.0, "gpu0/power_watts": None})
    log.record("sys", 2.0, m={"cpu/percent": 7.0, "gpu0/power_watts": 90})
    run = only_run(tmp_path / "logs")
    found = {one.metric: one.columns for one in run.system}
    assert found["cpu/percent"]["step"].to_list() == [1.0, 3.0]
    assert found["gpu0/power_watts"]["y"].to_list() == [90.0]
    assert run.series == ()
    assert run.summary == {}


def test_times_of_a_run(tmp_path: Path) -> None:
    """It lasts from its first header to its end, or to the newest sign of life."""
    log = ProcessLog(tmp_path / "logs")
    log.log(0, {"a": 1.0}, seconds=30)
    assert only_run(tmp_path / "logs").duration == 30.0
    log.record("beat", 10.0, dropped=3)
    run = only_run(tmp_path / "logs")
    assert (run.started, run.last_heard, run.duration) == (EPOCH, EPOCH + 40, 40.0)
    assert run.dropped == 3
    assert [problem.kind for problem in run.problems] == ["dropped"]
    assert run.problems[0].message == "3 records could not be written and are lost: was the disk full?"
    log.record("drop", 0.0, count=3, why="log() takes a dict of values, not a list")
    [problem] = only_run(tmp_path / "logs").problems
    assert problem.message.endswith("are lost: log() takes a dict of values, not a list")
    log.passed += 5
    log.end("finished", exit=0)
    assert only_run(tmp_path / "logs").duration == 45.0


@pytest.mark.parametrize(
    ("end", "state", "cause"),
    [
        ({"state": "finished", "exit": 0}, "finished", None),
        ({"state": "failed", "exit": 3}, "failed", "exit code 3"),
        ({"state": "failed", "signal": 9}, "failed", "killed by signal 9 (SIGKILL)"),
        ({"state": "failed", "signal": 250}, "failed", "killed by signal 250"),
        ({"state": "stopped"}, "stopped", "interrupted"),
        ({"state": "failed", "exit": 1, "cause": "ValueError: bad"}, "failed", "ValueError: bad"),
        ({"state": "exploded", "exit": 1}, "open", None),
    ],
)
def test_causes_in_words(tmp_path: Path, end: dict[str, object], state: str, cause: str | None) -> None:
    """The recorded words count, else the numbers are put into words; unknown states are no end."""
    ProcessLog(tmp_path / "logs").end(**end)  # type: ignore[arg-type]
    run = only_run(tmp_path / "logs")
    assert (run.state, run.cause) == (state, cause)


def test_the_process_knows_more_of_the_end_that_the_wrapper_saw(tmp_path: Path) -> None:
    """Where both saw the same exit code, the exception is the cause; the wrapper's state and time count."""
    log = ProcessLog(tmp_path / "logs")
    log.end("failed", exit=1, cause="ValueError: bad", traceback="Traceback: ValueError: bad")
    wrapper = ProcessLog(tmp_path / "logs", role="wrapper", start=EPOCH - 1)
    wrapper.end("failed", exit=1, cause="exit code 1", traceback="Traceback of something else")
    run = only_run(tmp_path / "logs")
    assert (run.cause, run.exit_code, run.traceback) == ("ValueError: bad", 1, "Traceback: ValueError: bad")
    assert run.ranks == (0,)


@pytest.mark.parametrize(
    ("own", "seen"),
    [
        ({"state": "failed", "exit": 1, "cause": "ValueError"}, {"exit": 3, "cause": "exit code 3"}),
        ({"state": "failed", "exit": 1, "cause": "ValueError"}, {"signal": 9, "cause": "killed"}),
        ({"state": "failed", "exit": 3, "cause": "exit code 3"}, {"exit": 3, "cause": "told by the wrapper"}),
        ({"state": "finished", "exit": 0}, {"exit": 3, "cause": "exit code 3"}),
        ({"state": "stopped", "exit": 3, "cause": "interrupted"}, {"exit": 3, "cause": "exit code 3"}),
    ],
)
def test_the_wrapper_outranks_the_process(
    tmp_path: Path, own: dict[str, object], seen: dict[str, object]
) -> None:
    """Where they differ about the end, or the process tells nothing, the wrapper's cause stands."""
    ProcessLog(tmp_path / "logs").end(**own)  # type: ignore[arg-type]
    wrapper = ProcessLog(tmp_path / "logs", role="wrapper", start=EPOCH - 1)
    wrapper.end("failed", **seen)  # type: ignore[arg-type]
    run = only_run(tmp_path / "logs")
    assert (run.state, run.cause) == ("failed", seen["cause"])


def test_a_stop_stays_a_stop(tmp_path: Path) -> None:
    """A process that fails when it is asked to stop was stopped, whatever it says."""
    ProcessLog(tmp_path / "logs").end("failed", exit=1, cause="RuntimeError: stopping")
    wrapper = ProcessLog(tmp_path / "logs", role="wrapper", start=EPOCH - 1)
    wrapper.end("stopped", exit=1, cause="stopped by SIGTERM, exit code 1")
    assert only_run(tmp_path / "logs").cause == "stopped by SIGTERM, exit code 1"


def test_the_first_rank_to_fail_is_the_cause(tmp_path: Path) -> None:
    """Others fail because of it; of an earlier attempt nothing is taken."""
    ProcessLog(tmp_path / "logs", start=EPOCH - 50).end("failed", exit=1, cause="OSError: old")
    for rank, passed, cause in ((0, 9.0, "ConnectionError: lost"), (1, 5.0, "ValueError: bad")):
        log = ProcessLog(tmp_path / "logs", rank=rank, attempt=2, start=EPOCH)
        log.passed = passed
        log.end("failed", exit=1, cause=cause, traceback=f"Traceback: {cause}")
    wrapper = ProcessLog(tmp_path / "logs", role="wrapper", attempt=2, start=EPOCH - 1)
    wrapper.passed = 20.0
    wrapper.end("failed", exit=1, cause="exit code 1")
    run = only_run(tmp_path / "logs")
    assert (run.cause, run.traceback) == ("ValueError: bad", "Traceback: ValueError: bad")


def test_ranks_that_were_restarted_below_the_wrapper(tmp_path: Path) -> None:
    """The wrapper's end is also that of an attempt which a launcher began below it; an earlier one is not."""
    earlier = ProcessLog(tmp_path / "logs", role="wrapper", start=EPOCH - 100)
    earlier.end("failed", exit=1, cause="exit code 1")
    wrapper = ProcessLog(tmp_path / "logs", role="wrapper", attempt=2, start=EPOCH)
    ProcessLog(tmp_path / "logs", attempt=2, start=EPOCH + 1).end("failed", exit=1, cause="exit code 1")
    ProcessLog(tmp_path / "logs", attempt=3, start=EPOCH + 60)
    assert only_run(tmp_path / "logs").state == "open"
    wrapper.passed = 90.0
    wrapper.end("failed", exit=137, cause="killed by signal 9")
    run = only_run(tmp_path / "logs")
    assert (run.state, run.cause, run.attempts) == ("failed", "killed by signal 9", 3)


def test_goals_of_scripts_are_below_those_of_the_settings(tmp_path: Path) -> None:
    """define_metric says which direction is better; mkdocs-style.yml outranks it."""
    log = ProcessLog(tmp_path / "logs")
    log.record("define", metric="val/best", goal="minimize")
    log.record("define", metric="val/*", goal="maximize")
    log.record("define", metric="val/[x]*", goal="minimize")
    log.record("define", metric="lr", hidden=True)
    log.log(0, {"val/best": 1.0})
    config = Config(
        runs_dir=(tmp_path / "logs",),
        projects={"demo": ProjectOptions(metrics={"val/f1": MetricOptions("min")})},
    )
    facts = derive(ingest(discover(config), tmp_path / "cache"), config)
    options = with_goals(config, facts).project("demo")
    metrics = ("val/best", "val/acc", "val/f1", "val/[x]y", "val/x", "lr")
    assert [options.metric(metric).goal for metric in metrics] == ["min", "max", "min", "min", "max", None]


def test_a_finished_process_that_was_killed_afterwards(tmp_path: Path) -> None:
    """A wrapper's signal counts although the process said it was done."""
    ProcessLog(tmp_path / "logs").end("finished", exit=0)
    ProcessLog(tmp_path / "logs", role="wrapper", start=EPOCH - 1).end("failed", signal=11)
    run = only_run(tmp_path / "logs")
    assert (run.state, run.signal) == ("failed", 11)


def test_only_the_last_attempt_counts(tmp_path: Path) -> None:
    """A new attempt without an end makes the run open again; the latest end of an attempt wins."""
    first = ProcessLog(tmp_path / "logs")
    first.end("stopped")
    first.record("end", 5.0, state="failed", exit=2, signal=None, cause=None)
    assert only_run(tmp_path / "logs").state == "failed"
    second = ProcessLog(tmp_path / "logs", attempt=2, start=EPOCH + 60)
    assert only_run(tmp_path / "logs").state == "open"
    second.end("finished", exit=0)
    assert only_run(tmp_path / "logs").state == "finished"
