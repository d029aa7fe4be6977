"""Copyright notices of what the Vega bundle contains; the bundle itself carries none.

The copyright lines were read from the packages' own licence files. The BSD text is read from the installed
dependency; ISC and MIT texts come with no package we depend on for this, so they stand here.
"""

from __future__ import annotations

BSD_PARTS = (
    (
        "Vega 6 and its vega-* modules",
        "Copyright (c) 2015-2023, University of Washington Interactive Data Lab",
    ),
    ("Vega-Lite 6, Vega-Embed 7", "Copyright (c) 2015, University of Washington Interactive Data Lab"),
    ("vega-themes", "Copyright (c) 2016, University of Washington Interactive Data Lab"),
    ("vega-tooltip", "Copyright 2016 Interactive Data Lab and contributors"),
    ("vega-schema-url-parser", "Copyright (c) 2017, Vega"),
    ("d3-ease", "Copyright 2010-2026 Mike Bostock; Copyright 2001 Robert Penner"),
    ("rw", "Copyright (c) 2014-2016, Michael Bostock"),
)

ISC_PARTS = (
    (
        "d3-array, d3-color, d3-dispatch, d3-force, d3-format, d3-geo, d3-hierarchy, d3-interpolate, "
        "d3-path, d3-quadtree, d3-scale, d3-scale-chromatic, d3-shape, d3-time, d3-time-format, d3-timer",
        "Copyright 2010-2026 Mike Bostock",
    ),
    ("d3-dsv, d3-geo-projection", "Copyright 2013-2026 Mike Bostock"),
    ("d3-delaunay", "Copyright 2018-2026 Observable, Inc.; Copyright 2021 Mapbox"),
    ("delaunator", "Copyright (c) 2026, Mapbox"),
    ("internmap", "Copyright 2021 Mike Bostock"),
    ("topojson-client", "Copyright 2012-2019 Michael Bostock"),
    ("semver", "Copyright (c) Isaac Z. Schlueter and Contributors"),
)

MIT_PARTS = (
    ("fast-json-patch", "Copyright (c) 2013, 2014, 2020 Joachim Wester"),
    ("json-stringify-pretty-compact", "Copyright (c) 2014, 2016, 2017, 2019, 2021, 2022 Simon Lydell"),
)

OTHER_PARTS = (
    ("robust-predicates", "The Unlicense: dedicated to the public domain by its author"),
    ("tslib", "0BSD: Copyright (c) Microsoft Corporation"),
)

FONT = """\
Liberation Sans: Digitized data copyright (c) 2010 Google Corporation; Copyright (c) 2012 Red Hat, Inc.
  The letters that exported charts bring along are a subset of it, under a name of their own. It is licensed
  under the SIL Open Font License, Version 1.1, whose text is published by SIL International; a document made
  with it is under no licence of the font's."""

ISC = """\
Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is
hereby granted, provided that the above copyright notice and this permission notice appear in all
copies.

THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS SOFTWARE
INCLUDING ALL IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE
FOR ANY SPECIAL, DIRECT, INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM
LOSS OF USE, DATA OR PROFITS, WHETHER IN AN ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION,
ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF THIS SOFTWARE."""

MIT = """\
Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
associated documentation files (the "Software"), to deal in the Software without restriction, including
without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the
following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial
portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT
LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN
NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY,
WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE
SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE."""


def notices() -> str:
    """The text file that stands beside the bundle in every site."""
    sections = (
        "The Vega script of this site contains the works listed here, as packed by vl-convert-python.",
        _section("BSD 3-Clause", BSD_PARTS, _bsd_text()),
        _section("ISC", ISC_PARTS, ISC),
        _section("MIT", MIT_PARTS, MIT),
        _section("Others", OTHER_PARTS, ""),
        f"The font of exported charts\n{27 * '='}\n\n{FONT}",
    )
    return "\n\n\n".join(sections).rstrip() + "\n"


def _section(title: str, parts: tuple[tuple[str, str], ...], text: str) -> str:
    lines = [title, "=" * len(title), ""]
    for name, copyright_line in parts:
        lines += [name, f"  {copyright_line}"]
    return "\n".join([*lines, "", text]).rstrip()


def _bsd_text() -> str:
    from importlib.metadata import PackageNotFoundError, files

    try:
        found = [file for file in files("vl-convert-python") or () if file.name.startswith("LICENSE")]
    except PackageNotFoundError:
        found = []
    if not found:
        return "The licence text is published as SPDX BSD-3-Clause; vl-convert-python came without its file."
    text = found[0].read_text(encoding="utf-8").strip()
    return f"vl-convert-python's licence, whose conditions are those of the works above:\n\n{text}"
