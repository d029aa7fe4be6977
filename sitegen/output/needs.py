"""What a page cannot do without: the files that it loads, by their paths from the site's root."""

from __future__ import annotations

import posixpath
import re

from sitegen.output.paths import is_hashed

_LOADED = re.compile(r'<(?:link\b[^>]*?\bhref|script\b[^>]*?\bsrc|img\b[^>]*?\bsrc)="([^"#?]+)')
_ADDRESSES = re.compile(r'\["(data/[^"\\]+\.js)",\d+,\d+\]|"(?:vega|templates|catalog)":"(assets/[^"\\]+)"')
"""Chunks with their runs, and scripts. A quote in a user's text is escaped, so none looks like these."""
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|/", re.IGNORECASE)
PAGE_DATA = b"site.page("


def needs_of(path: str, content: bytes) -> tuple[str, ...]:
    """The files that a page or the script with its data refers to; nothing for files of any other kind."""
    if path.endswith(".html") and not is_hashed(path):
        folder = posixpath.dirname(path)
        found = (
            posixpath.normpath(posixpath.join(folder, address))
            for address in _LOADED.findall(content.decode("utf-8", "replace"))
            if not _ELSEWHERE.match(address)
        )
        return tuple(dict.fromkeys(found))
    if path.startswith("assets/") and content.startswith(PAGE_DATA):
        matches = _ADDRESSES.findall(content.decode("utf-8", "replace"))
        return tuple(dict.fromkeys(chunk or script for chunk, script in matches))
    return ()
