"""The repository's own settings file is the example of every key."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest

from sitegen.config import ChartOptions, Config, MetricOptions, PaletteOptions, ProjectOptions, ThemeOptions
from tests.contract.imports import ROOT

TEXT = (ROOT / "mkdocs-style.yml").read_text(encoding="utf-8")

OPTIONS = [
    (group, one.name)
    for group in (Config, ProjectOptions, MetricOptions, ThemeOptions, PaletteOptions, ChartOptions)
    for one in fields(group)
    if one.metadata.get("option", True)
]


@pytest.mark.parametrize(("group", "name"), OPTIONS, ids=lambda value: getattr(value, "__name__", value))
def test_every_option_is_in_the_example(group: type, name: str) -> None:
    """Each key stands in mkdocs-style.yml, set or behind a `#` with its default."""
    assert re.search(rf"^\s*(# )?(\S+: \{{)?.*\b{name}:", TEXT, re.MULTILINE), f"{group.__name__}.{name}"
