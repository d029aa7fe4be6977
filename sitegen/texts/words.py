"""The words of one site: the catalogue of its language, and sentences made from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sitegen.texts.catalog import PLACE, Pattern, Patterns, english, shipped
from sitegen.texts.plurals import category

Named = str | int | Sequence[str]
"""What stands in a {place}: foreign text, a number, another sentence, or several of them."""


@dataclass(frozen=True)
class Texts:
    """All sentences of a site, by key."""

    language: str
    patterns: Patterns

    @property
    def is_english(self) -> bool:
        """Whether these are the words that sentences have from the start."""
        return self.patterns is english()

    def sentence(
        self, key: str, named: Mapping[str, Any], shown: Callable[[str], str] = lambda text: text
    ) -> str:
        """A sentence with its places filled in; `shown` is what happens to each part of it."""
        pattern: Pattern = self.patterns[key]
        if not isinstance(pattern, str):
            pattern = pattern.get(category(self.language, int(named["n"]))) or pattern["other"]
        return PLACE.sub(lambda place: self._part(named[place[1]], shown), shown(pattern))

    def _part(self, value: Any, shown: Callable[[str], str]) -> str:
        if isinstance(value, (list, tuple)):
            return ", ".join(self._part(one, shown) for one in value)
        return shown(f"{value:,}" if isinstance(value, int) else self.own(value))

    def own(self, value: Any) -> Any:
        """A sentence in the site's words; anything else as it is."""
        key = getattr(value, "key", None) if isinstance(value, str) else None
        return value if key is None or self.is_english else self.sentence(key, value.named)

    def throughout(self, data: Any) -> Any:
        """The same data with every sentence in it in the site's words."""
        if self.is_english:
            return data
        if isinstance(data, dict):
            return {key: self.throughout(value) for key, value in data.items()}
        if isinstance(data, (list, tuple)):
            return [self.throughout(value) for value in data]
        return self.own(data)

    def only(self, keys: Iterable[str]) -> dict[str, Any]:
        """The sentences of these keys; of one that ends in a dot, all that begin so."""
        wanted = frozenset(keys)
        beginnings = tuple(one for one in wanted if one.endswith("."))
        return {
            key: pattern
            for key, pattern in sorted(self.patterns.items())
            if key in wanted or key.startswith(beginnings)
        }


def texts_of(language: str, own: Mapping[str, Patterns]) -> Texts:
    """The words of a language: a site's own before those that come with runpress, English where both lack.

    `de-AT` takes what it lacks from `de`.
    """
    tags = ["en"]
    tags += [tag for tag in dict.fromkeys((language.split("-")[0].lower(), language.lower())) if tag != "en"]
    layers = [layer for tag in tags for layer in (shipped(tag), own.get(tag, {})) if layer]
    patterns = layers[0] if len(layers) == 1 else {key: one for layer in layers for key, one in layer.items()}
    return Texts(language, patterns)
