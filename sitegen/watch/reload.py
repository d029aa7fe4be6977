"""What the preview adds to pages so that they follow the builds; no file of the site holds any of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

from sitegen.output.manifest import MANIFEST

RELOAD_PATH = "/-/reload.js"
STATE_PATH = "/-/state.js"
LIVE_SUFFIX = ".live.js"

_SCRIPT = """
(function () {
  "use strict";
  var known = document.currentScript.getAttribute("data-state"), number = 0;
  window.sitegenState = function (state) {
    if (known !== state) location.reload();
    known = state;
  };
  setInterval(function () {
    if (document.hidden) return;
    var script = document.createElement("script");
    script.onload = script.onerror = function () { script.remove(); };
    script.src = "STATE?" + encodeURIComponent(location.pathname) + "&" + number++;
    document.head.append(script);
  }, 1000);
})();
"""


def with_reload(page: bytes, state: str) -> bytes:
    """A page that asks from time to time whether its state is still the one it was served in."""
    tag = f'<script src="{RELOAD_PATH}" data-state="{escape(state)}" defer></script>'.encode()
    return page.replace(b"</head>", tag + b"</head>", 1)


def reload_script() -> bytes:
    """The script that pages get."""
    return _SCRIPT.replace("STATE", STATE_PATH).encode()


def state_script(folder: Path, name: str) -> bytes:
    """The state of a page of the site in a word."""
    return f"sitegenState({json.dumps(state_of(folder, name))});\n".encode()


def state_of(folder: Path, name: str) -> str:
    """Changes when the page has to be loaded anew; one that renews itself, only when the theme changes."""
    if not name.endswith(".html"):
        name = f"{name}/index.html".removeprefix("/")
    try:
        files = _files(folder / MANIFEST, (folder / MANIFEST).stat().st_mtime_ns)
    except (OSError, ValueError, LookupError, AttributeError):
        return ""
    if f"{name.removesuffix('.html')}{LIVE_SUFFIX}" in files:
        return " ".join(sorted(path for path in files if path.startswith(("assets/app", "assets/site."))))
    return str(files.get(name, ["", "gone"])[1])


@lru_cache(maxsize=2)
def _files(manifest: Path, _modified_ns: int) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(manifest.read_bytes())["files"]
    return found
