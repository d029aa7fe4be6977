"""Which names artifacts and the files in them may have, so that every file system can hold them apart.

A name that is refused is told in quotes, and nothing is touched.
"""

from __future__ import annotations

import unicodedata

from collector.runlog.errors import CollectorError

NAME_LIMIT = 128
PART_BYTES = 255
"""Longest name of a file or folder that the usual file systems take."""
PATH_BYTES = 1024

RESERVED = frozenset(
    ["con", "prn", "aux", "nul"] + [f"{device}{digit}" for device in ("com", "lpt") for digit in range(10)]
)
"""Device names of Windows, with or without an extension."""

_FORBIDDEN = frozenset('\\:*?"<>|')
"""Characters that are no part of a file's name on Windows; the backslash separates folders there."""


class ArtifactError(CollectorError, ValueError):
    """An artifact that can not be made, found or trusted."""


def check_path(path: str) -> str:
    """The path of a file in an artifact, if it means the same place below the artifact everywhere."""
    why = _path_problem(path)
    if why:
        raise ArtifactError(f"{path!r} can not be the name of a file in an artifact: {why}.", _RENAME)
    return path


class Paths:
    """The paths of one artifact, which every file system can hold beside each other."""

    def __init__(self) -> None:
        self._files: dict[str, str] = {}
        self._folders: dict[str, str] = {}
        """By the form in which file systems that ignore case and forms of accents see them."""

    def take(self, path: str) -> None:
        """Add a path, or raise and name the one that it can not be told from."""
        check_path(path)
        folded = _folded(path)
        parts = folded.split("/")
        folders = ["/".join(parts[:count]) for count in range(1, len(parts))]
        other = self._files.get(folded, path)
        clash = other if other != path else self._folders.get(folded)
        clash = clash or next((self._files[folder] for folder in folders if folder in self._files), None)
        if clash is not None:
            raise ArtifactError(f"{path!r} and {clash!r} can not lie beside each other everywhere.", _RENAME)
        self._files[folded] = path
        self._folders.update(dict.fromkeys(folders, path))


def check_name(name: str) -> str:
    """The name of an artifact: letters, digits, dots, dashes and underscores, as wandb has it."""
    fits = 0 < len(name) <= NAME_LIMIT and all(
        letter.isascii() and (letter.isalnum() or letter in "._-") for letter in name
    )
    if not fits or name.strip(".") == "":
        raise ArtifactError(
            f"{name[:200]!r} can not be the name of an artifact.",
            f"Use up to {NAME_LIMIT} letters, digits, dots, dashes and underscores.",
        )
    return name


def check_alias(alias: str) -> str:
    """An alias: any text but one with a slash or colon, or that looks like a version."""
    is_version = alias[:1] == "v" and alias[1:].isdigit()
    if not alias or len(alias) > NAME_LIMIT or is_version or set(alias) & set("/:\0"):
        raise ArtifactError(
            f"{alias[:200]!r} can not be an alias.", "Use a word such as best, without slash and colon."
        )
    return alias


_RENAME = "Give the file another name with add_file(..., name=...)."


def _path_problem(path: str) -> str:
    if not path or len(path.encode("utf-8", "surrogatepass")) > PATH_BYTES:
        return f"it is empty or longer than {PATH_BYTES} bytes"
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in path):
        return "it contains control characters"
    if path.startswith("/"):
        return "it is absolute"
    found = sorted(_FORBIDDEN.intersection(path))
    if found:
        return f"it contains {found[0]}"
    return next((problem for part in path.split("/") if (problem := _part_problem(part))), "")


def _part_problem(part: str) -> str:
    if part in ("", ".", ".."):
        return "it has an empty part, . or .."
    if len(part.encode()) > PART_BYTES:
        return f"a part of it is longer than {PART_BYTES} bytes"
    if part[-1] in ". ":
        return "a part of it ends in a dot or space"
    if part.split(".")[0].rstrip(" ").lower() in RESERVED:
        return "a part of it is the name of a device"
    return ""


def _folded(path: str) -> str:
    """What file systems that ignore case and forms of accents see."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())
