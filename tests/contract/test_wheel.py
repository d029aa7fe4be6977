"""The wheel, installed alone in a new environment, is the whole product."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.contract.imports import ROOT

pytestmark = pytest.mark.slow

_TRAINING = """
import collector

with collector.init(project="wheel", config={"lr": 0.1}) as run:
    for step in range(20):
        run.log({"train/loss": 1 / (step + 1)})
"""


def run(*command: str | Path, cwd: Path) -> str:
    """Runs a command without anything of the checkout in its environment; its output on failure is shown."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COLLECT"))}
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=kept, capture_output=True, text=True, timeout=400
    )
    assert done.returncode == 0, f"{command} exited with {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--outdir", folder, ROOT, cwd=folder)
    [built] = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the programs of an environment in which only the wheel and what it needs are installed."""
    environment = tmp_path_factory.mktemp("installed") / "venv"
    run(sys.executable, "-m", "venv", environment, cwd=environment.parent)
    programs = environment / "bin"
    run(programs / "python", "-m", "pip", "install", "-q", f"{wheel}[site]", cwd=environment.parent)
    return programs


def test_wheel_holds_the_themes_and_the_licence(wheel: Path) -> None:
    """Everything a site is made of is inside, and nothing of the tests."""
    names = zipfile.ZipFile(wheel).namelist()
    themes = {path.relative_to(ROOT / "themes").as_posix() for path in (ROOT / "themes").rglob("theme.yml")}
    assert themes
    assert {f"sitegen/themes/{theme}" for theme in themes} <= set(names)
    assert any(name.endswith("LICENSE") for name in names)
    assert {name.split("/")[0] for name in names if "dist-info" not in name} == {"collector", "sitegen"}


def test_installed_wheel_records_and_builds(installed: Path, tmp_path: Path) -> None:
    """Two commands in an empty folder end in a site: nothing of the checkout is needed."""
    (tmp_path / "train.py").write_text(_TRAINING)
    run(installed / "collect", "--", installed / "python", "train.py", cwd=tmp_path)
    run(installed / "sitegen", "build", cwd=tmp_path)
    [page] = (tmp_path / "site" / "wheel" / "runs").glob("*.html")
    text = page.read_text(encoding="utf-8")
    assert "train/loss" in text
    assert "0.05" in text
