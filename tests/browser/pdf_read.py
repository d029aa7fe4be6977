"""Reads the PDF files of charts: objects by the table of places, texts by the fonts' maps."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass


@dataclass(frozen=True)
class Pdf:
    """A file of one page, taken apart."""

    size: tuple[float, float]
    title: str
    content: str
    """The operators of the page."""
    texts: tuple[str, ...]
    """What can be selected, in the order of the page."""
    embedded: dict[str, bytes]
    """Font files by the names that the page calls them."""
    pictures: int


def read_pdf(content: bytes) -> Pdf:
    """The file's page; fails where a place in the table or a length is wrong."""
    assert content.startswith(b"%PDF-1.7\n")
    assert content.endswith(b"%%EOF\n")
    objects = _objects(content)
    (root, about) = (_reference(content[content.rindex(b"trailer") :], name) for name in ("Root", "Info"))
    assert root is not None
    assert about is not None
    page = objects[_named(objects[_named(objects[root], "Pages")], r"Kids \[")]
    body = _stream(objects[_named(page, "Contents")])
    fonts = dict(re.findall(rb"/(F\d) (\d+) 0 R", page))
    maps = {name.decode(): _map(objects, int(number)) for name, number in fonts.items()}
    box = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", page)
    assert box is not None
    operators = body.decode("latin-1")
    return Pdf(
        size=(float(box[1]), float(box[2])),
        title=_phrase(objects[about], "Title"),
        content=operators,
        texts=tuple(_texts(operators, maps)),
        embedded={name.decode(): _font(objects, int(number)) for name, number in fonts.items()},
        pictures=len(re.findall(rb"/I\d+ \d+ 0 R", page)),
    )


def _objects(content: bytes) -> dict[int, bytes]:
    start = int(content[content.rindex(b"startxref") :].split()[1])
    table = content[start:].split(b"trailer")[0].split(b"\n")
    assert table[0] == b"xref"
    places = [int(line[:10]) for line in table[3:] if line]
    found = {}
    for number, place in enumerate(places, 1):
        lead = b"%d 0 obj\n" % number
        assert content[place : place + len(lead)] == lead, f"object {number} is not at {place}"
        body = content[place + len(lead) :]
        length = re.match(rb"(?s)<<.*?/Length (\d+)>>\nstream\n", body[:2000])
        # Only a stream begins so: a dictionary before another object's stream has an end in between.
        if length and b"endobj" not in length[0]:
            end = length.end() + int(length[1])
            assert body[end : end + 10] == b"\nendstream", f"the length of object {number} is wrong"
            found[number] = body[:end]
        else:
            found[number] = body[: body.index(b"\nendobj")]
    return found


def _reference(text: bytes, name: str) -> int | None:
    found = re.search(name.encode() + rb" ?(\d+) 0 R", text)
    return int(found[1]) if found else None


def _named(text: bytes, name: str) -> int:
    found = _reference(text, name)
    assert found is not None, f"{text!r} names no {name}"
    return found


def _stream(text: bytes) -> bytes:
    content = text.split(b"stream\n", 1)[1]
    return zlib.decompress(content) if b"/FlateDecode" in text.split(b"stream\n")[0] else content


def _map(objects: dict[int, bytes], font: int) -> dict[int, str]:
    text = _stream(objects[_named(objects[font], "ToUnicode")]).decode()
    pairs = re.findall(r"^<([0-9A-F]{4})> <((?:[0-9A-F]{4})+)>$", text, re.MULTILINE)
    return {int(glyph, 16): bytes.fromhex(letters).decode("utf-16-be") for glyph, letters in pairs}


def _font(objects: dict[int, bytes], font: int) -> bytes:
    child = objects[_named(objects[font], r"DescendantFonts \[")]
    return _stream(objects[_named(objects[_named(child, "FontDescriptor")], "FontFile2")])


def _phrase(text: bytes, name: str) -> str:
    found = re.search(rb"/%b <FEFF([0-9A-F]*)>" % name.encode(), text)
    assert found is not None
    return bytes.fromhex(found[1].decode()).decode("utf-16-be")


def _texts(operators: str, maps: dict[str, dict[int, str]]) -> list[str]:
    found = []
    for actual, font, glyphs in re.findall(
        r"(?:/Span <</ActualText <FEFF([0-9A-F]*)>>> BDC )?BT (?:3 Tr )?/(F\d) [^<]*<([0-9A-F]*)> Tj",
        operators,
    ):
        if actual:
            found.append(bytes.fromhex(actual).decode("utf-16-be"))
        else:
            numbers = (int(glyphs[at : at + 4], 16) for at in range(0, len(glyphs), 4))
            found.append("".join(maps[font][number] for number in numbers))
    return found
