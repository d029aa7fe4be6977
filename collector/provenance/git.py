"""The state of the code: commit, branch, remote, and what was changed since as a patch."""

from __future__ import annotations

import contextlib
import os
import re
import time
from typing import TYPE_CHECKING, Any

from collector.provenance.request import Request, shorten_home

if TYPE_CHECKING:
    from collections.abc import Callable

GIT_SECONDS = 8.0
"""Most that one call of git may take."""
PATCH_BYTES = 4 << 20
UNTRACKED_NAMES = 200
PATCH_FILE = "diff.patch"
_USERINFO = re.compile(r"(?<=://)[^/@\s]*@")
_SETTINGS = (
    # Reading the state of a repository must not change it, ask anything, or run what its settings name.
    ("GIT_OPTIONAL_LOCKS", "0"),
    ("GIT_TERMINAL_PROMPT", "0"),
    ("GIT_PAGER", "cat"),
    ("LC_ALL", "C"),
)


def git_facts(request: Request, save_file: Callable[[str, bytes], str | None]) -> dict[str, Any]:
    """Commit, branch, remote and uncommitted changes of the code; empty outside a repository."""
    for folder in _code_folders(request):
        top = _line(folder, "rev-parse", "--show-toplevel")
        if top:
            return _facts_of(top, request, save_file)
    return {}


def _code_folders(request: Request) -> list[str]:
    """The working folder, then that of the first word of the command that is a file of its own."""
    folders = [request.cwd]
    for word in request.command[1:]:
        path = os.path.join(request.cwd, word)
        if os.path.isfile(path):
            folders.append(os.path.dirname(os.path.realpath(path)))
            break
    return folders


def _facts_of(top: str, request: Request, save_file: Callable[[str, bytes], str | None]) -> dict[str, Any]:
    remote = _line(top, "config", "--get", "remote.origin.url")
    status = _git(top, "status", "--porcelain", "-z", "--untracked-files=normal")
    changed, untracked = read_status(status or b"")
    fields: dict[str, Any] = {
        "commit": _line(top, "rev-parse", "HEAD"),
        "branch": _line(top, "symbolic-ref", "--short", "-q", "HEAD"),
        "remote": without_userinfo(remote) if remote else None,
        "root": shorten_home(top, request),
        "dirty": bool(changed) if status is not None else None,
        "untracked": untracked[:UNTRACKED_NAMES],
        "untracked_count": len(untracked),
    }
    if changed and request.save_code:
        fields.update(_save_patch(top, fields["commit"], save_file))
    return {name: value for name, value in fields.items() if value is not None}


def _save_patch(
    top: str, commit: str | None, save_file: Callable[[str, bytes], str | None]
) -> dict[str, Any]:
    from collector.runlog import redact

    against = [commit] if commit else ["--cached"]
    patch = _git(top, "diff", "--no-ext-diff", "--no-textconv", "--no-color", *against, limit=PATCH_BYTES + 1)
    if not patch:
        return {}
    is_cut = len(patch) > PATCH_BYTES
    if is_cut:
        patch = patch[: patch.rfind(b"\n", 0, PATCH_BYTES) + 1]
    name = save_file(PATCH_FILE, redact.patch(patch)) or PATCH_FILE
    return {"patch": name, "patch_cut": True} if is_cut else {"patch": name}


def read_status(text: bytes) -> tuple[list[str], list[str]]:
    """Changed and untracked paths of `git status --porcelain -z`."""
    changed, untracked = [], []
    entries = iter(text.split(b"\0"))
    for entry in entries:
        code, path = entry[:2], entry[3:].decode("utf-8", errors="replace")
        if code == b"??":
            untracked.append(path)
        elif code.strip():
            changed.append(path)
            if b"R" in code or b"C" in code:
                next(entries, None)  # the name before a renaming stands in an entry of its own
    return changed, untracked


def without_userinfo(remote: str) -> str:
    """The remote without a name or token before the host."""
    return _USERINFO.sub("", remote)


def _line(folder: str, *arguments: str) -> str | None:
    text = _git(folder, *arguments)
    return text.decode("utf-8", errors="replace").strip() or None if text is not None else None


def _git(folder: str, *arguments: str, limit: int = 8 << 20) -> bytes | None:
    """What git prints, up to a limit; None where it fails or takes too long."""
    words = ["git", "-c", "core.fsmonitor=false", "-c", "core.quotepath=false", "-C", folder, *arguments]
    return run_limited(words, dict(os.environ) | dict(_SETTINGS), GIT_SECONDS, limit)


def run_limited(words: list[str], env: dict[str, str], seconds: float, limit: int) -> bytes | None:
    """Standard output of a program, up to a size and within a time; None where it fails."""
    import subprocess  # 10 ms, in a thread beside the training
    from threading import Timer

    try:
        process = subprocess.Popen(
            words, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
    except OSError:
        return None
    end = time.monotonic() + seconds
    timer = Timer(seconds, process.kill)
    timer.daemon = True
    with contextlib.suppress(RuntimeError):  # at the end of the interpreter, which waits for a while only
        timer.start()
    try:
        assert process.stdout is not None
        text = process.stdout.read(limit)
        is_cut = len(text) == limit
        if is_cut:
            process.kill()
        process.stdout.close()
        code = process.wait()
    finally:
        timer.cancel()
    if time.monotonic() >= end:
        return None
    return text if code == 0 or is_cut else None
