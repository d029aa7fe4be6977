"""Files, functions and parameter lists stay small enough to be read; the exceptions may only shrink."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.contract.imports import ROOT, package_files

FILE_LINES = 500
SCRIPT_LINES = 300
FUNCTION_LINES = 60
LONG_FUNCTION_LINES = 35
LONG_FUNCTION_SHARE = 0.05
PARAMETERS = 7

EXCEPTIONS: dict[str, str] = {
    "collector/__init__.py:init": "the arguments of wandb's init, so that scripts need no change",
}
"""`file` or `file:function` → why it may be longer. Entries are removed, not added."""

FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "misc"}


class Function(NamedTuple):
    where: str
    lines: int
    parameters: int


def functions(path: Path) -> Iterator[Function]:
    """Every function of a file, with its length from `def` to its end and its parameters but self."""
    file = path.relative_to(ROOT).as_posix()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            names = [one.arg for one in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
            counted = [name for name in names if name not in {"self", "cls"}]
            assert node.end_lineno is not None
            yield Function(f"{file}:{node.name}", node.end_lineno - node.lineno + 1, len(counted))


PYTHON = package_files("collector", "sitegen", "examples", "benchmarks")
FUNCTIONS = [function for path in PYTHON for function in functions(path)]


def written_files() -> list[tuple[str, int]]:
    """Every source file with its limit of lines."""
    themes = ROOT / "themes"
    scripts = [(path, SCRIPT_LINES) for path in themes.rglob("*.js")]
    others = [(path, FILE_LINES) for suffix in ("css", "j2", "html") for path in themes.rglob(f"*.{suffix}")]
    found = [(path, FILE_LINES) for path in (*PYTHON, *package_files("tests"))] + scripts + others
    kept = [(path, limit) for path, limit in found if "node_modules" not in path.parts]
    return [(path.relative_to(ROOT).as_posix(), limit) for path, limit in kept]


@pytest.mark.parametrize(("file", "limit"), written_files())
def test_file_is_short_enough(file: str, limit: int) -> None:
    """A file holds one idea."""
    lines = len((ROOT / file).read_text(encoding="utf-8").splitlines())
    assert lines <= limit or file in EXCEPTIONS, f"{file} has {lines} lines, the limit is {limit}"


def test_no_function_is_too_long() -> None:
    """No function is longer than a screen."""
    long = [one for one in FUNCTIONS if one.lines > FUNCTION_LINES and one.where not in EXCEPTIONS]
    assert long == []


def test_nearly_all_functions_are_short() -> None:
    """19 of 20 functions are under 35 lines."""
    long = [one for one in FUNCTIONS if one.lines > LONG_FUNCTION_LINES]
    assert len(long) <= LONG_FUNCTION_SHARE * len(FUNCTIONS), sorted(long, key=lambda one: -one.lines)


def test_no_function_takes_too_many_parameters() -> None:
    """More than seven parameters travel as one object."""
    wide = [one for one in FUNCTIONS if one.parameters > PARAMETERS and one.where not in EXCEPTIONS]
    assert wide == []


def test_exceptions_are_still_needed() -> None:
    """An exception whose function or file became short, or went, is taken off the list."""
    lengths = dict(written_files())
    long_files = {
        file for file, limit in lengths.items() if len((ROOT / file).read_text().splitlines()) > limit
    }
    long_functions = {
        one.where for one in FUNCTIONS if one.lines > FUNCTION_LINES or one.parameters > PARAMETERS
    }
    assert set(EXCEPTIONS) - long_files - long_functions == set()


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_module_is_named_after_its_idea(path: Path) -> None:
    """No drawer for leftovers."""
    assert path.stem not in FORBIDDEN_NAMES
