"""Runs the real `collect` in a process of its own, and reads what it recorded."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from collector.runlog.reader import read_records

ROOT = Path(__file__).parents[3]
PYTHON = sys.executable


class Wrapped:
    """A folder in which commands are run under `collect`."""

    def __init__(self, folder: Path, cache: Path) -> None:
        self.folder = folder
        self.runlogs = folder / "runlogs"
        self.env = {name: value for name, value in os.environ.items() if not name.startswith("COLLECT_")}
        # Compiled once per session: a wrapper that compiles itself takes three times as long to start.
        self.env.pop("PYTHONDONTWRITEBYTECODE", None)
        self.env |= {"PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(cache)}

    def words(self, *options: str, command: list[str]) -> list[str]:
        """The whole command line."""
        return [PYTHON, "-m", "collector.cli.main", "--no-code", *options, "--", *command]

    def run(self, *options: str, command: list[str], **kwargs: Any) -> subprocess.CompletedProcess[bytes]:
        """Run a command to its end."""
        kwargs.setdefault("stdin", subprocess.DEVNULL)
        env = self.env | kwargs.pop("env", {})
        kwargs = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | kwargs
        return subprocess.run(
            self.words(*options, command=command),
            cwd=self.folder,
            env=env,
            timeout=30,
            check=False,
            **kwargs,
        )

    def start(self, *options: str, command: list[str], **kwargs: Any) -> subprocess.Popen[bytes]:
        """Start a command."""
        defaults: dict[str, Any] = {
            "stdin": subprocess.DEVNULL,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.PIPE,
            "bufsize": 0,
        }
        return subprocess.Popen(
            self.words(*options, command=command), cwd=self.folder, env=self.env, **(defaults | kwargs)
        )

    def script(self, text: str) -> list[str]:
        """A command that runs a Python program."""
        return [PYTHON, "-S", "-c", text]

    def run_folder(self) -> Path:
        """The folder of the only run."""
        (folder,) = self.runlogs.glob("*/*")
        return folder

    def records(self, kind: str | None = None, role: str = "w") -> list[Mapping[str, Any]]:
        """What the wrapper wrote, in order."""
        found = []
        for file in sorted(self.run_folder().glob(f"{role}*.records.jsonl")):
            lines, bad = read_records(file)
            assert not bad
            found += lines
        return [line for line in found if kind is None or line["k"] == kind]

    def end(self) -> Mapping[str, Any]:
        """The last end record."""
        return self.records("end")[-1]

    def console(self) -> bytes:
        """The recorded head of the output."""
        (file,) = self.run_folder().glob("console/*.log")
        return file.read_bytes()

    def index(self) -> list[Mapping[str, Any]]:
        """The index of the output, without its header."""
        (file,) = self.run_folder().glob("console/*.index.jsonl")
        lines, bad = read_records(file)
        assert not bad
        return lines[1:]


def wait_until(is_so: Callable[[], object], seconds: float = 10.0) -> None:
    """Wait for a condition; fails when it does not come true."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


def children_of(pid: int) -> list[int]:
    """The direct children of a process."""
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def keeper_of(process: subprocess.Popen[bytes], command: int | None = None) -> int:
    """The recording process below the one we started, beside a command that has become its sibling."""
    (keeper,) = (child for child in children_of(process.pid) if child != command)
    return keeper
