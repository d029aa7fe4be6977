"""A user's own patterns: regular expressions whose named groups are metrics."""

from __future__ import annotations

import re
from collections.abc import Iterable

from collector.runlog.errors import MisuseError

HINT = r"""Name what is to be logged, for example: --pattern 'at (?P<step>\d+): cost (?P<cost>\S+)'"""


def compile_patterns(texts: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    """The patterns; a MisuseError says where one is wrong."""
    return tuple(map(_compile, texts))


def _compile(text: str) -> re.Pattern[str]:
    try:
        pattern = re.compile(text)
    except re.error as error:
        where = f" at position {error.pos}" if error.pos is not None else ""
        raise MisuseError(f"--pattern {text!r}: {error.msg}{where}.", HINT) from error
    if not pattern.groupindex:
        raise MisuseError(f"--pattern {text!r} has no named group.", HINT)
    return pattern
