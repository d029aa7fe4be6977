"""Carries what a process wrote on a local disk to the mount where it belongs: a process of its own.

It may wait for a mount as long as it likes, and it outlives the training. What it has begun to carry is at
any moment the beginning of the file on the local disk, so another one can go on for it. It is run by its path
with `python -I -S` and imports nothing of ours: 15 ms.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import signal
import sys
import time

DESTINATION, STATE, LOCK, RUN = "destination", "state", "carrier", "run"
"""What lies in a parcel: where its files belong, how far they are, who carries them, and the files."""

ROUND_SECONDS = 0.4
BACK_OFF_SECONDS = 10.0
PATIENCE_SECONDS = 600.0
"""How long carrying is tried after the owner has ended; then it is left to the next start on this machine."""

BLOCK_BYTES = 1 << 20
LAST = (".records.jsonl", ".index.jsonl")
"""They speak of other files and of their sizes, so what they speak of is carried before them."""

GROWING = (*LAST, ".metrics.jsonl", ".log")


class Carrier:
    """Carries one parcel."""

    def __init__(self, parcel: str, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self.parcel = parcel
        self.destination = read_destination(parcel)
        self.trouble = ""
        self._patience_seconds = patience_seconds
        self._source = os.path.join(parcel, RUN)
        self._files: dict[str, int] = {}
        """Open files at the destination."""
        self._carried: dict[str, int] = {}
        """Bytes of each that are there."""
        self._copied: dict[str, tuple[int, int]] = {}
        """Size and time of files that were copied as a whole."""
        self._told: tuple[int, int, str] | None = None

    def run(self) -> bool:
        """Carry until the owner has ended and all is there; False when the mount refuses for too long."""
        wait_seconds, give_up_at = ROUND_SECONDS, 0.0
        while True:
            # Asked before the round: when nobody writes any more, the round sees everything.
            is_over = is_abandoned(self.parcel)
            if self._try_round(is_last=is_over):
                wait_seconds = ROUND_SECONDS
                if is_over:
                    remove_parcel(self.parcel)
                    return True
            else:
                wait_seconds = min(2 * wait_seconds, BACK_OFF_SECONDS)
            if is_over:
                give_up_at = give_up_at or time.monotonic() + self._patience_seconds
                if time.monotonic() >= give_up_at:
                    return False
            self._pause(wait_seconds, is_over=is_over)

    def _pause(self, seconds: float, *, is_over: bool) -> None:
        """Wait, but not beyond the end of the owner, which wants to see what it wrote arrive."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            time.sleep(min(ROUND_SECONDS, left))
            if not is_over and seconds > ROUND_SECONDS and is_abandoned(self.parcel):
                return

    def _try_round(self, *, is_last: bool) -> bool:
        try:
            self._round()
            if is_last:
                self._verify()
        except OSError as error:
            self.trouble = f"{errno.errorcode.get(error.errno or 0, 'error')}: {error.strerror or error}"
            self._close_files()  # what is there is compared anew before more is written
        else:
            self.trouble = ""
        with contextlib.suppress(OSError):
            self._tell()
        return not self.trouble

    def _round(self) -> None:
        folder = self._find_folder()
        limits = {name: self._size(name) for name in self._names() if _grows(name) and name.endswith(LAST)}
        touched: list[int] = []
        names = self._names()
        for name in names:
            if not _grows(name):
                self._copy(folder, name)
        for name in names:
            if _grows(name) and not name.endswith(LAST):
                touched += self._extend(folder, name, self._size(name))
        for name, limit in limits.items():
            touched += self._extend(folder, name, limit)
        for file in touched:
            os.fsync(file)
        self._forget_deleted(folder, names)

    def _find_folder(self) -> str:
        """Where the run is now: a folder may have been moved to another project."""
        if not os.path.isdir(self.destination):
            project, run_id = os.path.split(self.destination)
            root = os.path.dirname(project)
            with contextlib.suppress(OSError):
                for name in sorted(os.listdir(root)):
                    if os.path.isdir(os.path.join(root, name, run_id)):
                        return os.path.join(root, name, run_id)
            os.makedirs(self.destination, exist_ok=True)
            self._copied.clear()  # whatever was there before is gone
        return self.destination

    def _names(self) -> list[str]:
        found: list[str] = []
        for folder, _, names in os.walk(self._source):
            inside = os.path.relpath(folder, self._source)
            found += [os.path.normpath(os.path.join(inside, name)) for name in names]
        return sorted(name for name in found if not name.endswith(".part") and ".part-" not in name)

    def _size(self, name: str) -> int:
        try:
            return os.stat(os.path.join(self._source, name)).st_size
        except FileNotFoundError:
            return 0

    def _extend(self, folder: str, name: str, limit: int) -> list[int]:
        """Append what is new of a file that grows; its descriptor if there was anything."""
        file = self._files.get(name)
        if file is None or os.fstat(file).st_nlink == 0:
            if limit == 0:
                return []
            file = self._open(folder, name)
        at = self._carried[name]
        if at >= limit:
            return []
        with open(os.path.join(self._source, name), "rb", buffering=0) as source:
            while at < limit:
                block = os.pread(source.fileno(), min(BLOCK_BYTES, limit - at), at)
                if not block:
                    break
                at += os.pwrite(file, block, at)
                self._carried[name] = at
        return [file]

    def _open(self, folder: str, name: str) -> int:
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        old = self._files.pop(name, None)
        if old is not None:
            os.close(old)
        try:
            self._carried[name] = first_to_carry(os.path.join(self._source, name), file)
        except OSError:
            os.close(file)
            raise
        self._files[name] = file
        return file

    def _copy(self, folder: str, name: str) -> None:
        """Put a file there that is written once; media, named by their content, then leave the local disk."""
        source, target = os.path.join(self._source, name), os.path.join(folder, name)
        try:
            status = os.stat(source)
        except FileNotFoundError:
            return
        state = (status.st_size, status.st_mtime_ns)
        if self._copied.get(name) == state:
            return
        os.makedirs(os.path.dirname(target), exist_ok=True)
        if not is_same(source, target):
            draft = f"{target}.carried.part"
            copy_file(source, draft)
            if not is_same(source, draft):
                raise OSError(errno.EIO, "a copy differs from its source", draft)
            os.replace(draft, target)
        self._copied[name] = state
        if name.startswith("media" + os.sep):
            os.unlink(source)

    def _forget_deleted(self, folder: str, names: list[str]) -> None:
        """The wrapper deletes pieces of long output."""
        for name in [name for name in self._files if name not in names]:
            os.close(self._files.pop(name))
            if name.startswith("console" + os.sep):
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(os.path.join(folder, name))

    def _verify(self) -> None:
        """Read everything back by its name; an OSError where it is not what was written."""
        self._close_files()
        self._copied.clear()
        folder = self._find_folder()
        for name in self._names():
            path = os.path.join(self._source, name)
            if name in self._carried:
                file = os.open(os.path.join(folder, name), os.O_RDONLY | os.O_CLOEXEC)
                try:
                    is_there = first_to_carry(path, file) >= self._size(name)
                finally:
                    os.close(file)
            else:
                is_there = self._size(name) == 0 or is_same(path, os.path.join(folder, name))
            if not is_there:
                raise OSError(errno.EIO, "what was carried is not there", name)
        sync_folder(folder)

    def _close_files(self) -> None:
        for file in self._files.values():
            with contextlib.suppress(OSError):
                os.close(file)
        self._files.clear()

    def _tell(self) -> None:
        names = self._names()
        there = {name: self._carried.get(name, 0) for name in names}
        there |= {name: self._copied[name][0] for name in names if name in self._copied}
        left = sum(max(0, self._size(name) - there[name]) for name in names)
        said = (sum(there.values()), left, self.trouble)
        if self._told == said:
            return
        self._told = said
        draft = os.path.join(self.parcel, f"{STATE}.part")
        with open(draft, "w", encoding="utf-8") as file:
            json.dump({"carried": said[0], "left": left, "trouble": self.trouble}, file)
        os.replace(draft, os.path.join(self.parcel, STATE))


def _grows(name: str) -> bool:
    """Whether a file is appended to; files and media are whatever the user gave."""
    return name.endswith(GROWING) and not name.startswith(("files" + os.sep, "media" + os.sep))


def first_to_carry(path: str, file: int) -> int:
    """The offset from which a file at the destination needs the bytes of the local one.

    Where the two differ, one was damaged by a power failure or a lost page, and zeros show which: log lines
    hold none. What the destination has beyond the local file was carried before the local disk forgot it.
    """
    at = 0
    with open(path, "rb", buffering=0) as source:
        while True:
            ours = os.pread(source.fileno(), BLOCK_BYTES, at)
            theirs = os.pread(file, len(ours), at)
            same = _common_length(ours, theirs)
            at += same
            if not ours or same == len(theirs) < len(ours):
                return at
            if same < len(ours):
                if theirs[same] == 0:
                    return at
                if ours[same] == 0:
                    return os.fstat(source.fileno()).st_size
                raise OSError(errno.EEXIST, "another file is in the place of ours", path)


def _common_length(ours: bytes, theirs: bytes) -> int:
    if ours == theirs:
        return len(ours)
    low, high = 0, min(len(ours), len(theirs))
    while low < high:
        middle = (low + high + 1) // 2
        if ours[:middle] == theirs[:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def is_same(one: str, other: str) -> bool:
    """Whether two files have the same bytes; False where one is missing."""
    try:
        with open(one, "rb", buffering=0) as first, open(other, "rb", buffering=0) as second:
            while True:
                block = first.read(BLOCK_BYTES)
                if block != second.read(BLOCK_BYTES):
                    return False
                if not block:
                    return True
    except FileNotFoundError:
        return False


def copy_file(source: str, target: str) -> None:
    """Copy a file onto the disk."""
    with open(source, "rb", buffering=0) as file, open(target, "wb", buffering=0) as copy:
        while block := file.read(BLOCK_BYTES):
            rest = memoryview(block)
            while rest:
                rest = rest[copy.write(rest) :]
        os.fsync(copy.fileno())


def sync_folder(folder: str) -> None:
    """Ask for the names in a folder to be on the disk; not every file system can."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def read_destination(parcel: str) -> str:
    """The folder of the run that a parcel belongs to."""
    with open(os.path.join(parcel, DESTINATION), "rb") as file:
        return os.fsdecode(file.read())


def is_abandoned(parcel: str) -> bool:
    """Whether the process that filled a parcel has ended, in whatever way: its lock ends with it."""
    folder = os.open(parcel, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(folder, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(folder)
    return True


def take_lock(parcel: str) -> int | None:
    """The right to carry a parcel, held by an open file; None where another process has it."""
    file = os.open(os.path.join(parcel, LOCK), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        return None
    return file


def remove_parcel(parcel: str) -> None:
    """Delete a parcel; its destination first, without which nobody takes the rest for a parcel."""
    with contextlib.suppress(OSError):
        os.unlink(os.path.join(parcel, DESTINATION))
    for folder, folders, names in os.walk(parcel, topdown=False):
        for name in names:
            with contextlib.suppress(OSError):
                os.unlink(os.path.join(folder, name))
        for name in folders:
            with contextlib.suppress(OSError):
                os.rmdir(os.path.join(folder, name))
    with contextlib.suppress(OSError):
        os.rmdir(parcel)


def _leave_parent() -> None:
    """Become a process that no signal to the training's group, terminal or children can concern."""
    if os.fork():
        os._exit(0)
    os.setsid()
    os.chdir("/")
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):  # it ends by itself, after its owner
        signal.signal(number, signal.SIG_IGN)
    # A pipe or socket of a library, held open here, would never end for whoever reads it.
    try:
        inherited = [int(name) for name in os.listdir("/proc/self/fd")]
    except OSError:
        inherited = list(range(3, 1024))
    for file in inherited:
        if file > 2:
            with contextlib.suppress(OSError):
                os.close(file)


def main(parcel: str) -> None:
    """Carry a parcel, unless somebody does already."""
    _leave_parent()
    if take_lock(parcel) is not None:
        Carrier(parcel).run()


if __name__ == "__main__":
    main(sys.argv[1])
