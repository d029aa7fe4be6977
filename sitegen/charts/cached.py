"""Bytes that are dear to make and cheap to keep: one file per key, written whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

PACKAGES = ("altair", "vl-convert-python")

SEAL_BYTES = 65
"""A kept file begins with the SHA-256 of the rest and a line break."""


def remember(folder: Path, name: str, make: Callable[[], bytes]) -> bytes:
    """The bytes kept under `name`, made and kept now if they are not there yet."""
    found = kept(folder, name)
    if found is not None:
        return found
    content = make()
    keep(folder, name, content)
    return content


def shared(cache_dir: Path, user_dir: Path | None, name: str, make: Callable[[], bytes]) -> bytes:
    """What every site of a user has alike: kept with this one and once per user."""
    folder = user_dir or user_folder()
    return remember(cache_dir / "charts", name, lambda: remember(folder, name, make))


def kept(folder: Path, name: str) -> bytes | None:
    """What is kept under `name`; None where it is absent or damaged: no site may get a broken script."""
    try:
        text = (folder / name).read_bytes()
    except OSError:
        return None
    content = text[SEAL_BYTES:]
    return content if text[:SEAL_BYTES] == _seal(content) else None


def keep(folder: Path, name: str, content: bytes) -> None:
    """Keeps bytes for later; a cache that cannot be written costs time at the next build, never the build."""
    with contextlib.suppress(OSError):
        _write_whole(folder / name, _seal(content) + content)


def _seal(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode() + b"\n"


def tool_versions() -> tuple[str, ...]:
    """Versions of the packages that shape a chart, read without importing them."""
    from importlib.metadata import version

    return tuple(f"{name} {version(name)}" for name in PACKAGES)


def user_folder(env: Mapping[str, str] = os.environ, home: Path | None = None) -> Path:
    """Where things shared by all of a user's sites are cached."""
    base = env.get("XDG_CACHE_HOME") or env.get("LOCALAPPDATA")
    root = Path(base) if base else (home or Path.home()) / ".cache"
    return root / "runpress"


def _write_whole(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(temporary).replace(path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise
