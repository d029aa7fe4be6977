"""Where a build's time goes, stage by stage, and how many bytes each stage took in or gave out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Stage:
    """A stage of a build."""

    seconds: float = 0.0
    read_bytes: int = 0
    """Of logs, and of what was kept of them."""
    made_bytes: int = 0
    """Of files for the cache and for the site, whether or not the site had some of them already."""
    removed_bytes: int = 0


@dataclass
class Profile:
    """The stages so far, in order. Processes work on in the background while another stage goes on here."""

    stages: dict[str, Stage] = field(default_factory=dict)
    clock: Callable[[], float] = time.perf_counter

    @contextmanager
    def stage(self, name: str) -> Iterator[Stage]:
        """Adds the time that passes inside to a stage; who is inside may add bytes."""
        stage = self.stages.setdefault(name, Stage())
        started = self.clock()
        try:
            yield stage
        finally:
            stage.seconds += self.clock() - started
