"""What every page's HTML has to be: well nested, without inline code or style, with quoted attributes."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = {"col", "meta", "link", "input", "img", "br", "wbr", "rect", "path", "circle"}


class PageReader(HTMLParser):
    """Reads a page and writes down what is wrong with it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.problems: list[str] = []
        self.links: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name.startswith("on") or name == "style":
                self.problems.append(f"<{tag} {name}={value!r}>")
            if name in ("href", "src") and value is not None:
                self.links.append(value)
        if tag == "style" or (tag == "script" and not dict(attrs).get("src")):
            self.problems.append(f"inline <{tag}>")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"</{tag}> closes something else")

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def read_page(content: bytes) -> PageReader:
    """The page, read to its end."""
    reader = PageReader()
    reader.feed(content.decode("utf-8"))
    reader.close()
    if reader.open:
        reader.problems.append(f"never closed: {reader.open}")
    return reader
