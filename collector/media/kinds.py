"""The table of kinds: which class in which file; a new kind is one file and one line here."""

from __future__ import annotations

from typing import Any

CLASSES = {
    "Image": "image",
    "Audio": "audio",
    "Video": "video",
    "Html": "html",
    "Figure": "figure",
    "Plotly": "figure",
    "Altair": "figure",
    "Table": "table",
    "Histogram": "histogram",
    "Text": "text",
    "File": "file",
    "Chart": "chart",
}
"""Public name → file in this folder."""

MODULES = ("plot",)
"""Public names that are whole files."""


def load(name: str) -> Any:
    """The class or module behind a public name, None where it is none of ours."""
    from importlib import import_module

    if name in MODULES:
        return import_module(f"collector.media.{name}")
    if name in CLASSES:
        return getattr(import_module(f"collector.media.{CLASSES[name]}"), name)
    return None
