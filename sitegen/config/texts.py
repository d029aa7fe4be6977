"""Reads a site's own texts: `texts/<language>.yml`, which say some or all sentences in other words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from collector.runlog import yamlfile
from collector.runlog.errors import YamlError
from sitegen.config.check import ConfigProblem, did_you_mean
from sitegen.texts import CATEGORIES, Patterns, english, placeholders, shipped

SUFFIXES = (".yml", ".yaml")

OwnTexts = tuple[tuple[str, Patterns], ...]
"""By language tag, in lower case, the sentences that a site has for itself."""


def load_texts(folder: Path, language: str, problems: list[ConfigProblem]) -> OwnTexts:
    """A site's own sentences in its language and those that this one falls back to."""
    tags = dict.fromkeys((language.lower(), language.split("-")[0].lower(), "en"))
    files = {path.stem.lower(): path for path in _files(folder)}
    own = {tag: _read(files[tag], problems) for tag in tags if tag in files}
    if not any(shipped(tag) or tag in own for tag in list(tags)[:-1] or ["en"]) and language.lower() != "en":
        place = folder / f"{language}.yml"
        said = f'language: there are no texts in "{language}"; the pages speak English. Write {place}'
        problems.append(ConfigProblem(("language",), said, is_error=False))
    return tuple(own.items())


def _files(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from sorted(path for path in folder.iterdir() if path.suffix in SUFFIXES and path.is_file())


def _read(path: Path, problems: list[ConfigProblem]) -> Patterns:
    try:
        loaded = yamlfile.load(path)
    except YamlError as error:
        # Its message says file and line already.
        problems.append(ConfigProblem((), str(error), is_in_file=False))
        return {}
    found: dict[str, Any] = {}

    def note(keys: tuple[str, ...], text: str) -> None:
        place = (str(path), loaded.line_of(keys) or 1)
        problems.append(ConfigProblem((), text, place=place))

    for keys, value in _sentences(loaded.value if loaded.value is not None else {}, ()):
        key = ".".join(keys)
        complaint = _complaint(key, value)
        if complaint:
            note(keys, complaint)
        else:
            found[key] = value
    return found


def _sentences(value: Any, keys: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every sentence with the way to it; keys may be written in groups or with dots."""
    is_forms = isinstance(value, Mapping) and ".".join(keys) in english()
    if isinstance(value, Mapping) and not is_forms:
        for key, part in value.items():
            yield from _sentences(part, (*keys, str(key)))
    else:
        yield keys, value


def _complaint(key: str, value: Any) -> str:
    """What is wrong with a sentence; nothing where it can be said."""
    known = english()
    if key not in known:
        return f'unknown text "{key}".{did_you_mean(key, list(known))}' if key else "must be texts in groups"
    forms = value if isinstance(value, Mapping) else {"other": value}
    for form, sentence in forms.items():
        if form not in CATEGORIES:
            return f'{key}: "{form}" is none of the plural forms {", ".join(CATEGORIES)}'
        if not isinstance(sentence, str):
            return f"{key}: must be text; put it in quotation marks"
    if "other" not in forms:
        return f"{key}: needs the plural form other"
    if len(forms) > 1 and "n" not in placeholders(known[key]):
        return f"{key}: has no {{n}} to choose a plural form by"
    places = placeholders(known[key])
    strange = sorted(placeholders(dict(forms)) - places)
    if strange:
        listed = ", ".join(f"{{{place}}}" for place in sorted(places)) or "none"
        return f"{key}: there is no {{{strange[0]}}} here. Places of this text: {listed}"
    return ""
