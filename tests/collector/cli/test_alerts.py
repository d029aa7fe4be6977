"""`collect alerts`: what gave alarm, and what rules would have given."""

from __future__ import annotations

from pathlib import Path

from tests.collector.cli.commands import Commands
from tests.recorded import RecordedRun


def record_spike(root: Path) -> None:
    with RecordedRun(root, "demo", "calm-fox-aaaaaa") as run:
        run.record("alert", title="mine", text="by hand", level="INFO", step=1)
        for step in range(10):
            run.log(step, {"loss": 9.0 if step == 7 else 1.0})
        run.end()


def test_recorded_alerts_are_listed(commands: Commands) -> None:
    """Without rules: those of the script and of the wrapper."""
    record_spike(commands.root)
    assert "INFO   step 1, after" in commands.text("alerts", "calm")
    assert [one["title"] for one in commands.json("alerts", "calm")["alerts"]] == ["mine"]


def test_rules_are_judged_over_the_log(commands: Commands, tmp_path: Path) -> None:
    """With rules: step and values of what they would have given, and which had nothing to judge."""
    record_spike(commands.root)
    file = tmp_path / "rules.yml"
    file.write_text("alerts:\n  - {name: high, when: loss > 5, level: error}\n")
    text = commands.text(
        "alerts", "calm", "--rule", "spike: loss > 3 * min(loss)", "--alerts", str(file), "--rule", "los > 1"
    )
    assert "WARN   step 7, after 8.0 s  spike: loss > 3 * min(loss); loss = 9, min(loss) = 1" in text
    assert "ERROR  step 7, after 8.0 s  high: loss > 5; loss = 9" in text
    assert 'logged no "los". Did you mean "loss"?' in text
    (found,) = commands.json("alerts", "calm", "--rule", "loss > 5")["alerts"]
    assert (found["step"], found["value"], found["rule"], found["seconds"]) == (7, 9.0, "loss > 5", 8.0)


def test_nothing_found_is_said(commands: Commands) -> None:
    """A run without alerts, and rules that would have given none."""
    with RecordedRun(commands.root, "demo", "sad-elk-aaaaaa") as run:
        run.log_all("loss", [1.0])
        run.end()
    assert commands.text("alerts", "sad") == "this run has no alerts\n"
    assert commands.text("alerts", "sad", "--rule", "loss > 5") == "no rule would have given alarm\n"


def test_misuse_is_told(commands: Commands, tmp_path: Path) -> None:
    """A rule that is none, and a file without any."""
    record_spike(commands.root)
    code, _, err = commands.run("alerts", "calm", "--rule", "loss >")
    assert (code, err.splitlines()[1:3]) == (2, ["           loss >", "                 ^"])
    (tmp_path / "rules.yml").write_text("on_alert: x\n")
    assert "has no rules" in commands.refused("alerts", "calm", "--alerts", str(tmp_path / "rules.yml"))
