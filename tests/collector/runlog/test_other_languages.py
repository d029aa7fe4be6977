"""The program of the format page that writes a log in C does what the page says."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from collector.runlog.reader import read_records
from tests.sites import ROOT, build_site

COMPILER = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")


@pytest.fixture
def source() -> str:
    """The program, as it stands on the page."""
    (code,) = re.findall(
        r"^```c\n(.*?)^```", (ROOT / "docs/reference/log-format.md").read_text(), re.S | re.M
    )
    return str(code)


@pytest.mark.skipif(COMPILER is None, reason="needs a C compiler")
def test_c_program_writes_a_run(source: str, tmp_path: Path) -> None:
    """It compiles without a warning, every line that it writes is intact, and the site shows its run."""
    (tmp_path / "log.c").write_text(source)
    assert COMPILER is not None
    compiled = subprocess.run(
        [COMPILER, "-Wall", "-Wextra", "-Werror", "-O2", "-o", "log", "log.c"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert compiled.returncode == 0, compiled.stderr
    subprocess.run([tmp_path / "log"], cwd=tmp_path, check=True)
    metrics, records = (
        sorted(tmp_path.glob(f"runlogs/demo/from-c/*.{kind}.jsonl")) for kind in ("metrics", "records")
    )
    rows, bad = read_records(str(metrics[0]))
    assert not bad
    assert [row["m"]["train/loss"] for row in rows if row["k"] == "log"] == [1 / (i + 1) for i in range(100)]
    kinds, bad = read_records(str(records[0]))
    assert not bad
    assert [record["k"] for record in kinds] == ["head", "config", "end"]
    page = (build_site(tmp_path) / "demo/runs/from-c.html").read_text()
    assert "finished" in page
    assert "0.01" in page
