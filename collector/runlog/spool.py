"""The spool: where logs go that belong on a mount which may stall, until they are carried there.

A parcel is the folder of one process start on a local disk. Its process holds a lock on it as long as it
lives, and a carrier (carrier.py) brings what is in it to its destination and deletes it when all of it is
there. What nobody has carried, because everything was killed, is carried by the next start on this machine.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from collector.runlog import mounts
from collector.runlog.errors import CollectorError
from collector.runlog.paths import RunPaths, base32, stamp_of

if TYPE_CHECKING:
    from collections.abc import Iterator

AUTO, ALWAYS, NEVER = "auto", "always", "never"
MODES = (AUTO, ALWAYS, NEVER)
"""On network and FUSE mounts; on every disk; not at all."""

FOLDER = "runpress-spool"
FREE_BYTES = 64 << 20
"""A disk with less room than this is no place for a spool."""

SWEEP_LIMIT = 8
"""Parcels that one start gets carried; the next start takes the next ones."""

REMAINS_SECONDS = 3600.0
"""A folder without a destination is left alone so long: it may be a parcel that is being made."""

UNPROTECTED = (
    "the run's folder is on a mount that may stall, and there is no local disk with room for a spool: "
    "a stall would be felt by the training; COLLECT_SPOOL_DIR names a place for one"
)

SETTLE_SECONDS = 2.0
"""How long the end of a process waits for a carrier that makes no progress."""
LONGEST_SETTLE_SECONDS = 30.0


class Progress(NamedTuple):
    """How far a parcel is."""

    carried_bytes: int
    left_bytes: int
    """What is not at the destination yet."""
    trouble: str
    """What the destination refuses, in words; empty while all is well."""


class SpooledPaths(RunPaths):
    """The places of a run, in a parcel."""

    __slots__ = ("_folder",)

    def __init__(self, paths: RunPaths, folder: str) -> None:
        self.root, self.project, self.run_id = paths.root, paths.project, paths.run_id
        self._folder = folder

    @property
    def folder(self) -> str:
        """The folder in the parcel."""
        return self._folder


class Parcel:
    """A parcel that this process fills."""

    def __init__(self, folder: str, lock: int) -> None:
        self.folder = folder
        self.carrier_pid: int | None = None
        self._lock = lock

    @property
    def run_folder(self) -> str:
        """What stands for the run's folder."""
        return os.path.join(self.folder, "run")

    @property
    def is_delivered(self) -> bool:
        """Whether everything is at its destination, read back, and the parcel gone."""
        return not os.path.exists(os.path.join(self.folder, "destination"))

    def progress(self) -> Progress:
        """What the carrier said last."""
        import json  # 4 ms, only where there is a spool

        try:
            with open(os.path.join(self.folder, "state"), encoding="utf-8") as file:
                said = json.load(file)
            return Progress(int(said["carried"]), int(said["left"]), str(said["trouble"]))
        except (OSError, ValueError, KeyError, TypeError):
            return Progress(0, 0, "")

    def start_carrier(self) -> None:
        """Let a process carry from now on, or a thread where no process can be started."""
        self.carrier_pid = start_carrier(self.folder)
        if self.carrier_pid is None:
            _carry_in_thread(self.folder)

    def reap(self) -> None:
        """Take note of the end of the process that we started, which has left the carrier to the system."""
        if self.carrier_pid is not None:
            with contextlib.suppress(ChildProcessError, OSError):
                if os.waitpid(self.carrier_pid, os.WNOHANG)[0] == 0:
                    return
            self.carrier_pid = None

    def has_carrier(self) -> bool:
        """Whether somebody carries it."""
        from collector.runlog.carrier import take_lock

        try:
            lock = take_lock(self.folder)
        except OSError:
            return self.is_delivered
        if lock is not None:
            os.close(lock)
        return lock is None

    def release(self) -> None:
        """Nothing more will be put in: what is in it is carried to the end."""
        with contextlib.suppress(OSError):
            os.close(self._lock)

    def settle(self, seconds: float = SETTLE_SECONDS) -> bool:
        """Wait until all is delivered, as long as there is progress; whether it is."""
        is_delivered = self._wait_for(lambda _: self.is_delivered, seconds)
        self.reap()
        return is_delivered

    def catch_up(self, seconds: float = SETTLE_SECONDS) -> bool:
        """Wait until what is in it now has been carried, as long as there is progress; whether it has."""
        size = tree_size(self.run_folder)
        return self._wait_for(lambda progress: progress.carried_bytes >= size, seconds)

    def _wait_for(self, is_done: Callable[[Progress], bool], seconds: float) -> bool:
        began = last_moved = time.monotonic()
        last = self.progress()
        while not is_done(last):
            now = time.monotonic()
            if now - last_moved > seconds or now - began > LONGEST_SETTLE_SECONDS:
                return False
            time.sleep(0.02)
            progress = self.progress()
            if progress.carried_bytes > last.carried_bytes:
                last_moved = now
            last = progress
        return True


def choose_base(destination: str, env: Mapping[str, str] = os.environ) -> str | None:
    """Where to make a parcel for a folder; None where its logs are to be written straight into it.

    An empty text says that there should be one, but no place on this machine will do.
    """
    mode = env.get("COLLECT_SPOOL") or AUTO
    if mode not in MODES:
        raise CollectorError(f"COLLECT_SPOOL={mode} is not known.", f"Choose one of {', '.join(MODES)}.")
    if mode == NEVER or not hasattr(os, "getuid"):
        return None
    table = mounts.read_mounts()
    if mode == AUTO and mounts.remote_type(destination, table) is None:
        return None
    return next((base for base in bases(env, table) if _is_usable(base)), "")


def bases(env: Mapping[str, str] = os.environ, table: list[mounts.Mount] | None = None) -> list[str]:
    """Where there may be a spool, the best place first: on a local disk, and there after a restart."""
    table = mounts.read_mounts() if table is None else table
    uid = os.getuid() if hasattr(os, "getuid") else 0
    state = env.get("XDG_STATE_HOME") or os.path.join(env.get("HOME") or "/nonexistent", ".local", "state")
    found = [os.path.join(state, FOLDER)]
    found += [
        os.path.join(where, f"{FOLDER}-{uid}") for where in ("/var/tmp", env.get("TMPDIR"), "/tmp") if where
    ]
    if env.get("COLLECT_SPOOL_DIR"):
        found.insert(0, os.path.join(env["COLLECT_SPOOL_DIR"], f"{FOLDER}-{uid}"))
    return [base for base in dict.fromkeys(found) if mounts.remote_type(base, table) is None]


def open_parcel(base: str, destination: str, now: float | None = None) -> Parcel:
    """A new parcel, locked by this process; an OSError where it can not be made."""
    import fcntl

    name = f"{os.path.basename(destination)}-{stamp_of(now)}-{base32(os.urandom(5), 6)}"
    folder = os.path.join(base, name)
    os.mkdir(folder, 0o700)
    lock = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        # On the folder itself: systemd-tmpfiles leaves a locked folder alone.
        fcntl.flock(lock, fcntl.LOCK_EX)
        os.mkdir(os.path.join(folder, "run"))
        draft = os.path.join(folder, "destination.part")
        with open(draft, "wb") as file:
            file.write(os.fsencode(destination))
            file.flush()
            os.fsync(file.fileno())
        os.rename(draft, os.path.join(folder, "destination"))
    except OSError:
        os.close(lock)
        raise
    return Parcel(folder, lock)


def parcels(env: Mapping[str, str] = os.environ) -> Iterator[str]:
    """Every parcel of this user on this machine."""
    if not hasattr(os, "getuid"):
        return
    for base in bases(env):
        if not _is_ours(base):
            continue
        with contextlib.suppress(OSError):
            for name in sorted(os.listdir(base)):
                if os.path.exists(os.path.join(base, name, "destination")):
                    yield os.path.join(base, name)


def spooled_folders(destination: str) -> list[str]:
    """What stands for the folder of a run in parcels of this machine."""
    found = []
    for parcel in parcels():
        from collector.runlog.carrier import read_destination

        with contextlib.suppress(OSError):
            if read_destination(parcel) == destination:
                found.append(os.path.join(parcel, "run"))
    return found


def abandoned_parcels(env: Mapping[str, str] = os.environ) -> list[str]:
    """Parcels whose process has ended."""
    found = []
    for parcel in parcels(env):
        from collector.runlog.carrier import is_abandoned

        with contextlib.suppress(OSError):
            if is_abandoned(parcel):
                found.append(parcel)
    return found


def sweep(env: Mapping[str, str] = os.environ) -> int:
    """Have carried what earlier processes left behind, without waiting; how many parcels that were."""
    _tidy(env)
    left = abandoned_parcels(env)[:SWEEP_LIMIT]
    for parcel in left:
        pid = start_carrier(parcel)
        if pid is not None:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)
    return len(left)


def _tidy(env: Mapping[str, str]) -> None:
    """Delete what is no parcel any more, or never became one: its process was killed in between."""
    for base in bases(env):
        with contextlib.suppress(OSError):
            for name in sorted(os.listdir(base)) if _is_ours(base) else ():
                _remove_remains(os.path.join(base, name))


def _remove_remains(folder: str) -> None:
    from collector.runlog.carrier import is_abandoned, remove_parcel

    if os.path.exists(os.path.join(folder, "destination")) or os.path.islink(folder):
        return
    if time.time() - os.stat(folder).st_mtime > REMAINS_SECONDS and is_abandoned(folder):
        remove_parcel(folder)


def start_carrier(parcel: str) -> int | None:
    """Start the process that carries a parcel; its pid until it has left us, None where that failed."""
    if not sys.executable or getattr(sys, "frozen", False) or not hasattr(os, "posix_spawn"):
        return None
    from collector.runlog import carrier

    command = [sys.executable, "-I", "-S", carrier.__file__, parcel]
    null = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in (0, 1, 2)]
    try:
        return os.posix_spawn(command[0], command, os.environ, file_actions=null)
    except (OSError, ValueError):
        return None


def tree_size(folder: str) -> int:
    """Bytes of all files below a folder."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                total += os.stat(os.path.join(place, name)).st_size
    return total


def _carry_in_thread(parcel: str) -> None:
    from threading import Thread

    from collector.runlog.carrier import Carrier, take_lock

    def carry() -> None:
        with contextlib.suppress(OSError):
            if take_lock(parcel) is not None:
                Carrier(parcel).run()

    with contextlib.suppress(RuntimeError):  # no more threads allowed: the next start carries it
        Thread(target=carry, name="collector-carrier", daemon=True).start()


def _is_usable(base: str) -> bool:
    try:
        os.makedirs(os.path.dirname(base), exist_ok=True)
        with contextlib.suppress(FileExistsError):
            os.mkdir(base, 0o700)
        space = os.statvfs(base)
    except OSError:
        return False
    return _is_ours(base) and os.access(base, os.W_OK) and space.f_bavail * space.f_frsize >= FREE_BYTES


def _is_ours(base: str) -> bool:
    # In /tmp anybody may have made a folder, or a link, of this name.
    try:
        status = os.lstat(base)
    except OSError:
        return False
    import stat

    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid() and not status.st_mode & 0o077
