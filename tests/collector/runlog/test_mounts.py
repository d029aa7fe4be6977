"""Which file system a path leads to, told by the table of mounts alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from collector.runlog.mounts import Mount, read_mounts, remote_type

LINES = """\
22 1 253:0 / / rw,relatime - ext4 /dev/root rw
23 22 0:21 / /proc rw - proc proc rw
30 22 0:40 / /home rw shared:1 - autofs systemd-1 rw
31 30 0:41 / /home/anna rw,relatime shared:2 - nfs4 server:/export/anna rw,vers=4.2
32 22 0:42 / /mnt/with\\040space rw - fuse.sshfs me@host: rw
33 22 0:43 / /data rw - ext4 /dev/sdb rw
34 33 0:44 / /data rw - lustre mgs@tcp:/scratch rw
35 22 0:45 / /data2 rw - xfs /dev/sdc rw
36 22 0:46 / /merged rw - fuse.fuse-overlayfs fuse-overlayfs rw
broken line
"""


@pytest.fixture
def mounts(tmp_path: Path) -> list[Mount]:
    table = tmp_path / "mountinfo"
    table.write_text(LINES)
    return read_mounts(str(table))


@pytest.mark.parametrize(
    ("path", "type_name"),
    [
        ("/home/anna/runs", "nfs4"),
        ("/home/anna", "nfs4"),
        ("/home/anna2/runs", "autofs"),
        ("/mnt/with space/x/y", "fuse.sshfs"),
        ("/data/runs", "lustre"),
        ("/data2/runs", None),
        ("/merged/x", None),
        ("/", None),
        ("/data2/../data/x", "lustre"),
        ("/nowhere/at/all", None),
    ],
)
def test_type_of_a_path(mounts: list[Mount], path: str, type_name: str | None) -> None:
    """The innermost mount counts, and of two at one point the later one."""
    assert remote_type(path, mounts) == type_name


def test_links_are_followed_up_to_the_mount(tmp_path: Path) -> None:
    """A link on a local disk that leads to a server is one to the server; links in a circle end."""
    here = tmp_path.resolve()
    mounts = [Mount("/", "ext4"), Mount(str(here / "server"), "nfs")]
    (here / "direct").symlink_to(here / "server" / "runs")
    (here / "relative").symlink_to("./direct/deeper")
    (here / "circle").symlink_to("circle")
    assert remote_type(str(here / "direct"), mounts) == "nfs"
    assert remote_type(str(here / "relative" / "x"), mounts) == "nfs"
    assert remote_type(str(here / "local" / "x"), mounts) is None
    assert remote_type(str(here / "circle" / "x"), mounts) is None


def test_system_without_a_table(tmp_path: Path) -> None:
    """Where there is no such table, every path counts as local."""
    assert read_mounts(str(tmp_path / "none")) == []
    assert remote_type("/net/server/x", []) is None
