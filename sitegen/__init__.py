"""Compiles run logs into a static website, and gives them as frames to scripts and notebooks."""

from typing import Any

from collector.version import __version__

__all__ = ["__version__", "chart", "load"]

_HOMES = {"load": "sitegen.frames.load", "chart": "sitegen.frames.chart"}
"""Modules of public names that are imported when somebody asks for them: Polars costs 0.1 s."""


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'sitegen' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
