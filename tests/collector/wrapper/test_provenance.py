"""Where a command comes from is recorded however short it is, and nobody waits for that."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.collector.wrapper.wrapped import Wrapped, wait_until

GIT = shutil.which("git") or ""

pytestmark = pytest.mark.skipif(not GIT, reason="git is not installed")


def make_repository(folder: Path) -> str:
    """A repository of one commit; the result is its name."""
    git = [GIT, "-C", str(folder), "-c", "user.name=A", "-c", "user.email=a@example.com"]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "first"], check=True)
    return subprocess.run([*git, "rev-parse", "HEAD"], capture_output=True, text=True).stdout.strip()


def held_back(wrapped: Wrapped, gate: Path) -> dict[str, str]:
    """An environment in which git does nothing until there is a file."""
    folder = wrapped.folder / "bin"
    folder.mkdir()
    script = folder / "git"
    script.write_text(
        f'#!/bin/sh\nwhile [ ! -e "{gate}" ]; do sleep 0.02; done\nexec {GIT} "$@"\n', encoding="utf-8"
    )
    script.chmod(0o755)
    return {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}


def provenance(wrapped: Wrapped) -> dict[str, Mapping[str, Any]]:
    """What is recorded by now, by section."""
    return {line["section"]: line["fields"] for line in wrapped.records("provenance")}


def test_git_is_recorded_after_a_command_that_ends_at_once(wrapped: Wrapped) -> None:
    """The wrapper ends while git is still at it, and the commit is recorded all the same."""
    commit = make_repository(wrapped.folder)
    gate = wrapped.folder / "go"
    assert wrapped.run(command=["true"], env=held_back(wrapped, gate)).returncode == 0
    assert "git" not in provenance(wrapped)
    assert wrapped.end()["state"] == "finished"
    gate.touch()
    wait_until(lambda: "git" in provenance(wrapped))
    assert provenance(wrapped)["git"]["commit"] == commit
    assert {"command", "system", "cpu"} <= set(provenance(wrapped))


def test_short_python_command_is_recorded_with_its_packages(wrapped: Wrapped) -> None:
    """Interpreter and packages of a script that does nothing are on record soon after it."""
    make_repository(wrapped.folder)
    wrapped.run(command=wrapped.script("pass"))
    wait_until(lambda: "packages" in provenance(wrapped))
    assert {"command", "system", "cpu", "git", "python"} <= set(provenance(wrapped))


def test_command_that_cannot_be_started_is_told(wrapped: Wrapped) -> None:
    """The page of a run that never began can show what was to be run, and from which commit."""
    commit = make_repository(wrapped.folder)
    assert wrapped.run(command=["no-such-command", "--lr", "0.1"]).returncode == 127
    wait_until(lambda: "git" in provenance(wrapped))
    found = provenance(wrapped)
    assert found["command"]["argv"] == ["no-such-command", "--lr", "0.1"]
    assert "pid" not in found["command"]
    assert found["git"]["commit"] == commit
