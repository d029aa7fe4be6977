"""What may stand at the cursor: names, functions and words that go on from what is typed there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from collector.expressions.lexer import LETTER, PART
from collector.expressions.names import spelled
from collector.expressions.nodes import Known, Name
from collector.expressions.words import FUNCTIONS, PREFIX_OF, PROPERTIES

LIMIT = 50

_STATES = ("running", "stalled", "finished", "failed", "stopped", "lost")
_TYPED = re.compile(f"(?:`[^`]*|{LETTER}{PART}*(?:`[^`]*)?)\\Z")
_IN_TEXT = re.compile(r"""(tag\(\s*|\bstate\s*(?:==|!=|=)\s*|\bstate\s+in\s*\[[^\]]*)["']([^"']*)\Z""")
_OPEN_TEXT = re.compile(r"""^(?:[^"'`]|"[^"]*"|'[^']*'|`[^`]*`)*["'][^"']*\Z""")


class Candidate(NamedTuple):
    """One continuation: the text that takes the place of what is typed."""

    text: str
    kind: str
    """'metric', 'config', 'summary', 'system', 'function', 'property', 'word' or 'text'."""
    help: str = ""


class Completion(NamedTuple):
    """The continuations, and the part of the text that they replace."""

    start: int
    end: int
    candidates: tuple[Candidate, ...]


def complete(text: str, cursor: int, known: Known) -> Completion:
    """What may stand at the cursor, the likeliest first."""
    before = text[:cursor]
    inside = _IN_TEXT.search(before)
    if inside:
        choices = sorted(known.tags) if inside.group(1).startswith("tag") else _STATES
        typed = inside.group(2)
        texts = [Candidate(one, "text") for one in choices]
        return Completion(cursor - len(typed), cursor, tuple(_ranked(typed, texts)))
    if _OPEN_TEXT.match(before):
        return Completion(cursor, cursor, ())
    found = _TYPED.search(before)
    typed = found.group() if found else ""
    wanted = typed.replace("`", "")
    return Completion(cursor - len(typed), cursor, tuple(_ranked(wanted, _candidates(known))))


def _candidates(known: Known) -> list[Candidate]:
    names = [
        Candidate(spelled(Name(kind, name)), kind)
        for kind, some in (
            ("metric", known.metrics),
            ("config", known.config),
            ("summary", known.summary - known.metrics),
            ("system", known.system),
        )
        for name in sorted(some)
    ]
    functions = [Candidate(f"{one.name}(", "function", f"{one.form}: {one.help}") for one in FUNCTIONS]
    properties = [Candidate(name, "property", told) for name, told in PROPERTIES.items()]
    words = [Candidate(word, "word") for word in ("and", "or", "not", "in", "true", "false", "null", "nan")]
    return [*names, *properties, *functions, *words]


def _ranked(typed: str, candidates: Iterable[Candidate]) -> list[Candidate]:
    """Those that begin with what is typed, then those a part of which does, then those that contain it."""
    wanted = typed.lower()
    scored = [(_rank(wanted, one), at, one) for at, one in enumerate(candidates)]
    return [one for rank, _, one in sorted(scored, key=lambda entry: entry[:2]) if rank < 3][:LIMIT]


def _rank(wanted: str, candidate: Candidate) -> int:
    text = candidate.text.lower().replace("`", "")
    prefix = PREFIX_OF.get(candidate.kind, "")
    bare = text[len(prefix) :]
    if text.startswith(wanted) or bare.startswith(wanted):
        return 0
    at = text.find(wanted)
    while at >= 0:
        if text[at - 1] in "./_- :":
            return 1
        at = text.find(wanted, at + 1)
    return 2 if wanted in text else 3
