"""Whether a path leads to a network or FUSE mount, found out without touching that mount.

A mount whose server is gone makes whoever asks it anything wait, perhaps for ever. So the table of mounts is
read, and only links on local file systems are followed.
"""

from __future__ import annotations

import os
from typing import NamedTuple

TABLE = "/proc/self/mountinfo"

REMOTE_TYPES = frozenset(
    (
        *("9p", "afs", "autofs", "beegfs", "ceph", "cifs", "coda", "davfs", "fuse", "glusterfs", "gpfs"),
        *("lustre", "mmfs", "nfs", "nfs4", "orangefs", "panfs", "pvfs2", "smb3", "smbfs", "vboxsf"),
        *("virtiofs", "wekafs"),
    )
)
"""File systems behind which there is a server; besides all of FUSE, which has a process behind it."""

LOCAL_FUSE = frozenset(["fuse.fuse-overlayfs", "fuseblk"])
"""The root of rootless containers, and NTFS disks: a local disk is behind them."""

AUTOMOUNT = "autofs"
"""Mounts what is asked for, mostly from a server, when it is asked for."""

LINKS = 40
"""As many links as the kernel follows."""


class Mount(NamedTuple):
    """One line of the table."""

    point: str
    type: str


def read_mounts(table: str = TABLE) -> list[Mount]:
    """The mounts that this process sees; none where the system has no such table."""
    try:
        with open(table, encoding="utf-8", errors="surrogateescape") as file:
            lines = file.read().splitlines()
    except OSError:
        return []
    return [mount for line in lines if (mount := _parse(line)) is not None]


def remote_type(path: str, mounts: list[Mount]) -> str | None:
    """Type of the network or FUSE mount that a path leads to; None for a local one."""
    here, rest, links = "/", _parts(os.path.abspath(path)), 0
    while rest:
        part = rest.pop(0)
        here = os.path.dirname(here) if part == os.pardir else os.path.join(here, part)
        found = type_at(here, mounts)
        if found == AUTOMOUNT:  # what is mounted further in decides; looking here may wait for a server
            continue
        if is_remote(found):
            return found
        try:
            target = os.readlink(here)
        except OSError:  # no link, or nothing there yet
            continue
        links += 1
        if links > LINKS:
            return None
        here = "/" if target.startswith("/") else os.path.dirname(here)
        rest = _parts(target) + rest
    found = type_at(here, mounts)
    return found if is_remote(found) else None


def type_at(path: str, mounts: list[Mount]) -> str:
    """Type of the file system at a path without links; empty where the table does not say."""
    found = mount_at(path, mounts)
    return found.type if found else ""


def mount_at(path: str, mounts: list[Mount]) -> Mount | None:
    """The mount that a path without links lies on; None where the table does not say."""
    best: Mount | None = None
    for mount in mounts:  # of two at one point the later one hides the other
        inside = mount.point == "/" or path == mount.point or path.startswith(mount.point + "/")
        if inside and (best is None or len(mount.point) >= len(best.point)):
            best = mount
    return best


def is_remote(type_name: str) -> bool:
    """Whether a server or another process has to answer for such a file system."""
    if type_name in LOCAL_FUSE:
        return False
    return type_name in REMOTE_TYPES or type_name.startswith("fuse.")


def _parts(path: str) -> list[str]:
    return [part for part in path.split("/") if part not in ("", os.curdir)]


def _parse(line: str) -> Mount | None:
    # 36 35 98:0 /root /point rw,noatime master:1 - ext3 /dev/root rw,errors=continue
    before, _, after = line.partition(" - ")
    fields, kinds = before.split(" "), after.split(" ")
    if len(fields) < 5 or not kinds[0]:
        return None
    return Mount(_unescape(fields[4]), kinds[0])


def _unescape(text: str) -> str:
    for code, letter in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        text = text.replace(code, letter)
    return text
