"""The reference page of the texts, made from the English catalogue.

python -m sitegen.texts.reference > docs/reference/texts.md
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from sitegen.texts.catalog import Pattern, english

INTRODUCTION = """\
# Texts

Every sentence of a site's pages has a key, by which `texts/<language>.yml` says it in other words.
[A site in another language](../how-to/use-another-language.md) tells how to make one.

```yaml
project:
  filter: Läufe filtern
  drawn:
    one: "{n} gezeichnet"
    other: "{n} gezeichnet"
home.projects: Projekte
```

* The file is YAML 1.2, named by a language tag as `de` or `de-AT`, beside mkdocs-style.yml in `texts/`;
  another folder: [`texts_dir`](configuration.md). `language:` chooses the one that is used.
* Keys stand in groups or are written with dots. What a file leaves out is taken from the language without its
  region, then from English. `texts/en.yml` rewords the English.
* `{name}` is a place that the page fills. A translation may leave one out or move it, but knows no others.
* A text that has `{n}` may have a form for each plural of the language: `zero`, `one`, `two`, `few`, `many`
  and `other`, as Unicode names them. `other` must be there; a plain text stands for all forms.
* An unknown key, an unknown place and a missing form are errors with file and line, and nothing is built.
* A text is plain: characters of HTML are shown as they are.
* Names of projects, runs, metrics and settings, what runs logged and printed, and messages about their logs
  are data and stay as they are. So do numbers, durations and sizes, and the words of the filter
  language with what is said of each as one types; the command line names its mistakes in English.
* Why a run ended stands in its log in English. On a run's page and beside its state it is said by `ending.…`;
  the column `cause` has it as it was logged, so that a filter finds it in every language.

This page is made from the code by `python -m sitegen.texts.reference`.
"""


def page() -> str:
    """The whole page as Markdown."""
    return "\n".join([INTRODUCTION, *_groups()])


def _groups() -> Iterator[str]:
    for group, entries in groupby(english().items(), key=lambda entry: entry[0].partition(".")[0]):
        yield f"## `{group}`\n\n| key | in English |\n|---|---|"
        yield from (f"| `{key}` | {_told(pattern)} |" for key, pattern in entries)
        yield ""


def _told(pattern: Pattern) -> str:
    forms = {"": pattern} if isinstance(pattern, str) else pattern
    told = (f"{form}: {_literal(text)}" if form else _literal(text) for form, text in forms.items())
    return "<br>".join(told)


def _literal(text: str) -> str:
    """As code, so that nothing of it is taken for Markdown."""
    return f"`` {text} ``".replace("|", "\\|") if "`" in text else f"`{text}`".replace("|", "\\|")


if __name__ == "__main__":
    print(page(), end="")
