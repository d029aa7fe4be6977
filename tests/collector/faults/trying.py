"""The N-th call to the disk fails, without a compiler: functions of `os`, replaced."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest

BY_PATH = ("open", "mkdir", "stat", "rename", "replace", "unlink", "listdir", "rmdir")
BY_FILE = ("write", "fstat", "fsync", "fdatasync")


class Faults:
    """Counts calls on paths below a folder, and on files that were opened there; one of them fails."""

    def __init__(self, below: str, nth: int, error: int, *, for_good: bool) -> None:
        self.below = below
        self.nth = nth
        self.error = error
        self.for_good = for_good
        self.seen = self.failed = 0
        self._files: set[int] = set()

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Stand before the functions."""
        for name in BY_PATH + BY_FILE:
            monkeypatch.setattr(os, name, self._faulty(getattr(os, name), name))
        monkeypatch.setattr("collector.runlog.writer._fdatasync", os.fdatasync)

    def _faulty(self, real: Callable[..., Any], name: str) -> Callable[..., Any]:
        def call(where: Any, *arguments: Any, **named: Any) -> Any:
            is_ours = where in self._files if name in BY_FILE else str(where).startswith(self.below)
            if is_ours and self._is_to_fail():
                raise OSError(self.error, os.strerror(self.error), None if name in BY_FILE else where)
            result = real(where, *arguments, **named)
            if name == "open" and is_ours:
                self._files.add(result)
            return result

        return call

    def _is_to_fail(self) -> bool:
        self.seen += 1
        fails = self.seen == self.nth or (self.for_good and self.seen > self.nth)
        self.failed += fails
        return fails
