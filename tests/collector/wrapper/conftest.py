"""A place to run commands under `collect`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.collector.wrapper.wrapped import Wrapped


@pytest.fixture(scope="session")
def bytecode(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Compiled modules, shared by all wrappers of the session."""
    return tmp_path_factory.mktemp("bytecode")


@pytest.fixture
def wrapped(tmp_path: Path, bytecode: Path) -> Wrapped:
    """An empty folder in which to run commands."""
    return Wrapped(tmp_path, bytecode)
