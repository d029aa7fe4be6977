"""The rounds of a watch: build, wait for a change, let it settle, build again.

Whatever goes wrong in a round is told once and ends nothing: the last good site stays where it is. Only an
upgrade of runpress itself ends a watch: what is in memory does not fit what is read later.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sitegen.build import Build, BuildReport, build
from sitegen.config import Config
from sitegen.discover import News
from sitegen.errors import SiteError, explained
from sitegen.watch.changes import Changes, settle

QUIET_SECONDS = 0.3
MOST_SECONDS = 2.0
"""A change is waited out until nothing follows it, and at most so long."""

REST = 0.5
"""For this part of the last build's time a watch rests: trainings on this machine come first."""

MOST_REST_SECONDS = 10.0

LOOK_AGAIN_SECONDS = 30.0
"""Without any news a build is tried all the same: it ends at once when there is nothing to do.

Nor does any build rely on news for longer: it then looks at everything, as the first one did.
"""


def build_anew(config: Config, news: News | None = None) -> BuildReport:
    """A build that knows nothing of earlier ones."""
    return build(config)


@dataclass(frozen=True)
class Watch:
    """What a watch needs to go on."""

    load: Callable[[], Config]
    """The settings as they are now."""
    changes: Changes
    built: Callable[[BuildReport], None]
    failed: Callable[[str], None]
    places: tuple[Path, ...] = ()
    """Files and folders to watch beside those that the settings name."""
    make: Build = build_anew
    sleep: Callable[[float], None] = time.sleep
    check_program: Callable[[], None] = lambda: None
    """Fails when our own code was replaced, which ends the watch."""

    def rounds(self) -> Iterator[None]:
        """Builds, and after each build waits; ends with the caller's patience."""
        told = ""
        config: Config | None = None
        seen: set[Path] = set()
        looked = -math.inf
        while True:
            started = time.monotonic()
            self.check_program()
            try:
                config = self.load()
                self.changes.follow([*self.places, *_read_by(config)])
                _note_logs(config, seen)
                news = self.changes.news()
                if started - looked > LOOK_AGAIN_SECONDS:
                    news = None
                report = self.make(config, news)
                looked, told = started if news is None else looked, ""
            except Exception as error:  # named boundary: logs may vanish or be half there while they are read
                self.check_program()  # an upgrade in mid build: its errors mean nothing
                told, looked = self._tell(error, told), -math.inf
                self.changes.follow([*self.places, *(_read_by(config) if config else ())])
            else:
                self.built(report)  # out of the boundary: where nobody reads what it says, the watch ends
            yield
            self.sleep(min(REST * (time.monotonic() - started), MOST_REST_SECONDS))
            if self.changes.wait(LOOK_AGAIN_SECONDS):
                settle(self.changes, QUIET_SECONDS, MOST_SECONDS)
            else:
                looked = -math.inf

    def _tell(self, error: Exception, told: str) -> str:
        told_well = explained(error) if isinstance(error, OSError) else error
        text = str(told_well) if isinstance(told_well, SiteError) else f"{type(error).__name__}: {error}"
        if text != told:
            self.failed(text)
        return text


def _note_logs(config: Config, seen: set[Path]) -> None:
    """Remembers which folders of logs were there; one that is gone is a mistake, not an empty site."""
    for folder in config.runs_dir:
        if folder.is_dir():
            seen.add(folder)
        elif folder in seen:
            raise SiteError(f'folder "{folder}" is gone; the site stays as it was until it is back.')


def _read_by(config: Config) -> list[Path]:
    """Everything a build reads that a person may change."""
    folders = [config.theme.custom_dir] if config.theme.custom_dir else []
    return [
        *config.runs_dir,
        config.workspaces_dir,
        config.texts_dir,
        *folders,
        *config.extra_css,
        *config.extra_javascript,
    ]
