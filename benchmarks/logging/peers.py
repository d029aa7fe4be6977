"""The contestants of bench_peers.py, and the environment each of the foreign ones is installed into."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

CONTESTANTS = (
    *("ours", "floor_orjson", "floor_json"),
    *("wandb_offline", "trackio_local", "tensorboardx", "mlflow_files", "mlflow_sqlite"),
)
"""Modules of `contestants`; ours comes first, and ratios are to it."""

OURS = CONTESTANTS[0]

NO_NETWORK = dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), "http://127.0.0.1:9")
"""Whoever asks for the network finds nobody at home."""


def contestant(name: str) -> ModuleType:
    """The module of a contestant; it imports its package only when it is started."""
    return importlib.import_module(f"benchmarks.logging.contestants.{name}")


def cache_folder() -> Path:
    """Where the environments are kept."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "runpress" / "bench"


def python_of(name: str) -> Path | None:
    """The interpreter that has the contestant's package; None where it is not installed."""
    package = contestant(name).PACKAGE
    if not package:
        return Path(sys.executable)
    python = cache_folder() / package.lower() / "bin" / "python"
    return python if (python.parent / "installed").exists() else None


def version_of(name: str) -> str:
    """The version of the contestant's package, empty for what is not a package."""
    package, python = contestant(name).PACKAGE, python_of(name)
    if not package or python is None:
        return ""
    source = f"from importlib.metadata import version; print(version({package!r}))"
    return subprocess.run([python, "-c", source], capture_output=True, text=True, check=True).stdout.strip()


def install(name: str) -> bool:
    """Install the contestant's package into an environment of its own; whether that worked."""
    package = contestant(name).PACKAGE
    if python_of(name) is not None:
        return True
    folder = cache_folder() / package.lower()
    python = folder / "bin" / "python"
    try:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", package], check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"{package} could not be installed: {error}", file=sys.stderr)
        return False
    # Only now: an installation that was broken off is begun again.
    (python.parent / "installed").touch()
    return True


def environment(name: str, folder: Path, root: Path) -> dict[str, str]:
    """Variables of a trial: none of the user's settings of a tracker, a home of its own, and no network."""
    foreign = ("COLLECT_", "PYTHON", "WANDB_", "MLFLOW_", "TRACKIO_", "HF_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    own: dict[str, str] = getattr(contestant(name), "ENV", {})
    return kept | own | NO_NETWORK | {"PYTHONPATH": str(root), "HOME": str(folder), "HOSTNAME": "bench"}
