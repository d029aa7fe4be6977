"""A place to run shell scripts that record a run."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.collector.shell.shells import Shell, wait_until


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Compiled modules, shared by all commands of the session."""
    return tmp_path_factory.mktemp("compiled")


@pytest.fixture
def shell(tmp_path: Path, compiled: Path) -> Iterator[Shell]:
    """An empty folder; afterwards no writing process and no socket may be left."""
    place = Shell(tmp_path, compiled)
    yield place
    wait_until(lambda: not list(place.sockets.iterdir()))
    shutil.rmtree(place.sockets)
