"""A unified patch as HTML: one foldable part per file, added and removed lines marked, hostile text inert."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup, escape

from sitegen.pages.formatting import visible

LINE_LIMIT = 4000
"""Lines of a patch that a page shows; the rest is counted."""
_HUNK = re.compile(r"@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@")


@dataclass(frozen=True)
class PatchFile:
    """The changes of one file."""

    path: str
    added: int
    removed: int
    html: Markup


@dataclass(frozen=True)
class Patch:
    """A patch, file by file."""

    files: tuple[PatchFile, ...]
    added: int
    removed: int
    left_out: int
    """Lines beyond what a page shows."""


def patch_of(text: str) -> Patch:
    """The files of a unified diff with their changes counted and marked."""
    lines = text.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    files = tuple(_file(path, body) for path, body in _split(lines[:LINE_LIMIT]))
    return Patch(
        files=files,
        added=sum(file.added for file in files),
        removed=sum(file.removed for file in files),
        left_out=max(0, len(lines) - LINE_LIMIT),
    )


def _split(lines: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Each file's path and lines; a patch without `diff --git` lines is split at its `---` lines."""
    has_git = any(line.startswith("diff --git ") for line in lines)
    path, body = "", list[str]()
    for number, line in enumerate(lines):
        following = lines[number + 1] if number + 1 < len(lines) else ""
        begins = (
            line.startswith("diff --git ")
            if has_git
            else line.startswith("--- ") and following.startswith("+++ ")
        )
        if begins and body:
            yield path or "patch", body
            path, body = "", []
        if line.startswith("diff --git "):
            path = line.rpartition(" b/")[2] or line
        elif line.startswith("+++ ") and line != "+++ /dev/null":
            path = line[4:].split("\t")[0].removeprefix("b/")
        body.append(line)
    if body:
        yield path or "patch", body


def _file(path: str, lines: list[str]) -> PatchFile:
    rows, added, removed = [], 0, 0
    old = new = 0
    in_hunk = False
    for line in lines:
        hunk = _HUNK.match(line)
        if hunk:
            in_hunk, old, new = True, int(hunk[1]), int(hunk[2])
            rows.append(_row("hunk", "", "", line))
        elif not in_hunk:
            rows.append(_row("meta", "", "", line))
        elif line.startswith("+"):
            rows.append(_row("add", "", str(new), line))
            new, added = new + 1, added + 1
        elif line.startswith("-"):
            rows.append(_row("del", str(old), "", line))
            old, removed = old + 1, removed + 1
        else:
            rows.append(_row("same", str(old), str(new), line))
            old, new = old + 1, new + 1
    return PatchFile(visible(path), added, removed, Markup("".join(rows)))


def _row(kind: str, old: str, new: str, line: str) -> str:
    return f'<span class="{kind}"><i>{old}</i><i>{new}</i>{escape(visible(line[:2000]))}\n</span>'
