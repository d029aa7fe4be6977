"""Every sentence that a site says, in one catalogue per language, and how a page comes to it."""

from sitegen.texts.catalog import CATEGORIES, Pattern, Patterns, english, flat, placeholders, shipped
from sitegen.texts.text import Text, said
from sitegen.texts.words import Texts, texts_of

__all__ = [
    "CATEGORIES",
    "Pattern",
    "Patterns",
    "Text",
    "Texts",
    "english",
    "flat",
    "placeholders",
    "said",
    "shipped",
    "texts_of",
]
