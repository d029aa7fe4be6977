"""Progress bars at a terminal: one line for each task that takes a while, gone when it is done."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress


class Bars:
    """Shows progress on standard error; nothing appears before there is something to show."""

    def __init__(self) -> None:
        self._display: RichProgress | None = None

    def __enter__(self) -> Bars:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._display is not None:
            self._display.stop()

    def __call__(self, words: str, results: Iterable[Any], total: int) -> Iterator[Any]:
        """Passes results on and counts them."""
        display = self._shown()
        task = display.add_task(words, total=total)
        for result in results:
            yield result
            display.advance(task)
        display.remove_task(task)

    def _shown(self) -> RichProgress:
        if self._display is None:
            # rich costs 50 ms, and only a person at a terminal sees what it draws
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            columns = (
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeRemainingColumn(),
            )
            self._display = Progress(*columns, console=Console(stderr=True), transient=True)
            self._display.start()
        return self._display


def is_watched(stream: TextIO | None = None, env: Mapping[str, str] = os.environ) -> bool:
    """Whether a person sees what is drawn there; the terminals of CI machines have none before them."""
    return (stream or sys.stderr).isatty() and not env.get("CI") and env.get("TERM") != "dumb"
