"""Sites on disk from facts made by hand, for what only a browser can show about pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from sitegen.config import Config
from sitegen.derive.facts import SiteFacts
from sitegen.output.recording import RecordingTree
from sitegen.pages.compose import compose


def write_site(facts: SiteFacts, folder: Path, cache: Path) -> Path:
    """The site's folder."""
    tree = RecordingTree()
    for path, content in compose(facts, Config(site_name="Lab", cache_dir=cache), tree):
        tree.write(path, content)
    for path, content in tree.files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def first_run(site: Path, name: str) -> Path:
    """The page of the run whose file begins like this."""
    found = sorted(site.glob(f"*/runs/{name}*.html"))
    if not found:
        pytest.fail(f"no run page {name}* in {site}")
    return found[0]
