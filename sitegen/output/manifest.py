"""What the site's folder holds and that it is ours: two small files beside the pages.

`site-manifest.json` is a pure function of the site: every file with size and hash. The marker says that
sitegen made the folder, and lists older hashed files that stay for a while.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sitegen.errors import MisuseError
from sitegen.output.paths import is_hashed, path_complaint

MANIFEST = "site-manifest.json"
MARKER = ".runpress-site.json"
FORMAT = 1

KEPT_BUILDS = 2
"""For how many changed builds a hashed file outlives the pages that need it."""


@dataclass(frozen=True)
class FileEntry:
    """One file of the site."""

    size_bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """The files of a site, and those kept from earlier builds with their age in changed builds."""

    files: Mapping[str, FileEntry] = field(default_factory=dict)
    retained: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def read(cls, target: Path) -> Manifest:
        """The manifest of an existing site, empty if there is none; refuses a folder that is not ours."""
        return cls.of(target) if is_ours(target) else cls()

    @classmethod
    def of(cls, target: Path) -> Manifest:
        """What the two files of a folder say, whosever it is."""
        files = _object(target / MANIFEST).get("files")
        retained = _object(target / MARKER).get("retained")
        return cls(
            {path: FileEntry(*entry) for path, entry in _entries(files) if _is_entry(entry)},
            {path: age for path, age in _entries(retained) if isinstance(age, int)},
        )

    def contents(self) -> dict[str, bytes]:
        """Both files, ready to be written."""
        return {
            # No path of a site has a quote, a backslash or a control character in it. With json these lines
            # take ten times as long, and a large site has tens of thousands.
            MANIFEST: _text(
                "files",
                (f'"{path}": [{one.size_bytes}, "{one.sha256}"]' for path, one in sorted(self.files.items())),
            ),
            MARKER: _text("retained", (f'"{path}": {age}' for path, age in sorted(self.retained.items()))),
        }

    def followed_by(self, files: Mapping[str, FileEntry]) -> Manifest:
        """The manifest after a build that changed the site to `files`."""
        ages = {path: 1 for path in self.files.keys() - files.keys() if is_hashed(path)}
        ages.update({path: age + 1 for path, age in self.retained.items() if path not in files})
        return Manifest(files, {path: age for path, age in ages.items() if age <= KEPT_BUILDS})

    @property
    def every_path(self) -> set[str]:
        """All files of ours in the folder but the two of this module."""
        return {*self.files, *self.retained}


def is_ours(target: Path) -> bool:
    """Whether a folder holds a site; one that holds what sitegen did not make is refused."""
    if not target.exists():
        return False
    if not target.is_dir():
        raise MisuseError(f'site_dir: "{target}" is a file.', hint="Choose a folder for the site.")
    if (target / MARKER).is_file():
        return True
    if any(target.iterdir()):
        raise MisuseError(
            f'site_dir: "{target}" holds files that sitegen did not make, so it is left alone.',
            hint="Choose an absent or empty folder with --site-dir or site_dir, or empty this one.",
        )
    return False


def _object(path: Path) -> Mapping[str, Any]:
    """A JSON object from a file; empty when damaged: then nothing is known to be ours to delete."""
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _entries(found: object) -> list[tuple[str, Any]]:
    # A path in a manifest is a path we will delete one day: one that leads elsewhere is not believed.
    if not isinstance(found, dict):
        return []
    return [(path, entry) for path, entry in found.items() if not path_complaint(path)]


def _is_entry(entry: object) -> bool:
    return isinstance(entry, list) and len(entry) == 2


def _text(name: str, lines: Iterable[str]) -> bytes:
    listed = ",\n".join(lines)
    text = f'{{\n"format": {FORMAT},\n"made_by": "runpress sitegen",\n"{name}": {{\n{listed}\n}}\n}}\n'
    return text.encode()
