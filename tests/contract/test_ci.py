"""What CI must not let pass: browser tests that were skipped although there is a browser."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contract.imports import ROOT

SKIPPED_TEST = """
import pytest

def test_fine():
    pass

@pytest.mark.{mark}
def test_skipped():
    pytest.skip("no display here")
"""


def run_pytest(folder: Path, mark: str, **environment: str) -> subprocess.CompletedProcess[str]:
    file = folder / "test_some.py"
    file.write_text(SKIPPED_TEST.format(mark=mark))
    kept = {name: value for name, value in os.environ.items() if name not in {"CI", "CHROMIUM", "SKIPPED"}}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "tests.conftest",
        "-p",
        "no:cacheprovider",
        str(file),
    ]
    return subprocess.run(
        [*command, "-c", str(ROOT / "pyproject.toml"), "--rootdir", str(ROOT)],
        cwd=ROOT,
        env=kept | environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.parametrize(
    ("mark", "environment", "code"),
    [
        ("browser", {"CI": "true", "CHROMIUM": sys.executable}, 1),
        ("browser", {"CHROMIUM": sys.executable}, 0),
        ("slow", {"CI": "true", "CHROMIUM": sys.executable}, 0),
    ],
)
def test_skipped_browser_test_fails_only_in_ci(
    tmp_path: Path, mark: str, environment: dict[str, str], code: int
) -> None:
    """The exit code is 1 in CI with a browser; everywhere the reason is listed."""
    done = run_pytest(tmp_path, mark, **environment)
    assert done.returncode == code, done.stdout + done.stderr
    assert "1 test: Skipped: no display here" in done.stdout
