"""SHA-256 of short texts without OpenSSL.

`hashlib` maps libcrypto, which is 3.7 MiB of every training process; the interpreter has an implementation
of its own, which is plenty for names and small files. What hashes gigabytes takes `hashlib`.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

OWN_MODULES = ("_sha2", "_sha256", "hashlib")
"""Python 3.12 and newer, older ones, and interpreters built without."""


def _own_sha256() -> Callable[[bytes], Any]:
    for name in OWN_MODULES:
        try:
            found: Callable[[bytes], Any] = importlib.import_module(name).sha256
        except (ImportError, AttributeError):
            continue
        return found
    raise ImportError("this Python has no SHA-256")


if TYPE_CHECKING:
    from hashlib import sha256 as sha256
else:
    sha256 = _own_sha256()
