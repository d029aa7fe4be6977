"""Pages for frames: a user's HTML, and the one that draws Plotly figures.

A frame has `sandbox` without allow-same-origin: its scripts run, and reach neither the site nor the network.
"""

from __future__ import annotations

from pathlib import Path

POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; "
    "media-src data: blob:; font-src data:; form-action 'none'; base-uri 'none'"
)
"""Nothing is fetched: a page that loads its scripts from elsewhere shows what it can without them."""

STYLE = "html{color-scheme:light dark}body{margin:8px;font:13px/1.45 system-ui,sans-serif}"

DRAW = """
addEventListener("message", function (event) {
  if (event.source !== parent || typeof event.data !== "string") return;
  var figure = JSON.parse(event.data), layout = figure.layout || {};
  delete layout.width;
  layout.autosize = true;
  Plotly.newPlot("figure", figure.data, layout, {displaylogo: false, responsive: true});
});
parent.postMessage("ready", "*");
"""


def html_frame(content: bytes) -> bytes:
    """A user's HTML after our policy, which stands before anything it could start."""
    return _head("") + content


def plotly_frame() -> bytes | None:
    """The page that draws the figure it is sent; None where the package plotly is not installed.

    A sandboxed frame may load no script from disk, so that Plotly's has to be in the page itself.
    """
    script = plotly_script()
    if script is None:
        return None
    text = script.read_text(encoding="utf-8").replace("</script", "<\\/script")
    size = "<style>html,body,#figure{margin:0;height:100%}</style>"
    body = f'{size}<div id="figure"></div><script>{text}</script><script>{DRAW}</script>'
    return _head("Plotly") + body.encode()


def plotly_script() -> Path | None:
    """Plotly's script in the Python package of this name, where one is installed."""
    from importlib.util import find_spec  # finds it without importing it, which would cost a second

    found = find_spec("plotly")
    for folder in (found.submodule_search_locations or ()) if found else ():
        script = Path(folder) / "package_data" / "plotly.min.js"
        if script.is_file():
            return script
    return None


def _head(title: str) -> bytes:
    policy = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    robots = '<meta name="robots" content="noindex"><meta name="referrer" content="no-referrer">'
    named = f"<title>{title}</title>" if title else ""
    return f'<!doctype html><meta charset="utf-8">{policy}{robots}{named}<style>{STYLE}</style>\n'.encode()
