"""The rooms of the house: nobody imports what the table does not allow, not even lazily."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.contract.architecture import LEAVES, LISTED_EXCEPTIONS, ROOMS
from tests.contract.imports import ROOT, Import, imports_of, module_name, package_files

FILES = package_files("collector", "sitegen")


def room_of(module: str) -> str:
    """The innermost room a module stands in."""
    parts = module.split(".")
    names = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next(name for name in names if name in ROOMS)


def problem(importer: str, file: str, found: Import) -> str | None:
    """Why an import is not allowed, or None."""
    top = found.module.split(".")[0]
    room_name = room_of(importer)
    room = ROOMS[room_name]
    if top in {"collector", "sitegen"}:
        return _problem_of_ours(importer, file, found, room_name)
    if top in sys.stdlib_module_names or found.is_for_types:
        return None
    if top in room.eager or (top in room.lazy and found.is_lazy):
        return None
    where = "only inside a function" if top in room.lazy else f"not in {room_name}"
    return f"{file}:{found.line} imports {top}: {where}"


def _problem_of_ours(importer: str, file: str, found: Import, room_name: str) -> str | None:
    if found.module in LEAVES and (found.module == "collector.version" or file.startswith("sitegen/")):
        return None
    target = room_of(found.module)
    if target == room_name or target in ROOMS[room_name].ours or (file, target) in LISTED_EXCEPTIONS:
        return None
    allowed = ", ".join(sorted(ROOMS[room_name].ours)) or "nothing"
    return f"{file}:{found.line} imports {found.module}; {room_name} may import {allowed}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_stay_within_the_rooms(path: Path) -> None:
    """A file imports only what the table of rooms allows to its room."""
    file = path.relative_to(ROOT).as_posix()
    found = imports_of(path.read_text(encoding="utf-8"))
    problems = [problem(module_name(path), file, one) for one in found]
    assert [told for told in problems if told] == []


def test_both_halves_are_looked_at() -> None:
    """The walk sees files of both packages: an empty walk would prove nothing."""
    assert {path.relative_to(ROOT).parts[0] for path in FILES} == {"collector", "sitegen"}


@pytest.mark.parametrize(
    ("importer", "file", "source"),
    [
        ("collector.runlog.lines", "collector/runlog/lines.py", "from collector import run"),
        ("collector.runlog.lines", "collector/runlog/lines.py", "def f():\n    import sitegen.build"),
        ("collector.run", "collector/run.py", "import numpy"),
        (
            "collector.run",
            "collector/run.py",
            "def f():\n    from importlib import import_module as i\n    import numpy",
        ),
        ("collector.system.cpu", "collector/system/cpu.py", "import psutil"),
        ("sitegen.derive.facts", "sitegen/derive/facts.py", "import sitegen.pages.home"),
        ("sitegen.output.tree", "sitegen/output/tree.py", "def f():\n    import polars"),
        (
            "sitegen.pages.run",
            "sitegen/pages/run.py",
            "import importlib\nimportlib.import_module('sitegen.output')",
        ),
    ],
)
def test_a_wrong_import_is_noticed(importer: str, file: str, source: str) -> None:
    """Imports against the arrow, eager or lazy, are found."""
    assert any(problem(importer, file, found) for found in imports_of(source))


def test_the_table_has_no_cycle() -> None:
    """The rooms can be put in an order in which each imports only earlier ones."""
    remaining = {name: set(room.ours) - {name} for name, room in ROOMS.items()}
    while remaining:
        free = {name for name, needs in remaining.items() if not needs & remaining.keys()}
        assert free, f"a cycle among {sorted(remaining)}"
        remaining = {name: needs for name, needs in remaining.items() if name not in free}
