"""Sites on disk from facts made by hand, for what only a browser can show about pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from sitegen.config import Config
from sitegen.derive.facts import SiteFacts
from tests.sitegen.composed import composed


def write_site(facts: SiteFacts, folder: Path, cache: Path) -> Path:
    """The site's folder."""
    for path, content in composed(facts, Config(site_name="Lab", cache_dir=cache)).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def first_run(site: Path, name: str) -> Path:
    """The page of the run whose file begins like this."""
    found = sorted(site.glob(f"*/runs/{name}*.html"))
    if not found:
        pytest.fail(f"no run page {name}* in {site}")
    return found[0]
