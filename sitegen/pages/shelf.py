"""Where a run's media go in the site: each file once per project, under the digest of its content."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sitegen.pages.frames import html_frame
from sitegen.pages.pagedata import call_script


@dataclass
class Shelf:
    """Collects the files that the media of a run's page need."""

    folder: str
    """From the site's root: `data/<project>/media`."""
    sources: Mapping[str, Path]
    """The run's media files, as `<sha256>.<ext>`."""
    _files: dict[str, Path | bytes] = field(default_factory=dict)

    def file(self, item: Mapping[str, Any]) -> str:
        """Path of an item's file from the site's root; empty where it is missing or not whole."""
        name = f"{item['sha256']}.{item['ext']}"
        if not self._is_whole(name, item.get("bytes")):
            return ""
        return self._put(name, self.sources[name])

    def content(self, item: Mapping[str, Any]) -> bytes | None:
        """What is in an item's file, None where it is missing or not whole."""
        name = f"{item['sha256']}.{item['ext']}"
        if not self._is_whole(name, item.get("bytes")):
            return None
        try:
            return self.sources[name].read_bytes()
        except OSError:
            return None

    def frame(self, item: Mapping[str, Any]) -> str:
        """Path of a page for a sandboxed frame that holds an item's HTML."""
        content = self.content(item)
        return "" if content is None else self._put(f"{item['sha256']}.html", html_frame(content))

    def add(self, suffix: str, content: bytes) -> str:
        """Path of a file of ours, named by its content."""
        return self._put(f"{hashlib.sha256(content).hexdigest()[:20]}{suffix}", content)

    def script(self, data: Any) -> str:
        """Path of a script that hands data to the page, by the path's own name."""
        key = hashlib.sha256(call_script("site.media", "", data)).hexdigest()[:20]
        return self._put(f"{key}.js", call_script("site.media", key, data))

    def files(self, written: set[str]) -> Iterator[tuple[str, bytes]]:
        """Path and content of everything that was asked for and is not among what was written before."""
        for path, content in self._files.items():
            if path not in written:
                written.add(path)
                yield path, content if isinstance(content, bytes) else content.read_bytes()

    def _put(self, name: str, content: Path | bytes) -> str:
        path = f"{self.folder}/{name}"
        self._files[path] = content
        return path

    def _is_whole(self, name: str, size: object) -> bool:
        try:
            return name in self.sources and self.sources[name].stat().st_size == size
        except OSError:
            return False
