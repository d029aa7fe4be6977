"""The reference pages of mkdocs-style.yml and of workspace files, made from the option classes themselves.

python -m sitegen.config.reference > docs/reference/configuration.md
python -m sitegen.config.reference workspaces > docs/reference/workspaces.md
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections import abc
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from itertools import pairwise
from pathlib import Path
from types import NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from sitegen.config.check import is_option
from sitegen.config.options import Config
from sitegen.config.workspace_options import WorkspaceOptions

INTRODUCTION = """\
# mkdocs-style.yml

Settings of a site. The file is optional: without one, `sitegen build` reads `./runlogs` and writes `./site`.
`sitegen new` writes a commented one to start from.

* The file is YAML 1.2: `1e-4` is a number, `no` is a text. A key that stands twice is an error.
* Paths are relative to the file. `~` is your home folder.
* An unknown key is a warning with the nearest known one, and an error with `strict: true` or `--strict`.
  Every problem is told at once, with its line; then nothing is built.
* `INHERIT: ../base.yml` takes the settings of another file where this one says nothing. Groups of options
  are merged, lists are replaced.
* Folders named on the command line replace `runs_dir`.

This page is made from the code by `python -m sitegen.config.reference`.
"""


WORKSPACES = """\
# Workspace files

A workspace is a file that says what a project's page shows at first: which charts in which sections, which
runs, how they are filtered, grouped, sorted and coloured. [Keep a workspace](../how-to/keep-a-workspace.md)
tells how to make one from a page.

* `sitegen build` reads `workspaces/*.yml` beside mkdocs-style.yml, each with a `project`, and
  `workspaces/<project>/*.yml`. Another folder: [`workspaces_dir`](configuration.md).
* The first workspace of a project, or that with `default: true`, is the project's page; the others stand in
  `<project>/w/`, and the head of each page leads to all of them. Without a file the page is automatic.
* An unknown key, and a metric, column or run that is not there, is a warning with file, line and the nearest
  name, and an error with `--strict`. A filter that is no expression is always an error.
* Readers can change all of it in the page. Their address then carries what differs from the file.

```yaml
project: digits
title: Ablation
filter: val/acc > 0.8 and tag("paper")
group: [cfg.lr]
sort: [val/acc.max desc]
sections:
  - title: Results
    charts:
      - val/acc
      - metric: val/loss
        y: log
  - train           # the automatic section of train/*
  - title: GPUs
    folded: true
```

This page is made from the code by `python -m sitegen.config.reference workspaces`.
"""


def page() -> str:
    """The whole page on mkdocs-style.yml as Markdown."""
    return "\n".join([INTRODUCTION, *_group(Config, "")])


def workspaces_page() -> str:
    """The whole page on workspace files as Markdown."""
    return "\n".join([WORKSPACES, *_group(WorkspaceOptions, "")])


def _group(kind: type[Any], path: str) -> Iterator[str]:
    """A section for a class, then one for each class its options hold."""
    helps, hints = attribute_docs(kind), get_type_hints(kind)
    yield f"## {f'`{path}`' if path else 'Top level'}\n\n{kind.__doc__}\n"
    yield "| key | type | default | |\n|---|---|---|---|"
    shown = [option for option in fields(kind) if is_option(option)]
    for option in shown:
        kind_words = _type(hints[option.name], option)
        yield f"| `{option.name}` | {kind_words} | {_default(option)} | {helps[option.name]} |"
    yield ""
    for option in shown:
        inner, part = _inner(hints[option.name])
        if inner is not None:
            yield from _group(inner, f"{path}.{option.name}{part}".lstrip("."))


def attribute_docs(kind: type[Any]) -> Mapping[str, str]:
    """The text beneath each attribute of a class, on one line."""
    tree = ast.parse(Path(inspect.getfile(kind)).read_text(encoding="utf-8"))
    body = next(
        node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == kind.__name__
    ).body
    found = {}
    for node, below in pairwise(body):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and _is_text(below):
            found[node.target.id] = " ".join(below.value.value.split())  # type: ignore[attr-defined]
    return found


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _inner(hint: Any) -> tuple[type[Any] | None, str]:
    """The option class inside a type, and how its keys are reached."""
    if is_dataclass(hint) and isinstance(hint, type):
        return hint, ""
    if get_origin(hint) is abc.Mapping:
        return get_args(hint)[1], ".<name>"
    if get_origin(hint) is tuple and is_dataclass(get_args(hint)[0]):
        return get_args(hint)[0], "[]"
    return None, ""


def _type(hint: Any, option: Field[Any]) -> str:
    if NoneType in get_args(hint):
        hint = next(arg for arg in get_args(hint) if arg is not NoneType)
    if _inner(hint)[0] is not None:
        return "options" if is_dataclass(hint) else _SEVERAL[get_origin(hint)]
    if get_origin(hint) is Literal:
        return " or ".join(f"`{choice}`" for choice in get_args(hint))
    if get_origin(hint) is tuple:
        return f"{_WORDS[get_args(hint)[0]]}, or a list"
    least, most = option.metadata.get("least"), option.metadata.get("most")
    limits = "" if least is None else f", at least {least}" if most is None else f", {least} to {most}"
    return _WORDS[hint] + limits


_SEVERAL: Mapping[Any, str] = {abc.Mapping: "options by name", tuple: "list of options"}
_WORDS = {str: "text", bool: "true or false", int: "whole number", float: "number", Path: "path"}


def _default(option: Field[Any]) -> str:
    value = option.default
    if value is MISSING or value is None or value in ((), ""):
        return ""
    if isinstance(value, tuple):
        return ", ".join(f"`{part}`" for part in value)
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


if __name__ == "__main__":
    print(workspaces_page() if sys.argv[1:] == ["workspaces"] else page(), end="")
