"""Which run logs exist: one source per run, whatever folders its processes wrote to."""

from sitegen.discover.logs import Logs, News, discover
from sitegen.discover.sources import SETTLED_NS, SUFFIXES, Source, SourceFile

__all__ = ["SETTLED_NS", "SUFFIXES", "Logs", "News", "Source", "SourceFile", "discover"]
