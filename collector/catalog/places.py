"""Where runs lie below a folder of run logs, and which of them a person means."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from collector.runlog.errors import CollectorError, MisuseError
from collector.runlog.paths import METRICS_SUFFIX, RECORDS_SUFFIX, safe_name

SHOWN_CANDIDATES = 10


def run_folders(root: str, project: str | None = None, unread: dict[str, str] | None = None) -> Iterator[str]:
    """The folder of each run below a root, by project and id; one of a single project where it is named.

    The root may also be one project's folder. Folders that begin with a dot, as the trash, are passed over.
    What could not be looked into is put into `unread`, with the reason: there may be runs in it.
    """
    if not os.path.isdir(root):
        raise MisuseError(f"there is no folder {root}.", "Say where the run logs are: --dir DIR.")
    for place in _folders(root, unread):
        if is_run(place, unread):
            yield place
        elif project is None or os.path.basename(place) in (project, safe_name(project)):
            yield from (folder for folder in _folders(place, unread) if is_run(folder, unread))


def project_folders(root: str) -> list[str]:
    """The folders of the projects below a root."""
    return [place for place in _folders(root) if not is_run(place)]


def is_run(folder: str, unread: dict[str, str] | None = None) -> bool:
    """Whether a folder holds a log of a process."""
    try:
        with os.scandir(folder) as entries:
            return any(entry.name.endswith((METRICS_SUFFIX, RECORDS_SUFFIX)) for entry in entries)
    except OSError as error:
        _note(unread, folder, error)
        return False


def find_runs(root: str, word: str) -> list[str]:
    """Every run that a word may mean: a folder, an id, the beginning of an id, or else a name."""
    if (os.sep in word or word in (".", "..")) and is_run(word):
        return [word.rstrip(os.sep) or word]
    folders = list(run_folders(root)) if os.path.isdir(root) else []
    ids = {folder: os.path.basename(folder) for folder in folders}
    project, slash, rest = word.rstrip(os.sep).rpartition(os.sep)
    if slash:
        inside = [
            one for one in folders if os.path.basename(os.path.dirname(one)) in (project, safe_name(project))
        ]
        found = [one for one in inside if ids[one] == rest] or [
            one for one in inside if ids[one].startswith(rest)
        ]
        return found or _by_name(folders, word)
    exact = [folder for folder in folders if ids[folder] == word]
    return exact or [folder for folder in folders if ids[folder].startswith(word)] or _by_name(folders, word)


def find_run(root: str, word: str) -> str:
    """The one run that a word means, or a refusal that tells what there is."""
    found = find_runs(root, word) if word else []
    if len(found) == 1:
        return found[0]
    if not found:
        raise MisuseError(f"there is no run {word!r} in {root}.", _near(root, word))
    shown = [_short(root, folder) for folder in found[:SHOWN_CANDIDATES]]
    more = f" and {len(found) - len(shown)} more" if len(found) > len(shown) else ""
    raise MisuseError(f"{word!r} may be {len(found)} runs.", f"Say which: {', '.join(shown)}{more}.")


def find_all(root: str, words: Sequence[str]) -> list[str]:
    """The runs that words mean, each once."""
    return list(dict.fromkeys(find_run(root, word) for word in words))


def _short(root: str, folder: str) -> str:
    return os.path.relpath(folder, root) if folder.startswith(root) else folder


def _by_name(folders: Sequence[str], word: str) -> list[str]:
    from collector.catalog.glance import look_at  # reads every run: only where no id fits

    return [folder for folder in folders if look_at(folder).name == word]


def _near(root: str, word: str) -> str:
    from difflib import get_close_matches

    try:
        ids = [os.path.basename(folder) for folder in run_folders(root)]
    except CollectorError as error:
        return error.hint
    near = get_close_matches(word, ids, 3, 0.5)
    if near:
        return f"Did you mean {' or '.join(near)}?"
    return "collect ls lists the runs." if ids else "It holds no runs yet; --dir says where else to look."


def _folders(place: str, unread: dict[str, str] | None = None) -> list[str]:
    names = []
    try:
        with os.scandir(place) as entries:
            for entry in entries:
                if entry.name[:1] != "." and _is_folder(entry, unread):
                    names.append(entry.name)
    except OSError as error:  # vanished or unreadable between two looks
        _note(unread, place, error)
        return []
    return [os.path.join(place, name) for name in sorted(names)]


def _is_folder(entry: os.DirEntry[str], unread: dict[str, str] | None) -> bool:
    try:
        return entry.is_dir()
    except OSError as error:  # a link that leads to itself
        _note(unread, entry.path, error)
        return False


def _note(unread: dict[str, str] | None, place: str, error: OSError) -> None:
    if unread is not None and not isinstance(error, FileNotFoundError):
        unread[place] = error.strerror or str(error)
