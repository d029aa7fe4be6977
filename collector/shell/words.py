"""The words of `collect log`, `config` and `finish` as values: a pure function of what was typed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from collector.runlog.errors import MisuseError
from collector.runlog.values import to_step


class Words(NamedTuple):
    """What was typed after the name of a command."""

    values: dict[str, Any]
    options: dict[str, str]


def read_words(name: str, words: Sequence[str], options: Sequence[str]) -> Words:
    """Pairs `key=value` and options of one value each; raises MisuseError for anything else.

    What stands after `--` is a pair, also where its key begins with dashes.
    """
    found = Words({}, {})
    waiting = list(words)
    has_options = True
    while waiting:
        word = waiting.pop(0)
        key, equals, value = word.partition("=")
        if word == "--" and has_options:
            has_options = False
        elif key in options and has_options:
            if not equals and not waiting:
                raise MisuseError(f"{key} needs a value.", f"collect {name} --help shows how it is used.")
            found.options[key] = value if equals else waiting.pop(0)
        elif not equals or not key or (has_options and key.startswith("--")):
            raise MisuseError(f"{word!r} is not key=value.", f"collect {name} --help shows how it is used.")
        else:
            found.values[key] = read_value(value)
    return found


def read_value(text: str) -> Any:
    """What JSON reads, NaN and infinities included; what else is a number; otherwise the text."""
    import json

    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    try:
        # What JSON does not take and shells and awk print: .5, 5., +3, nan, inf.
        return float(text) if "_" not in text else text
    except ValueError:
        return text


def read_step(text: str) -> float | int:
    """The number of `--step`."""
    step = to_step(read_value(text))
    if step is None:
        raise MisuseError(f"--step {text}: that is no number.", "For example: --step 100")
    return step


def read_exit_code(text: str) -> int:
    """The number of `--exit-code`, as `$?` gives it."""
    if not text.isdigit() or int(text) > 255:
        raise MisuseError(f"--exit-code {text}: that is no exit code.", "It is 0 to 255, as in $?.")
    return int(text)
