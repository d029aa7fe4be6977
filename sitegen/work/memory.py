"""What a process that builds again and again knows from its last build, so that the next costs what changed.

Nothing here decides what a site looks like: with an empty memory a build makes the same bytes. Files that are
kept in the cache folder serve the next process; this serves the same one.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sitegen.discover import Logs
from sitegen.output.memory import SiteMemory
from sitegen.output.stamp import SiteLooks
from sitegen.work.ledger import LedgerMemory
from sitegen.work.library import LibraryMemory
from sitegen.work.printed import PrintMemory


@dataclass
class Memory:
    """One site, as the last build found and left everything."""

    logs: Logs = field(default_factory=Logs)
    site: SiteMemory = field(default_factory=SiteMemory)
    looks: SiteLooks | None = None
    """Of the site's files."""
    ledger: LedgerMemory = field(default_factory=LedgerMemory)
    library: LibraryMemory = field(default_factory=LibraryMemory)
    pages: PrintMemory = field(default_factory=PrintMemory)

    def close(self) -> None:
        """Removes what only a next build would have needed."""
        self.site.close()
