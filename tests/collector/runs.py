"""Runs scripts that use the collector, and reads what they left."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

from collector.runlog.reader import BadLine, read_records

ROOT = Path(__file__).resolve().parents[2]

PRELUDE = """
import os, sys, time
import collector
"""


def clean_environment(root: Path, **more: str) -> dict[str, str]:
    """An environment without what a wrapper or a launcher may have set."""
    launchers = (
        "COLLECT_",
        "SLURM",
        "OMPI",
        "PMI",
        "RANK",
        "WORLD_SIZE",
        "LOCAL_RANK",
        "MASTER_",
        "TORCHELASTIC",
    )
    env = {name: value for name, value in os.environ.items() if not name.startswith(launchers)}
    return env | {"COLLECT_DIR": str(root), "PYTHONPATH": str(ROOT)} | more


def run_script(root: Path, source: str, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a script in a process of its own, its logs going to `root`."""
    script = root.parent / "script.py"
    script.write_text(PRELUDE + textwrap.dedent(source))
    return subprocess.run(
        [sys.executable, str(script), *arguments],
        env=clean_environment(root, **env),
        cwd=root.parent,
        capture_output=True,
        text=True,
        timeout=120,
    )


def run_folders(root: Path) -> list[Path]:
    """The folders of all runs below a root."""
    return sorted(path for path in root.glob("*/*") if path.is_dir())


def read_run(folder: Path) -> tuple[list[dict[str, Any]], list[BadLine]]:
    """Every record of every file of a run, and every bad line."""
    records: list[dict[str, Any]] = []
    bad: list[BadLine] = []
    for path in sorted(folder.glob("*.jsonl")):
        found, damaged = read_records(str(path))
        records += found
        bad += damaged
    return records, bad


def of_kind(folder: Path, kind: str) -> list[dict[str, Any]]:
    """The records of one kind."""
    return [record for record in read_run(folder)[0] if record["k"] == kind]
