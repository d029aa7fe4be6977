"""A program that publishes a site again and again, for tests that kill it: SITE, first version, count.

With a fourth word it remembers the site from one version to the next, as a watch does.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from sitegen.output.memory import SiteMemory
from sitegen.output.tree import Tree

PAGES = 20


def asset_of(page: int, version: int) -> bytes:
    """The data of a page, another one in each version."""
    return hashlib.sha256(f"{page} {version}".encode()).digest() * 400


def publish(site: Path, version: int, memory: SiteMemory | None = None) -> None:
    """Pages that name their data and its hash; every fifth one changes."""
    with Tree(site, memory) as tree:
        for page in range(PAGES):
            content = asset_of(page, version - version % 5 if page % 5 else version)
            path = tree.asset(f"data{page}", ".js", content)
            digest = hashlib.sha256(content).hexdigest()
            tree.write(f"page{page}.html", f"{version}\n{path}\n{digest}\n".encode())
        tree.publish()


if __name__ == "__main__":
    first, count = int(sys.argv[2]), int(sys.argv[3])
    memory = SiteMemory() if sys.argv[4:] else None
    for version in range(first, first + count):
        publish(Path(sys.argv[1]), version, memory)
        print(version, flush=True)
    if memory is not None:
        memory.close()
