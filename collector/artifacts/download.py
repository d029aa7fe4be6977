"""Real files from a version of an artifact: written beside their place, compared, then put there."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from collector.artifacts.names import ArtifactError
from collector.artifacts.store import copy_and_digest

if TYPE_CHECKING:
    from collector.artifacts.artifact import Logged
    from collector.artifacts.manifest import Entry


def folder_for(logged: Logged, env: Mapping[str, str] = os.environ) -> str:
    """Where a version is downloaded to unless told otherwise."""
    version = logged.version
    root = env.get("COLLECT_ARTIFACT_DIR") or env.get("WANDB_ARTIFACT_DIR") or "artifacts"
    return os.path.abspath(os.path.join(root, f"{version.manifest.name}-{version.name}"))


def download(logged: Logged, root: str | None, skip_references: bool) -> str:
    """Write all files below a folder; files that are there already and right are left alone."""
    folder = os.path.abspath(root) if root is not None else folder_for(logged)
    os.makedirs(folder, exist_ok=True)
    for path, entry in logged.version.manifest.entries.items():
        if not (entry.reference and skip_references):
            _place(logged, path, entry, folder)
    return folder


def download_file(logged: Logged, path: str, root: str | None) -> str:
    """Write one file below a folder; its path."""
    folder = os.path.abspath(root) if root is not None else folder_for(logged)
    os.makedirs(folder, exist_ok=True)
    return _place(logged, path, logged.version.manifest.entries[path], folder)


def _place(logged: Logged, path: str, entry: Entry, folder: str) -> str:
    *folders, file = path.split("/")
    parent = folder
    for part in folders:
        parent = os.path.join(parent, part)
        if os.path.islink(parent):
            raise ArtifactError(f"{parent} is a link, which may lead out of {folder}.", "Remove it.")
        os.makedirs(parent, exist_ok=True)
    target = os.path.join(parent, file)
    if not _is_there(target, entry):
        logged.store.fetch(entry, target)
    return target


def _is_there(target: str, entry: Entry) -> bool:
    if os.path.islink(target) or not os.path.isfile(target) or os.path.getsize(target) != entry.size:
        return False
    return entry.sha256 is not None and copy_and_digest(target).sha256 == entry.sha256
