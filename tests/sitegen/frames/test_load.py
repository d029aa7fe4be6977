"""Frames say what the logs say, in columns that are promised."""

from __future__ import annotations

import math
import os
import re
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

import sitegen
from sitegen.cli.main import main
from sitegen.errors import MisuseError
from sitegen.frames import schemas
from sitegen.frames.load import Frames
from tests.recorded import EPOCH, RecordedRun
from tests.sitegen.logs import ProcessLog

ROOT = Path(__file__).parents[3]


@pytest.fixture
def frames(tmp_path: Path) -> Frames:
    """Two finished runs, a failed one of another project."""
    for seed, lr in enumerate((0.1, 1)):
        with RecordedRun(tmp_path / "logs", "demo", f"run-{seed}-aaaaaa", start=EPOCH + seed) as run:
            run.record("run", project="demo", name=f"seed {seed}", group="g", tags=["a", "b"])
            run.record(
                "config", v={"lr": lr, "model": {"width": 64}, "odd": [1, {"a": 2}] if seed else "text"}
            )
            for step in range(5):
                run.log(step, {"train/loss": math.nan if step == 4 else 1 / (step + 1 + seed)})
            run.record("summary", v={"best": 0.25})
            run.record("sys", m={"cpu/percent": 50.0})
            run.record("artifact", name="net", type="model", version="v0", digest="ab" * 32, files=2, bytes=9,
                       aliases=["best", "latest"])  # fmt: skip
            run.end()
    with RecordedRun(tmp_path / "logs", "other", "bad-elk-bbbbbb", start=EPOCH + 9) as run:
        run.log(0, {"train/loss": 7.0})
        run.end("failed", 1, "exit code 1")
    return sitegen.load(tmp_path / "logs")  # type: ignore[no-any-return]


def test_runs(frames: Frames) -> None:
    """One typed row per run, the newest first, with its settings and what came out."""
    runs = frames.runs
    assert runs["run"].to_list() == ["bad-elk-bbbbbb", "run-1-aaaaaa", "run-0-aaaaaa"]
    assert dict(runs.schema) | schemas.RUNS == dict(runs.schema)
    last = runs.row(by_predicate=pl.col("run") == "run-0-aaaaaa", named=True)
    assert (last["name"], last["state"], last["tags"], last["exit_code"]) == (
        "seed 0",
        "finished",
        ["a", "b"],
        0,
    )
    assert last["started"] == datetime.fromtimestamp(EPOCH, UTC)
    assert runs["config.lr"].to_list() == [None, 1.0, 0.1]
    assert runs.schema["config.model.width"] == pl.Int64
    assert runs["config.odd"].to_list() == [None, '[1, {"a": 2}]', '"text"']
    assert runs["summary.train/loss"].to_list() == [7.0, 0.2, 0.25]
    assert runs["summary.best"].to_list() == [None, 0.25, 0.25]


def test_history_has_every_point(frames: Frames) -> None:
    """To the bit, NaN included, with step and time."""
    history = frames.history
    assert dict(history.schema) == schemas.HISTORY
    own = history.filter(pl.col("run") == "run-1-aaaaaa")
    assert own["value"].to_list()[:4] == [1 / (step + 2) for step in range(4)]
    assert math.isnan(own["value"][4])
    assert own["step"].to_list() == [0, 1, 2, 3, 4]
    assert own["time"].to_list() == [1, 2, 3, 4, 5]
    assert set(own["project"]) == {"demo"}
    [run] = [one for one in frames.facts if one.id == "run-1-aaaaaa"]
    assert frames.points_of(run).equals(own, null_equal=True)


def test_the_other_frames(frames: Frames) -> None:
    """Samples of machines, artifacts with their aliases, media; trials wait for sweeps."""
    assert frames.system.select("metric", "value").unique().rows() == [("cpu/percent", 50.0)]
    artifacts = frames.artifacts
    assert dict(artifacts.schema) == schemas.ARTIFACTS
    assert artifacts.select("relation", "name", "version", "aliases").row(0) == (
        "logged", "net", "v0", ["best", "latest"],
    )  # fmt: skip
    assert dict(frames.media.schema) == schemas.MEDIA
    assert dict(frames.trials.schema) == schemas.TRIALS
    assert len(frames.trials) == 0


def test_resumed_runs_have_each_step_once(tmp_path: Path) -> None:
    """What a later attempt replaced is not in the history, as it is in no chart."""
    first = ProcessLog(tmp_path)
    for step in range(4):
        first.log(step, {"loss": 1.0})
    second = ProcessLog(tmp_path, attempt=2, start=EPOCH + 100)
    second.log(2, {"loss": 2.0})
    assert sitegen.load(tmp_path).history.select("step", "value").rows() == [(0, 1), (1, 1), (2, 2)]


def test_patterns_choose_projects_and_runs(frames: Frames, tmp_path: Path) -> None:
    """As in `include`."""
    assert len(sitegen.load(tmp_path / "logs", project="demo").runs) == 2
    assert sitegen.load(tmp_path / "logs", run="bad-*").runs["project"].to_list() == ["other"]
    assert len(sitegen.load(tmp_path / "logs", project="nothing").history) == 0


def test_runs_with_one_id_are_told_apart_as_in_the_site(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two folders hold runs of a project that are called alike: an export says what they are called now."""
    for number, machine in enumerate(("a", "b")):
        with RecordedRun(tmp_path / "logs", machine, "r1", start=EPOCH + number) as run:
            run.record("run", project="demo", name=f"of {machine}")
            run.log(0, {"loss": float(number)})
            run.end()
    found = sitegen.load(tmp_path / "logs")
    assert dict(found.runs.select("run", "name").rows()) == {"r1": "of a", "r1-2": "of b"}
    assert dict(found.history.select("run", "value").rows()) == {"r1": 0.0, "r1-2": 1.0}
    assert found.points_of(found.facts[0])["run"].to_list() == ["r1-2"]
    assert main(["export", str(tmp_path / "logs"), "-o", str(tmp_path / "out")]) == 0
    assert 'the one in "b" is shown as "r1-2"' in capsys.readouterr().err


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    """An error names it."""
    with pytest.raises(MisuseError, match="absent"):
        sitegen.load(tmp_path / "absent")


def test_a_cache_gives_the_same(frames: Frames, tmp_path: Path) -> None:
    """And nothing is written without one."""
    before = sorted(tmp_path.rglob("*"))
    assert frames.history.equals(sitegen.load(tmp_path / "logs").history, null_equal=True)
    assert sorted(tmp_path.rglob("*")) == before
    kept = [sitegen.load(tmp_path / "logs", cache_dir=str(tmp_path / "c")).history for _ in range(2)]
    assert all(frames.history.equals(one, null_equal=True) for one in kept)


@pytest.mark.parametrize("name", ["history", "system", "media", "artifacts"])
def test_frames_are_joined_by_run(frames: Frames, name: str) -> None:
    """Which Polars refuses for columns of unequal types."""
    frame = getattr(frames, name)
    joined = frame.join(frames.runs.select("project", "run", "group"), on=["project", "run"])
    assert len(joined) == len(frame)


def test_the_questions_of_the_guide_can_be_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The example of docs/how-to/query-all-runs.md, run as it stands."""
    for seed in range(2):
        with RecordedRun(tmp_path / "runlogs", "demo", f"run-{seed}-aaaaaa", start=EPOCH + seed) as run:
            run.record("run", project="demo", name=f"seed {seed}", group="g")
            run.record("config", v={"lr": 0.1})
            run.log(0, {"val/acc": 0.5 + seed / 4})
            run.end()
    monkeypatch.chdir(tmp_path)
    text = (ROOT / "docs/how-to/query-all-runs.md").read_text(encoding="utf-8")
    asked: dict[str, pl.DataFrame] = {}
    exec(re.findall(r"```python\n(.*?)```", text, re.DOTALL)[0], asked)
    assert asked["best"]["name"].to_list() == ["seed 1", "seed 0"]
    assert asked["mean"].rows() == [("g", 0.0, 0.625, 2)]


@pytest.mark.parametrize("name", ["RUNS", "HISTORY", "MEDIA", "ARTIFACTS", "TRIALS"])
def test_every_column_is_documented(name: str) -> None:
    """The columns are a promise, so docs/reference/python.md tells of each."""
    text = (ROOT / "docs/reference/python.md").read_text(encoding="utf-8")
    section = text[text.index("## sitegen") :]
    assert [column for column in getattr(schemas, name) if f"`{column}`" not in section] == []


def test_chart_draws_each_run_in_its_colour(frames: Frames) -> None:
    """A layered Altair chart of every point of short curves, with gaps where values are not finite."""
    from sitegen.charts.colors import run_color

    made = sitegen.chart(frames, "train/loss", runs=["seed 0", "run-1-aaaaaa"]).to_dict()
    assert made["$schema"]
    [rows] = made["datasets"].values()
    assert {row["run"] for row in rows} == {"seed 0", "seed 1"}
    assert [row["y"] for row in rows if row["run"] == "seed 0"] == [1.0, 0.5, 1 / 3, 0.25, None]
    for layer in made["layer"]:
        assert layer["encoding"]["color"]["legend"]["symbolOpacity"] == 1, "else names are as pale as bands"
    scale = made["layer"][1]["encoding"]["color"]["scale"]
    assert dict(zip(scale["domain"], scale["range"], strict=True)) == {
        "seed 0": run_color("run-0-aaaaaa"), "seed 1": run_color("run-1-aaaaaa"),
    }  # fmt: skip


def test_chart_of_long_curves_keeps_extremes(tmp_path: Path) -> None:
    """At most 320 rows for a run of thousands of points, and the spike is among them."""
    with RecordedRun(tmp_path, "demo", "run-0-aaaaaa") as run:
        for step in range(5000):
            run.log(step, {"loss": 50.0 if step == 3333 else 1.0})
    made = sitegen.chart(sitegen.load(tmp_path), "loss", x="time", log_y=True).to_dict()
    [rows] = made["datasets"].values()
    assert len(rows) <= 320
    assert max(row["high"] for row in rows) == 50.0


def test_chart_of_a_metric_that_nobody_logged(frames: Frames) -> None:
    """The error knows what was meant."""
    with pytest.raises(MisuseError, match='Did you mean "train/loss"'):
        sitegen.chart(frames, "train/los")


def test_a_folder_that_is_not_unicode(tmp_path: Path) -> None:
    """The history of such a run is read as that of any other."""
    with RecordedRun(tmp_path / "logs", "demo", "one-fox-aaaaaa") as run:
        run.log(0, {"loss": 1.0})
    folder = tmp_path / "logs" / "demo" / "one-fox-aaaaaa"
    try:
        folder.rename(folder.with_name(os.fsdecode(b"fox-\xff\xfe")))
    except OSError:
        pytest.skip("this file system takes Unicode names only")
    assert sitegen.load(tmp_path / "logs").history["value"].to_list() == [1.0]
