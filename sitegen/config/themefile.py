"""theme.yml: what a theme says about itself, read and checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from collector.runlog import yamlfile
from collector.runlog.errors import YamlError
from sitegen.errors import MisuseError

LISTS = ("styles", "early_scripts", "scripts", "project_scripts", "run_scripts", "later_scripts")
_TOKEN = re.compile(r"[a-z][a-z0-9-]{0,40}")
_VALUE = re.compile(r"[^;{}<>\\@]{1,300}")


@dataclass(frozen=True)
class ThemeFile:
    """A theme's own files and tokens, without those of the theme it extends."""

    extends: str | None
    styles: tuple[str, ...]
    early_scripts: tuple[str, ...]
    scripts: tuple[str, ...]
    project_scripts: tuple[str, ...]
    """Scripts that only a project's page needs."""
    run_scripts: tuple[str, ...]
    """Scripts that only a run's page needs."""
    later_scripts: tuple[str, ...]
    """Scripts that are loaded when they are first needed."""
    tokens: Mapping[str, str]


def load_theme_file(path: Path) -> ThemeFile:
    """The theme.yml at this path; read again only after it has changed."""
    stat = path.stat()
    return _load(path, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=16)
def _load(path: Path, modified_ns: int, size_bytes: int) -> ThemeFile:
    try:
        fields = yamlfile.load(path).value or {}
    except YamlError as error:
        raise MisuseError(str(error)) from error
    if not isinstance(fields, dict):
        raise MisuseError(f"{path}: a theme is a mapping", hint=f"With extends, tokens, {', '.join(LISTS)}.")
    unknown = sorted(set(fields) - {"extends", "tokens", *LISTS})
    if unknown:
        raise MisuseError(
            f"{path}: unknown key {unknown[0]}", hint=f"A theme has extends, tokens, {', '.join(LISTS)}."
        )
    lists = {key: _paths(fields.get(key), key, path) for key in LISTS}
    return ThemeFile(extends=fields.get("extends"), tokens=_tokens(fields.get("tokens"), path), **lists)


def _paths(value: Any, key: str, path: Path) -> tuple[str, ...]:
    listed = value or []
    if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
        raise MisuseError(f"{path}: {key} is a list of paths")
    return tuple(listed)


def _tokens(value: Any, path: Path) -> dict[str, str]:
    tokens = value or {}
    if not isinstance(tokens, dict):
        raise MisuseError(f"{path}: tokens is a mapping of names to CSS values")
    for name, text in tokens.items():
        is_plain = isinstance(text, str) and _VALUE.fullmatch(text) and "url(" not in text
        if not (_TOKEN.fullmatch(str(name)) and is_plain):
            raise MisuseError(
                f"{path}: token {name} has no plain CSS value", hint='Write it as text: radius: "4px".'
            )
    return tokens
