"""Tests of texts/<language>.yml: what is read, and what is said about mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest

from sitegen.config.load import load_settings
from sitegen.errors import MisuseError
from sitegen.texts.reference import page
from tests.contract.imports import ROOT


def site(folder: Path, texts: str, language: str = "de", file: str = "de.yml") -> Path:
    (folder / "texts").mkdir()
    (folder / "texts" / file).write_text(texts, encoding="utf-8")
    path = folder / "mkdocs-style.yml"
    path.write_text(f"site_name: x\nlanguage: {language}\n", encoding="utf-8")
    return path


def test_sentences_are_read_in_groups_and_by_whole_keys(tmp_path: Path) -> None:
    """Both ways of writing a key mean the same."""
    path = site(
        tmp_path,
        'home:\n  state: Zustand\ncount.run:\n  one: "{n} Lauf"\n  other: "{n} Läufe"\nlist.run: Lauf\n',
    )
    settings = load_settings(path)
    assert settings.warnings == ()
    assert settings.config.texts == (
        (
            "de",
            {
                "home.state": "Zustand",
                "count.run": {"one": "{n} Lauf", "other": "{n} Läufe"},
                "list.run": "Lauf",
            },
        ),
    )


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        ("home:\n  stat: Z\n", 'de.yml:2 unknown text "home.stat". Did you mean "home.state"?'),
        ('home:\n  of: "von {m}"\n', "de.yml:2 home.of: there is no {m} here. Places of this text: {n}"),
        ("home:\n  state: 3\n", "de.yml:2 home.state: must be text; put it in quotation marks"),
        (
            "count:\n  run:\n    eins: x\n    other: y\n",
            'de.yml:2 count.run: "eins" is none of the plural forms',
        ),
        ("count:\n  run:\n    one: x\n", "de.yml:2 count.run: needs the plural form other"),
        ("home.state:\n  one: x\n  other: y\n", "de.yml:1 home.state: has no {n} to choose a plural form by"),
        ("home:\n  - x\n", 'de.yml:1 unknown text "home"'),
        ("x: [\n", "de.yml:2"),
    ],
)
def test_mistakes_are_told_with_their_line(tmp_path: Path, texts: str, told: str) -> None:
    """Nothing is built with a text that no page says, or that names what no page gives it."""
    with pytest.raises(MisuseError) as failure:
        load_settings(site(tmp_path, texts))
    assert told in str(failure.value)


def test_a_language_without_texts_is_told_of(tmp_path: Path) -> None:
    """The pages would say that they are in it, and speak English."""
    told = load_settings(site(tmp_path, "", language="fr")).warnings
    assert len(told) == 1
    assert (
        'mkdocs-style.yml:2 warning: language: there are no texts in "fr"; the pages speak English.'
        in told[0]
    )
    assert str(tmp_path / "texts" / "fr.yml") in told[0]


def test_the_reference_of_texts_is_current() -> None:
    """docs/reference/texts.md is made from the catalogue; the page tells how to renew it."""
    assert (ROOT / "docs/reference/texts.md").read_text(encoding="utf-8") == page()
