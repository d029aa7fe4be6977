"""Sites composed into memory, with charts' engine work kept between tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sitegen.config import Config
from sitegen.derive.facts import SiteFacts
from tests.sitegen import composed as in_memory

Files = dict[str, bytes]


@pytest.fixture(scope="session")
def page_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Vega's bundle, templates and pictures, made once."""
    return tmp_path_factory.mktemp("sitegen-cache")


@pytest.fixture(scope="session")
def composed(page_cache: Path) -> Callable[..., Files]:
    """`composed(facts, **options of Config)` gives every file of the site."""

    def make(facts: SiteFacts, **options: object) -> Files:
        config = Config(**{"cache_dir": page_cache, "site_name": "Lab", **options})  # type: ignore[arg-type]
        return in_memory.composed(facts, config)

    return make
