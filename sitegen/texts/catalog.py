"""The catalogues that come with runpress: `<language>.json`, keys in groups, sentences with {named} places.

JSON and not YAML, because every process that prints pages reads it (1 ms against 0.3 s), and the scripts'
own tests as well. A site's own catalogue is YAML; `sitegen.config.texts` reads it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

Pattern = str | Mapping[str, str]
"""A sentence, or one for each plural form of its {n}."""

Patterns = Mapping[str, Pattern]
"""By key, as `project.filter`."""

CATEGORIES = ("zero", "one", "two", "few", "many", "other")
"""Plural forms, as Unicode names them."""

PLACE = re.compile(r"\{([a-z_]+)\}")


@lru_cache(maxsize=8)
def shipped(language: str) -> Patterns:
    """What comes with runpress in a language; nothing where it has none."""
    path = Path(__file__).with_name(f"{language.lower()}.json")
    return dict(flat(json.loads(path.read_text(encoding="utf-8")))) if path.is_file() else {}


def english() -> Patterns:
    """The catalogue that has every key."""
    return shipped("en")


def flat(groups: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Pattern]]:
    """Keys with dots from keys in groups; a mapping with the form `other` is a sentence with plural forms."""
    for name, value in groups.items():
        if isinstance(value, Mapping) and "other" not in value:
            yield from flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def placeholders(pattern: Pattern) -> set[str]:
    """The names of a sentence's {places}."""
    sentences = [pattern] if isinstance(pattern, str) else [*pattern.values()]
    return {name for sentence in sentences for name in PLACE.findall(sentence)}
