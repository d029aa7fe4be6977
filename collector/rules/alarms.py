"""What of a judgement is written down, and told in one line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from collector.alerts import TEXT_LIMIT, TITLE_LIMIT
from collector.expressions.near import did_you_mean
from collector.rules.judge import Firing
from collector.rules.rule import Rule
from collector.runlog.values import clean_text


def alert_record(firing: Firing, *, has_ranks: bool) -> dict[str, Any]:
    """The record of an alert, as `run.alert` writes it, with the rule that gave it."""
    rule = firing.rule
    record: dict[str, Any] = {
        "k": "alert",
        "title": clean_text(rule.name)[:TITLE_LIMIT],
        "text": clean_text(alert_text(firing, has_ranks=has_ranks))[:TEXT_LIMIT],
        "level": rule.level,
        "step": plain_number(firing.step),
        "rule": rule.text,
    }
    if firing.rank is not None:
        record["rank"] = firing.rank
    return record


def one_line(text: str) -> str:
    """The text without anything that would begin a line or act on a terminal: it may come from a setting."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def plain_number(value: float) -> float | int:
    """A whole number without a fraction, others as they are."""
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def alert_text(firing: Firing, *, has_ranks: bool) -> str:
    """The rule where it has a name of its own, its values, and the rank where there are several."""
    rule = firing.rule
    parts = [rule.text] if rule.name != rule.text else []
    if firing.values:
        parts.append(firing.values)
    if has_ranks and firing.rank is not None:
        parts.append(f"rank {firing.rank}")
    return "; ".join(parts)


def unjudged_text(rule: Rule, missing: Sequence[str], metrics: Sequence[str]) -> str:
    """That a rule never had anything to judge, and what may be wrong with it."""
    text = f'The alert rule "{rule.name}" never had anything to judge'
    if not missing:
        return f"{text}."
    hint = did_you_mean(missing[0], metrics)
    if not hint and any(sign in missing[0] for sign in "/-"):
        hint = "Names may have slashes and dashes: put spaces around operators."
    return f'{text}: the run logged no "{missing[0]}". {hint}'.strip()
