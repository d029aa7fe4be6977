"""Where pages stand. No name that a user chose is a path as it is."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from sitegen.config import Workspace
from sitegen.derive.facts import ProjectFacts

_SAFE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,79}")
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9]|index|list-[0-9]+)(\..*)?", re.IGNORECASE)
_TAKEN = {"assets", "data", "static", "404.html", "patterns.html", "site-manifest.json", "search.js"}
"""What stands beside the projects' folders in a site."""


def folder(slug: str) -> str:
    """A project's folder in the site."""
    return slug if slug.lower() not in _TAKEN and _is_portable(slug) else _hashed(slug)


def workspace_page(workspace: Workspace | None, every: Sequence[Workspace]) -> str:
    """Path of a workspace's page in the project's folder; the first of all is the project's own page."""
    if workspace is None or workspace == every[0]:
        return "index.html"
    return f"w/{workspace.name if _is_portable(workspace.name) else _hashed(workspace.name)}.html"


def run_files(project: ProjectFacts) -> dict[str, str]:
    """Each run's file name without its suffix: the id, or a portable name where the id is none or taken."""
    return project.once("run files", None, lambda: _run_files(project))


def run_list(number: int) -> str:
    """The file of a page of the list of all runs, beside their own; 0 is the newest, 1 the oldest."""
    return f"list-{number}.html" if number else "index.html"


def _run_files(project: ProjectFacts) -> dict[str, str]:
    names: dict[str, str] = {}
    taken: set[str] = set()
    for run in reversed(project.runs):
        name = run.id if _is_portable(run.id) else _hashed(run.id)
        if name.lower() in taken:
            name = _hashed(run.id)
        taken.add(name.lower())
        names[run.id] = name
    return names


def _is_portable(name: str) -> bool:
    return bool(_SAFE.fullmatch(name)) and not _RESERVED.fullmatch(name) and not name.endswith(".")


def _hashed(name: str) -> str:
    words = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-").lower()[:32].strip("-")
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    return f"{words or 'x'}-{digest}"
