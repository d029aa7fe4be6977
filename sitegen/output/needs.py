"""What a page cannot do without: the files that it loads, by their paths from the site's root."""

from __future__ import annotations

import posixpath
import re

from sitegen.output.paths import is_hashed

_LOADED = re.compile(r'<(?:link\b[^>]*?\bhref|script\b[^>]*?\bsrc|img\b[^>]*?\bsrc)="([^"#?]+)')
_SCRIPTS = re.compile(r'"(?:vega|templates|catalog)":"(assets/[^"\\]+)"')
"""A quote in a user's text is escaped, so none looks like this, nor like the next."""
_PACKS = re.compile(r'"packs":\{"folder":"([^"\\]*)","files":\[((?:\["\w+",\d+,\d+\],?)*)\]\}')
_PACK = re.compile(r'"(\w+)"')
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
        text = content.decode("utf-8", "replace")
        packs = (
            f"{folder}{name}.js" for folder, files in _PACKS.findall(text) for name in _PACK.findall(files)
        )
        return tuple(dict.fromkeys([*packs, *_SCRIPTS.findall(text)]))
    return ()
