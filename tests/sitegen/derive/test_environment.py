"""Expressions over the facts of a run: the same answers as over its log."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from collector.expressions import evaluate, is_true, parse
from sitegen.derive.environment import RunEnvironment, known_names, open_state
from sitegen.derive.facts import RunFacts
from tests.recorded import EPOCH, RecordedRun
from tests.sitegen.logs import only_run

NOW = EPOCH + 86400.0


@pytest.fixture
def run(tmp_path: Path) -> RunFacts:
    """Nine rows, a NaN among them, a sample of the machine, an alert, and no end."""
    with RecordedRun(tmp_path, "demo", "calm-fox-aaaaaa") as made:
        made.record("run", project="demo", name="calm", tags=["paper"], group="g")
        made.record("config", v={"lr": 0.1, "layers": [64, 128], "optimizer": {"name": "adam"}})
        made.record("summary", v={"best": 0.95})
        made.record("provenance", section="command", fields={"user": "ada", "host": "box"})
        for step in range(9):
            made.log(step, {"loss": math.nan if step == 3 else 9.0 - step, "val/acc": 0.1 * step})
        made.record("sys", m={"gpu0/power_watts": 250.0})
        made.record("alert", title="x", text="", level="WARN", step=8)
    return only_run(tmp_path)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("loss", 1.0),
        ("min(loss)", 1.0),
        ("max(loss)", 9.0),
        ("first(loss)", 9.0),
        ("mean(loss)", 4.875),
        ("argmin(loss)", 8.0),
        ("argmax(val/acc)", 8.0),
        ("count(loss)", 9.0),
        ("count_nan(loss)", 1.0),
        ("at(val/acc, argmax(loss))", 0.0),
        ("rolling(loss, 3)", 2.0),
        ("diff(loss)", -1.0),
        ("since(loss)", 86400.0 - 9.0),
        ("cfg.lr", 0.1),
        ("lr", 0.1),
        ("128 in cfg.layers", True),
        ('optimizer.name == "adam"', True),
        ("best", 0.95),
        ("summary.best", 0.95),
        ("summary.loss", 1.0),
        ("system.gpu0/power_watts", 250.0),
        ("max(system.gpu0/power_watts) > 200", True),
        ("nothing", None),
        ("min(nothing)", None),
        ('name == "calm" and id == "calm-fox-aaaaaa" and project == "demo" and group == "g"', True),
        ('tag("paper") and not tag("x")', True),
        ('user == "ada" and host == "box"', True),
        ("attempt", 1.0),
        ("alerts", 1.0),
        ("age", 86400.0),
        ("created == date('2026-01-01T12:00')", True),
        ("step", 8.0),
        ("time", 9.0),
        ('state == "lost"', True),
        ("stalled(10m)", True),
        ("notes == null", True),
    ],
)
def test_an_expression_over_facts(run: RunFacts, text: str, value: Any) -> None:
    """Metrics, settings, summary, machine and the run's own words."""
    found = evaluate(parse(text, known_names([run])).node, RunEnvironment(run, NOW))
    assert found == (pytest.approx(value) if isinstance(value, float) else value)


def test_a_metric_that_ended_in_nan(tmp_path: Path) -> None:
    """The last value is what was logged last, not the last finite one."""
    with RecordedRun(tmp_path, "demo", "hot-owl-bbbbbb") as made:
        made.log_all("loss", [1.0, math.nan])
        made.end()
    run = only_run(tmp_path)
    assert is_true(parse("isnan(loss) and min(loss) == 1 and not loss < 2").node, RunEnvironment(run, NOW))
    assert evaluate(parse("silence").node, RunEnvironment(run, NOW)) == pytest.approx(0.0)


def test_long_curves_give_only_what_is_exact(tmp_path: Path) -> None:
    """From buckets come extremes and counts; a moving average would be a guess, and is missing."""
    with RecordedRun(tmp_path, "demo", "long-cat-cccccc") as made:
        for step in range(6000):
            made.log(step, {"loss": 1.0 + (step == 2345) * 8.0}, seconds=0.01)
        made.end()
    run = only_run(tmp_path)
    assert any(series.width > 1 for series in run.series)
    environment = RunEnvironment(run, NOW)
    assert is_true(parse("max(loss) == 9 and argmax(loss) == 2345 and count(loss) == 6000").node, environment)
    assert evaluate(parse("rolling(loss, 3)").node, environment) is None


@pytest.mark.parametrize(("silent", "word"), [(10, "running"), (61, "stalled"), (301, "lost")])
def test_the_state_of_an_open_run(run: RunFacts, silent: float, word: str) -> None:
    """The same words as in the page."""
    assert open_state(run, run.last_heard + silent) == word
