"""Compiles run logs into a static website."""

from collector.version import __version__

__all__ = ["__version__"]
