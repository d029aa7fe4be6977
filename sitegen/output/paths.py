"""Which paths a site may hold: relative, portable, one file each."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache

from sitegen.errors import SiteError

LONGEST_PATH = 180
"""Characters; more fails on Windows below an ordinary folder, and in some zip programs."""

HASHED_FOLDERS = ("assets/", "data/")
"""Files here carry a hash of their content in their name, so equal paths mean equal bytes."""

_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\]')


def is_hashed(path: str) -> bool:
    """Whether the file's name contains a hash of its content; a page never does, even of a project "data"."""
    return path.startswith(HASHED_FOLDERS) and not path.endswith(".html")


def check_path(path: str) -> None:
    """Raises an error that quotes the path and says what is wrong with it, if anything is."""
    reason = path_complaint(path)
    if reason:
        raise SiteError(
            f"the site cannot hold a file named {path[:200]!r}: {reason}",
            hint="Names from logs should never get this far: please report it as a defect of sitegen.",
        )


@lru_cache(maxsize=1 << 17)
def path_complaint(path: str) -> str:
    """What is wrong with a path, or nothing."""
    if len(path) > LONGEST_PATH:
        return f"{len(path)} characters are more than {LONGEST_PATH}"
    if _FORBIDDEN.search(path):
        return "it has a character that not every file system allows"
    if unicodedata.normalize("NFC", path) != path:
        return "it is not in Unicode's composed form"
    for part in path.split("/"):
        if part in ("", ".", ".."):
            return "every part between slashes must be a name"
        if part[-1] in ". ":
            return "a part ends with a dot or a space"
        if _RESERVED.fullmatch(part):
            return f"{part!r} is a device on Windows"
    return ""


Claim = tuple[str, str]
"""A path and the hash of what stands there."""


def claims_of(files: Iterable[Claim]) -> dict[str, Claim]:
    """Claims by what must differ between any two paths of a site."""
    return {path.casefold(): (path, digest) for path, digest in files}


class Claims:
    """Remembers what stands at which path, so that no two pages are written to one."""

    def __init__(self) -> None:
        self._taken: dict[str, Claim] = {}

    def take_all(self, claims: Mapping[str, Claim]) -> bool:
        """Takes paths that passed before; False, and none is taken, where one of them is taken already."""
        if not self._taken.keys().isdisjoint(claims.keys()):
            return False
        self._taken.update(claims)
        return True

    def take(self, path: str, digest: str) -> bool:
        """Takes a path for a content; False when the very same hashed file stands there already."""
        check_path(path)
        before = self._taken.get(path.casefold())
        if before is None:
            self._taken[path.casefold()] = (path, digest)
            return True
        if before == (path, digest) and is_hashed(path):
            return False
        other = "" if before[0] == path else f" (the other is {before[0]!r})"
        raise SiteError(
            f"two files of the site would have the same path: {path!r}{other}",
            hint="Two runs or projects must not differ only in upper and lower case; rename one folder.",
        )
