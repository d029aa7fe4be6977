"""Artifacts of a run: what it logs becomes a version in its project, what it uses is recorded."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from typing import Any

from collector.artifacts.artifact import Artifact, Logged
from collector.artifacts.names import NAME_LIMIT, ArtifactError
from collector.artifacts.store import LATEST, Store
from collector.runlog.paths import RunPaths, safe_name


class RunArtifacts:
    """The artifacts that one run logs and uses."""

    def __init__(self, paths: RunPaths, record: Callable[[dict[str, Any]], object]) -> None:
        self._paths = paths
        self._record = record

    def log(self, given: Any, name: str | None, kind: str | None, aliases: Iterable[str] | None) -> Artifact:
        """Log an artifact, or a file or folder as one."""
        artifact = self._made_of(given, name, kind)
        wanted = list(dict.fromkeys([*([aliases] if isinstance(aliases, str) else aliases or ()), LATEST]))
        version = artifact.log_to(
            self._store(self._paths.project), self._paths.project, self._paths.run_id, wanted, time.time()
        )
        manifest = version.manifest
        self._record(
            {
                "k": "artifact",
                "name": manifest.name,
                "type": manifest.type,
                "version": version.name,
                "digest": manifest.digest,
                "files": len(manifest.entries),
                "bytes": manifest.size,
                "aliases": wanted,
            }
        )
        return artifact

    def use(self, given: Any, kind: str | None) -> Artifact:
        """Find `name:alias`, `project/name:v3`; one that is not found says so when its files are needed."""
        if isinstance(given, Artifact):
            if given.is_draft() and given.state != "MISSING":
                return self.log(given, None, kind, None)
            asked = given.qualified_name
        else:
            asked = str(given)
        project, name, alias = self._split(asked)
        store = self._store(project)
        try:
            version = store.find(name, alias)
        except ArtifactError as error:
            return Artifact.not_found(name, kind or "", error)
        manifest = version.manifest
        record = {"k": "use", "name": manifest.name, "type": manifest.type, "version": version.name}
        record |= {"digest": manifest.digest, "as": asked}
        self._record(record if project == self._paths.project else {**record, "project": project})
        return Artifact.of_version(Logged(store, version, project))

    def link(self, artifact: Artifact, target: str, aliases: Iterable[str] | None) -> Artifact:
        """Make a version known under the name of a collection, too."""
        name = str(target).rstrip("/").rpartition("/")[2].replace(" ", "-")
        logged = (self.log(artifact, None, None, None) if artifact.is_draft() else artifact)._found()
        version = logged.version._replace(manifest=logged.version.manifest._replace(name=name))
        return self.log(Artifact.of_version(logged._replace(version=version)), None, None, aliases)

    def _made_of(self, given: Any, name: str | None, kind: str | None) -> Artifact:
        if isinstance(given, Artifact):
            return given
        path = os.fspath(given)
        made = Artifact(name or default_name(self._paths.run_id, path), kind or "unspecified")
        if "://" in path:
            made.add_reference(path)
        elif os.path.isdir(path):
            made.add_dir(path)
        else:
            made.add_file(path)
        return made

    def _split(self, asked: str) -> tuple[str, str, str]:
        """Project, name and alias; of entity/project/name the entity has no meaning here."""
        path, _, alias = asked.partition(":")
        *before, name = path.split("/")
        project = safe_name(before[-1]) if before else self._paths.project
        return project, name, alias or LATEST

    def _store(self, project: str) -> Store:
        return Store(os.path.join(self._paths.root, project, "artifacts"))


def default_name(run_id: str, path: str) -> str:
    """The name of an artifact made from a path, as wandb makes it."""
    stem = os.path.basename(path.rstrip("/")) or "files"
    return usable_name(f"run-{run_id}-{stem}")


def usable_name(text: str) -> str:
    """A text with everything an artifact's name can not have turned into dashes."""
    kept = (letter if letter.isascii() and (letter.isalnum() or letter in "._-") else "-" for letter in text)
    return "".join(kept)[:NAME_LIMIT]


def code_artifact(
    root: str, name: str, keeps: Callable[[str], bool], leaves_out: Callable[[str], bool]
) -> Artifact | None:
    """The source files below a folder as an artifact; None where there are none."""
    artifact = Artifact(name, "code")
    count = 0
    for folder, subfolders, files in os.walk(root):
        subfolders[:] = sorted(
            one for one in subfolders if one not in SKIPPED_FOLDERS and not one.startswith(".")
        )
        for file in sorted(files):
            path = os.path.join(folder, file)
            if keeps(path) and not leaves_out(path) and os.path.isfile(path):
                artifact.add_file(path, os.path.relpath(path, root).replace(os.sep, "/"))
                count += 1
    return artifact if count else None


SKIPPED_FOLDERS = frozenset(["__pycache__", "node_modules", "runlogs", "wandb", "venv", "site-packages"])
"""Folders in which no code of the user's is."""
