"""Builds sites for tests, through the command that users run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

_MAIN = "import sys; from sitegen.cli.main import main; sys.exit(main())"


def build_site(folder: Path, *options: str) -> Path:
    """Runs `sitegen build` in a folder that has runlogs; its site."""
    done = subprocess.run(
        [sys.executable, "-c", _MAIN, "build", *options],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, f"sitegen build exited with {done.returncode}\n{done.stdout}\n{done.stderr}"
    return folder / "site"
