"""Any other file, kept with the step at which it was logged."""

from __future__ import annotations

import os
from typing import Any

from collector.media.media import Item, Media, Sink, caption_text, ext_of, guarded, read_file, with_caption


class File(Media):
    """`File("tree.dot")`: the page offers it under its own name."""

    kind = "file"

    @guarded
    def __init__(self, path: Any, caption: str | None = None) -> None:
        self.caption = caption_text(caption)
        self._name = os.path.basename(os.fspath(path))
        self._ext = ext_of(path)
        self._content = read_file(path)
        self.size_bytes = len(self._content)

    def encode(self, sink: Sink) -> Item:
        """The file and its name."""
        return with_caption(sink.put(self._content, self._ext) | {"name": self._name[:200]}, self.caption)
