"""When rules give alarm: once per trigger, quiet while nothing is known, per rank, after time alone."""

from __future__ import annotations

import math
from typing import Any

import pytest

from collector.expressions import Name
from collector.rules.judge import Judge
from collector.rules.rule import parse_rule

NAN = math.nan
SETTINGS = {"lr": 0.1, "tags": ("paper",)}


def judge_of(*rules: str, wait: float = 600.0) -> Judge:
    made = [parse_rule(text)._replace(wait_seconds=wait) for text in rules]
    judge = Judge(made, lambda name: SETTINGS.get(name.name), 1000.0)
    judge.learn(["loss", "val/loss", "train/loss"])
    return judge


def steps(judge: Judge, values: list[float], name: str = "loss", rank: int = 0) -> list[float]:
    """The steps at which alarm is given, for one row a second."""
    return [
        firing.step
        for step, value in enumerate(values)
        for firing in judge.add_row(rank, step, 1000.0 + step, {name: value})
    ]


@pytest.mark.parametrize(
    ("rule", "values", "fired"),
    [
        ("loss > 3 * min(loss)", [1, 1, 3.5, 4, 1, 5], [2]),
        ("loss > 3 * min(loss)", [9, 8, 7], []),
        ("isnan(loss)", [1, NAN, NAN, 2, NAN], [1]),
        ("loss < 0.5", [0.1], [0]),
        ("not (loss < 1)", [], []),
        ("count_nan(loss) >= 2", [NAN, 1, NAN, NAN], [2]),
        ("loss > 1.5 * rolling(loss, 3)", [1, 9, 1, 1, 9], [4]),
        ("loss > ema(loss, 0.9) + 1 and step > 2", [1, 1, 1, 1, 9], [4]),
        ("step >= 3", [1, 1, 1, 1, 1], [3]),
        ("loss > 0 and cfg.lr > 0.05", [1, 1], [0]),
        ('loss > 0 and not tag("paper")', [1, 1], []),
        ("at(loss, argmin(loss)) < 1", [2, 0.5, 3], [1]),
        ("loss/3 > 1", [9, 9], []),
        ("loss-val/loss > 1", [9, 9], []),
    ],
)
def test_once_per_trigger(rule: str, values: list[float], fired: list[float]) -> None:
    """A rule fires when it becomes true, and not again within its waiting time."""
    assert steps(judge_of(rule), values) == fired


def test_armed_again_when_it_was_false() -> None:
    """Without a waiting time each new trigger fires; while a rule stays true it is silent."""
    assert steps(judge_of("isnan(loss)", wait=0), [1, NAN, NAN, 2, NAN]) == [1, 4]


def test_what_lasts_beyond_the_waiting_time_is_told_then() -> None:
    """A trigger that came too soon after the last alert is told when the time is over, if it still holds."""
    assert steps(judge_of("isnan(loss)", wait=5), [NAN, 1, NAN, NAN, NAN, NAN, NAN]) == [0, 5]


def test_a_missing_metric_decides_nothing() -> None:
    """A rule about something that is not logged neither fires nor is armed again."""
    judge = judge_of("val/loss > 1", wait=0)
    assert steps(judge, [5, 5]) == []
    assert [(rule.text, missing) for rule, missing in judge.unjudged()] == [("val/loss > 1", [])]
    assert steps(judge, [5, 5], name="val/loss") == [0]
    assert judge.unjudged() == []


def test_ranks_are_judged_apart_and_told_once() -> None:
    """Each rank has its own history; the first that triggers is named, the others are not told beside it."""
    judge = judge_of("loss > 2 * min(loss)", wait=0)
    assert steps(judge, [1, 1]) == []
    assert steps(judge, [9, 9], rank=1) == []
    (firing,) = judge.add_row(1, 2, 1002.0, {"loss": 90.0})
    assert (firing.rank, firing.value, firing.values) == (1, 90.0, "loss = 90, min(loss) = 9")
    assert judge.add_row(0, 2, 1002.0, {"loss": 9.0}) == []
    assert judge.add_row(1, 3, 1003.0, {"loss": 9.0}) == []
    assert judge.add_row(0, 3, 1003.0, {"loss": 1.0}) == []
    assert len(judge.add_row(0, 4, 1004.0, {"loss": 9.0})) == 1


def test_silence_is_judged_by_time_alone() -> None:
    """A run that logs nothing stalls, also when it never logged, and once it logs the rule is armed again."""
    judge = judge_of("stalled(10m)", wait=0)
    assert judge.pass_time(1599.0) == []
    (firing,) = judge.pass_time(1601.0)
    assert firing.values == "silence = 601"
    assert judge.pass_time(1700.0) == []
    assert judge.add_row(0, 1, 1701.0, {"loss": 1.0}) == []
    assert judge.pass_time(1702.0) == []
    (late,) = judge.add_row(0, 2, 2400.0, {"loss": 1.0})
    assert (late.step, late.wall) == (1, 2400.0)


def test_one_metric_may_be_silent_while_others_go_on() -> None:
    """`since` is about one metric."""
    judge = judge_of("since(val/loss) > 100")
    judge.add_row(0, 0, 1000.0, {"val/loss": 1.0})
    assert steps(judge, [1.0] * 100) == []
    (firing,) = judge.add_row(0, 200, 1200.0, {"loss": 1.0})
    assert firing.values == "since(val/loss) = 200"


def test_samples_of_the_machine_are_judged() -> None:
    """A rule about the machine needs no row."""
    judge = judge_of("system.gpu/0/util < 5 and max(system.gpu/0/util) > 50")
    assert judge.add_sample(1001.0, {"gpu/0/util": 90.0}) == []
    (firing,) = judge.add_sample(1002.0, {"gpu/0/util": 0.0})
    assert (firing.rank, firing.value) == (None, 0.0)


def test_the_longest_known_name_counts_once_it_is_known() -> None:
    """`val/loss-train/loss` is one name until the run has logged the two, then their difference."""
    judge = Judge([parse_rule("val/loss-train/loss > 1")], lambda name: None, 0.0)
    judge.learn(["val/loss"])
    assert judge.metrics == {"val/loss", "train/loss"}
    assert len(judge.add_row(0, 0, 1.0, {"val/loss": 5.0, "train/loss": 1.0})) == 1


@pytest.mark.parametrize("value", [None, "text", True, 10**400, -(10**400), NAN])
def test_no_value_is_a_trouble(value: Any) -> None:
    """Whatever is logged, judging it raises nothing."""
    judge = judge_of("loss > 1 or isnan(loss) or mean(loss) > 2 or rolling(loss, 2) > 1")
    for step in range(3):
        judge.add_row(0, step, 1000.0 + step, {"loss": value})


def test_what_another_recorder_told_is_not_told_again() -> None:
    """After `silence_now` what is true is silent until it has been false."""
    judge = judge_of("isnan(loss)", wait=0)
    judge.add_row(0, 0, 1000.0, {"loss": NAN})
    judge.silence_now()
    assert steps(judge, [NAN, NAN, 1, NAN]) == [3]


def test_a_bare_name_may_be_a_setting() -> None:
    """Without a metric of the name the setting is asked for, as in filters."""
    judge = judge_of("loss > lr")
    assert judge._facts(Name("metric", "lr")) == 0.1
    assert steps(judge, [0.01, 5.0]) == [1]
