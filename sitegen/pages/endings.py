"""Why a run ended, in the site's words: logs say it in English, in words of the recorder and of others."""

from __future__ import annotations

import re
from functools import lru_cache

from sitegen.texts import Text, english, said

_PLACE = re.compile(r"\\\{([a-z]+)\\\}")
_FORMS = {
    "what": r".+",
    "then": r".+",
    "code": r"\d+",
    "number": r"\d+",
    "signal": r"\w+(?: \d+)?",
    "scheduler": r"[\w-]+",
    "size": r"[\d.]+ [GM]iB",
}
"""What may stand in a place of these sentences; a cause within a cause is one of them again."""


def ended(cause: str) -> str:
    """The cause as a sentence of the catalogue where the recorder has said it, else as it is."""
    for name, form in _sentences():
        if found := form.fullmatch(cause):
            parts = found.groupdict()
            inner = {place: ended(parts[place]) for place in ("what", "then") if place in parts}
            # Somebody else's text may contain words of ours: then all of it is theirs.
            if all(isinstance(part, Text) for part in inner.values()):
                return said(f"ending.{name}", **(parts | inner))
    return cause


@lru_cache(maxsize=1)
def _sentences() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Each sentence with what it looks like in a log, those without another cause inside first."""
    return tuple(
        (key.removeprefix("ending."), _form_of(str(pattern)))
        for key, pattern in english().items()
        if key.startswith("ending.")
    )


def _form_of(sentence: str) -> re.Pattern[str]:
    return re.compile(_PLACE.sub(lambda place: f"(?P<{place[1]}>{_FORMS[place[1]]})", re.escape(sentence)))
