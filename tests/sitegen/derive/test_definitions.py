"""What `define_metric` said, as pages use it."""

from __future__ import annotations

from pathlib import Path

from sitegen.derive.definitions import definition_of, definitions_over, is_hidden
from sitegen.derive.facts import MetricDefinition
from tests.sitegen.logs import EPOCH, ProcessLog, facts_of, only_run


def test_the_strongest_name_counts(tmp_path: Path) -> None:
    """A name outranks patterns, a longer pattern a shorter one, a later word for one name the earlier."""
    log = ProcessLog(tmp_path / "logs")
    log.record("define", metric="*", hidden=True)
    log.record("define", metric="val/acc", summary=["best", "mean", "odd"], goal="maximize")
    log.record("define", metric="val/*", step_metric="epoch", step_sync=False)
    log.record("define", metric="train/*", hidden=True)
    log.record("define", metric="train/*", hidden=False)
    said = only_run(tmp_path / "logs").definitions
    assert definition_of("val/acc", said) == MetricDefinition(summary=("max", "mean"))
    assert definition_of("val/loss", said) == MetricDefinition(step_metric="epoch", step_sync=False)
    assert is_hidden("epoch", said)
    assert not is_hidden("train/loss", said)
    assert definition_of("anything", {}) is None


def test_the_newest_run_counts(tmp_path: Path) -> None:
    """What only older runs said about other names counts, too."""
    for number, hidden in enumerate((True, False)):
        log = ProcessLog(tmp_path / "logs", f"calm-fox-{number}aaaaa", start=EPOCH + number)
        log.record("define", metric="a*", hidden=hidden)
        log.record("define", metric=f"b{number}", hidden=True)
        log.end()
    [project] = facts_of(tmp_path / "logs").projects
    said = definitions_over(project.runs)
    assert [is_hidden(name, said) for name in ("ab", "b0", "b1", "b2")] == [False, True, True, False]
