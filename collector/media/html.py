"""HTML of the user's own, which the site shows in a frame that can reach nothing."""

from __future__ import annotations

from typing import Any

from collector.media.media import (
    Item,
    Media,
    MediaError,
    Sink,
    caption_text,
    guarded,
    is_path,
    read_file,
    with_caption,
)


class Html(Media):
    """`Html("<b>text</b>")`, `Html("page.html")` or anything with `read`."""

    kind = "html"

    @guarded
    def __init__(
        self, data: Any, inject: bool = True, data_is_not_path: bool = False, caption: str | None = None
    ) -> None:
        # `inject` asks wandb to add its own style: the frame that shows this brings the site's.
        self.caption = caption_text(caption)
        names_file = isinstance(data, str) and not data_is_not_path and len(data) < 1000 and is_path(data)
        if names_file or hasattr(data, "__fspath__"):
            self._content = read_file(data)
        else:
            text = data.read() if hasattr(data, "read") else data
            if not isinstance(text, (str, bytes)):
                raise MediaError(f"HTML is a text, a file or its path, not a {type(data).__name__}")
            self._content = text if isinstance(text, bytes) else text.encode("utf-8", "backslashreplace")
        self.size_bytes = len(self._content)

    def encode(self, sink: Sink) -> Item:
        """The page."""
        return with_caption(sink.put(self._content, "html"), self.caption)
