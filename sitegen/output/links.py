"""What the files of a site refer to, and what in a page would break its promises."""

from __future__ import annotations

import base64
import json
import posixpath
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote, urlsplit

LOADS = {
    "audio": "src", "embed": "src", "form": "action", "iframe": "src", "img": "src", "input": "src",
    "link": "href", "object": "data", "script": "src", "source": "src", "track": "src", "video": "src",
}  # fmt: skip
"""Elements that make a browser load something, with the attribute that says what."""

SEALED = "default-src 'none'"
CSS_ADDRESS = re.compile(r"""url\(\s*['"]?([^'")]+)['"]?\s*\)|@import\s+['"]([^'"]+)['"]""")
ADDRESS_IN_DATA = re.compile(r'"((?:assets|data)/[^"\\]+)"')


@dataclass
class Page(HTMLParser):
    """A page: where it leads, what it loads, its places, and what in it is not as it must be."""

    path: str
    loads: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    named: list[str] = field(default_factory=list)
    """Files named by their path from the site's root, for scripts."""
    places: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    policy: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Takes note of an element."""
        found = {name: value or "" for name, value in attrs}
        if "id" in found:
            self.places.add(found["id"])
        if tag == "meta" and found.get("http-equiv", "").lower() == "content-security-policy":
            self.policy = found.get("content", "")
        address = found.get(LOADS.get(tag, ""), "")
        if address:
            self.loads.append(address)
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        self.named += [value for value in found.values() if value.startswith(("assets/", "data/"))]
        inline = [name for name in found if name == "style" or name.startswith("on")]
        if inline or tag == "style" or (tag == "script" and not found.get("src")):
            self.faults.append(f"inline {inline[0] if inline else tag} in <{tag}>")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element without content is one like others."""
        self.handle_starttag(tag, attrs)


def read_page(path: str, content: bytes) -> Page:
    """A page of the site."""
    page = Page(path)
    page.feed(content.decode("utf-8", "replace"))
    page.close()
    if SEALED not in page.policy:
        page.faults.append("no Content-Security-Policy that begins with default-src 'none'")
    return page


def is_external(address: str) -> bool:
    """Whether an address leads to another host; `data:` and the like lead nowhere."""
    return address.startswith("//") or urlsplit(address).scheme in ("http", "https", "ftp", "ws", "wss")


def target(page: str, address: str) -> tuple[str, str] | None:
    """The file of the site and the place in it that an address means; None when it is of no file."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return None
    path = unquote(parts.path)
    if path.startswith("/"):
        return None  # the page for addresses that are missing, which a server shows anywhere
    full = posixpath.normpath(posixpath.join(posixpath.dirname(page), path)) if path else page
    return (posixpath.join(full, "index.html") if path.endswith("/") else full), unquote(parts.fragment)


def addresses_in_css(text: str) -> Iterator[str]:
    """What a style sheet loads."""
    for match in CSS_ADDRESS.finditer(text):
        yield match[1] or match[2]


def page_data(content: bytes) -> dict[str, Any] | None:
    """What a script hands to `site.page`; None for other scripts."""
    if not content.startswith(b"site.page("):
        return None
    try:
        found = json.loads(content.removeprefix(b"site.page(").rstrip().removesuffix(b");"))
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def needed_by(data: dict[str, Any]) -> Iterator[str]:
    """The files that a page's scripts will load: charts' chunks, indexes of points, what draws them."""
    packs = data.get("packs") or {"folder": "", "files": ()}
    for name, *_ in packs["files"]:
        yield f"{packs['folder']}{name}.js"
    for name in ("vega", "templates", "fonts", "catalog", "live"):
        if isinstance(data.get(name), str) and data[name]:
            yield data[name]
    for run in data.get("runs", ()):
        if run.get("tiles"):
            yield f"{data.get('tiles')}{run['tiles']}.js"


def tiles_in(path: str, content: bytes) -> Iterator[str]:
    """The files that an index of a run's points names; nothing for other chunks."""
    folder = posixpath.dirname(path)
    for entry in _header(content).get("series", ()):
        for level in entry.get("levels", ()):
            yield from (f"{folder}/{name}.js" for name in level["files"])


def _header(chunk: bytes) -> dict[str, Any]:
    """What a chunk says of itself; raises ValueError where it is none."""
    packed = chunk.split(b'"')[3] if chunk.startswith(b"site.data(") and chunk.count(b'"') >= 4 else b""
    try:
        raw = zlib.decompress(base64.b64decode(packed, validate=True), 31)
        found: dict[str, Any] = json.loads(raw[4 : 4 + int.from_bytes(raw[:4], "little")])
    except (zlib.error, ValueError) as error:
        raise ValueError(f"it is no chunk of data: {error}") from None
    return found
