"""Programs printed in the documentation run as they stand there."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.examples.test_digits import run
from tests.recorded import record_demo
from tests.sites import ROOT


def blocks(page: str, language: str) -> list[str]:
    """The code blocks of a language on a page of the documentation."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    found = re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    assert found
    return found


@pytest.fixture(scope="module")
def tutorial(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a reader of the tutorial, who saved its program."""
    folder = tmp_path_factory.mktemp("tutorial")
    [program] = blocks("tutorial/first-run.md", "python")
    (folder / "train.py").write_text(program)
    return folder


def test_tutorial_finds_the_line(tutorial: Path) -> None:
    """The program prints a line near y = 3 x - 1 and leaves a run in the project `line`."""
    done = run(tutorial, sys.executable, "train.py", "--lr", "0.5")
    assert done.returncode == 0, done.stderr
    assert "y = 3.08" in done.stdout
    assert len(list((tutorial / "runlogs" / "line").iterdir())) == 1


def test_tutorial_fails_as_announced(tutorial: Path) -> None:
    """With a rate of 3 it ends in the OverflowError that the text promises."""
    done = run(tutorial, sys.executable, "train.py", "--lr", "3")
    assert done.returncode == 1
    assert "OverflowError" in done.stderr


def test_polars_reads_a_log(tmp_path: Path) -> None:
    """The program of the how-to prints a table with the runs of a project."""
    record_demo(tmp_path / "runlogs")
    (tmp_path / "runlogs" / "demo").rename(tmp_path / "runlogs" / "digits")
    [program] = blocks("how-to/read-a-log.md", "python")
    done = run(tmp_path, sys.executable, "-c", program.replace("val/loss", "train/loss"))
    assert done.returncode == 0, done.stderr
    assert "hot-owl-2bbbbb" in done.stdout


def test_jq_reads_a_log(tmp_path: Path) -> None:
    """The commands of the how-to print steps and values, and how runs ended."""
    if shutil.which("jq") is None:
        pytest.skip("jq is not installed")
    record_demo(tmp_path / "runlogs")
    (tmp_path / "runlogs" / "demo").rename(tmp_path / "runlogs" / "digits")
    values, ends, _ = blocks("how-to/read-a-log.md", "sh")
    for program, expected in ((values.replace("val/loss", "train/loss"), "29\t"), (ends, "exit code 1")):
        done = subprocess.run(["sh", "-c", program], cwd=tmp_path, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        assert expected in done.stdout
