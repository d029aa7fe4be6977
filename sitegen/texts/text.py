"""A sentence of ours on its way to a page: it reads in English, and knows its key for other words."""

from __future__ import annotations

from collections.abc import Mapping

from sitegen.texts.catalog import english
from sitegen.texts.words import Named, Texts


class Text(str):
    """A sentence in English; joining it with other text loses the key, so whole sentences have a key."""

    __slots__ = ("key", "named")

    key: str
    named: Mapping[str, Named]


def said(key: str, /, **named: Named) -> Text:
    """The sentence of the catalogue, with {named} places filled in; {n} also chooses the plural form."""
    text = Text(Texts("en", english()).sentence(key, named))
    text.key, text.named = key, named
    return text
