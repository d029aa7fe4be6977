"""A place to run commands under `collect`."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.collector.wrapper.wrapped import Wrapped


@pytest.fixture(scope="session", autouse=True)
def usual_signals() -> Iterator[None]:
    """As from a terminal: what nohup and a shell in the background ignore, our children would ignore, too."""
    numbers = (signal.SIGHUP, signal.SIGQUIT, signal.SIGINT)
    ignored = [number for number in numbers if signal.getsignal(number) is signal.SIG_IGN]
    for number in ignored:
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
    yield
    for number in ignored:
        signal.signal(number, signal.SIG_IGN)


@pytest.fixture(scope="session")
def bytecode(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Compiled modules, shared by all wrappers of the session."""
    return tmp_path_factory.mktemp("bytecode")


@pytest.fixture
def wrapped(tmp_path: Path, bytecode: Path) -> Wrapped:
    """An empty folder in which to run commands."""
    return Wrapped(tmp_path, bytecode)
