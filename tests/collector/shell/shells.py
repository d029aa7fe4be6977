"""Runs shell scripts that record a run, and reads what they left."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from collector.runlog.reader import read_records
from tests.collector.runs import clean_environment

START = 'eval "$(collect start --project demo --no-code)"\n'


class Shell:
    """A folder in which scripts are run that find `collect` on their path."""

    def __init__(self, folder: Path, cache: Path) -> None:
        self.folder = folder
        self.root = folder / "runlogs"
        tools = folder / "bin"
        tools.mkdir()
        tool = tools / "collect"
        tool.write_text(f'#!/bin/sh\nexec {sys.executable} -m collector.cli.main "$@"\n')
        tool.chmod(0o755)
        self.env = clean_environment(self.root, PATH=f"{tools}:{os.environ['PATH']}")
        self.env.pop("PYTHONDONTWRITEBYTECODE", None)
        self.env.pop("XDG_RUNTIME_DIR", None)
        self.env["PYTHONPYCACHEPREFIX"] = str(cache)
        # Short: the path of a socket has at most a hundred characters.
        self.sockets = Path("/tmp") / f"sh-{os.getpid()}-{time.monotonic_ns():x}"
        self.sockets.mkdir()
        self.env["TMPDIR"] = str(self.sockets)

    def run(self, script: str, shell: str = "sh") -> subprocess.CompletedProcess[str]:
        """Run a script to its end."""
        return subprocess.run(
            [shell, "-c", script], cwd=self.folder, env=self.env, capture_output=True, text=True, timeout=60
        )

    def start(self, script: str) -> subprocess.Popen[str]:
        """Start a script."""
        return subprocess.Popen(
            ["sh", "-c", script], cwd=self.folder, env=self.env, stdout=subprocess.PIPE, text=True
        )

    def records(self, kind: str) -> list[dict[str, Any]]:
        """All records of a kind, of the only run, in the order of its files."""
        (folder,) = self.root.glob("*/*")
        found: list[dict[str, Any]] = []
        for path in sorted(folder.glob("*.jsonl"), key=lambda path: path.stat().st_ctime):
            records, bad = read_records(str(path))
            assert not bad
            found += [record for record in records if record["k"] == kind]
        return found

    def rows(self) -> list[tuple[Any, Any]]:
        """Step and numbers of every row."""
        return [(record["step"], record["m"]) for record in self.records("log")]

    def end(self) -> dict[str, Any]:
        """The last end record, once there is one."""
        wait_until(lambda: self.records("end"))
        return self.records("end")[-1]


def wait_until(is_so: Callable[[], object], seconds: float = 15.0) -> None:
    """Wait for a condition; fails when it does not come true."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)
