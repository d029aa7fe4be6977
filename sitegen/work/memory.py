"""What a process that builds again and again knows from its last build, so that the next costs what changed.

Nothing here decides what a site looks like: with an empty memory a build makes the same bytes. Files that are
kept in the cache folder serve the next process; this serves the same one.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sitegen.discover import Logs
from sitegen.output.memory import SiteMemory
from sitegen.output.stamp import SiteLooks


@dataclass
class Memory:
    """One site, as the last build found and left everything."""

    logs: Logs = field(default_factory=Logs)
    site: SiteMemory = field(default_factory=SiteMemory)
    looks: SiteLooks | None = None
    """Of the site's files."""

    def close(self) -> None:
        """Removes what only a next build would have needed."""
        self.site.close()
