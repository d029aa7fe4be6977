"""`import collector as wandb`: the names that scripts use work, and the others do no harm."""

from __future__ import annotations

import argparse
import copy
import inspect
import pickle
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import collector
import collector as wandb
from collector import nothing
from collector.environment import WANDB_VARIABLES, read_settings
from collector.nothing import Nothing
from collector.runlog.errors import CollectorError
from collector.runlog.history import merged_rows
from collector.training_run import Run
from tests.collector.runs import PRELUDE, clean_environment, of_kind, run_folders

Start = Callable[..., Run]


@pytest.fixture(autouse=True)
def _untold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nothing, "_told", set())


@pytest.mark.parametrize("variable", sorted(WANDB_VARIABLES.items()), ids=lambda pair: pair[1])
def test_wandb_variables(variable: tuple[str, str]) -> None:
    """wandb's variable counts where ours is not set, and only there."""
    ours, theirs = variable
    if ours == "ARTIFACT_DIR":
        return  # read where artifacts are downloaded
    assert read_settings({theirs: "true"}) == read_settings({f"COLLECT_{ours}": "true"})._replace(
        mode_variable="WANDB_MODE" if ours == "MODE" else None
    )
    assert read_settings({theirs: "true", f"COLLECT_{ours}": "7"}) == read_settings({f"COLLECT_{ours}": "7"})


def test_disabled_by_wandb_is_told(
    start: Start, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], root: Path
) -> None:
    """WANDB_DISABLED counts, but that nothing is recorded must not come as a surprise."""
    monkeypatch.setenv("WANDB_DISABLED", "true")
    run = start()
    run.log({"a": 1})
    run.save("nothing.txt")
    run.watch(object())
    run.alert("x")
    run.finish()
    assert run.disabled
    assert "COLLECT_MODE=online" in capsys.readouterr().err
    assert not root.exists()


def test_settings_object(start: Start) -> None:
    """Settings fill in what no argument says."""
    settings = wandb.Settings(
        run_name="by settings", run_group="g", mode="offline", x_label="rank_3", unknown=1
    )
    run = start(group="by argument", settings=settings)
    assert (run.name, run.group, run.offline, run.rank) == ("by settings", "by argument", True, 3)
    assert (run.settings.run_id, run.settings.mode, run.settings.nonsense) == (run.id, "offline", None)
    run.finish()
    assert start(settings={"run_tags": ["a"]}).tags == ("a",)


def test_attributes_scripts_ask_for(start: Start, root: Path) -> None:
    """What tools print about a run is there, and is text where they expect text."""
    run = start(entity="team", project="demo")
    assert wandb.run
    assert run.path == f"team/demo/{run.id}"
    assert run.url == run.get_url() == Path(run.dir).as_uri()
    assert run.project_url == (root / "demo").as_uri()
    assert (run.entity, run.project_name(), run.status, run.sweep_id) == ("team", "demo", "running", None)
    assert run.start_time > 1.7e9
    run.finish()
    assert run.status == "finished"


@dataclass
class Options:
    """As scripts have them."""

    lr: float = 0.1
    layers: int = 3


def test_config_of_every_kind(start: Start, tmp_path: Path) -> None:
    """Namespaces, dataclasses, YAML files, wandb's way of writing them; keys can be chosen."""
    assert start(config=argparse.Namespace(lr=0.1)).config == {"lr": 0.1}
    start(reinit="finish_previous", config=Options()).finish()
    file = tmp_path / "config.yaml"
    file.write_text("lr: {desc: learning rate, value: 1e-3}\nlayers: 3\n")
    assert start(config=str(file)).config == {"lr": 0.001, "layers": 3}
    chosen = start(reinit="finish_previous", config={"a": 1, "b": 2, "c": 3}, config_exclude_keys=["b"])
    assert chosen.config == {"a": 1, "c": 3}
    included = start(reinit="finish_previous", config={"a": 1, "b": 2}, config_include_keys=("b",))
    assert included.config == {"b": 2}


def test_changed_config_is_told(start: Start) -> None:
    """A changed value is recorded and told of once; strict runs refuse it, unless it is allowed."""
    run = start(config={"lr": 0.1, "api_key": "sk-1"})
    run.config.lr = 0.2
    run.config.lr = 0.3
    run.config["lr"] = 0.3
    run.config.update({"api_key": "sk-2"}, allow_val_change=True)
    run.config.setdefaults({"lr": 9, "new": 1})
    assert run.config["lr"] == 0.3
    assert run.config.new == 1
    run.finish()
    assert len(of_kind(Path(run.dir), "note")) == 1
    strict = start(config={"lr": 0.1}, strict=True)
    with pytest.raises(wandb.errors.ConfigError, match="'lr'"):
        strict.config.lr = 0.2
    strict.config.update(lr=0.4, allow_val_change=True)


def test_summary_by_attribute(start: Start) -> None:
    """`summary.best = 1` is a value of the summary and not of Python's object."""
    run = start()
    run.log({"acc": 0.5})
    run.summary.best = 0.9
    assert (run.summary["best"], run.summary.acc, dict(wandb.summary)) == (
        0.9,
        0.5,
        {"acc": 0.5, "best": 0.9},
    )
    assert not hasattr(run.summary, "nothing")


def test_defined_summaries(start: Start) -> None:
    """define_metric chooses what the summary of a metric is; an exact name outranks a pattern."""
    run = start()
    run.define_metric("val/*", summary="min,max")
    run.define_metric("val/acc", summary="best", goal="maximize")
    run.define_metric("quiet", summary="none")
    for value in (1.0, 3.0, 2.0):
        run.log({"val/loss": value, "val/acc": value, "quiet": value, "plain": value})
    assert dict(run.summary) == {"val/loss": {"min": 1.0, "max": 3.0}, "val/acc": {"max": 3.0}, "plain": 2.0}


def test_step_metric_is_filled_in(start: Start) -> None:
    """A row that lacks the step metric of one of its metrics gets its latest value, 0 at first."""
    run = start()
    run.define_metric("*", step_metric="global_step")
    run.define_metric("val/*", step_metric="epoch", step_sync=False)
    run.log({"loss": 9.0})
    run.log({"global_step": 100, "loss": 8.0})
    run.log({"nested": {"loss": 7.0}})
    run.log({"val/acc": 0.1})
    run.finish()
    rows = [row.values for row in merged_rows(run.dir)]
    assert rows == [
        {"loss": 9.0, "global_step": 0},
        {"global_step": 100, "loss": 8.0},
        {"nested.loss": 7.0, "global_step": 100},
        {"val/acc": 0.1},
    ]


def test_alert(start: Start) -> None:
    """An alert is a record; the same title again has to wait."""
    run = start()
    run.log({"a": 1}, sync=True)
    run.alert("Loss is NaN", "at step 3", level=wandb.AlertLevel.ERROR, wait_duration=100)
    wandb.alert("Loss is NaN", "again")
    wandb.alert("Other", level="warn", wait_duration=0)
    wandb.alert("Other", level="nonsense")
    run.finish()
    shown = [(r["title"], r["text"], r["level"]) for r in of_kind(Path(run.dir), "alert")]
    assert shown == [("Loss is NaN", "at step 3", "ERROR"), ("Other", "", "WARN"), ("Other", "", "INFO")]


def test_unknown_names_do_no_harm(start: Start, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever else wandb has can be called, looped over, entered; it is told once."""
    run = start()
    api = wandb.Api(timeout=3)
    assert not api
    assert list(api.runs("team/project")) == []
    with run.profiler.section("x") as section:
        section.value = 3
    assert section["value"] is section
    assert len(wandb.beta) == 0

    @wandb.trace
    def double(x: int) -> int:
        return 2 * x

    assert double(2) == 4
    run.log({"loss": 1.0, "molecule": wandb.Molecule("x")})
    run.finish()
    assert run.summary["loss"] == 1.0
    told = [r["text"] for r in of_kind(Path(run.dir), "note") if "no meaning" in r["text"]]
    assert [text.split()[0] for text in told] == [
        "collector.Api",
        "Run.profiler",
        "collector.beta",
        "collector.trace",
        "collector.Molecule",
    ]
    assert capsys.readouterr().err == ""


def test_tools_get_honest_answers(start: Start) -> None:
    """Private and special names raise AttributeError; submodules can be imported."""
    run = start()
    for owner in (collector, run, Nothing("x")):
        assert not hasattr(owner, "__wrapped__")
        assert not hasattr(owner, "_ipython_canary_method_should_not_exist_")
    from collector import provenance

    assert inspect.ismodule(provenance)
    assert inspect.unwrap(run.log) == run.log
    assert pickle.loads(pickle.dumps(run)) is run
    assert copy.copy(Nothing("x")).anything() is not None
    assert "not part of collector" in repr(wandb.Nonsense)


def test_strict_run_names_unknown_attributes(start: Start) -> None:
    """Whoever asks for exceptions gets them for names that do not exist, too."""
    run = start(strict=True)
    with pytest.raises(AttributeError, match="Run has no attribute 'lgo'"):
        run.lgo({"a": 1})
    with pytest.raises(AttributeError, match="collector has no attribute 'lgo'"):
        collector.lgo({"a": 1})


def test_functions_of_the_module_need_a_run() -> None:
    """Before init they say so, as wandb's do."""
    for name in ("alert", "save", "watch", "log_artifact", "use_artifact", "log_code"):
        with pytest.raises(wandb.Error, match=f"collector.{name} needs a run"):
            getattr(wandb, name)("x")


def test_harmless_functions(capsys: pytest.CaptureFixture[str]) -> None:
    """login and its like are accepted, and print at most one line."""
    assert wandb.login(key="x")
    assert wandb.login()
    wandb.require("service")
    wandb.setup()
    wandb.ensure_configured()
    wandb.teardown()
    assert capsys.readouterr().err.count("\n") == 1
    wandb.termwarn("careful", repeat=False)
    wandb.termwarn("careful", repeat=False)
    wandb.termlog("hello")
    wandb.termerror("bad")
    assert capsys.readouterr().err.splitlines() == [
        "collector: warning: careful",
        "collector: hello",
        "collector: error: bad",
    ]


def test_saved_files(start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are copied now, changed ones again at the end, and what leads out of the run is refused."""
    monkeypatch.chdir(tmp_path)
    for name in ("live.txt", "now.txt", "deep/a.txt", "deep/b.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("before")
    run = start()
    assert run.save("live.txt") == [str(Path(run.dir) / "files/live.txt")]
    run.save("now.txt", policy="now")
    run.save("deep/*.txt")
    run.save(str(tmp_path / "deep/a.txt"))
    run.save("late.txt", policy="end")
    for name in ("live.txt", "now.txt"):
        (tmp_path / name).write_text("after")
    assert run.save("none.txt") == []
    assert run.save("deep/a.txt", base_path="/nowhere") == []
    run.finish()
    kept = {
        str(path.relative_to(Path(run.dir) / "files")): path.read_text()
        for path in (Path(run.dir) / "files").rglob("*")
        if path.is_file()
    }
    assert kept == {
        "live.txt": "after",
        "now.txt": "before",
        "deep/a.txt": "before",
        "deep/b.txt": "before",
        "a.txt": "before",
    }
    assert [r["name"] for r in of_kind(Path(run.dir), "file")].count("live.txt") == 2


def test_restore(start: Start, tmp_path: Path) -> None:
    """A kept file comes back from this run or another one; names that lead elsewhere do not."""
    (tmp_path / "model.txt").write_text("weights")
    first = start(project="a")
    first.save(str(tmp_path / "model.txt"))
    first.finish()
    run = start(project="b")
    target = tmp_path / "out"
    found = run.restore("model.txt", run_path=f"team/a/{first.id}", root=str(target))
    assert found is not None
    with found:
        assert found.read() == "weights"
    assert run.restore("nope.txt", root=str(target)) is None
    assert run.restore("../../secret", root=str(target)) is None
    assert run.restore("model.txt", run_path="../../../etc", root=str(tmp_path / "x")) is None


def test_script_written_for_wandb(root: Path, tmp_path: Path) -> None:
    """A script of the usual kind runs unchanged but for its import, and prints nothing of ours."""
    script = """
import collector as wandb
wandb.login()
wandb.require("core")
assert wandb.run is None
with wandb.init(project="demo", entity="team", config={"lr": 0.1}, job_type="train", monitor_gym=True,
                sync_tensorboard=False, anonymous="allow", save_code=False) as run:
    wandb.define_metric("epoch", hidden=True)
    wandb.define_metric("val/*", step_metric="epoch", summary="max")
    wandb.config.update({"lr": 0.2}, allow_val_change=True)
    for epoch in range(3):
        for batch in range(5):
            wandb.log({"loss": 1 / (batch + 1)}, commit=False)
            wandb.log({"lr": wandb.config["lr"]})
        wandb.log({"val/acc": epoch / 10, "epoch": epoch})
    artifact = wandb.Artifact("model", type="model", metadata=dict(wandb.config))
    with artifact.new_file("weights.txt") as file:
        file.write("1 2 3")
    run.log_artifact(artifact, aliases=["best"])
    run.log_code(".")
    wandb.summary["done"] = True
    wandb.mark_preempting()
assert wandb.run is None
"""
    done = subprocess.run(
        [sys.executable, "-c", PRELUDE + script],
        env=clean_environment(root),
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (0, "", 1)  # login's one line
    folder = next(folder for folder in run_folders(root) if folder.name != "artifacts")
    rows = merged_rows(str(folder))
    assert len(rows) == 18
    assert rows[-1].values == {"val/acc": 0.2, "epoch": 2}


def test_every_public_name_says_what_it_does() -> None:
    """Each function and class of the module has a docstring of one sentence or more."""
    for name in set(collector.__all__) - {"run", "config", "summary", "__version__", "plot"}:
        found: Any = getattr(collector, name)
        assert found.__doc__, name
    assert issubclass(collector.CollectorError, Exception)
    assert collector.CollectorError is CollectorError


def test_strict_run_ends_although_a_file_can_not_be_kept(start: Start, tmp_path: Path) -> None:
    """What goes wrong with a file at the end does not keep the end itself from being recorded."""
    (tmp_path / "late.txt").write_text("x")
    run = start(strict=True)
    run.save(str(tmp_path / "late.txt"), policy="end")
    (Path(run.dir) / "files").write_text("in the way")
    run.finish()
    assert [record["state"] for record in of_kind(Path(run.dir), "end")] == ["finished"]
    assert "FileExistsError" in of_kind(Path(run.dir), "note")[-1]["text"]
