"""Text that is worth more than a line: samples, reports, prompts with their answers."""

from __future__ import annotations

from typing import Any

from collector.media.media import Item, Media, MediaError, Sink, caption_text, guarded, with_caption

TEXT_LIMIT = 4 << 20
"""Most characters; of a longer text the beginning is kept, and the item has its length."""


SLACK = 4096
"""Read beyond a limit before secrets are taken out: half of one would not be recognised."""


class Text(Media):
    """`Text("…", caption="sample 3")`; secrets are taken out."""

    kind = "text"

    @guarded
    def __init__(self, text: Any, caption: str | None = None) -> None:
        from collector.runlog import redact
        from collector.runlog.values import clean_text

        self.caption = caption_text(caption)
        whole = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
        if not whole:
            raise MediaError("there is no text")
        self._length = len(whole)
        self._content = clean_text(redact.text(whole[: TEXT_LIMIT + SLACK])[:TEXT_LIMIT]).encode()
        self.size_bytes = len(self._content)

    def encode(self, sink: Sink) -> Item:
        """The text as a file."""
        item = sink.put(self._content, "txt") | {"characters": self._length}
        return with_caption(item, self.caption)
