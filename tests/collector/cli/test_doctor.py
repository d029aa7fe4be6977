"""`collect doctor`: what stands in the way is found, and what to do is said."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from collector.housekeeping.checkup import checkup, file_system_of
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


def test_the_file_system_is_that_of_the_deepest_mount(tmp_path: Path) -> None:
    """Also where its mount point has a space, which the kernel writes as a number."""
    mounts = tmp_path / "mounts"
    place = tmp_path / "my data"
    place.mkdir()
    escaped = str(place).replace(" ", "\\040")
    mounts.write_text(f"/dev/sda / ext4 rw 0 0\nhost:/x {escaped} nfs4 rw 0 0\nbroken\n")
    assert file_system_of(str(place), str(mounts)) == ("nfs4", str(place))
    assert file_system_of(str(tmp_path), str(mounts)) == ("ext4", "/")
    assert file_system_of(str(place), str(tmp_path / "none")) is None


def test_variables_in_effect_are_named(tmp_path: Path) -> None:
    """What the environment decides is easily forgotten."""
    found = list(checkup(str(tmp_path), {"COLLECT_DIR": "/x"}))
    assert found[-1].found == "set: COLLECT_DIR"
