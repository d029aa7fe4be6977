"""The letters of exported charts: Liberation Sans as vl_convert carries it, for SVG and PDF files to embed.

vl_convert sets text in this font and gives it to nobody; but the PDF that it makes of a text holds exactly
the glyphs of that text. The table of characters that a subset in a PDF lacks is written here, so that
browsers, too, take the font. Exports load it when somebody asks for one; no page does.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import struct
import zlib
from collections.abc import Iterable, Mapping
from html import escape
from itertools import chain
from pathlib import Path
from typing import Any

from sitegen.charts import cached

VERSION = 2
"""Raised when something below changes."""

FAMILY = "Liberation Sans"
WEIGHTS = {"regular": "normal", "bold": "bold"}
RANGES = (
    (0x20, 0x7F), (0xA0, 0xAD), (0xAE, 0x180), (0x384, 0x3CF), (0x400, 0x460),
    (0x2010, 0x2016), (0x2018, 0x2023), (0x2026, 0x2027), (0x2030, 0x2031), (0x2032, 0x2034),
    (0x2039, 0x203B), (0x2070, 0x2071), (0x2074, 0x208A), (0x20AC, 0x20AD), (0x2116, 0x2117),
    (0x2122, 0x2123), (0x2190, 0x2196), (0x2202, 0x2203), (0x2206, 0x2207), (0x220F, 0x2210),
    (0x2211, 0x2213), (0x221A, 0x221B), (0x221E, 0x221F), (0x222B, 0x222C), (0x2248, 0x2249),
    (0x2260, 0x2261), (0x2264, 0x2266),
)  # fmt: skip
"""Latin, Greek, Cyrillic, and the signs that names and numbers use; an export paints other characters."""

TWINS = {0x20: 0xA0, 0xA0: 0x20, 0x2D: 0xAD, 0xAD: 0x2D}
"""Characters that some releases of the font draw with one glyph, of which a PDF then tells only one."""

NAMES = {
    0: "Digitized data copyright (c) 2010 Google Corporation. Copyright (c) 2012 Red Hat, Inc.",
    1: "Chart Sans",
    2: "Regular",
    4: "Chart Sans",
    6: "ChartSans",
    13: "A subset of a font licensed under the SIL Open Font License, Version 1.1.",
}
"""The licence keeps the original name for the whole font; in a chart it is that chart's."""


def script(cache_dir: Path, user_dir: Path | None = None) -> bytes:
    """The classic script that hands the font to the page (about 150 KB, 0.4 s to make)."""
    key = hashlib.sha256(repr((VERSION, cached.tool_versions())).encode()).hexdigest()[:16]
    return cached.shared(cache_dir, user_dir, f"fonts-{key}.js", make)


def make() -> bytes:
    """The script, made anew."""
    faces = {name: face(weight) for name, weight in WEIGHTS.items()}
    return f"site.fonts={json.dumps(faces, separators=(',', ':'))};\n".encode()


def face(weight: str) -> dict[str, Any]:
    """A weight of the font: characters with their glyphs' widths in thousandths, and its file, deflated."""
    # Starts an engine: 0.3 s once.
    import vl_convert

    text = "".join(map(chr, chain.from_iterable(range(*one) for one in RANGES)))
    lines = "".join(
        # A space alone would be nothing.
        f'<text x="0" y="9" font-family="{FAMILY}" font-weight="{weight}">.{escape(letter)}.</text>'
        for letter in text
    )
    pdf = vl_convert.svg_to_pdf(f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{lines}</svg>')
    return described(*embedded(pdf))


def embedded(pdf: bytes) -> tuple[bytes, dict[int, int]]:
    """The font file inside a PDF, and by character the number of its glyph."""
    objects = {int(one[1]): one[2] for one in re.finditer(rb"(?s)\n(\d+) 0 obj\s(.*?)\nendobj", pdf)}
    wanted = FAMILY.replace(" ", "").encode()
    font = next(one for one in objects.values() if b"/Type0" in one and wanted in one)

    def follow(one: bytes, key: bytes) -> bytes:
        place = re.search(rb"/%b \[?(\d+)" % key, one)
        assert place is not None, f"the PDF of vl_convert names no {key.decode()}"
        return objects[int(place[1])]

    glyphs = follow(font, b"ToUnicode")
    parts = re.findall(rb"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]{4})>\n", glyphs.split(b"begincmap", 1)[1])
    descriptor = follow(follow(font, b"DescendantFonts"), b"FontDescriptor")
    stream = follow(descriptor, b"FontFile2").split(b"stream\n", 1)[1]
    # The codespace's range has the same form.
    found = {int(letter, 16): int(glyph, 16) for glyph, letter in parts if letter != b"FFFF"}
    return zlib.decompressobj().decompress(stream), with_twins(found)


def with_twins(glyphs: Mapping[int, int]) -> dict[int, int]:
    """The same glyphs by character, also for a space or hyphen that was told by its twin alone."""
    return {letter: glyphs[twin] for letter, twin in TWINS.items() if twin in glyphs} | dict(glyphs)


def described(file: bytes, glyphs: Mapping[int, int]) -> dict[str, Any]:
    """What the page is told of a font file."""
    tables = read_tables(file)
    count = struct.unpack(">H", tables["hhea"][34:36])[0]
    metrics = struct.unpack(f">{2 * count}H", tables["hmtx"][: 4 * count])
    widths = [metrics[2 * min(glyph, count - 1)] for glyph in glyphs.values()]
    letters = sorted(zip(glyphs, glyphs.values(), widths, strict=True))
    units = struct.unpack(">H", tables["head"][18:20])[0]
    content = write_tables(tables | {
        "cmap": character_map(glyphs),
        "name": names(NAMES),
        "OS/2": os2(glyphs, tables["hhea"]),
        "post": struct.pack(">LLhhLLLLL", 0x30000, 0, -150, 100, 0, 0, 0, 0, 0),
    })  # fmt: skip
    return {
        "text": "".join(chr(letter) for letter, _, _ in letters),
        "glyphs": [glyph for _, glyph, _ in letters],
        "widths": [round(1000 * width / units) for _, _, width in letters],
        "size": len(content),
        "file": base64.b64encode(zlib.compress(content, 9)).decode(),
    }


def read_tables(file: bytes) -> dict[str, bytes]:
    """The tables of a TrueType file by name."""
    count = struct.unpack(">H", file[4:6])[0]
    rows = (struct.unpack(">4sLLL", file[12 + 16 * at : 28 + 16 * at]) for at in range(count))
    return {tag.decode(): file[start : start + size] for tag, _, start, size in rows}


def write_tables(tables: Mapping[str, bytes]) -> bytes:
    """A TrueType file of these tables."""
    head = tables["head"][:8] + bytes(4) + tables["head"][12:]
    whole = sorted((dict(tables) | {"head": head}).items())
    power = len(whole).bit_length() - 1
    start = 12 + 16 * len(whole)
    rows, bodies, at = [], [], start
    for tag, content in whole:
        padded = content + bytes(-len(content) % 4)
        rows.append(struct.pack(">4sLLL", tag.encode(), _sum(padded), at, len(content)))
        bodies.append(padded)
        at += len(padded)
    search = 16 << power
    lead = struct.pack(">LHHHH", 0x10000, len(whole), search, power, 16 * len(whole) - search)
    file = lead + b"".join(rows) + b"".join(bodies)
    place = next(struct.unpack(">4sLLL", row)[2] for row in rows if row.startswith(b"head")) + 8
    return file[:place] + struct.pack(">L", (0xB1B0AFBA - _sum(file)) & 0xFFFFFFFF) + file[place + 4 :]


def _sum(content: bytes) -> int:
    words: tuple[int, ...] = struct.unpack(f">{len(content) // 4}L", content)
    return sum(words) & 0xFFFFFFFF


def character_map(glyphs: Mapping[int, int]) -> bytes:
    """The table from characters to glyphs, in the form for two-byte characters."""
    ends: list[tuple[int, int, int]] = []
    for letter, glyph in sorted(glyphs.items()):
        delta = (glyph - letter) & 0xFFFF
        if ends and ends[-1][1] == letter - 1 and ends[-1][2] == delta:
            ends[-1] = (ends[-1][0], letter, delta)
        else:
            ends.append((letter, letter, delta))
    ends.append((0xFFFF, 0xFFFF, 1))
    count = len(ends)
    power = count.bit_length() - 1

    def column(values: Iterable[int]) -> bytes:
        return struct.pack(f">{count}H", *values)

    body = struct.pack(">HHHH", 2 * count, 2 << power, power, 2 * count - (2 << power))
    body += column(end for _, end, _ in ends) + bytes(2) + column(start for start, _, _ in ends)
    body += column(delta for _, _, delta in ends) + bytes(2 * count)
    table = struct.pack(">HHH", 4, len(body) + 6, 0) + body
    return struct.pack(">HHHHL", 0, 1, 3, 1, 12) + table


def names(texts: Mapping[int, str]) -> bytes:
    """The table of what the font is called."""
    rows, body = [], b""
    for number, text in texts.items():
        encoded = text.encode("utf-16-be")
        rows.append(struct.pack(">HHHHHH", 3, 1, 0x409, number, len(encoded), len(body)))
        body += encoded
    return struct.pack(">HHH", 0, len(rows), 6 + 12 * len(rows)) + b"".join(rows) + body


def os2(letters: Iterable[int], hhea: bytes) -> bytes:
    """The table of metrics that browsers ask for."""
    ascent, descent, gap = struct.unpack(">hhh", hhea[4:10])
    known = sorted(letters)
    return struct.pack(
        ">HhHHHhhhhhhhhhhh10sLLLL4sHHHhhhHHLLhhHHH",
        4, 1000, 400, 5, 0, 1331, 1433, 0, 286, 1331, 1433, 0, 983, 102, 530, 0, bytes(10), 0, 0, 0, 0,
        b"    ", 0x40, known[0], known[-1],
        ascent, descent, gap, ascent, -descent, 1, 0, 1082, 1409, 0, 32, 0,
    )  # fmt: skip
