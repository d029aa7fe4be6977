"""Reads which modules a file imports, anywhere in it, from its syntax tree."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]


class Import(NamedTuple):
    """One imported module and how it is imported."""

    module: str
    line: int
    is_lazy: bool
    """Inside a function: not paid for by importing the file."""
    is_for_types: bool
    """Under `if TYPE_CHECKING:`: never executed."""


def module_name(path: Path) -> str:
    """`sitegen/pages/__init__.py` → `sitegen.pages`."""
    parts = list(path.relative_to(ROOT).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def package_files(*packages: str) -> list[Path]:
    """Every Python file of the packages, sorted."""
    return sorted(path for package in packages for path in (ROOT / package).rglob("*.py"))


def imports_of(source: str) -> list[Import]:
    """Every import statement, also lazy ones, and `import_module("…")` with a literal name."""
    found: list[Import] = []
    _walk(ast.parse(source), False, False, found)
    return found


def _walk(node: ast.AST, is_lazy: bool, is_for_types: bool, found: list[Import]) -> None:
    for child in ast.iter_child_nodes(node):
        lazy = is_lazy or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for_types = is_for_types or (isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test))
        found.extend(Import(name, child.lineno, lazy, for_types) for name in _names(child))
        _walk(child, lazy, for_types, found)


def _names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        # `from collector import runlog` may name a module or an attribute: a module if the file exists.
        return [_module_or_parent(node.module or "", alias.name) for alias in node.names]
    if isinstance(node, ast.Call) and _called_name(node) in {"import_module", "__import__"}:
        first = node.args[0] if node.args else None
        return [first.value] if isinstance(first, ast.Constant) and isinstance(first.value, str) else []
    return []


def _called_name(node: ast.Call) -> str:
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _module_or_parent(parent: str, name: str) -> str:
    candidate = ROOT.joinpath(*parent.split("."), name)
    is_module = candidate.with_suffix(".py").is_file() or (candidate / "__init__.py").is_file()
    return f"{parent}.{name}" if is_module else parent
