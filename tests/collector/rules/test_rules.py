"""Rules as they are written: on the command line, in a file, and over runs of the past."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

from collector.rules.replay import replay
from collector.rules.rule import parse_rule
from collector.rules.rulefile import read_rule_file
from collector.runlog.errors import CollectorError, MisuseError
from tests.recorded import RecordedRun


@pytest.mark.parametrize(
    ("text", "name", "expression"),
    [
        ("isnan(loss)", "isnan(loss)", "isnan(loss)"),
        ("diverged: loss > 3", "diverged", "loss > 3"),
        (" went bad :  loss > 3 ", "went bad", "loss > 3"),
        ("`a: b` > 3", "`a: b` > 3", "`a: b` > 3"),
        ('tag("a: b")', 'tag("a: b")', 'tag("a: b")'),
        ("a:b > 3", "a:b > 3", "a:b > 3"),
    ],
)
def test_a_rule_may_have_a_name(text: str, name: str, expression: str) -> None:
    """A name stands before a colon and a space; without one the expression is the name."""
    rule = parse_rule(text)
    assert (rule.name, rule.text) == (name, expression)


def test_a_rule_that_is_none_is_refused_in_place() -> None:
    """The error has the expression with a mark under the mistake."""
    with pytest.raises(MisuseError) as caught:
        parse_rule("bad: loss >> 3")
    assert caught.value.picture == ("  loss >> 3", "        ^")


def test_a_file_of_rules(tmp_path: Path) -> None:
    """Rules in three forms, levels and waiting times, and who is to be told."""
    file = tmp_path / "rules.yml"
    file.write_text(
        "alerts:\n  - isnan(loss)\n  - diverged: loss > 3\n"
        "  - {name: quiet, when: stalled(10m), level: error, wait: 1h}\n  - {when: a > 1, wait: 5}\n"
        "on_alert: notify\nwebhook: https://hooks.example/abc\n"
    )
    found = read_rule_file(str(file))
    assert [(rule.name, rule.text, rule.level, rule.wait_seconds) for rule in found.rules] == [
        ("isnan(loss)", "isnan(loss)", "WARN", 600.0),
        ("diverged", "loss > 3", "WARN", 600.0),
        ("quiet", "stalled(10m)", "ERROR", 3600.0),
        ("a > 1", "a > 1", "WARN", 5.0),
    ]
    assert (found.on_alert, found.webhook) == ("notify", "https://hooks.example/abc")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "has no keys"),
        ("- isnan(loss)", "has no keys"),
        ("alert: []", "rules.yml:1: there is no key 'alert'"),
        ("alerts: isnan(loss)", "rules.yml:1: alerts is no list"),
        ("alerts:\n  - loss >", "rules.yml:2: alert rule: Expected"),
        ("alerts:\n  - a: 1\n    b: 2", "rules.yml:2: this is no rule"),
        ("alerts:\n  - 3", "rules.yml:2: this is no rule"),
        ("alerts:\n  - when: a\n    lvl: x", "rules.yml:3: there is no key 'lvl'"),
        ("alerts:\n  - when: a\n    level: loud", "level 'LOUD' is not known"),
        ("alerts:\n  - when: a\n    wait: soon", "wait 'soon' is no length of time"),
        ("alerts:\n  - when: a\n    wait: -5", "wait -5 is no length of time"),
        ("alerts:\n  - when: a\n    wait: true", "wait True is no length of time"),
        ("on_alert: [a]", "on_alert is no text"),
        ("webhook: file:///etc/passwd", "begins with http"),
    ],
)
def test_a_file_that_cannot_be_meant(tmp_path: Path, text: str, words: str) -> None:
    """Every mistake is told with its line."""
    file = tmp_path / "rules.yml"
    file.write_text(text)
    with pytest.raises(CollectorError, match=re.escape(words)):
        read_rule_file(str(file))


def test_rules_over_a_run_of_the_past(tmp_path: Path) -> None:
    """Steps and times are those of the log; a gap is a stall; what was never logged is told."""
    with RecordedRun(tmp_path, "demo", "calm-fox-aaaaaa") as run:
        run.record("config", v={"optimizer": {"lr": 0.1}})
        for step, value in enumerate([1.0, 0.5, math.nan, 2.0]):
            run.log(step, {"loss": value})
        run.record("sys", m={"gpu/0/util": 3.0})
        run.log(4, {"loss": 1.0}, seconds=700.0)
        run.end()
    rules = [
        "isnan(loss)",
        "loss > 3 * min(loss)",
        "stalled(10m)",
        "vloss > 1",
        "system.gpu/0/util < 5",
        "loss < cfg.optimizer.lr",
    ]
    found = replay(str(run.folder), [parse_rule(text) for text in rules])
    assert [(one.rule.text, one.step, round(seconds, 1)) for _, seconds, one in found.firings] == [
        ("isnan(loss)", 2.0, 3.0),
        ("loss > 3 * min(loss)", 3.0, 4.0),
        ("system.gpu/0/util < 5", 3.0, 4.0),
        ("stalled(10m)", 3.0, 704.0),
    ]
    assert [(rule.text, missing) for rule, missing in found.unjudged] == [("vloss > 1", ["vloss"])]


def test_ranks_of_the_past_are_judged_in_the_order_of_time(tmp_path: Path) -> None:
    """Rows of several ranks meet in time, and the rank that triggers first is told."""
    for rank, late in ((0, 20), (1, 10)):
        with RecordedRun(tmp_path, "demo", "calm-fox-aaaaaa", rank=rank) as run:
            for step in range(30):
                run.log(step, {"loss": 9.0 if step >= late else 1.0})
            run.end()
    found = replay(str(run.folder), [parse_rule("loss > 5")])
    assert [(one.rank, one.step) for _, _, one in found.firings] == [(1, 10.0)]


@pytest.mark.parametrize("damage", ["torn", "empty", "gone"])
def test_a_damaged_log_is_judged_as_far_as_it_goes(tmp_path: Path, damage: str) -> None:
    """Half a line, an empty file or no metrics at all: the rest is judged."""
    with RecordedRun(tmp_path, "demo", "calm-fox-aaaaaa") as run:
        run.log_all("loss", [1.0, 9.0])
        run.end()
    (metrics,) = run.folder.glob("*.metrics.jsonl")
    if damage == "gone":
        metrics.unlink()
    else:
        metrics.write_bytes(metrics.read_bytes() + b'{"k":"log","n"' if damage == "torn" else b"")
    found = replay(str(run.folder), [parse_rule("loss > 5")])
    assert len(found.firings) == (1 if damage == "torn" else 0)
