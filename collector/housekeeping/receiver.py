"""The far end of `collect sync`: puts files below one folder, and never takes anything away.

The source of this module is sent to the other machine as it stands and run by whatever python3 is there (3.7
and newer), so it imports nothing of ours. It answers one request after the other: a line of JSON, followed by
as many bytes as its `bytes` says, on standard input; an answer is a line of JSON on standard output.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from typing import Any, BinaryIO

BLOCK = 1 << 20
LOCK = ".collect-sync.lock"
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)


class Receiver:
    """Files below a folder."""

    def __init__(self, root: str) -> None:
        self.root = os.path.abspath(os.path.expanduser(root))
        self._digests: dict[str, tuple[int, Any]] = {}
        """By path how many bytes were hashed, and the hash: a growing file is read once."""

    def begin(self) -> dict[str, Any]:
        """Make the folder ours for this while."""
        os.makedirs(self.root, exist_ok=True)
        self._lock = os.open(os.path.join(self.root, LOCK), os.O_RDWR | os.O_CREAT | _NO_LINK, 0o666)
        try:
            import fcntl

            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except ImportError:
            pass
        except OSError:
            return {"error": "busy"}
        return {"root": self.root}

    def sizes(self, paths: list[str]) -> dict[str, Any]:
        """Size and time of each file, null where there is none."""
        found: list[Any] = []
        for path in paths:
            try:
                status = os.lstat(self._place(path))
                found.append([status.st_size, status.st_mtime_ns] if _is_file(status) else [-1, 0])
            except OSError:
                found.append(None)
        return {"sizes": found}

    def digest(self, path: str, size: int) -> dict[str, Any]:
        """SHA-256 of the first bytes of a file."""
        done, digest = self._digests.get(path, (0, None))
        if digest is None or done > size:
            done, digest = 0, hashlib.sha256()
        with self._open(path, os.O_RDONLY) as file:
            file.seek(done)
            while done < size:
                block = file.read(min(BLOCK, size - done))
                if not block:
                    return {"error": "short"}
                digest.update(block)
                done += len(block)
        self._digests[path] = (done, digest)
        return {"sha256": digest.copy().hexdigest()}

    def append(self, path: str, at: int, content: bytes, size: int = -1, time_ns: int = 0) -> dict[str, Any]:
        """Put bytes at the end of a file, which must be where they belong; with a size, that was the last.

        A log that ends early after a power failure is gone on with, so it is not worth waiting for the disk.
        """
        os.makedirs(os.path.dirname(self._place(path)), exist_ok=True)
        with self._open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND) as file:
            if os.fstat(file.fileno()).st_size != at:
                return {"error": "moved"}
            view = memoryview(content)
            while view:
                view = view[os.write(file.fileno(), view) :]
        if size < 0:
            return {}
        os.utime(self._place(path), ns=(time_ns, time_ns))
        return self.digest(path, size)

    def settle(self) -> dict[str, Any]:
        """Ask the disks to keep what they have got."""
        if hasattr(os, "sync"):
            os.sync()
        return {}

    def finish(self, path: str, time_ns: int, whole: str = "", is_new: bool = True) -> dict[str, Any]:
        """Ask the disk to keep a file, give it its time, and put it in its place where it was a part."""
        with self._open(path, os.O_RDWR) as file:
            os.fsync(file.fileno())
        os.utime(self._place(path), ns=(time_ns, time_ns))
        if whole:
            if is_new and os.path.lexists(self._place(whole)):
                return {"error": "exists"}
            os.replace(self._place(path), self._place(whole))
            self._digests.pop(whole, None)
            self._digests.pop(path, None)
        return {}

    def drop(self, path: str) -> dict[str, Any]:
        """Give up an unfinished part of ours; nothing else is ever deleted."""
        if not path.endswith(".collect-part"):
            return {"error": "refused"}
        self._digests.pop(path, None)
        try:
            os.unlink(self._place(path))
        except FileNotFoundError:
            pass
        return {}

    def _place(self, path: str) -> str:
        parts = path.split("/")
        if not path or any(part in ("", ".", "..") or "\0" in part for part in parts):
            raise ValueError("not a path below the folder: " + repr(path))
        return os.path.join(self.root, *parts)

    def _open(self, path: str, flags: int) -> BinaryIO:
        flags |= _NO_LINK | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
        mode = "rb" if flags & (os.O_WRONLY | os.O_RDWR) == 0 else "wb" if flags & os.O_WRONLY else "r+b"
        return open(os.open(self._place(path), flags, 0o666), mode, buffering=0)  # type: ignore[return-value]


def answer(receiver: Receiver, request: dict[str, Any], content: bytes) -> dict[str, Any]:
    """The answer to one request."""
    name = request.pop("op")
    request.pop("bytes", None)
    try:
        if name == "append":
            return receiver.append(content=content, **request)
        acts = {"begin": receiver.begin, "sizes": receiver.sizes, "digest": receiver.digest}
        others = {"finish": receiver.finish, "drop": receiver.drop, "settle": receiver.settle}
        act: Any = {**acts, **others}[name]
        found: dict[str, Any] = act(**request)
        return found
    except OSError as error:
        return {"error": "disk", "why": error.strerror or str(error)}
    except (ValueError, TypeError, KeyError) as error:
        return {"error": "refused", "why": str(error)}


def serve(root: str, requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer until there are no more requests."""
    receiver = Receiver(root)
    for line in iter(requests.readline, b""):
        request = json.loads(line.decode())
        content = requests.read(request.get("bytes", 0))
        if len(content) < request.get("bytes", 0):
            return  # the other side was killed
        answers.write(json.dumps(answer(receiver, request, content)).encode() + b"\n")
        answers.flush()


def _is_file(status: os.stat_result) -> bool:
    import stat

    return stat.S_ISREG(status.st_mode)


def main() -> None:
    """Serve the other end of standard input, which alone decides when it is over."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal goes to both ends
    try:
        serve(sys.argv[1], sys.stdin.buffer, sys.stdout.buffer)
    except BrokenPipeError:  # nobody waits for the last answer
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


if __name__ == "__main__":
    main()
