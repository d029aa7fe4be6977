"""A program that publishes a site again and again, for tests that kill it: SITE, first version, count."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from sitegen.output.tree import Tree

PAGES = 20


def asset_of(page: int, version: int) -> bytes:
    """The data of a page, another one in each version."""
    return hashlib.sha256(f"{page} {version}".encode()).digest() * 400


def publish(site: Path, version: int) -> None:
    """Pages that name their data and its hash; every fifth one changes."""
    with Tree(site) as tree:
        for page in range(PAGES):
            content = asset_of(page, version - version % 5 if page % 5 else version)
            path = tree.asset(f"data{page}", ".js", content)
            digest = hashlib.sha256(content).hexdigest()
            tree.write(f"page{page}.html", f"{version}\n{path}\n{digest}\n".encode())
        tree.publish()


if __name__ == "__main__":
    first, count = int(sys.argv[2]), int(sys.argv[3])
    for version in range(first, first + count):
        publish(Path(sys.argv[1]), version)
        print(version, flush=True)
