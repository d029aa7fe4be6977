"""Every sentence of a site stands in the catalogue, every sentence of the catalogue is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from sitegen.texts import english, placeholders
from tests.contract.imports import ROOT
from tests.contract.texts_used import SCRIPTS, TEMPLATES, Use, script_words, template_words, uses

HOW = "put it into sitegen/texts/en.json and say it by its key: docs/reference/texts.md"

USES = uses()


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _of(use: Use) -> set[str]:
    """The keys that a use may stand for."""
    return {key for key in english() if key == use.key or (use.key.endswith(".") and key.startswith(use.key))}


def test_every_key_that_is_said_exists() -> None:
    """A misspelt key is found here, not by a reader of the page."""
    assert [f"{use.where}: {use.key}" for use in USES if not _of(use)] == []


def test_every_sentence_is_said() -> None:
    """What nothing says need not be translated."""
    said = set().union(*map(_of, USES))
    assert sorted(set(english()) - said) == []


def test_sentences_are_given_what_they_name() -> None:
    """Places of a sentence and what it is given have the same names; {n} chooses the plural form."""
    wrong = []
    for use in USES:
        for key in _of(use):
            pattern = english()[key]
            named = placeholders(pattern) | (set() if isinstance(pattern, str) else {"n"})
            if use.named is not None and use.named != named:
                wrong.append(f"{use.where}: {key} is given {sorted(use.named)}, but names {sorted(named)}")
    assert wrong == []


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_a_template_says_nothing_by_itself(path: Path) -> None:
    """Texts, labels and hints come from the catalogue."""
    assert template_words(path) == [], HOW


@pytest.mark.parametrize("path", SCRIPTS, ids=_name)
def test_a_script_says_nothing_by_itself(path: Path) -> None:
    """Texts, labels and hints of elements that a script makes come from the catalogue."""
    assert script_words(path) == [], HOW


@pytest.mark.parametrize(
    "line",
    [
        'button.textContent = "Try again";',
        'box.append(make("p", "quiet", "Nothing here yet"));',
        'field.setAttribute("aria-label", `Find in ${name}`);',
        'const go = button("Reset", () => {}, "button");',
        'made.title = isOpen ? "fold this group" : "";',
        'throw new Problem(`There is no "${name}".`, start, end);',
        'throw this.expected("another argument");',
        'Object.assign(search, { type: "search", placeholder: "Find a column" });',
    ],
)
def test_words_in_a_script_are_found(line: str, tmp_path: Path) -> None:
    """The look through scripts sees how they put words into pages."""
    (tmp_path / "x.js").write_text(line, encoding="utf-8")
    assert script_words(tmp_path / "x.js") != []


def test_words_in_a_template_are_found(tmp_path: Path) -> None:
    """The look through templates sees texts and telling attributes, and not what Jinja puts there or code."""
    text = '<p title="A hint">{{ t("x") }} Loose words</p><code>run.log()</code>{# a comment #}'
    (tmp_path / "x.html").write_text(text, encoding="utf-8")
    assert template_words(tmp_path / "x.html") == ["A hint", "Loose words"]
