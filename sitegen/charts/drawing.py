"""Drawing beside the build: a queue of pictures, and the process that works on it."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import msgspec

from sitegen.errors import SiteError

Result = TypeVar("Result")

PROGRAM = Path(__file__).with_name("painter.py")
"""Started by its path, not as a module: it needs nothing of ours, wherever we were imported from."""


class Studio:
    """Takes work to do beside the build, and draws for it; the engine starts with the first picture."""

    def __init__(self) -> None:
        self._queue = ThreadPoolExecutor(max_workers=1)
        self._engine: subprocess.Popen[str] | None = None

    def __enter__(self) -> Studio:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None and self._engine is not None:
            self._engine.kill()
        self._queue.shutdown(cancel_futures=True)
        if self._engine is not None:
            _end(self._engine)

    def begin(self, work: Callable[[], Result]) -> Future[Result]:
        """Does the work after what was begun before it, beside the caller."""
        return self._queue.submit(work)

    def draw(self, vega: Mapping[str, Any]) -> str:
        """The SVG of a Vega specification."""
        if self._engine is None:
            self._engine = _start()
        engine = self._engine
        assert engine.stdin is not None
        assert engine.stdout is not None
        try:
            engine.stdin.write(msgspec.json.encode(vega).decode() + "\n")
            engine.stdin.flush()
            answer = engine.stdout.readline()
        except OSError:
            answer = ""
        if not answer:
            engine.kill()
            _end(engine)
            self._engine = None  # a watch goes on, and its next build starts another
            raise SiteError(
                "the process that draws static pictures ended early.",
                hint="Check that \"python -c 'import vl_convert'\" works here, and build again.",
            )
        text: str = json.loads(answer)
        return text


def _start() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(PROGRAM)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    )


def _end(engine: subprocess.Popen[str]) -> None:
    # It may be gone with a line of ours unread: closing the pipe then complains about nothing that matters.
    with contextlib.suppress(OSError):
        engine.communicate()
