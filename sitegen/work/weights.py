"""What the heaviest page of each kind weighs over a network: itself, its styles and its scripts.

Charts, their data and pictures come later, when a reader gets near them.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from sitegen.output.needs import needs_of

KINDS = (
    ("first page", re.compile(r"index\.html")),
    ("project page", re.compile(r"[^/]+/index\.html")),
    ("run page", re.compile(r"[^/]+/runs/(?!index\.html)[^/]+\.html")),
)


class Weight(NamedTuple):
    """A page and all it loads at once, compressed."""

    kind: str
    page: str
    size_bytes: int


def weigh(site: Path, paths: Iterable[str]) -> Iterator[Weight]:
    """The heaviest page of each kind, of a site with these files."""
    every = list(paths)
    for kind, pattern in KINDS:
        pages = [path for path in every if pattern.fullmatch(path)]
        if pages:
            # The longest page is as good as the heaviest: pages of a kind load the same besides.
            page = max(pages, key=lambda path: ((site / path).stat().st_size, path))
            needs = needs_of(page, (site / page).read_bytes())
            loaded = [page, *(path for path in needs if path.endswith((".css", ".js")))]
            yield Weight(kind, page, sum(_compressed((site / path).read_bytes()) for path in loaded))


def _compressed(content: bytes) -> int:
    return len(zlib.compress(content, 6))
