"""Where a run came from, section by section, in an order and in words for reading."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sitegen.derive.facts import RunFacts
from sitegen.pages.changes import command_line, package_versions
from sitegen.pages.formatting import machine_fact, setting
from sitegen.pages.views import Fact, ProvenancePart
from sitegen.texts import said

_SECTIONS = ("command", "git", "python", "cpu", "gpu", "system", "scheduler")
_WORDS = {
    "cuda": "CUDA", "cpu": "CPU", "gpu": "GPU", "url": "URL", "id": "ID",
}  # fmt: skip


_FIELDS = ("cwd", "os", "ram")
"""Fields whose names say too little; others are called as they were recorded."""


def provenance_parts(run: RunFacts) -> tuple[ProvenancePart, ...]:
    """Every section but the packages, known ones first."""
    names = [*_SECTIONS, *sorted(set(run.provenance) - {*_SECTIONS, "packages"})]
    parts = (
        ProvenancePart(
            name,
            said(f"provenance.part.{name}") if name in _SECTIONS else name,
            tuple(_facts(name, run.provenance[name])),
        )
        for name in names
        if run.provenance.get(name)
    )
    return tuple(part for part in parts if part.facts)


def package_facts(run: RunFacts) -> tuple[Fact, ...]:
    """Installed packages by name."""
    versions = package_versions(run)
    return tuple(
        Fact(name, setting(versions[name]), "", False, False) for name in sorted(versions, key=str.lower)
    )


def _facts(section: str, fields: Mapping[str, Any]) -> Iterator[Fact]:
    if section == "command":
        line = command_line(fields)
        if line:
            yield Fact(said("provenance.field.command"), line, "", False, False)
        fields = {key: value for key, value in fields.items() if key not in ("argv", "command", "line")}
    for key, value in _flat(fields):
        if value is None or value == "" or value == [] or value == {}:
            continue
        yield Fact(_words(key), machine_fact(key, value), "", False, False)


def _flat(fields: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Nested values by a joined name; a list of objects by their numbers."""
    for key, value in fields.items():
        if isinstance(value, Mapping) and value:
            yield from _flat(value, f"{prefix}{key} ")
        elif isinstance(value, list) and value and all(isinstance(one, Mapping) for one in value):
            for number, one in enumerate(value):
                yield from _flat(one, f"{prefix}{key} {number} " if len(value) > 1 else f"{prefix}{key} ")
        else:
            yield f"{prefix}{key}", value


def _words(key: str) -> str:
    if key in _FIELDS:
        return said(f"provenance.field.{key}")
    words = [word for word in key.replace("_", " ").split() if word not in ("bytes",)]
    return " ".join(_WORDS.get(word, word) for word in words)
