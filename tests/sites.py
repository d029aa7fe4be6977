"""Builds sites for tests, through the command that users run."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from itertools import accumulate
from pathlib import Path
from typing import Any

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


def chunks_of(data: Mapping[str, Any], chart: Mapping[str, Any]) -> list[str]:
    """The addresses of the files that hold a chart's curves, by the data of its page."""
    packs = data["packs"]
    return [f"{packs['folder']}{packs['files'][at][0]}.js" for at in accumulate(chart["chunks"])]
