"""A site in memory, for tests and measurements."""

from __future__ import annotations

from sitegen.output.paths import Claims
from sitegen.output.tree import asset_path


class RecordingTree:
    """Takes files as `Tree` does and keeps them in `files`."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self._claims = Claims()

    def write(self, path: str, content: bytes) -> None:
        """Keeps a file; a second one at the same path is refused."""
        if self._claims.take(path, asset_path("", "", content)):
            self.files[path] = content

    def asset(self, stem: str, suffix: str, content: bytes) -> str:
        """Keeps `assets/<stem>.<hash><suffix>` and returns that path."""
        path = asset_path(stem, suffix, content)
        self.write(path, content)
        return path
