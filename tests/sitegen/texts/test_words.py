"""Tests of sentences: places, plural forms, and what takes the place of what."""

from __future__ import annotations

import json
import pickle

import pytest
from markupsafe import Markup

from sitegen.pages.environment import sentence
from sitegen.texts import Texts, english, said, texts_of
from sitegen.texts.plurals import category
from tests.contract.imports import ROOT

PLURALS = json.loads((ROOT / "tests/js/cases/plurals.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("language", PLURALS["forms"])
def test_plural_forms_are_those_of_the_page(language: str) -> None:
    """Python's rules and the browser's give the same forms, by one table."""
    found = " ".join(category(language, count) for count in PLURALS["counts"])
    assert found == PLURALS["forms"][language]


def test_a_sentence_reads_in_english_and_is_said_in_the_words_of_the_site() -> None:
    """On its way to a page it is text; the page asks for its own words, also after a trip to a worker."""
    text = pickle.loads(pickle.dumps(said("count.run", n=1234)))
    german = texts_of("de", {"de": {"count.run": {"one": "{n} Lauf", "other": "{n} Läufe"}}})
    assert text == "1,234 runs"
    assert german.own(text) == "1,234 Läufe"
    assert german.own("1,234 runs") == "1,234 runs"
    assert german.throughout({"a": [text, 3, None]}) == {"a": ["1,234 Läufe", 3, None]}


def test_what_a_language_lacks_is_said_in_the_next() -> None:
    """A region's own, then its language's, then a site's own English, then ours."""
    own = {"de-at": {"home.state": "Zuastand"}, "de": {"home.state": "Zustand", "home.result": "Ergebnis"}}
    texts = texts_of("de-AT", {**own, "en": {"home.newest": "Latest"}})
    words = [texts.sentence(f"home.{key}", {}) for key in ("state", "result", "newest", "projects")]
    assert words == ["Zuastand", "Ergebnis", "Latest", "Projects"]


def test_places_that_hold_markup_do_not_let_words_be_markup() -> None:
    """A link in a sentence stays one; characters of the sentence and of foreign text are escaped."""
    texts = Texts("xx", {**english(), "run.started": "<b>{when}</b> & on", "home.state": "<i>"})
    assert sentence(texts, "run.started", when=Markup("<a>x</a>")) == Markup(
        "&lt;b&gt;<a>x</a>&lt;/b&gt; &amp; on"
    )
    assert not isinstance(sentence(texts, "home.state"), Markup)


def test_the_english_site_pays_nothing_for_sentences() -> None:
    """Without texts of its own a site's data are handed on as they are."""
    data = {"a": [said("count.run", n=1)]}
    assert texts_of("en", {}).throughout(data) is data
