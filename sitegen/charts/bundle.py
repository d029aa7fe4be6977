"""Vega for the page: the bundle that vl_convert carries, closed up so that it adds no global of its own."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from sitegen.charts import cached
from sitegen.charts.notices import notices

VERSION = 1
"""Raised when the wrapping below changes."""

EXTERNAL_URL = re.compile(r"https?://(?!www\.w3\.org/)[^\s\"'`)<>\\]+")
"""Addresses in messages and menus we never show; the XML namespaces of w3.org are names, not requests."""


def script(cache_dir: Path, user_dir: Path | None = None) -> bytes:
    """The classic script that defines `site.vegaEmbed` and nothing else (about 0.9 MB, 1.3 s to make).

    It is kept with the site and once per user, so that a fresh checkout's first build finds it too.
    """
    key = hashlib.sha256(repr((VERSION, cached.tool_versions())).encode()).hexdigest()[:16]
    return cached.shared(cache_dir, user_dir, f"vega-{key}.js", make)


def licence_text() -> bytes:
    """Copyright notices and licence texts of everything in the bundle."""
    return notices().encode()


def make() -> bytes:
    """The script, made anew."""
    # Starts a JavaScript engine: about 1.3 s and 84 MB.
    import vl_convert

    # In this bundle `vega` and `vegaLite` are empty; only vegaEmbed works, so only that is let out.
    bundle = vl_convert.javascript_bundle("globalThis.site.vegaEmbed = vegaEmbed;")
    # Its top level declares one-letter names, which would become globals of the page.
    closed = f"(function () {{\n{EXTERNAL_URL.sub('', bundle)}\n}})();\n"
    return b"/* Vega, Vega-Lite and Vega-Embed; licences in vega-licences.txt beside this file */\n" + (
        closed.encode()
    )
