"""What the user says about redaction, in three variables that every process of a run inherits."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from collector.runlog.secret_rules import RULE_NAMES

SWITCH = "COLLECT_REDACT"
PATTERNS = "COLLECT_REDACT_PATTERNS"
NAMES = "COLLECT_REDACT_NAMES"
OFF_WORDS = frozenset({"off", "0", "no", "none", "false"})


class Policy(NamedTuple):
    """Which rules hold, and the user's own."""

    is_off: bool = False
    left_out: frozenset[str] = frozenset()
    """Names of rules that do not hold."""
    patterns: tuple[re.Pattern[bytes], ...] = ()
    names: frozenset[str] = frozenset()
    """Names, in lower case, whose values are secrets."""
    problems: tuple[str, ...] = ()
    """What could not be understood, and so does not hold."""


def policy_of(env: Mapping[str, str] = os.environ) -> Policy:
    """The policy that the environment asks for."""
    return _read(env.get(SWITCH, ""), env.get(PATTERNS, ""), env.get(NAMES, ""))


@lru_cache(maxsize=8)
def _read(switch: str, patterns: str, names: str) -> Policy:
    problems: list[str] = []
    words = [word.strip() for word in switch.split(",") if word.strip()]
    is_off = len(words) == 1 and words[0].lower() in OFF_WORDS
    left_out = frozenset() if is_off else _left_out(words, problems)
    return Policy(
        is_off,
        left_out,
        _compiled(patterns, problems),
        frozenset(name.strip().lower() for name in names.split(",") if name.strip()),
        tuple(problems),
    )


def _left_out(words: list[str], problems: list[str]) -> frozenset[str]:
    """Rules behind a minus; `on` says that all hold, which is so anyway."""
    left_out = set()
    for word in words:
        if word.startswith("-") and word[1:] in RULE_NAMES:
            left_out.add(word[1:])
        elif word.lower() not in ("on", "1", "yes", "true"):
            problems.append(f"{SWITCH}={word} is neither off nor - and the name of a rule{_near(word)}")
    return frozenset(left_out)


def _near(word: str) -> str:
    from difflib import get_close_matches  # 5 ms, for a mistake only

    found = get_close_matches(word.lstrip("-"), RULE_NAMES, 1)
    return f": did you mean -{found[0]}?" if found else ""


def _compiled(patterns: str, problems: list[str]) -> tuple[re.Pattern[bytes], ...]:
    """One pattern per line. One that takes every text would leave nothing to read, and is a mistake."""
    compiled = []
    for line in filter(None, map(str.strip, patterns.split("\n"))):
        try:
            pattern = re.compile(line.encode())
        except (re.error, OverflowError, RecursionError) as error:
            problems.append(f"{PATTERNS}: {line!r} is no regular expression: {error}")
            continue
        if pattern.search(b"") is not None:
            problems.append(f"{PATTERNS}: {line!r} also matches nothing, and so every text")
        else:
            compiled.append(pattern)
    return tuple(compiled)
