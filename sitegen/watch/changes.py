"""Something changed in one of the watched places: told by the system, or found by looking again and again."""

from __future__ import annotations

import logging
import os
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from sitegen.discover import News

if TYPE_CHECKING:
    from watchdog.events import FileSystemEvent, FileSystemEventHandler
    from watchdog.observers.api import BaseObserver, ObservedWatch

POLL_SECONDS = 2.0
REMOTE = {
    "9p", "afs", "beegfs", "ceph", "cifs", "fuse", "gpfs", "lustre", "nfs", "nfs4", "smb3", "smbfs", "sshfs",
}  # fmt: skip
"""File systems on which others write without this machine's kernel hearing of it."""

WRITING = {"created", "modified", "moved", "deleted", "closed"}
"""What an event may be of; a file that is only read, as by the build itself, is no change."""

MOUNTS = Path("/proc/mounts")

MOST_TRIED = 10
"""Folders of our own that are watched for a moment, to see whether the system still does."""


class Changes(Protocol):
    """What a watch waits for."""

    def follow(self, places: Iterable[Path]) -> None:
        """From now on these files and folders count."""

    def wait(self, seconds: float) -> bool:
        """Whether something changed before the time was over."""

    def news(self) -> News | None:
        """All that has changed since this was asked last; None where that is not known for certain."""

    def close(self) -> None:
        """No more is waited for."""


_Names = frozenset[str] | None
"""The names in a folder that count; None where everything below it does."""


class FolderChanges:
    """Changes by watchdog: from the kernel where that hears of all writers, else by looking."""

    def __init__(self, *, poll: bool, say: Callable[[str], None]) -> None:
        self._is_polling = poll
        self._say = say
        self._changed = threading.Event()
        self._heard = _Heard()
        self._is_sure = False
        """Whether all that was wanted has been watched since news were asked for."""
        self._observer: BaseObserver | None = None
        self._watches: dict[tuple[Path, _Names], ObservedWatch] = {}
        self._has_more_folders = False
        """Whether folders came since it was found that the system watches all of them."""
        self._tried = 0
        """Folders of our own that it watched besides, when there was last room for all."""
        self._renewed: set[Path] = set()
        """Paths that went or came: a watch of a folder ends with it, whatever takes its name."""

    def follow(self, places: Iterable[Path]) -> None:
        """Watches what there is of these places; of one that is absent, the folder it will appear in."""
        places = list(places)
        wanted = _wanted(places)
        if not self._is_polling and (remote := _on_network(folder for folder, _ in wanted)):
            self._poll(f'"{remote}" is on a network file system: it is looked at every {POLL_SECONDS:.0f} s.')
        renewed, self._renewed = self._renewed, set()
        for gone in [one for one in self._watches if one not in wanted or one[0] in renewed]:
            self._running().unschedule(self._watches.pop(gone))
        if wanted != self._watches.keys():
            self._is_sure = False
        try:
            for folder, names in sorted(
                wanted - self._watches.keys(), key=lambda one: (one[0], one[1] or ())
            ):
                self._watches[folder, names] = self._watch(folder, names)
                self._has_more_folders = True
            self._check_for_room()
        except OSError as error:
            if self._is_polling:
                return  # a folder vanished again; the next round finds what there is then
            self._poll(f"The system watches no more folders ({error.strerror}): they are looked at instead.")
            self.follow(places)

    def wait(self, seconds: float) -> bool:
        """Whether something changed before the time was over."""
        found = self._changed.wait(seconds)
        self._changed.clear()
        return found

    def news(self) -> News | None:
        """All that has changed since this was asked last; None where folders were not watched all the time.

        Who looks again and again at a network file system does not see every change in between, nor at once;
        and only Linux tells of each file by itself.
        """
        found, was_sure = self._heard.taken(), self._is_sure
        self._is_sure = sys.platform == "linux" and not self._is_polling
        return found if was_sure and self._is_sure else None

    def close(self) -> None:
        """Ends the thread that listens."""
        if self._observer is not None:
            self._observer.stop()
            self._observer.join()
            self._observer = None
        self._watches.clear()

    def _poll(self, why: str) -> None:
        self._say(why)
        self.close()
        self._is_polling = True

    def _watch(self, path: Path, names: _Names) -> ObservedWatch:
        handler = _handler(self._hear, self._renewed_by, path, names)
        return self._running().schedule(handler, str(path), recursive=names is None)

    def _check_for_room(self) -> None:
        """Raises an error where the system watches no more: of folders below others watchdog 7 is silent."""
        if not self._has_more_folders or self._is_polling:
            self._tried = 0
            return
        self._has_more_folders = False
        # A folder that comes meanwhile may want the room of one that is tried: the next time one more is.
        self._tried = min(self._tried + 1, MOST_TRIED)
        with ExitStack() as stack:
            for _ in range(self._tried):
                folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="runpress-"))
                stack.callback(self._running().unschedule, self._running().schedule(_deaf(), folder))

    def _lose(self) -> None:
        """The system told of more than could be taken: what changed is not known."""
        self._is_sure = False
        self._changed.set()

    def _hear(self, event: FileSystemEvent, paths: Sequence[Path]) -> None:
        if event.is_directory and event.event_type in ("created", "moved"):
            self._has_more_folders = True
        self._heard.add(event, paths)
        self._changed.set()

    def _renewed_by(self, paths: Iterable[Path]) -> None:
        self._renewed.update(paths)

    def _running(self) -> BaseObserver:
        if self._observer is None:
            _listen_to_watchdog(self._lose)
            self._observer = _observer(poll=self._is_polling)
            self._observer.start()
        return self._observer


class _Heard:
    """What the listening thread has told and nobody has asked for yet."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._paths: set[Path] = set()
        self._listings: set[Path] = set()

    def add(self, event: FileSystemEvent, paths: Sequence[Path]) -> None:
        """Takes note of an event."""
        with self._lock:
            if event.is_directory and event.event_type == "modified":
                self._listings.update(paths)
            else:
                self._paths.update(paths)
            if event.event_type in ("created", "deleted", "moved"):
                self._listings.update(path.parent for path in paths)

    def taken(self) -> News:
        """All of it, once."""
        with self._lock:
            found = News(frozenset(self._paths), frozenset(self._listings))
            self._paths.clear()
            self._listings.clear()
        return found


def _handler(
    hear: Callable[[FileSystemEvent, Sequence[Path]], None],
    renewed: Callable[[Iterable[Path]], None],
    folder: Path,
    names: _Names,
) -> FileSystemEventHandler:
    from watchdog.events import FileSystemEventHandler

    class Handler(FileSystemEventHandler):
        """Hears of whatever writes."""

        def dispatch(self, event: FileSystemEvent) -> None:
            if event.event_type not in WRITING:
                return
            paths = [Path(os.fsdecode(path)) for path in (event.src_path, event.dest_path) if path]
            # The site and the cache may lie beside the settings: their coming and going is our own doing.
            if names is None or any(path.parent == folder and path.name in names for path in paths):
                if event.event_type != "modified":
                    renewed(path for path in paths if names is not None or path == folder)
                hear(event, paths)

    return Handler()


def _deaf() -> FileSystemEventHandler:
    from watchdog.events import FileSystemEventHandler

    return FileSystemEventHandler()


class _Troubles(logging.Handler):
    """Hears of what watchdog has to say, which is no matter for the terminal of whoever watches."""

    def __init__(self, lose: Callable[[], None]) -> None:
        super().__init__(logging.WARNING)
        self._lose = lose

    def emit(self, record: logging.LogRecord) -> None:
        """More came than the kernel keeps, or watchdog is being ended."""
        self._lose()


def _listen_to_watchdog(lose: Callable[[], None]) -> None:
    logger = logging.getLogger("watchdog")
    logger.propagate = False
    logger.handlers[:] = [_Troubles(lose)]
    # Many folders at once are watched twice for a moment, which it warns of.
    warnings.filterwarnings("ignore", category=RuntimeWarning, module=r"watchdog\.")


def _observer(*, poll: bool) -> BaseObserver:
    if poll:
        from watchdog.observers.polling import PollingObserver

        return PollingObserver(timeout=POLL_SECONDS)
    from watchdog.observers import Observer

    return Observer()


def _wanted(places: Iterable[Path]) -> set[tuple[Path, _Names]]:
    """Each folder with all that is below it, and the names that matter in the folders above."""
    found: set[tuple[Path, _Names]] = set()
    named: dict[Path, set[str]] = {}
    for place in places:
        path = Path(os.path.realpath(place))  # never fails, not even of links in a circle
        if path.is_dir():
            found.add((path, None))  # and its name in the folder above, where it may be moved away from
        while not path.parent.is_dir() and path != path.parent:
            path = path.parent
        named.setdefault(path.parent, set()).add(path.name)
    return found | {(path, frozenset(names)) for path, names in named.items()}


def _on_network(paths: Iterable[Path]) -> str:
    """The first of these that is on a file system of other machines; empty where the system does not tell."""
    try:
        mounts = [line.split()[1:3] for line in MOUNTS.read_text(encoding="utf-8").splitlines()]
    except OSError:
        return ""
    for path in sorted(paths):
        kinds = [
            (len(place), kind) for place, kind in mounts if path.is_relative_to(place.replace("\\040", " "))
        ]
        kind = max(kinds, default=(0, ""))[1]
        if kind in REMOTE or kind.startswith("fuse."):
            return str(path)
    return ""


def settle(changes: Changes, quiet: float, most: float, now: Callable[[], float] = time.monotonic) -> None:
    """Waits until nothing has changed for a moment, but not for ever: a run may be logging all the time."""
    end = now() + most
    while (left := end - now()) > 0 and changes.wait(min(quiet, left)):
        pass
