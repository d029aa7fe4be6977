"""`collect doctor`: what stands in the way is found, and what to do is said."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from collector.housekeeping.checkup import checkup
from collector.runlog import mounts
from tests.collector.cli.commands import Commands


def test_a_good_place_is_good(commands: Commands) -> None:
    """Everything that matters is named, and nothing is left behind."""
    found = {check["name"]: check["status"] for check in commands.json("doctor")}
    assert {"python", "packages", "run logs", "space", "clock", "git", "gpu"} <= found.keys()
    assert "error" not in found.values()
    assert list(commands.root.iterdir()) == []
    assert commands.text("doctor").endswith("runs can be recorded here\n")


def test_a_folder_that_will_be_made_is_good(commands: Commands) -> None:
    """The folder of run logs need not exist."""
    commands.root = commands.root / "deep" / "down"
    (check,) = [check for check in commands.json("doctor") if check["name"] == "run logs"]
    assert "will be made there" in check["found"]
    assert not commands.root.exists()


def test_a_place_that_can_not_be_written_fails(commands: Commands) -> None:
    """Exit 1, and what to do."""
    commands.root = Path("/proc/nowhere")
    code, out, _ = commands.run("doctor")
    assert code == 1
    assert "FAIL  run logs: /proc can not be written" in out
    assert "COLLECT_DIR=DIR" in out


def test_a_full_disk_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So little room that a run would soon be without."""
    status = os.statvfs(tmp_path)
    full = os.statvfs_result((*status[:4], 10, *status[5:10]))
    monkeypatch.setattr(os, "statvfs", lambda path: full)
    (check,) = [check for check in checkup(str(tmp_path), {}) if check.name == "space"]
    assert (check.status, "prune" in check.advice) == ("error", True)


def test_a_check_that_can_not_be_made_stops_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the machine answers, the rest is checked."""
    monkeypatch.setattr(os, "openpty", lambda: 1 / 0)
    found = {check.name: check for check in checkup(str(tmp_path), {})}
    assert "ZeroDivisionError" in found["terminal"].found
    assert "clock" in found


@pytest.mark.parametrize("kind", ["nfs4", "fuse.sshfs", "virtiofs", "wekafs"])
def test_a_network_file_system_is_named_with_its_mount(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """The doctor calls remote what the writer spools for, also where the mount point has a space."""
    place = tmp_path / "my data"
    place.mkdir()
    line = f"36 35 98:0 / {place.resolve()!s} rw - {kind} host:/x rw".replace("my data", "my\\040data")
    table = f"1 0 8:1 / / rw - ext4 /dev/sda rw\n{line}\nbroken\n"
    found = [made for text in table.splitlines() if (made := mounts._parse(text)) is not None]
    monkeypatch.setattr("collector.housekeeping.checkup.read_mounts", lambda: found)
    for root, expected in (
        (place, ("note", f"{kind} at {place.resolve()}, over a network")),
        (tmp_path, ("ok", "ext4 at /")),
    ):
        (check,) = [check for check in checkup(str(root), {}) if check.name == "file system"]
        assert (check.status, check.found) == expected


def test_variables_in_effect_are_named(tmp_path: Path) -> None:
    """What the environment decides is easily forgotten."""
    found = list(checkup(str(tmp_path), {"COLLECT_DIR": "/x"}))
    assert found[-1].found == "set: COLLECT_DIR"
