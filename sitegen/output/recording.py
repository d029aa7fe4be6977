"""A site in memory, for tests and measurements."""

from __future__ import annotations

import hashlib

from sitegen.output.needs import needs_of
from sitegen.output.paths import Claims, check_path
from sitegen.output.staging import Made, asset_path


class RecordingTree:
    """Takes files as `Tree` and its staging do, and keeps them in `files`."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.staging = self
        self._claims = Claims()

    def put(self, path: str, content: bytes) -> Made:
        """Keeps a file, as yet for nobody."""
        check_path(path)
        is_new = path not in self.files
        digest = hashlib.sha256(content).hexdigest()
        made = Made(path, len(content), digest, needs_of(path, content), is_new)
        self.files.setdefault(path, content)
        return made

    def take(self, made: Made) -> None:
        """Accepts a file; a second one at the same path is refused."""
        self._claims.take(made.path, made.sha256)

    def write(self, path: str, content: bytes) -> None:
        """Keeps a file and accepts it."""
        self.take(self.put(path, content))

    def asset(self, stem: str, suffix: str, content: bytes) -> str:
        """Keeps `assets/<stem>.<hash><suffix>` and returns that path."""
        path = asset_path(stem, suffix, content)
        self.write(path, content)
        return path
